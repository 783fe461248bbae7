import {parseTime} from '../format/age.ts';
import type {Pod, ReplicaSet} from '../objects.ts';
import {boundsOf, countsOf, describeBounds} from './bounds.ts';
import {clocksOf, estimateEnd} from './clocks.ts';
import {indexEvents} from './events.ts';
import type {Lane, RolloutFacts, RolloutInput} from './facts.ts';
import {templateWrites} from './history.ts';
import {groupPods, lanesOf} from './lanes.ts';
import {notesOf} from './notes.ts';
import {ownerSentences} from './owners.ts';
import {availableAt, containersOf, isLive, isOver} from './pods.ts';
import {progressOf} from './progress.ts';
import {causesOf} from './reasons.ts';
import {findNewReplicaSet, ownedReplicaSets, revisionOf} from './revisions.ts';
import type {Scene} from './scene.ts';
import {isFinished, kubectlStatus, verdictOf} from './status.ts';
import {servedPods, trafficOf} from './traffic.ts';

/**
 * What the rollout of a Deployment is doing, from the objects alone. Pure; the same input gives the same facts until `nextChangeAt`.
 * It never throws on objects that an API server can send, and takes a list that is undefined for unknown, not for empty.
 */
export function rolloutFacts(input: RolloutInput): RolloutFacts {
	const {deployment, now} = input;
	const minReady = (deployment.spec.minReadySeconds ?? 0) * 1000;
	const owned = ownedReplicaSets(deployment, input.replicaSets ?? []);
	const newReplicaSet = findNewReplicaSet(deployment, owned);
	const groups = input.pods && input.replicaSets ? groupPods(input.pods, owned) : undefined;
	const podsOf = groups && ((uid: string): readonly Pod[] => groups.get(uid) ?? []);
	const lanes = lanesOf(owned, newReplicaSet, podsOf, servedPods(input), minReady, now);
	const ordered = lanes.map(({replicaSet}) => replicaSet);
	const newPods = podsOf && newReplicaSet ? podsOf(newReplicaSet.metadata.uid) : [];
	const oldPods = podsOf ? ordered.flatMap((set) => (set === newReplicaSet ? [] : podsOf(set.metadata.uid))) : [];
	const kubectl = kubectlStatus(deployment);
	const olds = ordered.filter((set) => set !== newReplicaSet);
	const bounds = boundsOf(
		deployment,
		newReplicaSet && countsOf(newReplicaSet),
		olds.map(countsOf),
		countExisting(olds, podsOf),
	);

	let nextChangeAt = Number.POSITIVE_INFINITY;
	const scene: Scene = {
		deployment,
		now,
		minReady,
		desired: deployment.spec.replicas ?? 1,
		owned,
		newReplicaSet,
		visible: podsOf !== undefined,
		newPods,
		oldPods,
		lanes,
		bounds,
		kubectl,
		containersOf: remember(containersOf),
		events: indexEvents(input.events),
		ground: input.ground ?? {},
		wake(at) {
			if (at > now && at < nextChangeAt) nextChangeAt = at;
		},
	};
	const causes = causesOf(scene);
	const clocks = clocksOf(scene);
	const startedAt = startOf(scene);
	const completedAt = endOf(scene, startedAt);
	const progress = progressOf(scene, causes, completedAt);
	for (const {at} of clocks) scene.wake(at);
	if (minReady > 0) for (const pod of [...newPods, ...oldPods]) scene.wake(availableAt(pod, minReady) ?? 0);
	return {
		...progress,
		kubectlStatus: kubectl,
		revision: revisionOf(newReplicaSet ?? deployment),
		from: comesFrom(lanes),
		newReplicaSet,
		lanes,
		bounds,
		causes,
		boundsSentence: describeBounds(
			bounds,
			sum(lanes, (lane) => lane.available),
			sum(lanes, (lane) => lane.running),
		),
		clocks,
		traffic: trafficOf({
			deployment,
			owned: ordered,
			newReplicaSet,
			pods: input.pods,
			services: input.services,
			endpointSlices: input.endpointSlices,
			ingresses: input.ingresses,
		}),
		owners: ownerSentences(deployment, input.autoscalers),
		notes: notesOf(scene, progress.state, input.disruptionBudgets),
		startedAt,
		completedAt,
		estimatedEndAt: progress.state === 'moving' ? estimateEnd(scene, startedAt) : undefined,
		nextChangeAt: Number.isFinite(nextChangeAt) ? nextChangeAt : undefined,
	};
}

/** Pods of these sets that are not over: a Recreate waits for them all, stopping ones included. */
function countExisting(sets: readonly ReplicaSet[], podsOf: ((uid: string) => readonly Pod[]) | undefined): number {
	return sum(sets, ({metadata, status}) =>
		podsOf
			? podsOf(metadata.uid).filter((pod) => !isOver(pod)).length
			: (status?.replicas ?? 0) + (status?.terminatingReplicas ?? 0),
	);
}

/** The highest revision beside the new one that still has pods, or else the highest there is. */
function comesFrom(lanes: readonly Lane[]): number | undefined {
	const others = lanes.filter(({place}) => place !== 'new');
	return (others.find(({place}) => place === 'old') ?? others[0])?.revision;
}

/** When the present rollout began: its ReplicaSet was made then. If an undo took up an old one again, it is the write that did so. */
function startOf({deployment, newReplicaSet, owned}: Scene): number | undefined {
	const wrote = templateWrites(deployment)[0]?.at;
	if (!newReplicaSet) return wrote;
	const youngest = Math.max(0, ...owned.filter((set) => set !== newReplicaSet).map(created));
	if (created(newReplicaSet) >= youngest) return created(newReplicaSet) || undefined;
	return wrote !== undefined && wrote >= youngest ? wrote : undefined;
}

function created({metadata}: ReplicaSet): number {
	return parseTime(metadata.creationTimestamp) ?? 0;
}

/**
 * When it was complete: the time of the verdict if that is about this rollout. An undo whose target still had all its pods keeps the
 * older verdict; then it is when the last of its pods became available.
 */
function endOf(
	{deployment, newReplicaSet, newPods, minReady, kubectl}: Scene,
	startedAt: number | undefined,
): number | undefined {
	if (!kubectl.done || !isFinished(deployment) || (deployment.spec.replicas ?? 1) === 0) return undefined;
	const verdict = verdictOf(deployment, newReplicaSet);
	const told = verdict?.applies && verdict.reason === 'NewReplicaSetAvailable' ? verdict.at : undefined;
	if (told !== undefined && told >= (startedAt ?? 0)) return told;
	const times = newPods.filter(isLive).flatMap((pod) => availableAt(pod, minReady || 1) ?? []);
	const last = Math.max(startedAt ?? 0, ...times);
	return last > 0 && Number.isFinite(last) ? last : told;
}

/** Many reasons ask the same of a pod. */
function remember<K, V>(make: (key: K) => V): (key: K) => V {
	const made = new Map<K, V>();
	return (key) => {
		const known = made.get(key);
		if (known !== undefined) return known;
		const value = make(key);
		made.set(key, value);
		return value;
	};
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
	return items.reduce((total, item) => total + count(item), 0);
}
