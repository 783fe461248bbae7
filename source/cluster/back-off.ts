const first = 800;
const last = 30_000;
/** However the dice fall, never hammer. */
const least = 50;

export interface BackOff {
	/** Milliseconds to wait before the next attempt; a server's Retry-After counts as the least. */
	next(retryAfterSeconds?: number): number;
	reset(): void;
}

/** Waits up to 0.8 s, then up to twice as long each time, up to 30 s, anywhere in between (full jitter). */
export function makeBackOff(random: () => number): BackOff {
	let attempts = 0;
	return {
		next(retryAfterSeconds = 0) {
			const limit = Math.min(last, first * 2 ** attempts);
			attempts++;
			return Math.max(least, Math.round(random() * limit), retryAfterSeconds * 1000);
		},
		reset() {
			attempts = 0;
		},
	};
}
