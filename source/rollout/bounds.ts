import type {Deployment, ReplicaSet} from '../objects.ts';
import type {Bounds} from './facts.ts';

/** What the controller's decisions count of a ReplicaSet. */
export interface SetCounts {
	/** spec.replicas. */
	readonly desired: number;
	readonly available: number;
}

/**
 * maxSurge and maxUnavailable in pods (deployment util ResolveFenceposts): a percentage of the wanted replicas, the surge
 * rounded up, the unavailable rounded down; both 0 means one may be unavailable. Never more unavailable than wanted. A value
 * that cannot be read counts as 0.
 */
export function resolveFences(deployment: Deployment): {readonly surge: number; readonly unavailable: number} {
	const {replicas = 1, strategy} = deployment.spec;
	if (strategy?.type === 'Recreate') return {surge: 0, unavailable: 0};
	const {maxSurge = '25%', maxUnavailable = '25%'} = strategy?.rollingUpdate ?? {};
	const surge = resolve(maxSurge, replicas, Math.ceil);
	const unavailable = resolve(maxUnavailable, replicas, Math.floor);
	if (replicas === 0) return {surge, unavailable: 0};
	return {surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas)};
}

/**
 * The fences of the strategy, and what the controller may do next (rolling.go reconcileNewReplicaSet, reconcileOldReplicaSets;
 * recreate.go). Both `canAdd` and `canRemove` are 0 while the Deployment is paused, and where a rollout waits for its new pods.
 * @param fresh the new ReplicaSet's counts, undefined while it does not exist
 * @param oldPods pods of old revisions that exist in any form, ending ones included, where they can be counted
 */
export function boundsOf(
	deployment: Deployment,
	fresh: SetCounts | undefined,
	olds: readonly SetCounts[],
	oldPods?: number,
): Bounds {
	const desired = deployment.spec.replicas ?? 1;
	const {surge, unavailable} = resolveFences(deployment);
	const {desired: freshDesired, available: freshAvailable} = fresh ?? {desired: 0, available: 0};
	const oldDesired = sum(olds, ({desired}) => desired);
	const paused = deployment.spec.paused === true;
	if (deployment.spec.strategy?.type === 'Recreate') {
		const mayStart = oldDesired === 0 && (oldPods ?? 0) === 0;
		return {
			strategy: 'Recreate',
			desired,
			surge,
			unavailable,
			maximumPods: desired,
			minimumAvailable: 0,
			canAdd: paused || !mayStart ? 0 : Math.max(0, desired - freshDesired),
			canRemove: paused ? 0 : oldDesired,
		};
	}
	const total = oldDesired + freshDesired;
	const minimumAvailable = desired - unavailable;
	const mayGo = total - minimumAvailable - (freshDesired - freshAvailable);
	const sick = Math.min(
		mayGo,
		sum(olds, ({desired, available}) => Math.max(0, desired - available)),
	);
	const spare = freshAvailable + sum(olds, ({available}) => available) - minimumAvailable;
	return {
		strategy: 'RollingUpdate',
		desired,
		surge,
		unavailable,
		maximumPods: desired + surge,
		minimumAvailable,
		canAdd: paused ? 0 : Math.max(0, Math.min(desired + surge - total, desired - freshDesired)),
		canRemove: paused || mayGo <= 0 ? 0 : Math.min(oldDesired, sick + Math.max(0, spare)),
	};
}

/** A ReplicaSet's own counts, as the controller reads them. */
export function countsOf({spec, status}: ReplicaSet): SetCounts {
	return {desired: spec.replicas ?? 1, available: status?.availableReplicas ?? 0};
}

/** `8 of 10 available, may not drop lower`: where the fences stand, for a rollout that is going. */
export function describeBounds(bounds: Bounds, available: number, pods: number): string {
	const {strategy, desired, minimumAvailable, maximumPods} = bounds;
	const serving = `${available} of ${desired} available`;
	if (strategy === 'Recreate') return `${serving}; all old pods stop before the first new one starts`;
	const low = available <= minimumAvailable ? 'may not drop lower' : `may drop to ${minimumAvailable}`;
	const high = pods >= maximumPods ? `no pod may be added to ${pods}` : `up to ${maximumPods} pods at once`;
	return `${serving}, ${low}; ${high}`;
}

function resolve(value: number | string, replicas: number, round: (value: number) => number): number {
	if (typeof value === 'number') return value;
	const percent = /^(\d+)%$/.exec(value)?.[1];
	return percent === undefined ? 0 : round((Number(percent) * replicas) / 100);
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
	return items.reduce((total, item) => total + count(item), 0);
}
