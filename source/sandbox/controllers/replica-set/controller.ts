import {selects} from '../../selectors.ts';
import {ApiError, type Obj} from '../../store.ts';
import {claim} from '../claims.ts';
import {type Context, controllerManager, type Stop, stopAll} from '../context.ts';
import {controlledBy, controllerOf, isDeleting} from '../owners.ts';
import {keyOf, splitKey, startQueue} from '../queue.ts';
import {nameSuffix} from '../random.ts';
import type {Pod, ReplicaSet} from '../shapes.ts';
import {type Failure, isActive, nextAvailability, statusOf} from './status.ts';
import {victims} from './victims.ts';

const component = 'replicaset-controller';
/** The most pods that one sync makes or deletes (BurstReplicas). */
const burst = 500;

/** Keeps each ReplicaSet at its size, as pkg/controller/replicaset does. */
export function startReplicaSets(context: Context): Stop {
	const {store, clock, random, record} = context;
	const queue = startQueue(clock, sync, context.report);
	/** ReplicaSets that shall look for pods without a controller at their next sync. */
	const adopting = new Set<string>();

	function sync(key: string): void {
		const [namespace, name] = splitKey(key);
		const set = store.get('replicasets', namespace, name) as ReplicaSet | undefined;
		const adopt = adopting.delete(key);
		if (!set) return queue.forget(key);
		const pods = claim<Pod>(context, 'pods', set, adopt);
		let error: unknown;
		let failure: Failure | undefined;
		if (!isDeleting(set)) {
			const missing = (set.spec.replicas ?? 1) - pods.filter(isActive).length;
			error = missing > 0 ? create(set, Math.min(missing, burst)) : remove(set, pods, Math.min(-missing, burst));
			if (error instanceof ApiError)
				failure = {reason: missing > 0 ? 'FailedCreate' : 'FailedDelete', message: error.message};
		}
		const status = statusOf(set, pods, failure, clock.now());
		store.update('replicasets', {...set, status}, {manager: controllerManager, subresource: 'status'});
		const wait = nextAvailability(set, pods, clock.now());
		if (wait !== undefined) queue.addAfter(key, wait);
		if (error !== undefined) throw error;
	}

	/** Makes pods in batches of 1, 2, 4, …, so that a refusal that meets all of them costs few tries. Returns the first refusal. */
	function create(set: ReplicaSet, count: number): unknown {
		let left = count;
		for (let batch = 1; left > 0; batch = Math.min(left, batch * 2)) {
			const errors = Array.from({length: Math.min(left, batch)}, () => createPod(set)).filter(
				(error) => error !== undefined,
			);
			if (errors.length > 0) return errors[0];
			left -= batch;
		}
		return undefined;
	}

	function createPod(set: ReplicaSet): unknown {
		const {namespace, name} = set.metadata;
		const {metadata, spec} = set.spec.template;
		const generateName = `${name}-`;
		const pod = {
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: {
				...metadata,
				generateName,
				name: `${generateName}${nameSuffix(random)}`,
				namespace,
				ownerReferences: [controlledBy(set)],
			},
			spec,
		};
		try {
			const created = store.create('pods', pod, {manager: controllerManager});
			record(set, {component, reason: 'SuccessfulCreate', message: `Created pod: ${created.metadata.name}`});
			return undefined;
		} catch (error) {
			if (!(error instanceof ApiError) || isClosing(error)) return error;
			record(set, {component, type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${error.message}`});
			return error;
		}
	}

	function remove(set: ReplicaSet, pods: readonly Pod[], count: number): unknown {
		if (count <= 0) return undefined;
		let first: unknown;
		for (const pod of victims(pods.filter(isActive), siblings(set), clock.now()).slice(0, count)) {
			const {namespace, name, uid} = pod.metadata;
			try {
				store.remove('pods', namespace, name, {uid});
				record(set, {component, reason: 'SuccessfulDelete', message: `Deleted pod: ${name}`});
			} catch (error) {
				first ??= error;
				if (!(error instanceof ApiError)) continue;
				record(set, {component, type: 'Warning', reason: 'FailedDelete', message: `Error deleting: ${error.message}`});
			}
		}
		return first;
	}

	/** The active pods of all ReplicaSets under the same owner. */
	function siblings(set: ReplicaSet): Pod[] {
		const owner = controllerOf(set);
		const sets = owner ? store.byOwner('replicasets', owner.uid) : [set];
		return sets.flatMap(({metadata}) => store.byOwner('pods', metadata.uid) as readonly Pod[]).filter(isActive);
	}

	function onPod(pod: Obj): void {
		const owner = controllerOf(pod);
		if (owner) {
			if (owner.kind === 'ReplicaSet') queue.add(`${pod.metadata.namespace}/${owner.name}`);
			return;
		}
		for (const set of store.list('replicasets', pod.metadata.namespace) as readonly ReplicaSet[]) {
			if (selects(set.spec.selector, pod.metadata.labels)) adoptFor(set);
		}
	}

	function adoptFor(set: Obj): void {
		adopting.add(keyOf(set));
		queue.add(keyOf(set));
	}

	for (const set of store.list('replicasets')) queue.add(keyOf(set));
	return stopAll(
		store.watch('replicasets', ({type, object}) => (type === 'ADDED' ? adoptFor(object) : queue.add(keyOf(object)))),
		store.watch('pods', ({object, old}) => {
			onPod(object);
			if (old && controllerOf(old)?.uid !== controllerOf(object)?.uid) onPod(old);
		}),
		queue.stop,
	);
}

/** Nothing is told about a namespace that is closing: its objects go anyway. */
function isClosing(error: ApiError): boolean {
	return error.details?.causes?.some(({reason}) => reason === 'NamespaceTerminating') ?? false;
}
