import {age} from '../format/age.ts';
import type {Deployment} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import {pieces, rule} from './frame.ts';
import type {Painter} from './painter.ts';

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
	return [
		rule(title.filter((part) => part !== undefined).join(` ${dot} `), [], columns, false, painter),
		line(first.sentence, first.needsPerson ? 'failed' : 'waiting'),
		...(second ? [line(second.sentence)] : []),
		line([facts.boundsSentence, first.advice].filter(Boolean).join('; ')),
	];
}
