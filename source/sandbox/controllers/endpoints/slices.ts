import type {Json, Obj} from '../../store.ts';
import {controlledBy} from '../owners.ts';
import type {Service} from '../shapes.ts';
import {type Backend, type Port, sliceEndpoint} from './backends.ts';

export const serviceLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const sliceManager = 'endpointslice-controller.k8s.io';
const headlessLabel = 'service.kubernetes.io/headless';

/** The controller's --max-endpoints-per-slice. */
const mostEndpoints = 100;

/** What a slice shall hold. */
export interface Content {
	ports: Port[] | null;
	endpoints: Json[];
}

/** What to write so that the slices hold the backends. */
export interface Plan {
	update: {slice: Obj; content: Content}[];
	create: Content[];
	remove: Obj[];
}

/**
 * Spreads a Service's backends over slices, a set of slices for each layout of ports: endpoints stay in the slice where they are, new ones fill
 * gaps, then new slices; a slice that would go is written anew instead of one that would come (endpointslice/reconciler.go).
 */
export function plan(service: Service, backends: readonly Backend[], slices: readonly Obj[]): Plan {
	const layouts = new Map<string, {ports: Port[]; wanted: Map<string, Json>}>();
	for (const backend of backends) {
		const key = JSON.stringify(backend.ports);
		const layout = layouts.get(key) ?? {ports: backend.ports, wanted: new Map()};
		layouts.set(key, layout);
		layout.wanted.set(backend.pod.metadata.uid, sliceEndpoint(service, backend));
	}
	const kept: {slice: Obj; content: Content}[] = [];
	const remove: Obj[] = [];
	for (const slice of slices) {
		const layout = layouts.get(JSON.stringify((slice.ports ?? []).map(ordered)));
		const endpoints = layout ? takeKnown(slice, layout.wanted) : [];
		if (layout && endpoints.length > 0) kept.push({slice, content: {ports: layout.ports, endpoints}});
		else remove.push(slice);
	}
	const create: Content[] = [];
	for (const {ports, wanted} of layouts.values()) {
		const left = [...wanted.values()];
		for (const {content} of kept) {
			if (content.ports !== ports) continue;
			content.endpoints.push(...left.splice(0, mostEndpoints - content.endpoints.length));
		}
		while (left.length > 0) create.push({ports, endpoints: left.splice(0, mostEndpoints)});
	}
	if (kept.length === 0 && create.length === 0) create.push({ports: null, endpoints: []});
	const recycled = remove.splice(0, create.length).map((slice, at) => ({slice, content: create[at] as Content}));
	return {update: [...kept, ...recycled], create: create.slice(recycled.length), remove};
}

function ordered({name = '', port, protocol, appProtocol}: Json): Port {
	return {name, port, protocol, ...(appProtocol !== undefined && {appProtocol})};
}

/** The endpoints of the slice that are still wanted, as they are now; they are taken out of `wanted`. */
function takeKnown(slice: Obj, wanted: Map<string, Json>): Json[] {
	const endpoints: Json[] = [];
	for (const {targetRef} of slice.endpoints ?? []) {
		const endpoint = wanted.get(targetRef?.uid);
		if (endpoint) endpoints.push(endpoint);
		wanted.delete(targetRef?.uid);
	}
	return endpoints;
}

/** A slice as it is stored: `slice` where it exists already. */
export function sliceFor(service: Service, {ports, endpoints}: Content, slice?: Obj): Json {
	const {name, namespace, labels = {}} = service.metadata;
	const generateName = `${name}-`;
	return {
		...slice,
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: {
			...(slice?.metadata ?? {generateName, namespace}),
			labels: {
				...labels,
				...(service.spec.clusterIP === 'None' && {[headlessLabel]: ''}),
				[managedByLabel]: sliceManager,
				[serviceLabel]: name,
			},
			ownerReferences: [controlledBy(service)],
		},
		addressType: 'IPv4',
		endpoints,
		ports,
	};
}
