import type {Board} from '../board/board.ts';
import type {Deployment} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import type {LastWords} from '../rollout/last-words.ts';
import {type Piece, pieces, rule} from './frame.ts';
import type {Painter} from './painter.ts';

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
}

export function line(parts: readonly Piece[], {columns, painter}: RolloutInput, key?: string): RolloutLine {
	const text = pieces([{text: ' '}, ...parts], columns, painter);
	return key === undefined ? {text} : {text, key};
}

export function title(text: string, {columns, painter}: RolloutInput, first = false): RolloutLine {
	return {text: rule(text, [], columns, first, painter)};
}
