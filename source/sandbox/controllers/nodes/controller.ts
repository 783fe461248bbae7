import {ApiError, type Obj} from '../../store.ts';
import {findCondition, isTrue, withCondition} from '../conditions.ts';
import {type Context, controllerManager, type Stop, stopAll} from '../context.ts';
import {isAway} from '../kubelet/controller.ts';
import {isDeleting} from '../owners.ts';
import {startQueue} from '../queue.ts';
import {isFinished} from '../replica-set/status.ts';
import type {Condition, Node, Pod, Taint} from '../shapes.ts';
import {timestamp} from '../time.ts';
import {healthyConditions, silentConditions} from './kubelet-status.ts';
import {renewLease} from './leases.ts';
import {evictionDelay, taintsFor} from './taints.ts';

/** How long pods of a node that is gone are left, in milliseconds (PodGC). */
const orphanedFor = 40_000;

/** The life of nodes: kubelets that report, fall silent and come back, the taints for that, and the evictions that follow (pkg/controller/nodelifecycle, tainteviction). */
export function startNodes(context: Context): Stop {
	const {store, clock, record, timing} = context;
	const queue = startQueue(clock, sync, context.report);
	const silentSince = new Map<string, number>();
	/** Since when each node has each NoExecute taint, in milliseconds. */
	const taintedSince = new Map<string, number>();
	/** Pods that are to be evicted, by uid: told once. */
	const goneSince = new Map<string, number>();

	function sync(name: string): void {
		const found = store.get('nodes', undefined, name) as Node | undefined;
		if (!found) return collectPods(name);
		let node = found;
		if (isAway(node)) node = noteSilence(node);
		else node = noteSign(node);
		const taints = taintsFor(node, clock.now());
		if (JSON.stringify(taints) !== JSON.stringify(node.spec.taints ?? [])) {
			const {taints: _, ...spec} = node.spec;
			const next = {...node, spec: {...spec, ...(taints.length > 0 && {taints})}};
			node = store.update('nodes', next, {manager: controllerManager}) as Node;
		}
		evict(node, taints);
	}

	function noteSilence(node: Node): Node {
		const {name} = node.metadata;
		const now = clock.now();
		if (!silentSince.has(name)) renewLease(store, node);
		const since = silentSince.get(name) ?? now;
		silentSince.set(name, since);
		const left = since + timing.nodeGrace - now;
		if (left > 0) {
			queue.addAfter(name, left);
			return node;
		}
		if (findCondition(node.status?.conditions, 'Ready')?.status === 'Unknown') return node;
		record(node, {
			component: 'node-controller',
			reason: 'NodeNotReady',
			message: `Node ${name} status is now: NodeNotReady`,
		});
		const written = writeConditions(node, silentConditions(node.status?.conditions ?? [], now), controllerManager);
		for (const pod of podsOn(name)) markNotReady(pod);
		return written;
	}

	/** A kubelet that reports: at first, and after a silence. */
	function noteSign(node: Node): Node {
		const {name} = node.metadata;
		silentSince.delete(name);
		if (isTrue(node.status?.conditions, 'Ready')) return node;
		record(node, {
			component: 'kubelet',
			host: name,
			reason: 'NodeReady',
			message: `Node ${name} status is now: NodeReady`,
		});
		return writeConditions(node, healthyConditions(node.status?.conditions ?? [], clock.now()), 'kubelet');
	}

	function writeConditions(node: Node, conditions: readonly Condition[], manager: string): Node {
		return store.update(
			'nodes',
			{...node, status: {...node.status, conditions}},
			{manager, subresource: 'status'},
		) as Node;
	}

	function markNotReady(pod: Pod): void {
		if (!isTrue(pod.status?.conditions, 'Ready')) return;
		const lastTransitionTime = timestamp(clock.now());
		writePodCondition(pod, {
			type: 'Ready',
			status: 'False',
			lastTransitionTime,
			observedGeneration: pod.metadata.generation,
		});
		record(pod, {component: 'node-controller', type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready'});
	}

	function writePodCondition(pod: Pod, condition: Condition): void {
		const status = {...pod.status, conditions: withCondition(pod.status?.conditions ?? [], condition)};
		store.update('pods', {...pod, status}, {manager: controllerManager, subresource: 'status'});
	}

	/** Deletes the pods whose patience with the node's NoExecute taints is over. */
	function evict(node: Node, taints: readonly Taint[]): void {
		const {name, uid} = node.metadata;
		const now = clock.now();
		const repelling = taints.filter(({effect}) => effect === 'NoExecute');
		const since = Math.min(
			...repelling.map((taint) => noteTaint(`${uid}|${taint.key}|${taint.value ?? ''}`, taint, now)),
		);
		if (repelling.length === 0) {
			for (const key of taintedSince.keys()) if (key.startsWith(uid)) taintedSince.delete(key);
			return;
		}
		for (const pod of podsOn(name)) {
			if (isDeleting(pod) || isFinished(pod)) continue;
			const delay = evictionDelay(pod, repelling);
			if (delay === undefined) continue;
			if (since + delay <= now) evictPod(pod);
			else queue.addAfter(name, since + delay - now);
		}
	}

	function noteTaint(key: string, taint: Taint, now: number): number {
		const since = taintedSince.get(key) ?? (taint.timeAdded ? Date.parse(taint.timeAdded) : now);
		taintedSince.set(key, since);
		return since;
	}

	function evictPod(pod: Pod): void {
		const {namespace, name, uid, generation} = pod.metadata;
		record(pod, {
			component: 'taint-eviction-controller',
			reason: 'TaintManagerEviction',
			message: `Marking for deletion Pod ${namespace}/${name}`,
		});
		writePodCondition(pod, {
			type: 'DisruptionTarget',
			status: 'True',
			reason: 'DeletionByTaintManager',
			message: 'Taint manager: deleting due to NoExecute taint',
			lastTransitionTime: timestamp(clock.now()),
			observedGeneration: generation,
		});
		store.remove('pods', namespace, name, {uid});
	}

	/** Pods of a node that does not exist any more: nobody would end them. */
	function collectPods(name: string): void {
		const since = goneSince.get(name) ?? clock.now();
		goneSince.set(name, since);
		const left = since + orphanedFor - clock.now();
		if (left > 0) return queue.addAfter(name, left);
		goneSince.delete(name);
		for (const {metadata} of podsOn(name)) {
			try {
				store.remove('pods', metadata.namespace, metadata.name, {uid: metadata.uid, gracePeriodSeconds: 0});
			} catch (error) {
				if (!(error instanceof ApiError)) throw error;
			}
		}
	}

	function podsOn(name: string): Pod[] {
		return (store.list('pods') as readonly Pod[]).filter(({spec}) => spec.nodeName === name);
	}

	function onNode(type: string, {metadata}: Obj): void {
		if (type === 'ADDED') goneSince.delete(metadata.name);
		queue.add(metadata.name);
	}

	for (const node of store.list('nodes')) onNode('ADDED', node);
	return stopAll(
		store.watch('nodes', ({type, object}) => onNode(type, object)),
		queue.stop,
	);
}
