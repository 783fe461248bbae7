import type {Cause} from '../api-error.ts';
import type {Json} from '../store.ts';
import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age, loadBalancerAddress} from './print.ts';
import {checkPort, duplicate, invalidValue, labelProblem, required, subdomainProblem, unsupported} from './rules.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function checkPorts(spec: Json): Cause[] {
	const causes: Cause[] = [];
	const ports: Json[] = spec.ports ?? [];
	const headless = spec.clusterIP === 'None';
	if (ports.length === 0 && !headless && spec.type !== 'ExternalName') causes.push(required('spec.ports'));
	const names = new Set<string>();
	for (const [index, port] of ports.entries()) {
		const at = `spec.ports[${index}]`;
		if (!port.name && ports.length > 1) causes.push(required(`${at}.name`));
		else if (port.name) {
			if (labelProblem(port.name)) causes.push(invalidValue(`${at}.name`, port.name, labelProblem(port.name)!));
			if (names.has(port.name)) causes.push(duplicate(`${at}.name`, port.name));
			names.add(port.name);
		}
		causes.push(...checkPort(port.port, `${at}.port`));
		if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol)) {
			causes.push(unsupported(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']));
		}
		if (typeof port.targetPort === 'number') causes.push(...checkPort(port.targetPort, `${at}.targetPort`));
	}
	const same = new Set<string>();
	for (const [index, port] of ports.entries()) {
		const key = `${port.protocol} ${port.port}`;
		if (same.has(key)) causes.push(duplicate(`spec.ports[${index}]`, {port: port.port, protocol: port.protocol}));
		same.add(key);
	}
	return causes;
}

function externalAddress(object: Json): string {
	const {spec, status} = object;
	const external = (spec.externalIPs ?? []).join(',');
	switch (spec.type) {
		case 'ClusterIP':
		case 'NodePort':
			return external || '<none>';
		case 'LoadBalancer': {
			const all = [loadBalancerAddress(status), external].filter(Boolean).join(',');
			return all || '<pending>';
		}
		case 'ExternalName':
			return spec.externalName;
		default:
			return '<unknown>';
	}
}

export const service: Kind = {
	group: '',
	version: 'v1',
	kind: 'Service',
	resource: 'services',
	singular: 'service',
	shortNames: ['svc'],
	categories: ['all'],
	namespaced: true,
	type: 'core.v1.Service',
	status: true,
	nameRule: labelProblem,
	fill({spec}) {
		if (!spec) return;
		spec.type ??= 'ClusterIP';
		spec.sessionAffinity ??= 'None';
		if (spec.sessionAffinity === 'ClientIP') spec.sessionAffinityConfig ??= {clientIP: {timeoutSeconds: 10_800}};
		if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
		const outside = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
		if (outside || spec.externalIPs?.length) spec.externalTrafficPolicy ??= 'Cluster';
		else delete spec.externalTrafficPolicy;
		if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
		else delete spec.allocateLoadBalancerNodePorts;
		for (const port of spec.ports ?? []) {
			port.protocol ??= 'TCP';
			port.targetPort ??= port.port;
		}
	},
	begin(object) {
		object.status = {loadBalancer: {}};
	},
	keep(object, old) {
		const {spec} = object;
		const before = old['spec'];
		if (!spec) return;
		if (spec.type === 'ExternalName') {
			for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[key];
			return;
		}
		for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) spec[key] ??= before[key];
		const outside = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
		for (const port of spec.ports ?? []) {
			const same = (before.ports ?? []).find((p: Json) => p.port === port.port && p.protocol === port.protocol);
			if (outside && same?.nodePort) port.nodePort ??= same.nodePort;
			else if (!outside && port.nodePort === same?.nodePort) delete port.nodePort;
		}
	},
	check({spec = {}}, old) {
		const causes = checkPorts(spec);
		if (!types.includes(spec.type)) causes.push(unsupported('spec.type', spec.type, types));
		if (spec.type === 'ExternalName') {
			if (!spec.externalName) causes.push(required('spec.externalName'));
			else if (subdomainProblem(spec.externalName)) {
				causes.push(invalidValue('spec.externalName', spec.externalName, subdomainProblem(spec.externalName)!));
			}
		}
		const before = old?.['spec'];
		if (before?.clusterIP && spec.clusterIP && spec.clusterIP !== before.clusterIP && before.type !== 'ExternalName') {
			causes.push(invalidValue('spec.clusterIPs[0]', spec.clusterIPs ?? [spec.clusterIP], 'may not change once set'));
		}
		return causes;
	},
	fields: {
		'spec.clusterIP': (object) => object['spec'].clusterIP ?? '',
		'spec.type': (object) => object['spec'].type ?? '',
	},
	columns: [
		nameColumn,
		text('Type'),
		text('Cluster-IP'),
		text('External-IP'),
		text('Port(s)'),
		ageColumn,
		text('Selector', 1),
	],
	cells(object, now) {
		const {spec} = object;
		const ports = (spec.ports ?? []).map(
			(port: Json) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`,
		);
		const selector = Object.entries<string>(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
		return [
			object.metadata.name,
			spec.type,
			spec.clusterIPs?.[0] || '<none>',
			externalAddress(object),
			ports.join(',') || '<none>',
			age(object, now),
			selector.sort().join(',') || '<none>',
		];
	},
};
