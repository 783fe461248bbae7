import {write, writeSync} from 'node:fs';
import type {Terminal} from './output.ts';

/** How long to wait before asking a full buffer again, in milliseconds. */
const fullFor = 5;

/**
 * The terminal of this process. Node's own stdout would block the program while a slow terminal takes its bytes; this writes
 * on a thread beside it.
 */
export function ownTerminal(stdout: NodeJS.WriteStream): Terminal {
	const {fd} = stdout as unknown as {fd: number};
	const send = (bytes: Buffer, done: () => void): void => {
		write(fd, bytes, (error, count) => {
			if (error?.code === 'EAGAIN') setTimeout(send, fullFor, bytes, done);
			else if (error || count >= bytes.length) done();
			else send(bytes.subarray(count), done);
		});
	};
	return {
		get columns() {
			return stdout.columns;
		},
		get rows() {
			return stdout.rows;
		},
		write: (text, done) => send(Buffer.from(text), done),
		writeNow(text) {
			try {
				writeSync(fd, text);
			} catch {
				// The terminal is gone, or so full that it takes nothing: there is nobody to tell.
			}
		},
		onResize(listener) {
			stdout.on('resize', listener);
			return () => stdout.off('resize', listener);
		},
	};
}
