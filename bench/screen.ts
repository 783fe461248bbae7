import {setTimeout as delay} from 'node:timers/promises';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {elapsed} from './clock.ts';
import {carry, type Line} from './line.ts';

/** A process in a terminal of its own. Times are those of `elapsed`. */
export interface Screen {
	readonly pid: number;
	readonly startedAt: number;
	/** When the first byte came; undefined before. */
	readonly firstByteAt: number | undefined;
	/** Bytes written so far. */
	readonly bytes: number;
	/** The rows as they are now. */
	lines(): readonly string[];
	/** Calls back whenever a whole picture is there, with the time at which its last byte had come. @returns what ends it */
	onDraw(listener: (at: number) => void): () => void;
	press(keys: string): void;
	/** Resolves to the time at which bytes came that made the condition true. Fails after `limitMs`, telling the screen. */
	until(what: string, condition: (lines: readonly string[]) => boolean, limitMs?: number): Promise<number>;
	/** Resolves once the process has ended. */
	readonly ended: Promise<void>;
	/** Presses `q`, and resolves once the process has ended. */
	close(): Promise<void>;
}

export interface ScreenOptions {
	readonly args: readonly string[];
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: Readonly<Record<string, string>>;
	/** Bytes are counted only: for what is not looked at. */
	readonly blind?: boolean;
	/** What lies between the process and its terminal; left out: nothing. */
	readonly line?: Line;
}

/** Runs this Node with `args` in a pseudo-terminal, 200x60 if not said otherwise. */
export function openScreen({args, columns = 200, rows = 60, env = {}, blind = false, line}: ScreenOptions): Screen {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
	const listeners = new Set<(at: number) => void>();
	// Between these marks a picture is half drawn (synchronized output): what stands there then is nobody's to judge.
	let drawing = false;
	const mark = (begins: boolean) => (parameters: readonly (number | number[])[]) => {
		if (parameters.includes(2026)) drawing = begins;
		return false;
	};
	terminal.parser.registerCsiHandler({prefix: '?', final: 'h'}, mark(true));
	terminal.parser.registerCsiHandler({prefix: '?', final: 'l'}, mark(false));
	const startedAt = elapsed();
	let firstByteAt: number | undefined;
	let bytes = 0;
	const child = pty.spawn(process.execPath, [...args], {
		cols: columns,
		rows,
		encoding: null,
		env: {...inherited(), TERM: 'xterm-256color', ...env},
	});
	const show = (chunk: Buffer) => {
		const at = elapsed();
		if (blind) return;
		terminal.write(chunk, () => {
			if (!drawing) for (const listener of listeners) listener(at);
		});
	};
	const toTerminal = line ? carry(line, show) : show;
	const type = (keys: Buffer) => child.write(keys.toString());
	const toProcess = line ? carry(line, type) : type;
	child.onData((data) => {
		const chunk = data as unknown as Buffer; // what `encoding: null` gives
		firstByteAt ??= elapsed();
		bytes += chunk.length;
		toTerminal(chunk);
	});
	const ended = new Promise<void>((resolve) => child.onExit(() => resolve()));
	terminal.onData((answer) => toProcess(Buffer.from(answer)));
	const lines = () => {
		const buffer = terminal.buffer.active;
		return Array.from({length: rows}, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? '');
	};
	const onDraw: Screen['onDraw'] = (listener) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};
	return {
		pid: child.pid,
		startedAt,
		get firstByteAt() {
			return firstByteAt;
		},
		get bytes() {
			return bytes;
		},
		lines,
		onDraw,
		ended,
		press: (keys) => toProcess(Buffer.from(keys)),
		until(what, condition, limitMs = 20_000) {
			if (!drawing && condition(lines())) return Promise.resolve(elapsed());
			return new Promise((resolve, reject) => {
				const stop = onDraw((at) => {
					if (!condition(lines())) return;
					stop();
					clearTimeout(limit);
					resolve(at);
				});
				const limit = setTimeout(() => {
					stop();
					reject(new Error(`Waited in vain until ${what}. The screen:\n${lines().join('\n').trimEnd()}`));
				}, limitMs);
			});
		},
		async close() {
			child.write('q');
			if ((await Promise.race([ended, delay(3000, 'late' as const, {ref: false})])) === 'late') child.kill('SIGKILL');
			await ended;
			terminal.dispose();
		},
	};
}

/** The environment without what changes how things are drawn or run, or which cluster is meant. */
function inherited(): Record<string, string> {
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(KUBECONFIG|ROLLDECK_.*|NO_COLOR|FORCE_COLOR|CI|NODE_.*|COLUMNS|LINES)$/.test(name),
	);
	return Object.fromEntries(kept) as Record<string, string>;
}
