import type {Cause} from '../api-error.ts';
import type {Json} from '../store.ts';
import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age, cut, loadBalancerAddress} from './print.ts';
import {invalidValue, required, subdomainProblem, unsupported} from './rules.ts';

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

function checkBackend(backend: Json, at: string): Cause[] {
	const {service, resource} = backend ?? {};
	if (resource) return [];
	if (!service) return [required(at, 'resource or service backend is required')];
	const causes: Cause[] = [];
	if (!service.name) causes.push(required(`${at}.service.name`));
	if (!service.port?.name && !service.port?.number)
		causes.push(required(`${at}.service.port`, 'port name or number is required'));
	return causes;
}

function checkPath(path: Json, at: string): Cause[] {
	const {pathType} = path;
	if (!pathType) return [required(`${at}.pathType`, 'pathType must be specified')];
	if (!pathTypes.includes(pathType)) return [unsupported(`${at}.pathType`, pathType, pathTypes)];
	const causes: Cause[] = [];
	if (pathType !== 'ImplementationSpecific' && !path.path?.startsWith('/')) {
		causes.push(invalidValue(`${at}.path`, path.path ?? '', 'must be an absolute path'));
	}
	return [...causes, ...checkBackend(path.backend, `${at}.backend`)];
}

export const ingress: Kind = {
	group: 'networking.k8s.io',
	version: 'v1',
	kind: 'Ingress',
	resource: 'ingresses',
	singular: 'ingress',
	shortNames: ['ing'],
	namespaced: true,
	type: 'networking.v1.Ingress',
	status: true,
	generation: ({spec}) => spec,
	begin(object) {
		object.status = {loadBalancer: {}};
	},
	check({spec = {}}) {
		const rules: Json[] = spec.rules ?? [];
		const causes: Cause[] = [];
		if (rules.length === 0 && !spec.defaultBackend) {
			causes.push(invalidValue('spec', rules, 'either `defaultBackend` or `rules` must be specified'));
		}
		if (spec.defaultBackend) causes.push(...checkBackend(spec.defaultBackend, 'spec.defaultBackend'));
		for (const [index, rule] of rules.entries()) {
			const at = `spec.rules[${index}]`;
			const problem = rule.host && subdomainProblem(rule.host.replace(/^\*\./, ''));
			if (problem) causes.push(invalidValue(`${at}.host`, rule.host, problem));
			for (const [number, path] of (rule.http?.paths ?? []).entries()) {
				causes.push(...checkPath(path, `${at}.http.paths[${number}]`));
			}
		}
		return causes;
	},
	columns: [nameColumn, text('Class'), text('Hosts'), text('Address'), text('Ports'), ageColumn],
	cells(object, now) {
		const {spec, status} = object;
		const rules: Json[] = spec.rules ?? [];
		const hosts = rules.map((rule) => rule.host).filter(Boolean);
		return [
			object.metadata.name,
			spec.ingressClassName ?? '<none>',
			hosts.length > 0 ? cut(hosts, 3, Math.max(hosts.length, rules.length)) : '*',
			loadBalancerAddress(status),
			spec.tls?.length ? '80, 443' : '80',
			age(object, now),
		];
	},
};
