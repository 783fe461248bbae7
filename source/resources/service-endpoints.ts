import {mappedPorts} from '../format/ports.ts';
import type {Endpoint, EndpointSlice, KubeObject, Service} from '../objects.ts';
import type {Role} from '../role.ts';
import {ageColumn, nameColumn, numberColumn} from './columns.ts';
import type {Look} from './resource.ts';

/** All endpoints of one Service, merged from its slices: a row of the deck's Endpoints pane. Its metadata is the Service's. */
export interface ServiceEndpoints extends KubeObject {
	readonly service: Service;
	readonly slices: readonly EndpointSlice[];
	/** Each once, though for a moment it may stand in two slices. */
	readonly endpoints: readonly Endpoint[];
	readonly ready: number;
	readonly notReady: number;
	/** On their way out: they finish what they have, and get nothing new. */
	readonly draining: number;
}

export type EndpointState = 'ready' | 'notReady' | 'draining';

/** What an endpoint is to traffic. An absent `ready` means ready, an absent `terminating` not so (discovery/v1). */
export function endpointState({conditions}: Endpoint): EndpointState {
	if (conditions?.terminating) return 'draining';
	return (conditions?.ready ?? true) ? 'ready' : 'notReady';
}

/** The slices of the Service of the same namespace that their label names, merged; one result a Service, in its order. */
export function mergeSlices(services: readonly Service[], slices: readonly EndpointSlice[]): ServiceEndpoints[] {
	const byService = Map.groupBy(slices, ({metadata: {namespace, labels}}) =>
		serviceKey(namespace, labels?.['kubernetes.io/service-name']),
	);
	return services.map((service) => {
		const own = byService.get(serviceKey(service.metadata.namespace, service.metadata.name)) ?? [];
		const endpoints = eachOnce(own.flatMap((slice) => slice.endpoints ?? []));
		const count = (state: EndpointState) => endpoints.filter((endpoint) => endpointState(endpoint) === state).length;
		return {
			metadata: service.metadata,
			service,
			slices: own,
			endpoints,
			ready: count('ready'),
			notReady: count('notReady'),
			draining: count('draining'),
		};
	});
}

export const serviceEndpoints: Look<ServiceEndpoints> = {
	columns: [
		nameColumn,
		{
			heading: 'PORTS',
			places: ['deck'],
			flexible: 'end',
			value: ({service, slices}, {ascii = false}) =>
				mappedPorts(
					service.spec.ports,
					slices.flatMap(({ports}) => ports ?? []),
					{ascii},
				),
		},
		{...numberColumn<ServiceEndpoints>('READY', ({ready}) => ready, ['deck']), role: rowRole},
		numberColumn('NOT READY', ({notReady}) => notReady, ['deck']),
		numberColumn('DRAINING', ({draining}) => draining, ['deck']),
		{...ageColumn, places: ['deck-wide']},
	],
	rowRole,
};

/** Pods that are there and none that serves is trouble; no pods at all may be as wanted. */
function rowRole({ready, notReady, draining}: ServiceEndpoints): Role {
	if (ready > 0) return notReady > 0 ? 'moving' : 'ok';
	if (notReady > 0) return 'failed';
	return draining > 0 ? 'ending' : 'muted';
}

function serviceKey(namespace: string | undefined, name: string | undefined): string {
	return `${namespace}/${name}`;
}

function eachOnce(endpoints: readonly Endpoint[]): Endpoint[] {
	return Array.from(
		new Map(endpoints.map((endpoint) => [endpoint.targetRef?.uid ?? endpoint.addresses.join(), endpoint])).values(),
	);
}
