import {selects} from '../../selectors.ts';
import {findCondition, setWorkloadCondition, withoutCondition} from '../conditions.ts';
import {isDeleting} from '../owners.ts';
import type {Condition, Pod, ReplicaSet, ReplicaSetStatus} from '../shapes.ts';
import {timestamp} from '../time.ts';
import {isReady, readySince} from './victims.ts';

/** Neither finished nor on its way out: what counts as one of `spec.replicas`. */
export function isActive(pod: Pod): boolean {
	return !isDeleting(pod) && !isFinished(pod);
}

export function isFinished(pod: Pod): boolean {
	return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** When a pod counts as available, in milliseconds; undefined while it is not ready. */
function availableFrom(pod: Pod, minReadySeconds: number): number | undefined {
	return isReady(pod) ? readySince(pod) + minReadySeconds * 1000 : undefined;
}

/** What a sync could not do. */
export interface Failure {
	reason: 'FailedCreate' | 'FailedDelete';
	message: string;
}

/** The counts of a ReplicaSet's pods, and its ReplicaFailure, which keeps its first message until a sync goes well (replica_set_utils.go). */
export function statusOf(
	set: ReplicaSet,
	pods: readonly Pod[],
	failure: Failure | undefined,
	now: number,
): ReplicaSetStatus {
	const alive = pods.filter(isActive);
	const ready = alive.filter(isReady);
	const {minReadySeconds = 0, template} = set.spec;
	const available = ready.filter((pod) => (availableFrom(pod, minReadySeconds) ?? Infinity) <= now);
	const labelled = alive.filter((pod) => selects({matchLabels: template.metadata?.labels}, pod.metadata.labels));
	const conditions = conditionsOf(set.status?.conditions ?? [], failure, now);
	return {
		replicas: alive.length,
		...(labelled.length > 0 && {fullyLabeledReplicas: labelled.length}),
		...(ready.length > 0 && {readyReplicas: ready.length}),
		...(available.length > 0 && {availableReplicas: available.length}),
		terminatingReplicas: pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length,
		observedGeneration: set.metadata.generation,
		...(conditions.length > 0 && {conditions}),
	};
}

function conditionsOf(conditions: readonly Condition[], failure: Failure | undefined, now: number): Condition[] {
	if (!failure) return withoutCondition(conditions, 'ReplicaFailure');
	if (findCondition(conditions, 'ReplicaFailure')) return [...conditions];
	return setWorkloadCondition(conditions, {
		type: 'ReplicaFailure',
		status: 'True',
		lastTransitionTime: timestamp(now),
		...failure,
	});
}

/** How long until the next ready pod becomes available, in milliseconds; undefined where no time will change anything. */
export function nextAvailability(set: ReplicaSet, pods: readonly Pod[], now: number): number | undefined {
	const times = pods
		.filter(isActive)
		.map((pod) => availableFrom(pod, set.spec.minReadySeconds ?? 0))
		.filter((at) => at !== undefined && at > now) as number[];
	return times.length > 0 ? Math.min(...times) - now : undefined;
}
