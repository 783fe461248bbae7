import {withoutKeys} from '../exit.ts';
import {age} from '../format/age.ts';
import {skewSentence} from '../format/time.ts';
import {sanitize} from '../format/width.ts';
import type {Cause, Evidence, RolloutFacts} from '../rollout/facts.ts';
import {type LastWords, tellingLines} from '../rollout/last-words.ts';

/** What is said of a rollout where there are no keys to press: no colour, no control characters, one line each. */

/** Which Deployment is spoken of, wherever the command is typed that the words name. */
export interface Place {
	readonly context: string;
	readonly namespace: string;
	readonly name: string;
}

/** A sentence with the commands in the place of the screen's keys. */
export function atShell(text: string, {context, namespace, name}: Place): string {
	const which = `deployment/${name} -n ${namespace} --context ${quoted(context)}`;
	const commands = text
		.replaceAll(' (u)', ` (rolldeck undo ${which})`)
		.replaceAll(' (p)', ` (rolldeck resume ${which})`);
	return sanitize(withoutKeys(commands));
}

/** As a shell reads it back; names of contexts are anything. */
function quoted(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `web: stuck 2m: image not found (5 of 5 new pods cannot pull web:1.4.3: not found)` */
export function standing(facts: RolloutFacts, name: string): string {
	const [cause] = facts.causes;
	return sanitize(`${name}: ${facts.words}${cause ? ` (${cause.sentence})` : ''}`);
}

/**
 * The cause to act on, with its evidence and what to do about it; '' where nothing waits.
 * @param now Milliseconds since the epoch, by the server's clock.
 */
export function explanation(
	{causes: [cause]}: RolloutFacts,
	place: Place,
	now: number,
	lastWords: LastWords | undefined,
): string {
	if (!cause) return '';
	const advice = cause.advice === undefined ? [] : [`  What to do: ${atShell(cause.advice, place)}.`];
	return [
		sentenceOf(cause),
		...cause.evidence.map((evidence) => evidenceLine(evidence, now)),
		...(lastWords ? wordsLines(lastWords) : []),
		...advice,
	]
		.map((line) => `${line}\n`)
		.join('');
}

/** So many lines of a log tell what happened, and leave the cause in sight. */
const wordsShown = 10;

function wordsLines({of, lines, problem}: LastWords): readonly string[] {
	const who = `  Last words of ${of.container} in ${of.pod.name}:`;
	if (lines.length === 0) return [sanitize(`${who} ${problem ?? 'none'}`)];
	return [who, ...tellingLines(lines, wordsShown).map((line) => `    | ${line}`)];
}

/** A line for stderr where this machine's clock is wrong; '' where it is not. @param skew milliseconds that the server's is ahead */
export function clockNote(skew: number): string {
	return skew === 0 ? '' : `Note: ${skewSentence(skew)}; ages and deadlines go by the server's.\n`;
}

function sentenceOf({sentence}: Cause): string {
	return sanitize(`${sentence.replace(/\.$/, '')}.`);
}

function evidenceLine({object, source, text, count, last}: Evidence, now: number): string {
	const times = count !== undefined && count > 1 ? `${count} times` : undefined;
	const when = last === undefined ? undefined : `last ${age(now - last)} ago`;
	const how = [times, when].filter((part) => part !== undefined).join(', ');
	return sanitize(`  ${object.kind} ${object.name}: ${source}: ${text}${how === '' ? '' : ` (${how})`}`);
}
