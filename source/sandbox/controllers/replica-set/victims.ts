import {findCondition, isTrue} from '../conditions.ts';
import type {Pod} from '../shapes.ts';
import {millis} from '../time.ts';

const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phases = ['Pending', 'Unknown', 'Running'];

/**
 * The pods in the order in which a shrinking ReplicaSet lets them go (controller_utils.go, ActivePodsWithRanks): unassigned, pending, not ready, cheap,
 * crowded on one node, ready for less time (to a power of two), restarted more often, younger.
 * @param siblings all active pods of the same Deployment, which tell how crowded a node is
 * @param now in milliseconds
 */
export function victims(pods: readonly Pod[], siblings: readonly Pod[], now: number): Pod[] {
	const crowd = new Map<string, number>();
	for (const {spec} of siblings) if (spec.nodeName) crowd.set(spec.nodeName, (crowd.get(spec.nodeName) ?? 0) + 1);
	const order: ((pod: Pod) => number)[] = [
		(pod) => (pod.spec.nodeName ? 1 : 0),
		(pod) => phases.indexOf(pod.status?.phase ?? 'Pending'),
		(pod) => (isReady(pod) ? 1 : 0),
		(pod) => Number(pod.metadata.annotations?.[costAnnotation] ?? 0),
		(pod) => -(crowd.get(pod.spec.nodeName ?? '') ?? 0),
		(pod) => (isReady(pod) ? bucket(now - readySince(pod)) : 0),
		(pod) => -restarts(pod),
		(pod) => bucket(now - millis(pod.metadata.creationTimestamp)),
	];
	return [...pods].sort((a, b) => {
		for (const rank of order) {
			const difference = rank(a) - rank(b);
			if (difference !== 0) return difference;
		}
		return a.metadata.uid < b.metadata.uid ? -1 : 1;
	});
}

export function isReady(pod: Pod): boolean {
	return isTrue(pod.status?.conditions, 'Ready');
}

/** Milliseconds since the epoch; 0 where the pod has no Ready condition. */
export function readySince(pod: Pod): number {
	return millis(findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime);
}

/** Ages in one power of two of nanoseconds count as equal (LogarithmicScaleDown). */
function bucket(age: number): number {
	return age <= 0 ? 0 : Math.floor(Math.log2(age * 1e6));
}

function restarts(pod: Pod): number {
	return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((container) => container.restartCount));
}
