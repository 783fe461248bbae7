import {PassThrough} from 'node:stream';

/** What Ink takes for its keyboard. */
export interface Input extends PassThrough {
	readonly isTTY: boolean;
	setRawMode(on: boolean): this;
	ref(): this;
	unref(): this;
}

/** An answer to a status report: `ESC [ 0 n`. */
const answer = '\u001B[0n';

/**
 * The keyboard without the terminal's answers to status reports, which Ink would take for keys. An answer may arrive in two
 * pieces, or between two keys.
 * @param gone called, perhaps more than once, when the terminal is there no more
 */
export function createInput(keyboard: NodeJS.ReadStream, answered: () => void, gone: () => void): Input {
	const input = new PassThrough();
	let kept = '';
	// A terminal that is gone fails whatever is asked of it, giving it back too: that must not keep anybody from leaving.
	keyboard.on('error', () => void setImmediate(gone));
	// Before anything is asked: the terminal would draw the answer on the screen.
	keyboard.setRawMode(true);
	keyboard.setEncoding('utf8');
	keyboard.on('data', (chunk: string) => {
		const parts = `${kept}${chunk}`.split(answer);
		for (let index = 1; index < parts.length; index += 1) answered();
		const text = parts.join('');
		// Only the longer beginnings of an answer are kept back: a lone escape is a key, and waits for nothing.
		const begun = [answer.slice(0, 3), answer.slice(0, 2)].find((start) => text.endsWith(start)) ?? '';
		kept = begun;
		const keys = text.slice(0, text.length - begun.length);
		if (keys !== '') input.write(keys);
	});
	keyboard.on('end', () => {
		input.end();
		gone();
	});
	return Object.assign(input, {
		isTTY: keyboard.isTTY,
		setRawMode(this: Input, on: boolean) {
			keyboard.setRawMode(on);
			return this;
		},
		ref(this: Input) {
			keyboard.ref();
			return this;
		},
		unref(this: Input) {
			keyboard.unref();
			return this;
		},
	});
}
