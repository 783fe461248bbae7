import {parseTime} from '../format/age.ts';
import type {ContainerStateTerminated, Event, Pod} from '../objects.ts';
import {timesOf} from './events.ts';
import type {Evidence} from './facts.ts';
import {isReady, type PodContainer, readyChangedAt} from './pods.ts';
import type {PodFinding, PodReason} from './reason.ts';
import {reference} from './reference.ts';
import type {Scene} from './scene.ts';
import {oneLine} from './words.ts';

/** How an advice ends that names something better first. */
export const goBack = 'or go back (u)';

type ContainerFinding = (container: PodContainer, pod: Pod, scene: Scene) => PodFinding | undefined;

/** A reason that is asked of each container, in the order in which they start. */
export function ofContainers(id: string, find: ContainerFinding): PodReason {
	return {
		id,
		ofPod(pod, scene) {
			for (const container of scene.containersOf(pod)) {
				const finding = find(container, pod, scene);
				if (finding) return finding;
			}
			return undefined;
		},
	};
}

export function isCreating({status}: PodContainer): boolean {
	return status.state?.waiting?.reason === 'ContainerCreating';
}

/** A pod's events of these reasons; of one container where the event names one. */
export function eventsNamed(
	pod: Pod,
	scene: Scene,
	container: PodContainer | undefined,
	...reasons: string[]
): Event[] {
	return scene.events(pod.metadata.uid).filter(({reason, involvedObject: {fieldPath}}) => {
		if (!reasons.includes(reason ?? '')) return false;
		return !fieldPath || !container || fieldPath.endsWith(`{${container.status.name}}`);
	});
}

/** When the earliest of these events was first told of, milliseconds since the epoch. */
export function firstOf(events: readonly Event[]): number | undefined {
	return events[0] && timesOf(events[0]).first;
}

/** When the kubelet took a pod up, or it was made; milliseconds since the epoch. */
export function startedAt(pod: Pod): number | undefined {
	return parseTime(pod.status?.startTime) ?? parseTime(pod.metadata.creationTimestamp);
}

/** The earliest that the objects still tell: the back-off's events, the run that ended, the pod's last change of Ready. */
export function crashingSince(
	pod: Pod,
	end: ContainerStateTerminated | undefined,
	backOffs: readonly Event[],
): number | undefined {
	const times = [firstOf(backOffs), parseTime(end?.startedAt), isReady(pod) ? undefined : readyChangedAt(pod)].flatMap(
		(time) => time ?? [],
	);
	return times.length > 0 ? Math.min(...times) : startedAt(pod);
}

/** What a container waits for, in the kubelet's words. */
export function waitingEvidence(pod: Pod, {status}: PodContainer): Evidence | undefined {
	const {waiting} = status.state ?? {};
	return waiting?.reason
		? {object: reference(pod, 'Pod'), source: waiting.reason, text: oneLine(waiting.message ?? waiting.reason)}
		: undefined;
}

/** How a container's run ended, as its status tells it. */
export function endEvidence(
	pod: Pod,
	{status}: PodContainer,
	{exitCode, reason, message, finishedAt}: ContainerStateTerminated,
): Evidence {
	const said = message ? `: ${oneLine(message)}` : '';
	return {
		object: reference(pod, 'Pod'),
		source: reason ?? 'Terminated',
		text: `${status.name} ended with exit code ${exitCode}${said}`,
		count: (status.restartCount ?? 0) || undefined,
		last: parseTime(finishedAt),
	};
}

export function statusEvidence(pod: Pod, {status}: PodContainer, text: string): Evidence {
	return {object: reference(pod, 'Pod'), source: `status of container ${status.name}`, text};
}
