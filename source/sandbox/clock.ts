/** Where the sandbox takes its time from, so that tests can drive hours in a millisecond. */
export interface Clock {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Runs `run` once, at or after `when` (milliseconds since the epoch). The returned function cancels it. */
	at(when: number, run: () => void): () => void;
}

/** A clock that only moves when it is told to. */
export interface TestClock extends Clock {
	/** Moves time on and runs everything that falls due on the way, in order of time. */
	advance(milliseconds: number): void;
}

/** The longest wait setTimeout keeps; beyond it a timer fires at once. */
const longestTimer = 2 ** 31 - 1;

/** The machine's clock. Its timers never keep a process alive. */
export function realClock(): Clock {
	return {
		now: () => Date.now(),
		at(when, run) {
			let timer: NodeJS.Timeout;
			const wait = () => {
				const left = when - Date.now();
				timer = left > longestTimer ? setTimeout(wait, longestTimer) : setTimeout(run, Math.max(0, left));
				timer.unref();
			};
			wait();
			return () => clearTimeout(timer);
		},
	};
}

/** A clock for tests, standing at `start` (milliseconds since the epoch) until advanced. */
export function testClock(start = Date.UTC(2026, 0, 31, 9, 30)): TestClock {
	let now = start;
	let order = 0;
	const due = new Set<{when: number; order: number; run: () => void}>();
	return {
		now: () => now,
		at(when, run) {
			const entry = {when, order: order++, run};
			due.add(entry);
			return () => due.delete(entry);
		},
		advance(milliseconds) {
			const end = now + milliseconds;
			for (;;) {
				let next: {when: number; order: number; run: () => void} | undefined;
				for (const entry of due) {
					if (entry.when > end) continue;
					if (!next || entry.when < next.when || (entry.when === next.when && entry.order < next.order)) next = entry;
				}
				if (!next) break;
				due.delete(next);
				now = Math.max(now, next.when);
				next.run();
			}
			now = end;
		},
	};
}
