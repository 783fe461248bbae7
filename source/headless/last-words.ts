import type {Connection} from '../cluster/connection.ts';
import {readLogEnd, whyUnreadable} from '../cluster/logs.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import {crashedContainer, type LastWords, linesOf, logEnd} from '../rollout/last-words.ts';
import type {Rollouts} from './rollouts.ts';

/**
 * What a crashed container said last, where it is a crash that a rollout waits for. Never fails: what cannot be read is said to be so.
 * Rejects with the signal's reason after ctrl-c.
 */
export async function readLastWords(
	connection: Connection,
	facts: RolloutFacts,
	{objects}: Rollouts,
	signal: AbortSignal,
): Promise<LastWords | undefined> {
	const crashed = crashedContainer(facts, objects.pods.get);
	if (!crashed) return undefined;
	try {
		const log = await readLogEnd(connection, crashed, logEnd, signal);
		return {of: crashed, lines: linesOf(log), problem: undefined};
	} catch (error) {
		signal.throwIfAborted();
		return {of: crashed, lines: [], problem: `not readable: ${whyUnreadable(error)}`};
	}
}
