import type {Deployment, ReplicaSet} from '../shapes.ts';
import {desiredReplicas, fences, fewestAvailable, isRecreate, mostPods} from './numbers.ts';
import {annotationsOf, desiredAnnotation, maxAnnotation} from './revisions.ts';
import {byAge} from './template.ts';

/** A ReplicaSet that shall get another size; or the same, and then only remembers the Deployment's new one. */
export interface Resize {
	set: ReplicaSet;
	to: number;
}

export function sizeOf(set: ReplicaSet): number {
	return set.spec.replicas ?? 1;
}

function availableOf(set: ReplicaSet): number {
	return set.status?.availableReplicas ?? 0;
}

export function sum(sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number {
	return sets.reduce((total, set) => total + count(set), 0);
}

export function active(sets: readonly ReplicaSet[]): ReplicaSet[] {
	return sets.filter((set) => sizeOf(set) > 0);
}

/** How large the new ReplicaSet may become now (deployment_util.NewRSNewReplicas). `size` is its present size, 0 before it exists. */
export function roomForNew(deployment: Deployment, size: number, total: number): number {
	const wanted = desiredReplicas(deployment);
	if (isRecreate(deployment)) return wanted;
	const room = mostPods(deployment) - total;
	return room <= 0 ? size : size + Math.min(room, wanted - size);
}

/**
 * One move of a rolling update: the new ReplicaSet grows as far as the surge allows, or, where it cannot, old ones shrink as far as enough pods stay
 * available (rolling.go). Empty where only time, or a pod that becomes available, can help.
 */
export function rollingStep(deployment: Deployment, newSet: ReplicaSet, oldSets: readonly ReplicaSet[]): Resize[] {
	const wanted = desiredReplicas(deployment);
	const size = sizeOf(newSet);
	const total = size + sum(oldSets, sizeOf);
	const next = size > wanted ? wanted : size < wanted ? roomForNew(deployment, size, total) : size;
	if (next !== size) return [{set: newSet, to: next}];

	const most = total - fewestAvailable(deployment) - (size - availableOf(newSet));
	if (most <= 0) return [];
	const sizes = new Map(byAge(active(oldSets)).map((set) => [set, sizeOf(set)]));
	const unhealthy = shrink(sizes, most, (set) => sizeOf(set) - availableOf(set));
	const spare = availableOf(newSet) + sum([...sizes.keys()], availableOf) - fewestAvailable(deployment);
	return [...unhealthy, ...shrink(sizes, spare, (_set, left) => left)];
}

/** Takes up to `most` pods from the ReplicaSets in order, from each no more than `from` it says. */
function shrink(
	sizes: Map<ReplicaSet, number>,
	most: number,
	from: (set: ReplicaSet, size: number) => number,
): Resize[] {
	const moves: Resize[] = [];
	let left = most;
	for (const [set, size] of sizes) {
		const fewer = Math.max(0, Math.min(left, from(set, size)));
		if (fewer === 0) continue;
		sizes.set(set, size - fewer);
		moves.push({set, to: size - fewer});
		left -= fewer;
	}
	return moves;
}

/** Whether someone has changed the Deployment's size since its ReplicaSets were told it (sync.go, isScalingEvent). */
export function wasScaled(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
	return active(sets).some((set) => {
		const desired = annotationsOf(set)[desiredAnnotation];
		return desired !== undefined && Number(desired) !== desiredReplicas(deployment);
	});
}

/** How a Deployment that was scaled, or is paused, shares its size among its ReplicaSets (sync.go, scale). */
export function scalingStep(
	deployment: Deployment,
	newSet: ReplicaSet | undefined,
	oldSets: readonly ReplicaSet[],
): Resize[] {
	const wanted = desiredReplicas(deployment);
	const only = activeOrLatest(newSet, oldSets);
	if (only) return sizeOf(only) === wanted ? [] : [{set: only, to: wanted}];
	if (newSet && isSaturated(deployment, newSet)) return active(oldSets).map((set) => ({set, to: 0}));
	if (isRecreate(deployment)) return [];
	return proportional(deployment, active(newSet ? [...oldSets, newSet] : oldSets));
}

function activeOrLatest(newSet: ReplicaSet | undefined, oldSets: readonly ReplicaSet[]): ReplicaSet | undefined {
	const running = active(newSet ? [...oldSets, newSet] : oldSets);
	if (running.length === 0) return newSet ?? byAge(oldSets).at(-1);
	return running.length === 1 ? running[0] : undefined;
}

function isSaturated(deployment: Deployment, set: ReplicaSet): boolean {
	const wanted = desiredReplicas(deployment);
	return [sizeOf(set), availableOf(set), Number(annotationsOf(set)[desiredAnnotation])].every(
		(count) => count === wanted,
	);
}

function proportional(deployment: Deployment, sets: readonly ReplicaSet[]): Resize[] {
	const wanted = desiredReplicas(deployment);
	const most = wanted > 0 ? wanted + fences(deployment).surge : 0;
	const toAdd = most - sum(sets, sizeOf);
	const oldest = byAge(sets);
	const sorted = (toAdd > 0 ? oldest.reverse() : oldest).sort((a, b) => sizeOf(b) - sizeOf(a));
	let left = toAdd;
	const resizes = sorted.map((set) => {
		const share = fraction(deployment, set, most);
		const added = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
		left -= added;
		return {set, to: sizeOf(set) + (toAdd === 0 ? 0 : added)};
	});
	const [largest] = resizes;
	if (largest && toAdd !== 0) largest.to = Math.max(0, largest.to + left);
	return resizes;
}

/** By how much a ReplicaSet must grow (or shrink) to keep its share of the Deployment. */
function fraction(deployment: Deployment, set: ReplicaSet, most: number): number {
	if (most === 0) return -sizeOf(set);
	const before = Number(annotationsOf(set)[maxAnnotation]) || deployment.status?.replicas || 1;
	return Math.round((sizeOf(set) * most) / before) - sizeOf(set);
}
