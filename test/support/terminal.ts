import {PassThrough, Writable} from 'node:stream';
import {createEmulator, type Emulator} from './emulator.ts';

/** A terminal in this process: streams that a program takes for a terminal's, and the screen that comes of it. */
export interface Terminal {
	readonly screen: Emulator;
	readonly stdin: NodeJS.ReadableStream;
	readonly stdout: NodeJS.WritableStream & {readonly columns: number; readonly rows: number};
	/** Sends bytes as one chunk. */
	send(bytes: string): void;
	/** As a person does it: the program hears of it at once. */
	resize(columns: number, rows: number): void;
	/** Whether all that was sent has been read. */
	readonly isRead: boolean;
	readonly isRaw: boolean;
	/** How many bytes were written since this was asked last. */
	countBytes(): number;
}

export function createTerminal(columns: number, rows: number): Terminal {
	const screen = createEmulator(columns, rows);
	let isRaw = false;
	let bytes = 0;
	const stdin = Object.assign(new PassThrough(), {
		isTTY: true,
		setRawMode(raw: boolean) {
			isRaw = raw;
		},
		ref() {},
		unref() {},
	});
	const stdout = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk: string, _encoding, done) {
				bytes += Buffer.byteLength(chunk);
				screen.write(chunk);
				done();
			},
		}),
		{isTTY: true, columns, rows},
	);
	return {
		screen,
		stdin,
		stdout,
		send: (text) => void stdin.write(text),
		resize(newColumns, newRows) {
			Object.assign(stdout, {columns: newColumns, rows: newRows});
			screen.resize(newColumns, newRows);
			stdout.emit('resize');
		},
		get isRead() {
			return stdin.readableLength === 0 && stdin.writableLength === 0;
		},
		get isRaw() {
			return isRaw;
		},
		countBytes() {
			const count = bytes;
			bytes = 0;
			return count;
		},
	};
}
