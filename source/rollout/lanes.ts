import type {Pod, ReplicaSet} from '../objects.ts';
import type {Lane} from './facts.ts';
import {availableAt, isEnding, isLive, isReady} from './pods.ts';
import {controllerUid, revisionOf} from './revisions.ts';

/** Pods by the uid of their ReplicaSet. */
export function groupPods(pods: readonly Pod[], replicaSets: readonly ReplicaSet[]): Map<string, Pod[]> {
	const groups = new Map<string, Pod[]>(replicaSets.map(({metadata}) => [metadata.uid, []]));
	for (const pod of pods) groups.get(controllerUid(pod) ?? '')?.push(pod);
	return groups;
}

/**
 * One lane for each ReplicaSet: the new one first, then by revision, newest first. Counted from the pods, because counts in
 * `status` stand still while the controller does; without pods from `status`, where `ending` is undefined if the server does not say.
 * @param served the uids of the pods that some Service sends traffic to
 */
export function lanesOf(
	replicaSets: readonly ReplicaSet[],
	newReplicaSet: ReplicaSet | undefined,
	podsOf: ((uid: string) => readonly Pod[]) | undefined,
	served: ReadonlySet<string> | undefined,
	minReady: number,
	now: number,
): Lane[] {
	const rank = (replicaSet: ReplicaSet) =>
		replicaSet === newReplicaSet ? Number.POSITIVE_INFINITY : (revisionOf(replicaSet) ?? -1);
	return [...replicaSets]
		.sort((a, b) => rank(b) - rank(a) || 0)
		.map((replicaSet) => {
			const pods = podsOf?.(replicaSet.metadata.uid);
			const counts = pods ? countPods(pods, minReady, now) : countStatus(replicaSet);
			const desired = replicaSet.spec.replicas ?? 1;
			const has = desired > 0 || counts.running > 0 || (counts.ending ?? 0) > 0;
			return {
				replicaSet,
				revision: revisionOf(replicaSet),
				place: replicaSet === newReplicaSet ? 'new' : has ? 'old' : 'past',
				desired,
				...counts,
				serving: pods && served ? pods.filter(({metadata}) => served.has(metadata.uid)).length : undefined,
			};
		});
}

type Counts = Pick<Lane, 'running' | 'ready' | 'available' | 'waiting' | 'ending' | 'failed'>;

function countPods(pods: readonly Pod[], minReady: number, now: number): Counts {
	const counts = {running: 0, ready: 0, available: 0, waiting: 0, ending: 0, failed: 0};
	for (const pod of pods) {
		if (isEnding(pod)) counts.ending++;
		else if (!isLive(pod)) counts.failed += Number(pod.status?.phase === 'Failed');
		else {
			counts.running++;
			if (isReady(pod)) counts.ready++;
			else counts.waiting++;
			if ((availableAt(pod, minReady) ?? Number.POSITIVE_INFINITY) <= now) counts.available++;
		}
	}
	return counts;
}

function countStatus({status}: ReplicaSet): Counts {
	const {replicas = 0, readyReplicas = 0, availableReplicas = 0, terminatingReplicas} = status ?? {};
	return {
		running: replicas,
		ready: readyReplicas,
		available: availableReplicas,
		waiting: Math.max(0, replicas - readyReplicas),
		ending: terminatingReplicas,
		failed: 0,
	};
}
