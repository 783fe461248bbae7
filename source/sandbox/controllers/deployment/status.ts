import {findCondition, setWorkloadCondition, withoutCondition} from '../conditions.ts';
import type {Condition, Deployment, DeploymentStatus, ReplicaSet} from '../shapes.ts';
import {millis, timestamp} from '../time.ts';
import {desiredReplicas, fewestAvailable, hasDeadline} from './numbers.ts';
import {sizeOf, sum} from './scaling.ts';

/** A condition of a Deployment that begins now. */
export function condition(
	type: string,
	status: Condition['status'],
	reason: string,
	message: string,
	now: number,
): Condition {
	const at = timestamp(now);
	return {type, status, lastUpdateTime: at, lastTransitionTime: at, reason, message};
}

/** The counts over all ReplicaSets, and whether enough pods are available. `now` in milliseconds. */
export function statusOf(
	deployment: Deployment,
	newSet: ReplicaSet | undefined,
	sets: readonly ReplicaSet[],
	now: number,
): DeploymentStatus {
	const count = (field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas') =>
		sum(sets, (set) => set.status?.[field] ?? 0);
	const {collisionCount, conditions = []} = deployment.status ?? {};
	const available = count('availableReplicas');
	const enough = available >= fewestAvailable(deployment);
	const availability = enough
		? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
		: condition(
				'Available',
				'False',
				'MinimumReplicasUnavailable',
				'Deployment does not have minimum availability.',
				now,
			);
	return {
		observedGeneration: deployment.metadata.generation,
		...counts({
			replicas: count('replicas'),
			updatedReplicas: newSet?.status?.replicas ?? 0,
			readyReplicas: count('readyReplicas'),
			availableReplicas: available,
			unavailableReplicas: Math.max(0, sum(sets, sizeOf) - available),
		}),
		terminatingReplicas: count('terminatingReplicas'),
		...(collisionCount !== undefined && {collisionCount}),
		conditions: setWorkloadCondition(conditions, availability),
	};
}

/** Counts as the API writes them: 0 is left out. */
function counts<T extends Record<string, number>>(all: T): Partial<T> {
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0)) as Partial<T>;
}

/** Every pod is new and available, and the controller has seen the last change (deployment_util.DeploymentComplete). */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
	const wanted = desiredReplicas(deployment);
	const {replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration = 0} = status;
	return (
		updatedReplicas === wanted &&
		replicas === wanted &&
		availableReplicas === wanted &&
		observedGeneration >= deployment.metadata.generation
	);
}

/** Whether anything moved towards the new revision since the last status (deployment_util.DeploymentProgressing). */
function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
	const rose = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
		(after[field] ?? 0) > (before[field] ?? 0);
	return (
		rose('updatedReplicas') ||
		oldReplicas(after) < oldReplicas(before) ||
		rose('readyReplicas') ||
		rose('availableReplicas')
	);
}

function oldReplicas({replicas = 0, updatedReplicas = 0}: DeploymentStatus): number {
	return replicas - updatedReplicas;
}

/** When the rollout runs out of time, in milliseconds; undefined where no clock runs (progress.go). */
export function deadlineOf(deployment: Deployment, conditions: readonly Condition[] | undefined): number | undefined {
	const progressing = findCondition(conditions, 'Progressing');
	if (!hasDeadline(deployment) || !progressing || progressing.reason === 'NewReplicaSetAvailable') return undefined;
	return millis(progressing.lastUpdateTime) + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
}

function isTimedOut(deployment: Deployment, conditions: readonly Condition[], now: number): boolean {
	const deadline = deadlineOf(deployment, conditions);
	if (deadline === undefined) return false;
	return findCondition(conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded' || deadline < now;
}

/** The status during a rollout: the counts, and how it gets on (progress.go, syncRolloutStatus). */
export function rolloutStatus(
	deployment: Deployment,
	newSet: ReplicaSet | undefined,
	sets: readonly ReplicaSet[],
	now: number,
): DeploymentStatus {
	const status = statusOf(deployment, newSet, sets, now);
	let conditions = status.conditions ?? [];
	const before = deployment.status ?? {};
	const present = findCondition(before.conditions, 'Progressing');
	const who = newSet ? `ReplicaSet "${newSet.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
	const done = present?.reason === 'NewReplicaSetAvailable' && (status.replicas ?? 0) === (status.updatedReplicas ?? 0);
	if (!hasDeadline(deployment)) {
		conditions = withoutCondition(conditions, 'Progressing');
	} else if (done) {
		// The reason stays whatever happens to the pods later.
	} else if (isComplete(deployment, status)) {
		const message = `${who} has successfully progressed.`;
		conditions = setWorkloadCondition(
			conditions,
			condition('Progressing', 'True', 'NewReplicaSetAvailable', message, now),
		);
	} else if (hasProgressed(before, status)) {
		const next = condition('Progressing', 'True', 'ReplicaSetUpdated', `${who} is progressing.`, now);
		if (present?.status === 'True' && present.lastTransitionTime) next.lastTransitionTime = present.lastTransitionTime;
		conditions = [...withoutCondition(conditions, 'Progressing'), next];
	} else if (isTimedOut(deployment, conditions, now)) {
		const message = `${who} has timed out progressing.`;
		conditions = setWorkloadCondition(
			conditions,
			condition('Progressing', 'False', 'ProgressDeadlineExceeded', message, now),
		);
	}
	const failure = failureOf(newSet ? [newSet, ...sets] : sets);
	conditions = failure ? setWorkloadCondition(conditions, failure) : withoutCondition(conditions, 'ReplicaFailure');
	return {...status, conditions};
}

/** The first ReplicaFailure among the ReplicaSets, as the Deployment tells it. */
function failureOf(sets: readonly ReplicaSet[]): Condition | undefined {
	for (const set of sets) {
		const failure = findCondition(set.status?.conditions, 'ReplicaFailure');
		if (failure) return {...failure, ...(failure.lastTransitionTime && {lastUpdateTime: failure.lastTransitionTime})};
	}
	return undefined;
}
