import {age} from '../format/age.ts';
import {width} from '../format/width.ts';
import type {Deployment} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import {pieces, rule, wrap} from './frame.ts';
import type {Painter} from './painter.ts';

/** Lines below the rule, at most. */
const mostLines = 4;

/** The pane that is there only while something waits: why, with the fences and the way out. */
export function whyLines(
	facts: RolloutFacts | undefined,
	subject: Deployment | undefined,
	columns: number,
	painter: Painter,
	now: number,
): readonly string[] {
	if (!facts || !subject || facts.causes.length === 0) return [];
	const [first, second] = facts.causes;
	if (!first) return [];
	const {arrow, dot} = painter.signs;
	const deadline = facts.clocks.find(({id}) => id === 'deadline');
	const title = [
		`Why ${subject.metadata.name} waits`,
		facts.from === undefined || facts.from === facts.revision
			? undefined
			: `${facts.from} ${arrow} ${facts.revision ?? 'new'}`,
		deadline && (deadline.at > now ? `gives up in ${age(deadline.at - now)}` : 'gave up'),
	];
	const line = (text: string, role?: 'failed' | 'waiting') => pieces([{text: `  ${text}`, role}], columns, painter);
	const ways = [facts.boundsSentence, first.advice ?? ''].filter(Boolean);
	const joined = ways.join('; ');
	// What to do is never what is cut away.
	const end = width(joined) <= columns - 2 ? [joined] : ways;
	const room = mostLines - end.length;
	const begin = wrap(first.sentence, columns - 2, painter, room);
	return [
		rule(title.filter((part) => part !== undefined).join(` ${dot} `), [], columns, false, painter),
		...begin.map((text) => line(text, first.needsPerson ? 'failed' : 'waiting')),
		...(second && begin.length < room ? [line(second.sentence)] : []),
		...end.map((text) => line(text)),
	];
}
