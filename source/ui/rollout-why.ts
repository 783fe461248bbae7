import {evidenceKey, evidenceShown} from '../board/stops.ts';
import {age} from '../format/age.ts';
import type {Cause} from '../rollout/facts.ts';
import {crashCause, type LastWords, tellingLines} from '../rollout/last-words.ts';
import {wrap} from './frame.ts';
import {line, type RolloutInput, type RolloutLine, title} from './rollout-lines.ts';

/** Why it waits, the cause to act on first; and what is worth knowing besides. */
export function why(input: RolloutInput): readonly RolloutLine[] {
	const {causes, owners, notes} = input.facts;
	const unseen = input.unseen.length === 0 ? [] : [`Not visible to you, and so not told: ${input.unseen.join(', ')}.`];
	const careful = [
		...owners.map((text) => line([{text: `  ${text}`, role: 'waiting'}], input)),
		...[...notes, ...unseen].map((text) => line([{text: `  ${text}`, muted: true}], input)),
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
	const words = cause === crashCause(input.facts) ? input.lastWords : undefined;
	const speaker = cause.evidence.findIndex(({object}) => object.uid === words?.of.pod.uid);
	const role = cause.needsPerson ? 'failed' : 'waiting';
	const since = cause.since === undefined ? '' : `, for ${age(now - cause.since)}`;
	return [
		...wrap(`${cause.sentence}${since}`, columns - 5, painter).map((text, index) =>
			line([{text: index === 0 ? `${painter.sign(role)} ` : '  ', role}, {text}], input),
		),
		...cause.evidence.slice(0, evidenceShown).flatMap(({object, source, text, count = 1, last}, index) => {
			const times = count > 1 ? `  ${count} times${last === undefined ? '' : `, last ${age(now - last)} ago`}` : '';
			const parts = [{text: `    ${object.name}  ${source}  ${text}${times}`, muted: true}];
			return [
				line(parts, input, evidenceKey(order, cause.id, index)),
				...(words && index === speaker ? wordLines(words, input) : []),
			];
		}),
		...(cause.advice === undefined
			? []
			: wrap(cause.advice, columns - 7, painter).map((text) => line([{text: `    ${text}`}], input))),
	];
}

/** So many lines of a log where the screen has room for little else, and where it has: from so many rows on. */
const fewLines = 3;
const moreLines = 15;
const roomy = 40;

/** What the crashed container said last, below the evidence of its crash. */
function wordLines(
	{lines, problem}: LastWords,
	{rows, columns, painter, ...input}: RolloutInput,
): readonly RolloutLine[] {
	const room = columns - 14;
	const texts =
		problem !== undefined
			? wrap(`its log is ${problem}`, room, painter)
			: lines.length === 0
				? ['nothing']
				: tellingLines(lines, rows < roomy ? fewLines : moreLines);
	const isSaid = problem === undefined;
	return texts.map((text, index) =>
		line(
			[
				{text: `      ${index === 0 && isSaid ? 'said' : '    '} ${painter.signs.bar} `, muted: true},
				{text, muted: !isSaid},
			],
			{...input, rows, columns, painter},
		),
	);
}
