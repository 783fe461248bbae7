import type {Json, Obj} from '../../store.ts';
import {isDeleting} from '../owners.ts';
import {isReady} from '../replica-set/victims.ts';
import type {Service} from '../shapes.ts';
import {type Backend, type Port, targetOf} from './backends.ts';

const most = 1000;
const overCapacity = 'endpoints.kubernetes.io/over-capacity';

/** The Service's core/v1 Endpoints (endpoints_controller.go): `present` where they exist already. */
export function endpointsFor(service: Service, backends: readonly Backend[], present?: Obj): Json {
	const {name, namespace, labels = {}} = service.metadata;
	const publish = service.spec.publishNotReadyAddresses === true;
	const counted = backends.filter(({pod}) => publish || !isDeleting(pod));
	const ready = counted.filter(({pod}) => publish || isReady(pod));
	const unready = counted.filter((backend) => !ready.includes(backend));
	const subsets = subsetsOf(ready.slice(0, most), unready.slice(0, Math.max(0, most - ready.length)));
	const {[overCapacity]: _, ...annotations} = present?.metadata.annotations ?? {};
	if (counted.length > most) annotations[overCapacity] = 'truncated';
	return {
		...present,
		apiVersion: 'v1',
		kind: 'Endpoints',
		metadata: {
			...(present?.metadata ?? {name, namespace}),
			labels: {
				...labels,
				'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
				...(service.spec.clusterIP === 'None' && {'service.kubernetes.io/headless': ''}),
			},
			...(Object.keys(annotations).length > 0 && {annotations}),
		},
		subsets: subsets.length > 0 ? subsets : undefined,
	};
}

/** One subset for each layout of ports, addresses in order of their text. */
function subsetsOf(ready: readonly Backend[], unready: readonly Backend[]): Json[] {
	const layouts = new Map<string, {ports: Port[]; addresses: Json[]; notReadyAddresses: Json[]}>();
	const add = (list: 'addresses' | 'notReadyAddresses', backend: Backend) => {
		const key = JSON.stringify(backend.ports);
		const subset = layouts.get(key) ?? {ports: backend.ports, addresses: [], notReadyAddresses: []};
		layouts.set(key, subset);
		subset[list].push(addressOf(backend));
	};
	for (const backend of ready) add('addresses', backend);
	for (const backend of unready) add('notReadyAddresses', backend);
	return [...layouts.values()].map(({ports, addresses, notReadyAddresses}) => ({
		...(addresses.length > 0 && {addresses: addresses.sort(byText)}),
		...(notReadyAddresses.length > 0 && {notReadyAddresses: notReadyAddresses.sort(byText)}),
		...(ports.length > 0 && {ports: ports.map(({name, ...port}) => ({...(name && {name}), ...port}))}),
	}));
}

function byText(a: Json, b: Json): number {
	return a.ip < b.ip ? -1 : 1;
}

function addressOf({pod}: Backend): Json {
	const {nodeName} = pod.spec;
	return {ip: pod.status?.podIP, ...(nodeName !== undefined && {nodeName}), targetRef: targetOf(pod)};
}
