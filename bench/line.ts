import {elapsed} from './clock.ts';

/** A line between a person and a machine, the same in both directions. */
export interface Line {
	readonly bytesPerSecond: number;
	/** How long each byte is under way, in milliseconds. */
	readonly delayMs: number;
}

/** What a line carries in one piece: as fine as a timer is. */
const pieceMs = 5;

/**
 * One direction of a line. It takes all that it is given at once, as sshd does, and gives it on at the line's pace.
 * @returns what puts bytes on the line
 */
export function carry({bytesPerSecond, delayMs}: Line, arrive: (bytes: Buffer) => void): (bytes: Buffer) => void {
	const waiting: Buffer[] = [];
	let sending = false;
	let freeAt = 0;
	const send = () => {
		const bytes = waiting.shift();
		sending = bytes !== undefined;
		if (!bytes) return;
		const piece = bytes.subarray(0, Math.ceil((bytesPerSecond * pieceMs) / 1000));
		if (piece.length < bytes.length) waiting.unshift(bytes.subarray(piece.length));
		// Counted from when the line was free and not from now: a timer that comes late makes no line slower.
		freeAt = Math.max(freeAt, elapsed() - pieceMs) + (piece.length * 1000) / bytesPerSecond;
		setTimeout(
			() => {
				setTimeout(arrive, delayMs, piece);
				send();
			},
			Math.max(0, freeAt - elapsed()),
		);
	};
	return (bytes) => {
		waiting.push(bytes);
		if (!sending) {
			freeAt = Math.max(freeAt, elapsed());
			send();
		}
	};
}
