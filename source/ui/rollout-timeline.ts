import {timelineKey} from '../board/stops.ts';
import {age} from '../format/age.ts';
import {clockTime, skewSentence} from '../format/time.ts';
import {cutMiddle, padEnd, width} from '../format/width.ts';
import type {TimelineEntry} from '../rollout/timeline.ts';
import type {Piece} from './frame.ts';
import {line, type RolloutInput, type RolloutLine, title} from './rollout-lines.ts';

/** The longest name of a controller: `replica set controller`. */
const actorWidth = 22;

/** An entry that went on for longer says when it was last. */
const moment = 60_000;
const halfDay = 12 * 3_600_000;

/** Who did what, newest first: the chain from a person's change to the endpoints. */
export function timeline(entries: readonly TimelineEntry[], input: RolloutInput): readonly RolloutLine[] {
	if (entries.length === 0) return [];
	const {painter, clockSkew} = input;
	return [
		title(clockSkew === 0 ? 'Timeline' : `Timeline ${painter.signs.dot} ${skewSentence(clockSkew)}`, input),
		...entries.map((entry) => line(piecesOf(entry, input), input, timelineKey(entry))),
	];
}

function piecesOf({at, until, actor, text, count, role, after}: TimelineEntry, input: RolloutInput): readonly Piece[] {
	const {now, columns, painter} = input;
	const last = until - at > moment ? `, last ${clockTime(until, true)}` : '';
	// The time of another day would be taken for one of today.
	const when = now - at < halfDay ? clockTime(at, true) : `${age(now - at)} ago`;
	const parts: readonly Piece[] = [
		{text: `  ${when.padEnd(8)}  `, muted: true},
		{text: `${padEnd(cutMiddle(actor, actorWidth, {ascii: painter.ascii}), actorWidth)}  `},
		{text, role: role === 'failed' || role === 'waiting' ? role : undefined},
		{text: count > 1 ? `  ${count} times${last}` : '', muted: true},
	];
	// Half of what it followed from would say less than nothing.
	const cause = after === undefined ? '' : `  after ${after}`;
	const room = columns - 1 - parts.reduce((sum, piece) => sum + width(piece.text), 0);
	return width(cause) <= room ? [...parts, {text: cause, muted: true}] : parts;
}
