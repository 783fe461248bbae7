import {readFileSync} from 'node:fs';
import {type Board, createBoard} from '../../source/board/board.ts';
import type {KindId, KubeObject} from '../../source/objects.ts';
import {freshnessOf, initialState} from '../../source/state/initial.ts';
import type {Freshness, State} from '../../source/state/state.ts';

/** What one call of a watch's handler brought. `at`: milliseconds since the epoch. */
export interface Batch {
	readonly kind: KindId;
	readonly at: number;
	readonly upserts: readonly KubeObject[];
	readonly deletes: readonly string[];
}

/** A fresh copy of what `record-story.ts` wrote: the first batch of each kind is its list. */
export function recordedStory(): readonly Batch[] {
	return JSON.parse(readFileSync(new URL('story.recorded.json', import.meta.url), 'utf8')) as Batch[];
}

/** A board that hears batches, with every kind live that has had its first one. */
export interface Hearing {
	readonly board: Board;
	readonly state: State;
	hear(...batches: readonly Batch[]): void;
	/** Says how fresh these kinds are, at a time. */
	turn(phase: Freshness, at: number, kinds?: readonly KindId[]): void;
	/** The timeline of the Deployment of this name, oldest first: `actor: text`. */
	told(name?: string): readonly string[];
}

const listed: readonly KindId[] = ['deployments', 'replicasets', 'pods', 'services', 'endpointslices', 'events'];

export function listen(withEvents = true): Hearing {
	const board = createBoard({ascii: false});
	const loading: Freshness = {phase: 'loading', loaded: 0, remaining: undefined};
	const denied: Freshness = {phase: 'denied', why: 'no'};
	let state: State = initialState({
		scope: {context: 'test', namespace: 'shop', selector: undefined},
		size: {columns: 80, rows: 24},
		now: 0,
		readOnly: false,
		typedConfirm: false,
		sandbox: false,
	});
	const set = (freshness: Partial<State['freshness']>, now = state.now) => {
		state = board.follow(board.tick({...state, now, freshness: {...state.freshness, ...freshness}}));
	};
	set({
		...freshnessOf({phase: 'live'}),
		...Object.fromEntries(listed.map((kind) => [kind, loading])),
		...(!withEvents && {events: denied}),
	});
	return {
		board,
		get state() {
			return state;
		},
		hear(...batches) {
			for (const {kind, at, ...changes} of batches) {
				if (kind === 'events' && !withEvents) continue;
				set({}, at);
				state = board.apply(state, kind, changes, at);
				if (state.freshness[kind].phase === 'loading') set({[kind]: {phase: 'live'}});
			}
		},
		turn: (freshness, at, kinds = listed) => set(Object.fromEntries(kinds.map((kind) => [kind, freshness])), at),
		told(name = 'web') {
			const uid = board.objects.deployments.named('shop', name)?.metadata.uid ?? '';
			return board
				.timeline(uid)
				.map(({actor, text}) => `${actor}: ${text}`)
				.toReversed();
		},
	};
}
