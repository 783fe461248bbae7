import type {Json, Obj} from '../../store.ts';
import {type Context, controllerManager, type Stop, stopAll} from '../context.ts';
import {isDeleting} from '../owners.ts';
import {keyOf, splitKey, startQueue} from '../queue.ts';
import {nameSuffix} from '../random.ts';
import type {Pod, Service} from '../shapes.ts';
import {timestamp} from '../time.ts';
import {type Backend, endpointKey, hasEndpoint, hasSelector, portsOn, takes} from './backends.ts';
import {endpointsFor} from './endpoints.ts';
import {managedByLabel, plan, serviceLabel, sliceFor, sliceManager} from './slices.ts';

const manager = {manager: controllerManager};
const triggerAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/** Keeps the EndpointSlices and the Endpoints of every Service with a selector in step with its pods. */
export function startEndpoints(context: Context): Stop {
	const {store, clock, random} = context;
	const queue = startQueue(clock, sync, context.report);
	/** The keys of the pods that each Service selects, so that a sync need not read the whole namespace. */
	const members = new Map<string, Set<string>>();
	const slices = new Map<string, Set<string>>();

	function sync(key: string): void {
		const [namespace, name] = splitKey(key);
		const service = store.get('services', namespace, name) as Service | undefined;
		if (!service) return removeAll(key);
		if (!hasSelector(service) || isDeleting(service)) return;
		const backends = backendsOf(service, key);
		writeSlices(service, key, backends);
		writeEndpoints(service, backends);
	}

	function backendsOf(service: Service, key: string): Backend[] {
		const pods = [...(members.get(key) ?? [])].flatMap((pod) => store.get('pods', ...splitKey(pod)) ?? []) as Pod[];
		return pods.filter(hasEndpoint).map((pod) => {
			const node = pod.spec.nodeName ? store.get('nodes', undefined, pod.spec.nodeName) : undefined;
			return {pod, ports: portsOn(service, pod), zone: node?.metadata.labels?.['topology.kubernetes.io/zone']};
		});
	}

	function writeSlices(service: Service, key: string, backends: readonly Backend[]): void {
		const {namespace} = service.metadata;
		const present = [...(slices.get(key) ?? [])].flatMap(
			(slice) => store.get('endpointslices', ...splitKey(slice)) ?? [],
		);
		const {update, create, remove} = plan(service, backends, present);
		for (const slice of remove)
			store.remove('endpointslices', namespace, slice.metadata.name, {uid: slice.metadata.uid});
		for (const {slice, content} of update) {
			const next = sliceFor(service, content, slice);
			const differs =
				JSON.stringify([slice.endpoints, slice.ports ?? null]) !== JSON.stringify([content.endpoints, content.ports]);
			store.update('endpointslices', differs ? triggered(next) : next, manager);
		}
		for (const content of create) {
			const made = sliceFor(service, content);
			const name = `${made.metadata.generateName}${nameSuffix(random)}`;
			store.create('endpointslices', triggered({...made, metadata: {...made.metadata, name}}), manager);
		}
	}

	function triggered(object: Json): Json {
		const annotations = {...object.metadata.annotations, [triggerAnnotation]: timestamp(clock.now())};
		return {...object, metadata: {...object.metadata, annotations}};
	}

	function writeEndpoints(service: Service, backends: readonly Backend[]): void {
		const present = store.get('endpoints', service.metadata.namespace, service.metadata.name);
		const next = endpointsFor(service, backends, present);
		if (!present) store.create('endpoints', triggered(next), manager);
		else if (JSON.stringify(present.subsets) !== JSON.stringify(next.subsets))
			store.update('endpoints', triggered(next), manager);
	}

	/** The slices go with their owner, by the garbage collector; Endpoints have none and go here. */
	function removeAll(key: string): void {
		const [namespace, name] = splitKey(key);
		members.delete(key);
		queue.forget(key);
		if (store.get('endpoints', namespace, name)) store.remove('endpoints', namespace, name);
	}

	function onService(type: string, service: Obj, old?: Obj): void {
		const key = keyOf(service);
		queue.add(key);
		if (type === 'DELETED') return;
		if (old && JSON.stringify(old.spec.selector) === JSON.stringify(service.spec.selector)) return;
		const pods = store.list('pods', service.metadata.namespace) as readonly Pod[];
		members.set(key, new Set(pods.filter((pod) => takes(service as Service, pod)).map(keyOf)));
	}

	function onPod(type: string, pod: Pod, old?: Pod): void {
		if (type === 'MODIFIED' && old && endpointKey(old) === endpointKey(pod)) return;
		for (const service of store.list('services', pod.metadata.namespace) as readonly Service[]) {
			const key = keyOf(service);
			const mine = members.get(key) ?? new Set();
			members.set(key, mine);
			const was = mine.has(keyOf(pod));
			const is = type !== 'DELETED' && takes(service, pod);
			if (is) mine.add(keyOf(pod));
			else mine.delete(keyOf(pod));
			if (was || is) queue.add(key);
		}
	}

	function onSlice(type: string, slice: Obj): void {
		const {labels = {}, namespace} = slice.metadata;
		if (labels[managedByLabel] !== sliceManager) return;
		const key = `${namespace}/${labels[serviceLabel]}`;
		const mine = slices.get(key) ?? new Set();
		slices.set(key, mine);
		if (type !== 'DELETED') return void mine.add(keyOf(slice));
		mine.delete(keyOf(slice));
		queue.add(key);
	}

	for (const slice of store.list('endpointslices')) onSlice('ADDED', slice);
	for (const service of store.list('services')) onService('ADDED', service);
	return stopAll(
		store.watch('endpointslices', ({type, object}) => onSlice(type, object)),
		store.watch('services', ({type, object, old}) => onService(type, object, old)),
		store.watch('pods', ({type, object, old}) => onPod(type, object as Pod, old as Pod | undefined)),
		queue.stop,
	);
}
