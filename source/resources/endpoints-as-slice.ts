import type {Endpoint, EndpointSlice, Endpoints} from '../objects.ts';

/**
 * core/v1 Endpoints in the shape of a slice, for servers that have no EndpointSlices: the rest of rolldeck knows slices
 * only. Terminating pods are left out of Endpoints, so draining is not seen there.
 */
export function endpointsAsSlice({metadata, subsets = []}: Endpoints): EndpointSlice {
	const endpoint =
		(ready: boolean) =>
		(address: NonNullable<(typeof subsets)[number]['addresses']>[number]): Endpoint => ({
			addresses: [address.ip],
			conditions: {ready, serving: ready, terminating: false},
			...(address.targetRef && {targetRef: address.targetRef}),
			...(address.nodeName !== undefined && {nodeName: address.nodeName}),
		});
	return {
		metadata: {...metadata, labels: {...metadata.labels, 'kubernetes.io/service-name': metadata.name}},
		addressType: 'IPv4',
		endpoints: subsets.flatMap(({addresses = [], notReadyAddresses = []}) => [
			...addresses.map(endpoint(true)),
			...notReadyAddresses.map(endpoint(false)),
		]),
		ports: subsets.flatMap(({ports = []}) => ports),
	};
}
