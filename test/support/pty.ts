import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import pty from '@lydell/node-pty';
import {createEmulator, type Emulator} from './emulator.ts';

const program = fileURLToPath(new URL('../../dist/rolldeck.js', import.meta.url));
const crashing = new URL('crash.mjs', import.meta.url).href;

/** An interactive shell on a pseudo-terminal, as a person has it, in which the built program is started. */
export interface Shell {
	readonly screen: Emulator;
	/** A folder of its own: HOME, state, and whatever a test puts there. */
	readonly folder: string;
	/** Types as it stands. */
	type(text: string): void;
	resize(columns: number, rows: number): void;
	/** Waits until this is on the screen. */
	shows(text: RegExp): Promise<void>;
	waitFor(what: string, condition: () => boolean): Promise<void>;
	/** Starts the program and waits until this is on the screen. */
	start(flags: string, until: RegExp): Promise<void>;
	signal(name: NodeJS.Signals): void;
	/** Takes the terminal away, as when its window is closed, and waits until the program has ended. */
	hangUp(): Promise<void>;
	/** Waits for the prompt and asks the shell: how the program ended, and how it left the terminal. */
	ending(): Promise<Ending>;
	/** Nothing is read from the program until `resume`, as over a line that hangs. */
	pause(): void;
	resume(): void;
	/** From now on all that the program writes is taken and kept, as sshd does, and reaches the screen through `drain` alone. */
	buffer(): void;
	/** Lets so many of the bytes that were kept reach the screen. @returns how many there were */
	drain(bytes: number): Promise<number>;
	/** Lets all of them reach it, and keeps no more. */
	release(): void;
}

export interface Ending {
	readonly code: number;
	readonly echo: boolean;
	readonly lines: boolean;
	/** What stands on the screen above the question. */
	readonly text: string;
}

/** Starts a shell that ends with the test. `env` goes to all that it starts. */
export function startShell(test: TestContext, {columns = 80, rows = 24, env = {}}: ShellOptions = {}): Shell {
	if (!existsSync(program))
		throw new Error('There is no dist/ to run: `npm run build` makes it, `npm test` does so first.');
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-pty-'));
	const screen = createEmulator(columns, rows);
	const shell = pty.spawn('bash', ['--norc', '--noprofile', '-i'], {
		cols: columns,
		rows,
		cwd: folder,
		name: env['TERM'] ?? 'xterm-256color', // it becomes TERM
		env: {
			PATH: process.env['PATH'],
			HOME: folder,
			LANG: 'C.UTF-8',
			TZ: 'UTC',
			PS1: '$ ',
			...env,
		},
	});
	let ended = false;
	let kept: Buffer | undefined;
	shell.onData((data) => {
		if (kept) kept = Buffer.concat([kept, Buffer.from(data)]);
		else screen.write(data);
	});
	shell.onExit(() => {
		ended = true;
	});
	screen.onAnswer((data) => {
		if (!ended) shell.write(data);
	});
	const waitFor = async (what: string, condition: () => boolean) => {
		const end = performance.now() + 20_000;
		for (;;) {
			await screen.parsed();
			if (condition()) return;
			if (performance.now() > end) throw new Error(`waited in vain until ${what}:\n${screen.text()}`);
			await delay(5);
		}
	};
	const shows = (text: RegExp) => waitFor(`${text} is on the screen`, () => text.test(screen.text()));
	const pid = () => Number(readFileSync(join(folder, 'pid'), 'utf8'));
	test.after(() => {
		shell.kill('SIGKILL');
		if (existsSync(join(folder, 'pid'))) killQuietly(pid());
		rmSync(folder, {recursive: true, force: true});
	});
	return {
		screen,
		folder,
		type: (text) => shell.write(text),
		resize(newColumns, newRows) {
			screen.resize(newColumns, newRows);
			shell.resize(newColumns, newRows);
		},
		shows,
		waitFor,
		async start(flags, until) {
			await waitFor('the shell is ready', () => screen.text().endsWith('$'));
			shell.write(
				`sh -c 'echo $$ > pid; NODE_OPTIONS=--import=${crashing} exec "${process.execPath}" "${program}" ${flags}'\r`,
			);
			await shows(until);
		},
		signal: (name) => void process.kill(pid(), name),
		async hangUp() {
			(shell as unknown as {destroy(): void}).destroy(); // its types leave it out
			ended = true;
			await waitFor('the program has ended', () => !isRunning(pid()));
		},
		async ending() {
			await waitFor('the prompt is back', () => screen.buffer === 'normal' && screen.text().endsWith('$'));
			const text = screen.text();
			shell.write('echo "code=$?" $(stty -a)\r');
			await shows(/code=\d+[^]*echoke[^]*\$$/);
			const answer = screen.text().replaceAll('\n', '');
			return {
				code: Number(/code=(\d+)/.exec(answer)?.[1]),
				echo: / echo\b/.test(answer),
				lines: / icanon\b/.test(answer),
				text,
			};
		},
		pause: () => shell.pause(),
		resume: () => shell.resume(),
		buffer() {
			kept ??= Buffer.alloc(0);
		},
		async drain(bytes) {
			if (!kept) return 0;
			const {length} = kept;
			screen.write(kept.subarray(0, bytes));
			kept = kept.subarray(bytes);
			await screen.parsed();
			return length;
		},
		release() {
			if (kept) screen.write(kept);
			kept = undefined;
		},
	};
}

export interface ShellOptions {
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: Readonly<Record<string, string>>;
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

function killQuietly(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It has ended by itself, as it should.
	}
}
