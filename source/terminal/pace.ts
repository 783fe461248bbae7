/**
 * How fast the terminal answers, and so how much may be under way to it. One picture at a time would waste a long line (half a
 * second goes there and back by satellite); more than the line carries would be shown late, one after the other.
 */
export interface Pace {
	/** Whether the terminal owes answers. */
	readonly isDue: boolean;
	/** Bytes that it has not answered for. */
	readonly unanswered: number;
	/** Something has been sent, with a question behind it. */
	sent(bytes: number): void;
	/** The oldest question has been answered. */
	answered(): void;
	/** The answers that are due are not waited for any more. */
	giveUp(): void;
	/** Whether something sent now is there sooner than if it waited for the answers that are due. */
	mayFollow(): boolean;
}

/** What may be under way before something follows it, in bytes: the length of a cursor's move or two. */
const few = 512;
/** How many answers a line is judged by: it may become another one, as telephones do. */
const judged = 100;

/** @param now milliseconds, monotonic */
export function createPace(now: () => number): Pace {
	let due: {readonly at: number; readonly bytes: number}[] = [];
	/** The time to the last answer; NaN, which nothing is compared with: not known. */
	let last = Number.NaN;
	/** The shortest times to an answer: of the last hundred and of those before. */
	let best = Number.POSITIVE_INFINITY;
	let earlierBest = Number.POSITIVE_INFINITY;
	let heard = 0;
	const unanswered = () => due.reduce((sum, {bytes}) => sum + bytes, 0);
	return {
		get isDue() {
			return due.length > 0;
		},
		get unanswered() {
			return unanswered();
		},
		sent(bytes) {
			due.push({at: now(), bytes});
		},
		answered() {
			const oldest = due.shift();
			if (!oldest) return;
			last = now() - oldest.at;
			best = Math.min(best, last);
			heard += 1;
			if (heard % judged !== 0) return;
			earlierBest = best;
			best = Number.POSITIVE_INFINITY;
		},
		giveUp() {
			due = [];
			last = Number.NaN;
		},
		mayFollow() {
			// An answer that takes much longer than the best has waited behind something: the line is full.
			return due.length === 0 || (unanswered() < few && last <= 1.5 * Math.min(best, earlierBest) + 20);
		},
	};
}
