/** How far the server's clock is ahead of ours, as far as its answers tell. */
export interface ClockSkew {
	/**
	 * One answer: what its Date header says (milliseconds since the epoch, a whole second), and when by our clock the request was
	 * sent and the answer came.
	 */
	learn(date: number, sentAt: number, receivedAt: number): void;
	/** Milliseconds; 0 unless it is more than two seconds. */
	readonly ms: number;
}

/** Less is no matter to a person, and from this much on it certainly is not what the wire and the header's whole seconds add. */
const tolerated = 2000;
const certain = 1500;
/** What is told changes by no less than this: countdowns must not jump back and forth. */
const step = 1000;

/**
 * The header is cut to the second and was written at some moment between sending and answer, so one answer tells no more than an
 * interval. Each next one narrows it; one that does not fit says that a clock was set, and is where to begin anew.
 */
export function createClockSkew(): ClockSkew {
	let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	let told = 0;
	return {
		learn(date, sentAt, receivedAt) {
			const [least, most] = [date - receivedAt, date + 1000 - sentAt];
			[low, high] = least > high || most < low ? [least, most] : [Math.max(low, least), Math.min(high, most)];
			const middle = Math.round((low + high) / 2);
			const isCertain = low >= certain || high <= -certain;
			if (told !== 0 && Math.abs(middle) < certain) told = 0;
			else if (isCertain && Math.abs(middle) >= tolerated && Math.abs(middle - told) >= step) told = middle;
		},
		get ms() {
			return told;
		},
	};
}
