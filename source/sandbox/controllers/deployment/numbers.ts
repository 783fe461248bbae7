import type {Deployment} from '../shapes.ts';

/** int32's greatest: "no deadline" and "keep all history". */
export const noLimit = 2 ** 31 - 1;

export function desiredReplicas(deployment: Deployment): number {
	return deployment.spec.replicas ?? 1;
}

export function isRecreate(deployment: Deployment): boolean {
	return deployment.spec.strategy?.type === 'Recreate';
}

/** The fences of a rolling update in pods: surge rounds up, unavailable rounds down, never both 0 (deployment_util.ResolveFenceposts). */
export function fences(deployment: Deployment): {surge: number; unavailable: number} {
	if (isRecreate(deployment)) return {surge: 0, unavailable: 0};
	const replicas = desiredReplicas(deployment);
	const {maxSurge = '25%', maxUnavailable = '25%'} = deployment.spec.strategy?.rollingUpdate ?? {};
	const surge = scaled(maxSurge, replicas, Math.ceil);
	const unavailable = scaled(maxUnavailable, replicas, Math.floor);
	return {surge, unavailable: Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable)};
}

/** The most pods that a rollout may have, not counting those that end. */
export function mostPods(deployment: Deployment): number {
	return desiredReplicas(deployment) + fences(deployment).surge;
}

/** The fewest pods that must be available during a rollout. */
export function fewestAvailable(deployment: Deployment): number {
	return desiredReplicas(deployment) - fences(deployment).unavailable;
}

export function hasDeadline(deployment: Deployment): boolean {
	return (deployment.spec.progressDeadlineSeconds ?? 600) !== noLimit;
}

/** A count, or a share of `total` such as `25%`. */
export function scaled(value: number | string, total: number, round: (share: number) => number): number {
	if (typeof value === 'number') return value;
	return round((Number.parseInt(value, 10) * total) / 100);
}
