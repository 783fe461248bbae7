/**
 * Judges how a Deployment controller moved the sizes of its ReplicaSets, by the rules of rolling updates, scaling and Recreate as the
 * reference tells them (sections 2.2 to 2.4), and by nothing of rolldeck's or the sandbox's own code. Pure.
 *
 * A controller reads from caches, so a move may have been decided on a slightly older state than the last one. It is legal if some recent state
 * asks for exactly the moves that have been seen since.
 */

/** A ReplicaSet at one moment. */
export interface SetState {
	readonly name: string;
	/** An ISO time; sets of one second are ordered by name. */
	readonly created: string;
	/** Equal for the set and the Deployment that is of this template. */
	readonly template: string;
	/** spec.replicas */
	readonly size: number;
	/** What the annotations desired-replicas and max-replicas say. */
	readonly desired?: number | undefined;
	readonly most?: number | undefined;
	/** The status: pods that are neither ended nor ending, those of them that are ready, and available. */
	readonly replicas: number;
	readonly ready: number;
	readonly available: number;
	/** Pods that are there and have not ended, those that are being deleted included. */
	readonly pods: number;
}

/** What the Deployment asks for at one moment. */
export interface Wish {
	readonly replicas: number;
	readonly paused: boolean;
	readonly template: string;
	readonly recreate: boolean;
	/** A count or a share such as `25%`. */
	readonly maxSurge: number | string;
	readonly maxUnavailable: number | string;
	/** status.replicas */
	readonly present: number;
}

export interface Step {
	readonly wish: Wish;
	readonly sets: readonly SetState[];
}

/** A set's change of size; a set that is made comes from `undefined`. */
interface Move {
	/** Of a set that is yet to be made: its template. */
	readonly set: string;
	readonly from: number | undefined;
	readonly to: number;
}

export interface CheckOptions {
	/** How many steps back a controller's caches may be behind. */
	readonly lag?: number;
	/** Whether nothing is under way any more after the last step, so that nothing may be left to do. */
	readonly atRest?: boolean;
}

/** The first step that breaks the rules, in words with its number (from 0); undefined where every step is legal. */
export function findIllegalStep(
	steps: readonly Step[],
	{lag = 12, atRest = false}: CheckOptions = {},
): string | undefined {
	/** The index of the step that a move led to, with the move. */
	const seen: {at: number; move: Move}[] = [];
	for (const [at, step] of steps.entries()) {
		const before = steps[at - 1];
		const wrong = findWrongCount(step) ?? (before && findLostSet(before, step));
		if (wrong) return `step ${at}: ${wrong}`;
		if (!before) continue;
		const moves = movesBetween(before, step);
		if (moves.length > 1) return `step ${at}: two sets changed at once`;
		const [move] = moves;
		if (!move) continue;
		seen.push({at, move});
		if (!isAskedFor(steps, seen, at, lag)) {
			return `step ${at}: ${describeMove(move)}, where ${describeStep(before)} asks for ${describePlan(planOf(before.wish, before.sets))}`;
		}
	}
	const last = steps.at(-1);
	if (!atRest || !last) return undefined;
	const left = planOf(last.wish, last.sets);
	return left.length > 0 ? `at rest in ${describeStep(last)}, which asks for ${describePlan(left)}` : undefined;
}

function findWrongCount({sets}: Step): string | undefined {
	for (const {name, size, replicas, ready, available} of sets) {
		if (available > ready || ready > replicas)
			return `${name} has ${replicas} pods, ${ready} ready, ${available} available`;
		if (size < 0) return `${name} has the size ${size}`;
	}
	const templates = new Set(sets.map(({template}) => template));
	return templates.size < sets.length ? 'two sets have one template' : undefined;
}

/** Only empty sets are cleaned away. */
function findLostSet(before: Step, {sets}: Step): string | undefined {
	const lost = before.sets.find(
		({name, size, replicas}) => size + replicas > 0 && !sets.some((set) => set.name === name),
	);
	return lost && `${lost.name} is gone with ${lost.replicas} pods`;
}

function movesBetween(before: Step, {sets}: Step): Move[] {
	return sets.flatMap(({name, template, size}) => {
		const old = before.sets.find((set) => set.name === name);
		if (old?.size === size) return [];
		return [{set: old ? name : template, from: old?.size, to: size}];
	});
}

/** Whether the last move, and those shortly before it, are what some recent state asked for. Wish and sets come from caches of their own. */
function isAskedFor(
	steps: readonly Step[],
	seen: readonly {at: number; move: Move}[],
	at: number,
	lag: number,
): boolean {
	const views = Array.from({length: Math.min(lag + 1, at)}, (_, back) => at - 1 - back);
	// The move's own step may bring the Deployment's change with it, never its own cause.
	return views.some((setsAt) => {
		const since = seen.filter((one) => one.at > setsAt).map(({move}) => move);
		const sets = steps[setsAt]?.sets ?? [];
		const moved = since.at(-1)?.set;
		// A write is refused if its set has changed otherwise since it was read.
		const stale = steps.slice(setsAt + 1, at).some((step) => statusOf(step.sets, moved) !== statusOf(sets, moved));
		if (stale) return false;
		return views.some((wishAt) => {
			const wish = steps[wishAt]?.wish;
			return wish !== undefined && startsWith(planOf(wish, sets), since);
		});
	});
}

function statusOf(sets: readonly SetState[], name: string | undefined): string {
	const set = sets.find((one) => one.name === name);
	return set ? `${set.replicas} ${set.ready} ${set.available}` : '';
}

function startsWith(plan: readonly Move[], moves: readonly Move[]): boolean {
	return moves.every(({set, from, to}, index) => {
		const planned = plan[index];
		return planned?.set === set && planned.from === from && planned.to === to;
	});
}

/** Every move that one look at this state leads to, in order. */
export function planOf(wish: Wish, sets: readonly SetState[]): Move[] {
	const newSet = byAge(sets).find(({template}) => template === wish.template);
	const oldSets = byAge(sets).filter((set) => set !== newSet);
	const scaled = sets.some(({size, desired}) => size > 0 && desired !== undefined && desired !== wish.replicas);
	if (wish.paused || scaled) return planScaling(wish, newSet, oldSets);
	return wish.recreate ? planRecreate(wish, newSet, oldSets) : planRolling(wish, newSet, oldSets);
}

/** Section 2.2. */
function planRolling(wish: Wish, newSet: SetState | undefined, oldSets: readonly SetState[]): Move[] {
	const {surge, unavailable} = fencesOf(wish);
	const wanted = wish.replicas;
	const moves: Move[] = [];
	let total = sumOf(oldSets, 'size') + (newSet?.size ?? 0);
	const room = Math.max(0, Math.min(wanted + surge - total, wanted - (newSet?.size ?? 0)));
	const size = newSet === undefined ? room : newSet.size > wanted ? wanted : newSet.size + room;
	if (newSet === undefined) moves.push({set: wish.template, from: undefined, to: size});
	else if (size !== newSet.size) return [{set: newSet.name, from: newSet.size, to: size}];
	total = sumOf(oldSets, 'size') + size;

	let down = total - (wanted - unavailable) - (size - (newSet?.available ?? 0));
	if (down <= 0) return moves;
	const left = new Map(oldSets.map((set) => [set.name, set.size]));
	const take = (set: SetState, count: number): number => {
		const from = left.get(set.name) ?? 0;
		const fewer = Math.min(count, from);
		if (fewer <= 0) return 0;
		left.set(set.name, from - fewer);
		moves.push({set: set.name, from, to: from - fewer});
		return fewer;
	};
	for (const set of oldSets) down -= take(set, Math.min(down, set.size - set.available));
	let spare = sumOf(oldSets, 'available') + (newSet?.available ?? 0) - (wanted - unavailable);
	for (const set of oldSets) spare -= take(set, spare);
	return moves;
}

/** Section 2.4. */
function planRecreate(wish: Wish, newSet: SetState | undefined, oldSets: readonly SetState[]): Move[] {
	const running = oldSets.filter(({size}) => size > 0);
	if (running.length > 0) return running.map(({name, size}) => ({set: name, from: size, to: 0}));
	if (sumOf(oldSets, 'replicas') > 0 || sumOf(oldSets, 'pods') > 0) return [];
	if (newSet?.size === wish.replicas) return [];
	return [{set: newSet?.name ?? wish.template, from: newSet?.size, to: wish.replicas}];
}

/** Section 2.3. */
function planScaling(wish: Wish, newSet: SetState | undefined, oldSets: readonly SetState[]): Move[] {
	const sets = newSet ? [...oldSets, newSet] : oldSets;
	const active = sets.filter(({size}) => size > 0);
	const only = active.length === 0 ? (newSet ?? oldSets.at(-1)) : active.length === 1 ? active[0] : undefined;
	if (only) return only.size === wish.replicas ? [] : [{set: only.name, from: only.size, to: wish.replicas}];
	const isSaturated = [newSet?.size, newSet?.desired, newSet?.available].every((count) => count === wish.replicas);
	if (isSaturated) {
		return oldSets.filter(({size}) => size > 0).map(({name, size}) => ({set: name, from: size, to: 0}));
	}
	return wish.recreate || active.length === 0 ? [] : planProportional(wish, byAge(active));
}

function planProportional(wish: Wish, active: readonly SetState[]): Move[] {
	const target = wish.replicas === 0 ? 0 : wish.replicas + fencesOf(wish).surge;
	const delta = target - sumOf(active, 'size');
	if (delta === 0) return [];
	const ordered = (delta > 0 ? active.toReversed() : [...active]).sort((a, b) => b.size - a.size);
	let left = delta;
	const sizes = ordered.map((set) => {
		const share = target === 0 ? -set.size : Math.round((set.size * target) / (set.most || wish.present)) - set.size;
		const part = delta > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
		left -= part;
		return set.size + part;
	});
	sizes[0] = Math.max(0, (sizes[0] ?? 0) + left);
	return ordered
		.map(({name, size}, index) => ({set: name, from: size, to: sizes[index] ?? size}))
		.filter(({from, to}) => from !== to);
}

/** Section 2.1. */
function fencesOf({replicas, maxSurge, maxUnavailable}: Wish): {surge: number; unavailable: number} {
	const share = (value: number | string) =>
		typeof value === 'number' ? value : (Number(value.replace('%', '')) * replicas) / 100;
	const surge = Math.ceil(share(maxSurge));
	const unavailable = Math.floor(share(maxUnavailable));
	return {surge, unavailable: Math.min(replicas, surge + unavailable === 0 ? 1 : unavailable)};
}

function byAge(sets: readonly SetState[]): SetState[] {
	return sets.toSorted((a, b) =>
		a.created === b.created ? (a.name < b.name ? -1 : 1) : a.created < b.created ? -1 : 1,
	);
}

function sumOf(sets: readonly SetState[], field: 'size' | 'replicas' | 'available' | 'pods'): number {
	return sets.reduce((sum, set) => sum + set[field], 0);
}

function describeMove({set, from, to}: Move): string {
	return from === undefined ? `a set is made at ${to}` : `${set} goes from ${from} to ${to}`;
}

function describePlan(plan: readonly Move[]): string {
	return plan.length === 0 ? 'nothing' : plan.map(describeMove).join(', then ');
}

function describeStep({wish, sets}: Step): string {
	const each = byAge(sets).map(({name, size, available}) => `${name} ${available} available of ${size}`);
	return `[${wish.replicas} wanted; ${each.join('; ')}]`;
}
