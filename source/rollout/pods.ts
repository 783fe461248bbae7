import {parseTime} from '../format/age.ts';
import type {Condition, Container, ContainerStatus, Pod} from '../objects.ts';

/** A container of a pod with what its kubelet says of it. */
export interface PodContainer {
	readonly status: ContainerStatus;
	readonly spec: Container | undefined;
	/** Its place among the init containers; undefined for a main one. */
	readonly step: number | undefined;
	/** An init container that keeps running beside the main ones. */
	readonly sidecar: boolean;
}

export function conditionOf(pod: Pod, type: string): Condition | undefined {
	return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Asked to stop, and not over yet. */
export function isEnding(pod: Pod): boolean {
	return pod.metadata.deletionTimestamp !== undefined && !isOver(pod);
}

/** Its containers are done for good. The ReplicaSet no longer counts it. */
export function isOver({status}: Pod): boolean {
	return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

/** Counted by the ReplicaSet: neither ending nor over. */
export function isLive(pod: Pod): boolean {
	return pod.metadata.deletionTimestamp === undefined && !isOver(pod);
}

export function isReady(pod: Pod): boolean {
	return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Since when the Ready condition has been as it is; milliseconds since the epoch. */
export function readyChangedAt(pod: Pod): number | undefined {
	return parseTime(conditionOf(pod, 'Ready')?.lastTransitionTime);
}

/**
 * When a ready pod counts as available (podutil IsPodAvailable): Ready since, plus minReadySeconds. Undefined if it is not ready.
 * @param minReady milliseconds
 */
export function availableAt(pod: Pod, minReady: number): number | undefined {
	if (!isReady(pod)) return undefined;
	return minReady === 0 ? 0 : (readyChangedAt(pod) ?? Number.POSITIVE_INFINITY) + minReady;
}

/** When a pod was asked to stop: deletionTimestamp is that moment plus the grace. */
export function askedToStopAt({metadata}: Pod): number | undefined {
	const at = parseTime(metadata.deletionTimestamp);
	return at === undefined ? undefined : at - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

/** All containers that the kubelet has spoken of, in the order in which they start. */
export function containersOf({spec, status}: Pod): PodContainer[] {
	const first = (status?.initContainerStatuses ?? []).map((container, step) => {
		const declared = spec.initContainers?.find(({name}) => name === container.name);
		return {status: container, spec: declared, step, sidecar: declared?.restartPolicy === 'Always'};
	});
	const main = (status?.containerStatuses ?? []).map((container) => ({
		status: container,
		spec: spec.containers.find(({name}) => name === container.name),
		step: undefined,
		sidecar: false,
	}));
	return [...first, ...main];
}
