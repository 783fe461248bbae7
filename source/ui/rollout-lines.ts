import type {Board} from '../board/board.ts';
import type {Deployment, KindId} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import type {LastWords} from '../rollout/last-words.ts';
import type {State} from '../state/state.ts';
import {type Piece, pieces, rule} from './frame.ts';
import {isStale, paneFreshness} from './freshness.ts';
import {type Painter, plain} from './painter.ts';

/** A line of the screen; those with a key can be under the cursor. */
export interface RolloutLine {
	readonly text: string;
	readonly key?: string;
}

/** What the sections of a rollout's screen are made from. */
export interface RolloutInput {
	/** Milliseconds since the epoch. */
	readonly now: number;
	readonly clockSkew: number;
	readonly deployment: Deployment;
	readonly facts: RolloutFacts;
	readonly record: ReturnType<Board['record']>;
	readonly lastWords: LastWords | undefined;
	readonly columns: number;
	readonly rows: number;
	readonly painter: Painter;
	/** What the section's title says of how fresh it is; undefined where it is live. */
	readonly freshness?: string | undefined;
}

/** A section as it stands on the screen: if one of the kinds that it rests on is stale, its title says so and its lines are dim. */
export function fresh(
	kinds: readonly KindId[],
	state: Pick<State, 'freshness'>,
	input: RolloutInput,
	section: (input: RolloutInput) => readonly RolloutLine[],
): readonly RolloutLine[] {
	const stale = kinds.map((kind) => state.freshness[kind]).find(isStale);
	if (!stale) return section(input);
	const {painter} = input;
	const [head, ...rest] = section({...input, freshness: paneFreshness(stale, 1, painter)});
	// The first cell is the cursor's.
	const dim = (one: RolloutLine) => ({...one, text: ` ${painter.muted(plain(one.text).slice(1))}`});
	return head ? [head, ...rest.map(dim)] : [];
}

export function line(parts: readonly Piece[], {columns, painter}: RolloutInput, key?: string): RolloutLine {
	const text = pieces([{text: ' '}, ...parts], columns, painter);
	return key === undefined ? {text} : {text, key};
}

export function title(text: string, {columns, painter, freshness}: RolloutInput, first = false): RolloutLine {
	const told = freshness === undefined ? text : `${text} ${painter.signs.dot} ${freshness}`;
	return {text: rule(told, [], columns, first, painter)};
}
