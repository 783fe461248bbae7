import type {RolloutState} from '../rollout/facts.ts';

/** How many Deployments are on their way, wait, or stand still. */
export interface Counts {
	readonly moving: number;
	readonly waiting: number;
	readonly stuck: number;
}

const groups: Partial<Record<RolloutState, keyof Counts>> = {
	moving: 'moving',
	unobserved: 'moving',
	settling: 'moving',
	waiting: 'waiting',
	degraded: 'waiting',
	stuck: 'stuck',
};

/** Counts Deployments as their facts change: to ask hundreds of them for every picture costs more than the picture. */
export function createTally(): {
	/** @param state undefined: it is gone, or nothing is known of it */
	note(uid: string, state: RolloutState | undefined): void;
	counts(): Counts;
	clear(): void;
} {
	const noted = new Map<string, keyof Counts>();
	const counts = {moving: 0, waiting: 0, stuck: 0};
	return {
		note(uid, state) {
			const before = noted.get(uid);
			const after = state && groups[state];
			if (before === after) return;
			if (before) counts[before] -= 1;
			if (after) {
				counts[after] += 1;
				noted.set(uid, after);
			} else noted.delete(uid);
		},
		counts: () => counts,
		clear() {
			noted.clear();
			Object.assign(counts, {moving: 0, waiting: 0, stuck: 0});
		},
	};
}
