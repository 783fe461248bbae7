import {ApiError, type Obj} from '../../store.ts';
import {type Context, type Stop, stopAll} from '../context.ts';
import {isDeleting} from '../owners.ts';
import {keyOf, splitKey, startQueue} from '../queue.ts';
import {between} from '../random.ts';
import {isFinished} from '../replica-set/status.ts';
import type {Node, Pod, PodStatus} from '../shapes.ts';
import {millis, timestamp} from '../time.ts';
import {podAddresses} from './addresses.ts';
import {behaviourOf, waits} from './behaviour.ts';
import {statusFrom} from './pod-status.ts';
import {inTurn, type Slot, slotsOf} from './slots.ts';
import {end, nextStep, play, type Step} from './steps.ts';
import type {Told} from './texts.ts';

const component = 'kubelet';

/** What a kubelet knows of a pod beyond its status: lost when it stops, and then worked out anew. */
interface Memory {
	sandboxAt?: number;
	due: Map<string, {step: Step; at: number}>;
	failedPulls: Map<string, number>;
	stopAt?: number;
}

/** The label that makes a node's kubelet fall silent: the node has gone away, its pods stand still. */
export const awayLabel = 'away';

/** The kubelets of all nodes: each pod's containers go from step to step as their image's tag has it. */
export function startKubelets(context: Context): Stop {
	const {store, clock, random, record} = context;
	const queue = startQueue(clock, sync, context.report);
	const addresses = podAddresses();
	const memories = new Map<string, Memory>();
	/** The images on each node. */
	const images = new Map<string, Set<string>>();

	function sync(key: string): void {
		const [namespace, name] = splitKey(key);
		const pod = store.get('pods', namespace, name) as Pod | undefined;
		if (!pod) return queue.forget(key);
		const node = pod.spec.nodeName ? (store.get('nodes', undefined, pod.spec.nodeName) as Node | undefined) : undefined;
		if (!node || isAway(node)) return;
		const memory = memoryOf(pod);
		if (isDeleting(pod)) return stop(key, pod, memory);
		if (isFinished(pod)) return;
		if (!pod.status?.podIP) return makeSandbox(key, pod, node, memory);
		addresses.keep(pod.status.podIP);
		runSteps(key, pod, memory);
	}

	function memoryOf(pod: Pod): Memory {
		const {uid} = pod.metadata;
		const memory = memories.get(uid) ?? {due: new Map(), failedPulls: new Map()};
		memories.set(uid, memory);
		return memory;
	}

	function makeSandbox(key: string, pod: Pod, node: Node, memory: Memory): void {
		const now = clock.now();
		memory.sandboxAt ??= now + between(random, ...waits.sandbox);
		if (memory.sandboxAt > now) return queue.addAfter(key, memory.sandboxAt - now);
		const hostIP = node.status?.addresses?.find(({type}) => type === 'InternalIP')?.address ?? '127.0.0.1';
		const podIP = pod.spec.hostNetwork ? hostIP : addresses.take(node.spec.podCIDR ?? '10.244.0.0/24');
		const placed = {hostIP, hostIPs: [{ip: hostIP}], podIP, podIPs: [{ip: podIP}], startTime: timestamp(now)};
		writeStatus(pod, {...statusFrom(pod, slotsOf(pod), now), ...placed});
	}

	/** Plays every step that is due, then waits for the next. */
	function runSteps(key: string, pod: Pod, memory: Memory): void {
		const now = clock.now();
		let slots = slotsOf(pod);
		let next = Infinity;
		for (let played = true; played; ) {
			played = false;
			next = Infinity;
			for (const slot of inTurn(slots)) {
				const due = dueOf(slot, pod, memory);
				if (due && due.at <= now) {
					slots = slots.map((each) => (each === slot ? playStep(due.step, slot, pod, memory) : each));
					played = true;
					break;
				}
				if (due) next = Math.min(next, due.at);
			}
		}
		writeStatus(pod, statusFrom(pod, slots, now));
		if (next < Infinity) queue.addAfter(key, next - now);
	}

	function dueOf(slot: Slot, pod: Pod, memory: Memory): {step: Step; at: number} | undefined {
		const {name, image} = slot.container;
		const present = imagesOf(pod).has(image);
		const due =
			memory.due.get(name) ??
			nextStep(slot, {pod, now: clock.now(), present}, memory.failedPulls.get(name) ?? 0, random);
		if (due) memory.due.set(name, due);
		return due;
	}

	function playStep(step: Step, slot: Slot, pod: Pod, memory: Memory): Slot {
		const {name, image} = slot.container;
		const now = clock.now();
		const outcome = play(step, slot, {pod, now, present: imagesOf(pod).has(image)});
		for (const told of outcome.told) tell(pod, slot, told);
		if (step === 'pull') memory.due.set(name, {step: 'create', at: now + between(random, ...waits.pull)});
		else memory.due.delete(name);
		if (outcome.status.state.running) imagesOf(pod).add(image);
		if (outcome.status.state.waiting?.reason === 'ErrImagePull') {
			memory.failedPulls.set(name, (memory.failedPulls.get(name) ?? 0) + 1);
		}
		return {...slot, status: outcome.status};
	}

	/** Lets the containers end, then the pod: after a moment, or at the end of its grace period where an image wants that. */
	function stop(key: string, pod: Pod, memory: Memory): void {
		const now = clock.now();
		const deadline = millis(pod.metadata.deletionTimestamp);
		if (memory.stopAt === undefined) {
			const isStubborn = pod.spec.containers.some(({image}) => behaviourOf(image).stubborn);
			memory.stopAt = isStubborn ? deadline : now + between(random, ...waits.stop);
			for (const slot of slotsOf(pod)) {
				if (!slot.status.state.running) continue;
				tell(pod, slot, {type: 'Normal', reason: 'Killing', message: `Stopping container ${slot.container.name}`});
			}
		}
		// Who deletes it again may have given it less time.
		memory.stopAt = Math.min(memory.stopAt, deadline);
		if (memory.stopAt > now) return queue.addAfter(key, memory.stopAt - now);
		const {namespace, name, uid, finalizers = []} = pod.metadata;
		if (finalizers.length > 0) {
			const ended = slotsOf(pod).map((slot) =>
				slot.status.state.running ? {...slot, status: end(slot.status, 0, 'Completed', now)} : slot,
			);
			writeStatus(pod, statusFrom(pod, ended, now));
		}
		if (pod.metadata.deletionGracePeriodSeconds === 0) return;
		try {
			store.remove('pods', namespace, name, {uid, gracePeriodSeconds: 0});
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
		}
	}

	function writeStatus(pod: Pod, status: PodStatus): void {
		store.update('pods', {...pod, status}, {manager: component, subresource: 'status'});
	}

	function tell(pod: Pod, {kind, container}: Slot, told: Told): void {
		const list = kind === 'main' ? 'containers' : 'initContainers';
		record(pod, {...told, component, host: pod.spec.nodeName ?? '', fieldPath: `spec.${list}{${container.name}}`});
	}

	function imagesOf(pod: Pod): Set<string> {
		const node = pod.spec.nodeName ?? '';
		const present = images.get(node) ?? new Set();
		images.set(node, present);
		return present;
	}

	function onPod(type: string, pod: Pod): void {
		if (type !== 'DELETED') return queue.add(keyOf(pod));
		memories.delete(pod.metadata.uid);
		queue.forget(keyOf(pod));
		if (pod.status?.podIP) addresses.give(pod.status.podIP);
	}

	/** A kubelet that is back looks at all of its pods. */
	function onNode(node: Obj, old: Obj | undefined): void {
		if (!old || !isAway(old) || isAway(node)) return;
		for (const pod of store.list('pods') as readonly Pod[]) {
			if (pod.spec.nodeName === node.metadata.name) queue.add(keyOf(pod));
		}
	}

	for (const pod of store.list('pods') as readonly Pod[]) queue.add(keyOf(pod));
	return stopAll(
		store.watch('pods', ({type, object}) => onPod(type, object as Pod)),
		store.watch('nodes', ({object, old}) => onNode(object, old)),
		queue.stop,
	);
}

export function isAway(node: Obj): boolean {
	return node.metadata.labels?.[awayLabel] !== undefined;
}
