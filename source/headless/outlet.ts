import {join} from 'node:path';
import {createInterface} from 'node:readline/promises';
import {openLog, stateFolder} from '../log.ts';

/** What a headless command has to do with the world outside the cluster. */
export interface Outlet {
	readonly stdout: {write(text: string): unknown};
	readonly stderr: {write(text: string): unknown};
	/** Milliseconds since the epoch, by this machine's clock. */
	now(): number;
	/** Runs `task` after so many milliseconds; the returned function cancels it. */
	after(milliseconds: number, task: () => void): () => void;
	/** There is a person at a terminal, whom a sign-in plugin may ask. */
	readonly terminal: boolean;
	/** A person reads stdout as it comes; else it is a log, whose lines need their times. */
	readonly isWatched: boolean;
	/** Asks the person at the terminal; resolves to undefined if they close it. Left out: there is nobody to ask. */
	readonly ask?: (question: string) => Promise<string | undefined>;
	/** Writes one line about a change to the audit file. */
	audit(entry: Readonly<Record<string, string>>): void;
	/** Aborted by ctrl-c. */
	readonly signal: AbortSignal;
}

/** The outlet of this process. The first ctrl-c aborts its signal, a second one ends the process at once. */
export function processOutlet({stdin, stdout, stderr, env}: NodeJS.Process): Outlet {
	const interruption = new AbortController();
	const {signal} = interruption;
	process.once('SIGINT', () => interruption.abort());
	const audit = openLog(join(stateFolder(env), 'audit.log'));
	const ask = async (question: string) => {
		// Not as a terminal of its own, so that ctrl-c stays a signal.
		const lines = createInterface({input: stdin, output: stderr, terminal: false});
		const closed = new Promise<undefined>((resolve) => {
			lines.once('close', () => resolve(undefined));
		});
		try {
			const answer = await Promise.race([lines.question(question, {signal}), closed]);
			if (answer === undefined) stderr.write('\n'); // ctrl-d leaves the cursor behind the question
			return answer;
		} finally {
			lines.close();
		}
	};
	return {
		stdout,
		stderr,
		now: Date.now,
		after(milliseconds, task) {
			const timer = setTimeout(task, milliseconds);
			return () => clearTimeout(timer);
		},
		terminal: stdin.isTTY,
		isWatched: stdout.isTTY,
		...(stdin.isTTY && stderr.isTTY && {ask}),
		audit: (entry) => audit.write(JSON.stringify(entry)),
		signal,
	};
}
