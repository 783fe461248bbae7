import type {Board} from '../board/board.ts';
import {width} from '../format/width.ts';
import type {Deployment, KindId} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import type {LastWords} from '../rollout/last-words.ts';
import type {State} from '../state/state.ts';
import {type Piece, pieces, rule, wrap} from './frame.ts';
import {isStale, paneFreshness, titled} from './freshness.ts';
import {type Painter, plain} from './painter.ts';

/** A line of the screen; those with a key can be under the cursor. */
export interface RolloutLine {
	readonly text: string;
	readonly key?: string;
	/** All of it, where the text is cut. */
	readonly whole?: string;
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
	/** Kinds that may not be read here: that none is told means nothing. */
	readonly unseen: readonly KindId[];
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
	if (key === undefined) return {text};
	const whole = ` ${parts.map((part) => part.text).join('')}`;
	return width(whole) > columns ? {text, key, whole} : {text, key};
}

/** Where the rest of a line that was cut goes on. */
const further = '      ';

/** The lines, that under the cursor in full, over as many rows as it takes: what is cut everywhere else can be read there. */
export function inFull(
	lines: readonly RolloutLine[],
	selected: string | undefined,
	columns: number,
	painter: Painter,
): readonly RolloutLine[] {
	return lines.flatMap((one): RolloutLine | readonly RolloutLine[] => {
		const {key, whole} = one;
		if (key === undefined || whole === undefined || key !== selected) return one;
		const room = columns - further.length;
		// An image with its digest is longer than a line, and has no space to be broken at.
		const broken = whole.replaceAll(new RegExp(`\\S{${room}}(?=\\S)`, 'g'), '$& ');
		return wrap(broken, room, painter).map((text, row) => ({key, text: row === 0 ? text : `${further}${text}`}));
	});
}

export function title(text: string, {columns, painter, freshness}: RolloutInput, first = false): RolloutLine {
	return {text: rule(titled(text, freshness, painter), [], columns, first, painter)};
}
