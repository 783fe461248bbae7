import {sanitize} from '../format/width.ts';
import type {Pod} from '../objects.ts';
import type {Cause, RolloutFacts} from './facts.ts';
import {containersOf} from './pods.ts';

/** A container that crashed, and which of its runs the log is wanted of. */
export interface Crashed {
	/** Another one with every restart. */
	readonly key: string;
	readonly namespace: string;
	readonly pod: {readonly name: string; readonly uid: string};
	readonly container: string;
	/** The run that crashed is the one before the present one. */
	readonly previous: boolean;
}

/** What a container said last before it crashed, or why that cannot be read. May hold secrets, as every log. */
export interface LastWords {
	readonly of: Crashed;
	/** The end of its log, oldest first, each line safe for a terminal. */
	readonly lines: readonly string[];
	/** `not readable: team-a may not get pods/log in shop` */
	readonly problem: string | undefined;
}

/** What is read of a log: more than is shown, and less than a line without an end could bring. */
export const logEnd = {lines: 30, bytes: 65_536};
const longestLine = 500;

/** The cause that a container's last words belong to: the first crash. */
export function crashCause({causes}: Pick<RolloutFacts, 'causes'>): Cause | undefined {
	return causes.find(({id}) => id === 'crash');
}

/**
 * The container whose last words tell most of a rollout that crashes; undefined if it does not.
 * @param podOf a pod by its uid
 */
export function crashedContainer(
	facts: Pick<RolloutFacts, 'causes'>,
	podOf: (uid: string) => Pod | undefined,
): Crashed | undefined {
	for (const {object} of crashCause(facts)?.evidence ?? []) {
		const pod = podOf(object.uid ?? '');
		for (const {status, step, sidecar} of pod ? containersOf(pod) : []) {
			const end = status.state?.terminated ?? status.lastState?.terminated;
			const isDone = step !== undefined && !sidecar && end?.exitCode === 0;
			if (!pod || !end || isDone) continue;
			const {name, uid, namespace = ''} = pod.metadata;
			return {
				key: [uid, status.name, end.finishedAt].join(' '),
				namespace,
				pod: {name, uid},
				container: status.name,
				previous: end !== status.state?.terminated,
			};
		}
	}
	return undefined;
}

/** The last lines of a log, oldest first: nothing in them moves a cursor, and none of them is longer than a few rows. */
export function linesOf(log: string): readonly string[] {
	const lines = log.split(/\r?\n/).map((line) => sanitize(line.slice(0, longestLine)).trimEnd());
	const end = lines.findLastIndex((line) => line !== '');
	return lines.slice(Math.max(0, end + 1 - logEnd.lines), end + 1);
}

/** How programs begin to say what went wrong; what they say after it is where. */
const trouble = /panic|fatal|exception|error|caused by|traceback|denied|refused|no such|cannot/i;

/**
 * The few lines that tell most: the last ones, or those from the last that names the trouble on, where stack frames come behind it.
 * @param most how many there is room for
 */
export function tellingLines(lines: readonly string[], most: number): readonly string[] {
	if (lines.length <= most) return lines;
	const full = lines.filter((line) => line.trim() !== '');
	const named = full.findLastIndex((line) => trouble.test(line));
	const last = Math.max(0, full.length - most);
	const from = named < 0 ? last : Math.min(named, last);
	return full.slice(from, from + most);
}
