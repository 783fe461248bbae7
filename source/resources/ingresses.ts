import type {Ingress} from '../objects.ts';
import {ageColumn, nameColumn} from './columns.ts';
import {common, keep, withoutMetadata} from './keep.ts';
import {loadBalancerAddresses} from './load-balancer.ts';
import type {Resource} from './resource.ts';

export const ingresses: Resource<'ingresses'> = {
	id: 'ingresses',
	kind: 'Ingress',
	singular: 'ingress',
	shortNames: ['ing'],
	group: 'networking.k8s.io',
	version: 'v1',
	project: keep<Ingress>(
		{
			...common,
			spec: keep<Ingress['spec']>({ingressClassName: true, tls: true, defaultBackend: true, rules: true}),
			status: keep<NonNullable<Ingress['status']>>({loadBalancer: true}),
		},
		{...withoutMetadata, spec: {}},
	),
	columns: [
		nameColumn,
		{heading: 'CLASS', places: ['table', 'deck'], value: ({spec}) => spec.ingressClassName},
		{heading: 'HOSTS', places: ['table', 'deck'], flexible: 'end', value: hosts},
		{heading: 'ADDRESS', places: ['table', 'deck'], value: ({status}) => loadBalancerAddresses(status?.loadBalancer)},
		{heading: 'PORTS', places: ['table', 'deck'], value: ({spec}) => (spec.tls?.length ? '80, 443' : '80')},
		ageColumn,
	],
	rowRole: () => 'ok',
};

/** printers/internalversion formatHosts: three hosts, and how many of the rules are left, hosts or not. */
function hosts({spec}: Ingress): string {
	const rules = spec.rules ?? [];
	const named = rules.map(({host}) => host ?? '').filter(Boolean);
	if (named.length === 0) return '*';
	const shown = named.slice(0, 3).join(',');
	return named.length > 3 ? `${shown} + ${rules.length - 3} more...` : shown;
}
