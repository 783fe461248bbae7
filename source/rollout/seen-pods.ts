import {parseTime} from '../format/age.ts';
import type {ContainerStatus, KubeObject, Pod} from '../objects.ts';
import {
	containerEnded,
	kubeletOf,
	type Link,
	type Moment,
	moment,
	namesOf,
	podMade,
	podNotPlaced,
	podPlaced,
	podReady,
	podStopped,
} from './moments.ts';
import {askedToStopAt, conditionOf, containersOf, isReady, readyChangedAt} from './pods.ts';
import {reference} from './reference.ts';
import {oneLine} from './words.ts';

/** The way of a pod: made, placed, started, ready, not ready any more, asked to stop, gone. As `seen.ts`. */
export function seenOfPod(before: Pod | undefined, after: Pod | undefined, at: number): Moment[] {
	const present = after ?? before;
	if (!present) return [];
	const [name, set] = namesOf(present);
	const object = reference(present, 'Pod');
	const kubelet = kubeletOf(present);
	const tell = (link: Link, when: number | undefined) => moment(link, when ?? at, object);
	if (!after) {
		const fold = {key: `gone ${set}`, many: ({length}: readonly string[]) => `${length} pods gone`, actor: 'kubelet'};
		return [tell({actor: kubelet, text: `${name} gone`, role: 'ending', fold, follows: `${set} stopped`}, undefined)];
	}
	const moments: Moment[] = [];
	if (!before) moments.push(tell(podMade(name, set), parseTime(after.metadata.creationTimestamp)));
	const placed = conditionOf(after, 'PodScheduled');
	const placedAt = parseTime(placed?.lastTransitionTime);
	if (after.spec.nodeName && !before?.spec.nodeName)
		moments.push(tell(podPlaced(name, set, after.spec.nodeName), placedAt));
	if (placed?.reason === 'Unschedulable' && before && conditionOf(before, 'PodScheduled')?.reason !== placed.reason)
		moments.push(tell(podNotPlaced(name, oneLine(placed.message ?? '')), placedAt));
	for (const {status} of containersOf(after)) {
		const old = before && containersOf(before).find(({status: {name: known}}) => known === status.name)?.status;
		moments.push(...seenOfContainer(after, old, status, at));
	}
	const isEnding = after.metadata.deletionTimestamp !== undefined;
	const [wasReady, ready] = [before !== undefined && isReady(before), isReady(after)];
	if (ready && !wasReady && !isEnding) moments.push(podReady(after, readyChangedAt(after) ?? at));
	if (wasReady && !ready && !isEnding) {
		const link: Link = {
			actor: kubelet,
			text: `${name} not ready any more`,
			role: 'waiting',
			newest: `not ready ${name}`,
			step: `${set} stopped`,
		};
		moments.push(tell(link, readyChangedAt(after)));
	}
	if (isEnding && before && before.metadata.deletionTimestamp === undefined)
		moments.push(tell(podStopped(name, set, whoStops(after)), askedToStopAt(after)));
	const {phase, reason, message} = after.status ?? {};
	if (phase === 'Failed' && before && before.status?.phase !== phase) {
		const why = [reason, message].filter(Boolean).join(': ');
		moments.push(
			tell({actor: kubelet, text: `${name} failed${why && `: ${oneLine(why)}`}`, role: 'failed'}, undefined),
		);
	}
	return moments;
}

/** What ErrImagePull turns to, and what says no more than that something is under way. */
const passing = new Set(['ContainerCreating', 'PodInitializing', 'ImagePullBackOff', 'CrashLoopBackOff']);

function seenOfContainer(pod: Pod, before: ContainerStatus | undefined, after: ContainerStatus, at: number): Moment[] {
	const [name, set] = namesOf(pod);
	const moments: Moment[] = [];
	const {running, waiting} = after.state ?? {};
	// Of one that crashes again and again its ends are enough.
	if (running && before?.state?.running?.startedAt !== running.startedAt && !after.restartCount) {
		const fold = {
			key: `started ${set} ${after.name}`,
			many: ({length}: readonly string[]) => `${after.name} started in ${length} pods`,
		};
		const link: Link = {actor: 'kubelet', text: `${name}: ${after.name} started`, fold};
		moments.push(moment(link, parseTime(running.startedAt) ?? at, reference(pod, 'Pod')));
	}
	const reason = waiting?.reason;
	if (reason && !passing.has(reason) && before?.state?.waiting?.reason !== reason) {
		const text = `${name}: ${oneLine(waiting.message ?? reason)}`;
		const link: Link = {
			actor: kubeletOf(pod),
			text,
			role: 'failed',
			newest: `${reason} ${name}`,
			fact: `Failed ${name}`,
		};
		moments.push(moment(link, at, reference(pod, 'Pod')));
	}
	const end = after.state?.terminated ?? after.lastState?.terminated;
	const known = before?.state?.terminated ?? before?.lastState?.terminated;
	const endedAt = parseTime(end?.finishedAt);
	if (end && end.exitCode !== 0 && end.finishedAt !== known?.finishedAt && endedAt !== undefined)
		moments.push(containerEnded(pod, after, end, endedAt));
	return moments;
}

/** A pod says by whom it was disrupted; else nobody is known, unless an event of its ReplicaSet's controller tells. */
function whoStops(pod: Pod): string {
	const condition = conditionOf(pod, 'DisruptionTarget');
	const words: Readonly<Record<string, string>> = {
		EvictionByEvictionAPI: 'eviction',
		PreemptionByScheduler: 'scheduler',
		DeletionByTaintManager: 'node controller',
		DeletionByPodGC: 'pod collector',
		TerminationByKubelet: kubeletOf(pod),
	};
	return (condition?.status === 'True' && words[condition.reason ?? '']) || 'api server';
}

/**
 * A Service that sends to a pod now and did not before, or no more.
 * @param pod undefined: it is gone already
 */
export function seenOfTraffic(
	service: string,
	isIn: boolean,
	target: KubeObject['metadata'],
	pod: Pod | undefined,
	at: number,
): Moment {
	const [name, set] = namesOf({metadata: target});
	const where = isIn ? `behind Service ${service}` : `out of Service ${service}`;
	// Clocks differ by less than is told: an endpoint never turns before its pod does.
	const cause =
		pod && (isIn ? readyChangedAt(pod) : (askedToStopAt(pod) ?? (isReady(pod) ? undefined : readyChangedAt(pod))));
	const link: Link = {
		actor: 'endpoint controller',
		text: `${name} ${where}`,
		role: isIn ? 'ok' : 'ending',
		fold: {key: `${where} ${set}`, many: ({length}) => `${length} pods ${where}`},
		follows: `${set} ${isIn ? 'ready' : 'stopped'}`,
	};
	return moment(link, Math.max(at, cause ?? at), {kind: 'Pod', name: target.name, uid: target.uid});
}
