import {EventEmitter} from 'node:events';
import {difference} from './difference.ts';
import {createPace} from './pace.ts';

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
	/** Milliseconds, monotonic. */
	now(): number;
	/** Runs `task` after so many milliseconds; the returned function cancels it. */
	after(milliseconds: number, task: () => void): () => void;
}

/**
 * What Ink takes for its terminal: its modes and its size are Ink's, the picture is not. Lines are drawn past Ink's own
 * frames, which would cost more than all the rest of the program (each is put together cell by cell, whatever has
 * changed). Only the cells that differ from what the terminal shows go out, each picture with a question behind it, and the next
 * one once the terminal has answered, or sooner where the line is long but not full (see pace.ts). On a slow line pictures are
 * left out, never queued: what is seen is late by about one picture, not by all that a buffer on the way holds.
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
/** So many bytes reach the terminal in one piece: no marks are needed that have it drawn in one go. An age that moves on is as short. */
const onePiece = 64;
/** Entering or leaving the alternate screen: what is on the terminal then is not what was drawn. */
const otherScreen = '\u001B[?1049';
const enterScreen = '\u001B[?1049h';
const leaveScreen = '\u001B[?1049l';
/** A mode that is switched on or off, the cursor's among them; Ink does so inside of frames too. */
// oxlint-disable-next-line no-control-regex -- they are control sequences
const mode = /^\u001B\[\?\d+[hl]$/;
/** A terminal that has not answered its first question by then never does. Milliseconds, and as much again for each byte. */
const patience = 1000;
/** One that has answered before is believed to be at a line that stands still for so long. Counted in the same way. */
const longPatience = 5000;
/** How long a person who leaves is kept waiting for an answer that is due. Counted in the same way. */
const leavePatience = 1000;

export function createOutput(terminal: Terminal, timers: OutputTimers): Output {
	const emitter = new EventEmitter();
	const pace = createPace(timers.now);
	/** Between Ink's marks: what it says there is its own picture. */
	let inFrame = false;
	let latest: readonly string[] | undefined;
	let shown: readonly string[] | undefined;
	let waiting: readonly string[] | undefined;
	let writing = false;
	/** Whether it has ever answered; undefined: not yet. */
	let answers: boolean | undefined;
	let cancelPatience: (() => void) | undefined;
	/** Pictures are counted: how many have been asked for, are in what was sent (for each answer that is due), and were seen. */
	let asked = 0;
	let sent: number[] = [];
	let seen = 0;
	const written: (() => void)[] = [];
	let drawn: {readonly picture: number; readonly resolve: () => void}[] = [];
	let held = false;

	/** Those who wait until all has been written, and those who wait until the terminal has said that it is there. */
	const settle = () => {
		if (writing || (waiting && !held && pace.mayFollow())) return;
		for (const barrier of written.splice(0)) barrier();
		const isSeen = ({picture}: {readonly picture: number}) => (held ? !pace.isDue : picture <= seen);
		const ready = drawn.filter(isSeen);
		drawn = drawn.filter((barrier) => !isSeen(barrier));
		for (const {resolve} of ready) resolve();
	};
	const next = () => {
		if (writing || held || !waiting || !pace.mayFollow()) {
			settle();
			return;
		}
		const lines = waiting;
		waiting = undefined;
		const text = difference(shown, lines, terminal.columns);
		shown = lines;
		if (text === '') {
			if (sent.length > 0) sent[sent.length - 1] = asked;
			else seen = asked;
			settle();
			return;
		}
		writing = true;
		const count = asked;
		const asks = answers !== false;
		if (asks) {
			sent.push(count);
			pace.sent(text.length);
			waitPatiently();
		}
		const picture = text.length <= onePiece ? text : `${beginFrame}${text}${endFrame}`;
		terminal.write(`${picture}${asks ? askStatus : ''}`, () => {
			writing = false;
			if (!asks) seen = count;
			next();
		});
	};
	const waitPatiently = () => {
		cancelPatience?.();
		cancelPatience = pace.isDue
			? timers.after((answers ? longPatience : patience) + pace.unanswered, () => {
					answers ??= false;
					pace.giveUp();
					seen = sent.at(-1) ?? seen;
					sent = [];
					next();
				})
			: undefined;
	};
	const answered = () => {
		answers = true;
		pace.answered();
		seen = sent.shift() ?? seen;
		waitPatiently();
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
			asked += 1;
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
		answered,
		drawn: () =>
			new Promise<void>((resolve) => {
				drawn.push({picture: asked, resolve});
				settle();
			}),
		hold() {
			held = true;
			return new Promise<void>((resolve) => {
				const cancel = timers.after(leavePatience + pace.unanswered, resolve);
				drawn.push({
					picture: asked,
					resolve() {
						cancel();
						resolve();
					},
				});
				settle();
			});
		},
		close() {
			held = true;
			waiting = undefined;
			writing = false;
			pace.giveUp();
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
