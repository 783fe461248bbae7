import {evidenceKey, evidenceShown} from '../board/stops.ts';
import {age} from '../format/age.ts';
import type {Cause} from '../rollout/facts.ts';
import {wrap} from './frame.ts';
import {line, type RolloutInput, type RolloutLine, title} from './rollout-lines.ts';

/** Why it waits, the cause to act on first; and what is worth knowing besides. */
export function why(input: RolloutInput): readonly RolloutLine[] {
	const {causes, owners, notes} = input.facts;
	const careful = [
		...owners.map((text) => line([{text: `  ${text}`, role: 'waiting'}], input)),
		...notes.map((text) => line([{text: `  ${text}`, muted: true}], input)),
	];
	if (causes.length === 0) return careful.length === 0 ? [] : [title('Worth knowing', input), ...careful];
	return [
		title('Why it waits', input),
		...causes.flatMap((cause, order) => causeLines(cause, order, input)),
		...careful,
	];
}

function causeLines(cause: Cause, order: number, input: RolloutInput): readonly RolloutLine[] {
	const {now, columns, painter} = input;
	const role = cause.needsPerson ? 'failed' : 'waiting';
	const since = cause.since === undefined ? '' : `, for ${age(now - cause.since)}`;
	return [
		...wrap(`${cause.sentence}${since}`, columns - 5, painter).map((text, index) =>
			line([{text: index === 0 ? `${painter.sign(role)} ` : '  ', role}, {text}], input),
		),
		...cause.evidence.slice(0, evidenceShown).map(({object, source, text, count = 1, last}, index) => {
			const times = count > 1 ? `  ${count} times${last === undefined ? '' : `, last ${age(now - last)} ago`}` : '';
			return line(
				[{text: `    ${object.name}  ${source}  ${text}${times}`, muted: true}],
				input,
				evidenceKey(order, cause.id, index),
			);
		}),
		...(cause.advice === undefined
			? []
			: wrap(cause.advice, columns - 7, painter).map((text) => line([{text: `    ${text}`}], input))),
	];
}
