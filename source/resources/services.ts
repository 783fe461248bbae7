import {servicePorts} from '../format/ports.ts';
import {formatLabels} from '../format/selector.ts';
import type {Service, ServicePort} from '../objects.ts';
import {ageColumn, nameColumn} from './columns.ts';
import {common, each, keep, withoutMetadata} from './keep.ts';
import {loadBalancerAddresses} from './load-balancer.ts';
import type {Resource} from './resource.ts';

type Status = NonNullable<Service['status']>;

const pending = '<pending>';

export const services: Resource<'services'> = {
	id: 'services',
	kind: 'Service',
	singular: 'service',
	shortNames: ['svc'],
	group: '',
	version: 'v1',
	project: keep<Service>(
		{
			...common,
			spec: keep<Service['spec']>({
				type: true,
				clusterIP: true,
				clusterIPs: true,
				externalIPs: true,
				externalName: true,
				selector: true,
				ports: each(keep<ServicePort>({name: true, port: true, targetPort: true, nodePort: true, protocol: true})),
				publishNotReadyAddresses: true,
				sessionAffinity: true,
				sessionAffinityConfig: true,
				trafficDistribution: true,
				internalTrafficPolicy: true,
				externalTrafficPolicy: true,
			}),
			status: keep<Status>({loadBalancer: true}),
		},
		{...withoutMetadata, spec: {}},
	),
	columns: [
		nameColumn,
		{heading: 'TYPE', places: ['table', 'deck'], value: ({spec}) => spec.type},
		{
			heading: 'CLUSTER-IP',
			places: ['table', 'deck'],
			value: ({spec}) => (spec.clusterIPs ? spec.clusterIPs[0] : spec.clusterIP) || undefined,
		},
		{heading: 'EXTERNAL-IP', places: ['table', 'deck'], value: externalIp},
		{heading: 'PORT(S)', places: ['table', 'deck'], flexible: 'end', value: ({spec}) => servicePorts(spec.ports)},
		ageColumn,
		{heading: 'SELECTOR', places: ['wide'], value: ({spec}) => formatLabels(spec.selector)},
	],
	rowRole: (service) => (externalIp(service) === pending ? 'waiting' : 'ok'),
};

/** printers/internalversion getServiceExternalIP; undefined prints `<none>`. */
function externalIp({spec, status}: Service): string | undefined {
	const own = spec.externalIPs ?? [];
	switch (spec.type ?? 'ClusterIP') {
		case 'ClusterIP':
		case 'NodePort':
			return own.join(',') || undefined;
		case 'LoadBalancer': {
			const balanced = loadBalancerAddresses(status?.loadBalancer);
			return [...(balanced ? [balanced] : []), ...own].join(',') || pending;
		}
		case 'ExternalName':
			return spec.externalName || undefined;
		default:
			return '<unknown>';
	}
}
