import {EventEmitter} from 'node:events';
import {difference} from './difference.ts';

/** The real terminal, as far as it is needed. */
export interface Terminal {
	readonly columns: number;
	readonly rows: number;
	/** Writes without blocking this thread, and calls back once the terminal's buffer has taken it. */
	write(text: string, done: () => void): void;
	/** Writes at once, whatever is under way: for the sequences that give the terminal back. */
	writeNow(text: string): void;
	onResize(listener: () => void): () => void;
}

export interface OutputTimers {
	/** Runs `task` after so many milliseconds; the returned function cancels it. */
	after(milliseconds: number, task: () => void): () => void;
}

/**
 * What Ink takes for its terminal: its modes and its size are Ink's, the picture is not. Lines are drawn past Ink's own
 * frames, which would cost more than all the rest of the program (each is put together cell by cell, whatever has
 * changed). Only the cells that differ from what the terminal shows go out, and the next picture only once the
 * terminal has answered for the last one. On a slow line pictures are left out, never queued: what is seen is late by one
 * picture at most, not by all that a buffer on the way holds.
 */
export interface Output extends NodeJS.WritableStream {
	readonly isTTY: true;
	readonly columns: number;
	readonly rows: number;
	/** Shows these lines, as many as there are rows; the terminal's own cursor is hidden. */
	draw(lines: readonly string[]): void;
	/** The terminal has answered a status report. */
	answered(): void;
	/** Resolves once the terminal has answered for all that has been drawn so far. */
	drawn(): Promise<void>;
	/**
	 * Draws nothing more until the alternate screen is entered again, and resolves once the terminal owes no answer: it
	 * would come to whoever reads the terminal next, as if it had been typed.
	 */
	hold(): Promise<void>;
	/** What has not gone out yet is given up; nothing waits any more. */
	close(): void;
}

const beginFrame = '\u001B[?2026h';
const endFrame = '\u001B[?2026l';
const askStatus = '\u001B[5n';
/** Entering or leaving the alternate screen: what is on the terminal then is not what was drawn. */
const otherScreen = '\u001B[?1049';
const enterScreen = '\u001B[?1049h';
const leaveScreen = '\u001B[?1049l';
/** A mode that is switched on or off, the cursor's among them; Ink does so inside of frames too. */
// oxlint-disable-next-line no-control-regex -- they are control sequences
const mode = /^\u001B\[\?\d+[hl]$/;
/** A terminal that has not answered by then never does, or is very slow: it is not waited for for ever. Milliseconds. */
const patience = 1000;
/** How long a person who leaves is kept waiting for an answer that is due. Milliseconds. */
const leavePatience = 1000;
export function createOutput(terminal: Terminal, timers: OutputTimers): Output {
	const emitter = new EventEmitter();
	/** Between Ink's marks: what it says there is its own picture. */
	let inFrame = false;
	let latest: readonly string[] | undefined;
	let shown: readonly string[] | undefined;
	let waiting: readonly string[] | undefined;
	let writing = false;
	let asked = false;
	let answers = true;
	let cancelPatience: (() => void) | undefined;
	const written: (() => void)[] = [];
	const drawn: (() => void)[] = [];
	let held = false;

	/** Those who wait until all has been written, and those who wait until the terminal has said that it is there. */
	const settle = () => {
		if (writing || (waiting && !held && !asked)) return;
		for (const barrier of written.splice(0)) barrier();
		if (asked || (waiting && !held)) return;
		for (const barrier of drawn.splice(0)) barrier();
	};
	const next = () => {
		if (writing || asked || held || !waiting) {
			settle();
			return;
		}
		const lines = waiting;
		waiting = undefined;
		const text = difference(shown, lines, terminal.columns);
		shown = lines;
		if (text === '') {
			settle();
			return;
		}
		writing = true;
		asked = answers;
		if (asked) {
			cancelPatience = timers.after(patience, () => {
				answers = false;
				answered();
			});
		}
		terminal.write(`${beginFrame}${text}${endFrame}${asked ? askStatus : ''}`, () => {
			writing = false;
			next();
		});
	};
	const answered = () => {
		cancelPatience?.();
		cancelPatience = undefined;
		asked = false;
		next();
	};
	const forget = () => {
		shown = undefined;
		emitter.emit('resize');
	};
	const stopListening = terminal.onResize(forget);

	const output = {
		isTTY: true as const,
		draw(lines: readonly string[]) {
			latest = lines;
			waiting = lines;
			next();
		},
		write(chunk: string, done?: () => void) {
			if (chunk === beginFrame) inFrame = true;
			else if (chunk === endFrame) inFrame = false;
			else if (chunk !== '' && (!inFrame || mode.test(chunk))) {
				// Modes, the bell, the clipboard: no picture, and nothing that a later picture would say again.
				terminal.writeNow(chunk);
				if (chunk.includes(otherScreen)) {
					shown = undefined;
					held = chunk.includes(leaveScreen) || (held && !chunk.includes(enterScreen));
					// Back from a suspension: the picture is not there any more.
					if (!held) waiting = latest;
					next();
				}
			}
			if (done) {
				written.push(done);
				settle();
			}
			return true;
		},
		answered() {
			answers = true;
			if (asked) answered();
		},
		drawn: () =>
			new Promise<void>((resolve) => {
				drawn.push(resolve);
				settle();
			}),
		hold() {
			held = true;
			return new Promise<void>((resolve) => {
				const cancel = timers.after(leavePatience, resolve);
				drawn.push(() => {
					cancel();
					resolve();
				});
				settle();
			});
		},
		close() {
			held = true;
			waiting = undefined;
			asked = false;
			writing = false;
			cancelPatience?.();
			stopListening();
			settle();
		},
	};
	// The size is asked for anew each time: `assign` would copy what it is now.
	Object.defineProperties(emitter, {columns: {get: () => terminal.columns}, rows: {get: () => terminal.rows}});
	// Of a stream Ink uses what is here: write, the size, and the event of its change.
	return Object.assign(emitter, output) as unknown as Output;
}
