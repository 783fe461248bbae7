interface Sleeper {
	readonly at: number;
	readonly wake: () => void;
}

/** A clock that moves only when told. */
export interface ManualClock {
	now(): number;
	/** For `WatchOptions.delay`: resolves when the clock gets there, or when the signal is aborted. */
	delay(milliseconds: number, signal?: AbortSignal): Promise<void>;
	/** How long each one that waits still has to. Milliseconds, shortest first. */
	waiting(): number[];
	/** Moves on, and wakes those whose time has come. */
	advance(milliseconds: number): void;
}

export function manualClock(start = Date.parse('2026-01-31T12:00:00Z')): ManualClock {
	let now = start;
	const sleepers = new Set<Sleeper>();
	return {
		now: () => now,
		delay(milliseconds, signal) {
			return new Promise((resolve) => {
				const sleeper: Sleeper = {
					at: now + milliseconds,
					wake() {
						sleepers.delete(sleeper);
						signal?.removeEventListener('abort', sleeper.wake);
						resolve();
					},
				};
				sleepers.add(sleeper);
				signal?.addEventListener('abort', sleeper.wake);
				if (signal?.aborted) {
					sleeper.wake();
				}
			});
		},
		waiting: () => [...sleepers].map(({at}) => at - now).sort((a, b) => a - b),
		advance(milliseconds) {
			now += milliseconds;
			for (const sleeper of sleepers) {
				if (sleeper.at <= now) {
					sleeper.wake();
				}
			}
		},
	};
}
