import {ApiError, type Obj} from '../../store.ts';
import {findCondition, withCondition} from '../conditions.ts';
import {type Context, type Stop, stopAll} from '../context.ts';
import {controllerOf, isDeleting} from '../owners.ts';
import {keyOf, splitKey, startQueue} from '../queue.ts';
import {referenceTo} from '../record.ts';
import type {Condition, Node, Pod} from '../shapes.ts';
import {microTimestamp, timestamp} from '../time.ts';
import {topologyOf} from '../topology.ts';
import {decide} from './fit.ts';
import {trackRooms} from './rooms.ts';

const manager = 'kube-scheduler';
/** A pod that found no node waits at least so long before it is looked at again, in milliseconds, doubled up to the longest. */
const firstBackOff = 1000;
const longestBackOff = 10_000;

/** Gives each pod a node, or says why none fits, and looks again when a node or its pods change (pkg/scheduler). */
export function startScheduler(context: Context): Stop {
	const {store, clock} = context;
	const queue = startQueue(clock, sync, context.report);
	const rooms = trackRooms();
	/** How often each waiting pod was refused. */
	const waiting = new Map<string, number>();
	const told = new Map<string, string>();

	function sync(key: string): void {
		const [namespace, name] = splitKey(key);
		const pod = store.get('pods', namespace, name) as Pod | undefined;
		if (!pod || pod.spec.nodeName || isDeleting(pod)) return forget(key);
		if (pod.spec.schedulingGates?.length) {
			const message = 'Scheduling is blocked due to non-empty scheduling gates';
			return setScheduled(pod, {type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message});
		}
		const owner = controllerOf(pod)?.uid ?? '';
		const decision = decide(pod, rooms.list(), (node) => rooms.crowd(owner, node));
		if ('node' in decision) bind(pod, decision.node);
		else refuse(key, pod, decision.message);
	}

	function bind(pod: Pod, node: Node): void {
		const {namespace, name} = pod.metadata;
		const {name: nodeName, labels: nodeLabels} = node.metadata;
		const labels = {...pod.metadata['labels'], ...topologyOf(nodeLabels)};
		const next = {...pod, metadata: {...pod.metadata, labels}, spec: {...pod.spec, nodeName}};
		const bound = store.update('pods', next, {manager}) as Pod;
		setScheduled(bound, {type: 'PodScheduled', status: 'True'});
		recordEvent(bound, 'Binding', 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${nodeName}`);
		forget(keyOf(pod));
	}

	function refuse(key: string, pod: Pod, message: string): void {
		waiting.set(key, (waiting.get(key) ?? 0) + 1);
		recordEvent(pod, 'Scheduling', 'Warning', 'FailedScheduling', message);
		setScheduled(pod, {type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message});
	}

	function setScheduled(pod: Pod, condition: Condition): void {
		const {conditions = []} = pod.status ?? {};
		const present = findCondition(conditions, condition.type);
		if (present?.status === condition.status && present.message === condition.message) return;
		const next = {
			...condition,
			lastProbeTime: null,
			lastTransitionTime: timestamp(clock.now()),
			observedGeneration: pod.metadata.generation,
		};
		const status = {...pod.status, conditions: withCondition(conditions, next)};
		store.update('pods', {...pod, status}, {manager, subresource: 'status'});
	}

	/** Events as events.k8s.io has them: a moment, no counts; repeats become a series. */
	function recordEvent(pod: Pod, action: string, type: string, reason: string, message: string): void {
		const {namespace, uid} = pod.metadata;
		const now = microTimestamp(clock.now());
		const name = told.get(`${uid}|${reason}`);
		const present = name === undefined ? undefined : store.get('events', namespace, name);
		const series = {count: (present?.series?.count ?? 1) + 1, lastObservedTime: now};
		const event = {
			apiVersion: 'v1',
			kind: 'Event',
			metadata: {namespace, name: `${pod.metadata.name}.${(BigInt(clock.now()) * 1_000_000n).toString(16)}`},
			involvedObject: referenceTo(pod),
			action,
			type,
			reason,
			message,
			eventTime: now,
			firstTimestamp: null,
			lastTimestamp: null,
			source: {},
			reportingComponent: 'default-scheduler',
			reportingInstance: 'default-scheduler-sandbox',
		};
		try {
			if (present) store.update('events', {...present, series}, {manager});
			else told.set(`${uid}|${reason}`, store.create('events', event, {manager}).metadata.name);
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
		}
	}

	function forget(key: string): void {
		waiting.delete(key);
		queue.forget(key);
	}

	/** Something made room, perhaps: every refused pod is looked at again after its back-off. */
	function retryAll(): void {
		for (const [key, refusals] of waiting)
			queue.addAfter(key, Math.min(longestBackOff, firstBackOff * 2 ** (refusals - 1)));
	}

	function onPod(type: string, pod: Pod): void {
		if (type === 'DELETED') {
			rooms.removePod(pod);
			for (const reason of ['Scheduled', 'FailedScheduling']) told.delete(`${pod.metadata.uid}|${reason}`);
			forget(keyOf(pod));
			if (pod.spec.nodeName) retryAll();
			return;
		}
		rooms.setPod(pod);
		if (!pod.spec.nodeName && !waiting.has(keyOf(pod))) queue.add(keyOf(pod));
	}

	function onNode(type: string, node: Obj): void {
		if (type === 'DELETED') rooms.removeNode(node as Node);
		else rooms.setNode(node as Node);
		retryAll();
	}

	for (const node of store.list('nodes')) onNode('ADDED', node);
	for (const pod of store.list('pods')) onPod('ADDED', pod as Pod);
	return stopAll(
		store.watch('nodes', ({type, object}) => onNode(type, object)),
		store.watch('pods', ({type, object}) => onPod(type, object as Pod)),
		queue.stop,
	);
}
