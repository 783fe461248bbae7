/**
 * One value, and who wants to hear of it. `change` is for what a person does (a key, a dialog): it is published at once.
 * `merge` is for what a cluster sends: any number of calls become one publication, the first after a quiet time at
 * once and then at most one in `mergeInterval`, because every publication costs a frame and not every change does.
 */
export interface Store<State> {
	get(): State;
	/** Replaces the state and tells the subscribers, in this very call. Returning the same state tells nobody. */
	change(recipe: (state: State) => State): void;
	/** Runs `recipe` with the next publication. Recipes run in the order they came in. */
	merge(recipe: (state: State) => State): void;
	subscribe(listener: () => void): () => void;
	/** Resolves once the condition holds. */
	until(condition: (state: State) => boolean): Promise<void>;
	/** Publishes what is waiting, now. */
	flush(): void;
	/** Resolves once nothing waits to be published. */
	idle(): Promise<void>;
	/** Cancels what is waiting; the store still answers `get`. */
	close(): void;
}

export interface StoreTimers {
	/** Milliseconds, monotonic. */
	now(): number;
	/** Runs `task` after `milliseconds`; the returned function cancels it. */
	after(milliseconds: number, task: () => void): () => void;
}

/** At most ten publications a second: measured, the knee between CPU and what an eye can follow. */
export const mergeInterval = 100;

/** @param timers injected so that tests own the time. */
export function createStore<State>(initial: State, timers: StoreTimers): Store<State> {
	let state = initial;
	let waiting: ((state: State) => State)[] = [];
	let cancel: (() => void) | undefined;
	let lastMerge = Number.NEGATIVE_INFINITY;
	const listeners = new Set<() => void>();
	let idlers: (() => void)[] = [];

	const publish = (next: State) => {
		if (Object.is(next, state)) return;
		state = next;
		for (const listener of listeners) listener();
	};
	const settle = () => {
		const resolved = idlers;
		idlers = [];
		for (const resolve of resolved) resolve();
	};
	const flush = () => {
		cancel?.();
		cancel = undefined;
		if (waiting.length > 0) {
			const recipes = waiting;
			waiting = [];
			lastMerge = timers.now();
			publish(recipes.reduce((value, recipe) => recipe(value), state));
		}
		if (waiting.length === 0) settle();
	};

	const subscribe = (listener: () => void) => {
		listeners.add(listener);
		return () => {
			listeners.delete(listener);
		};
	};
	return {
		get: () => state,
		change(recipe) {
			publish(recipe(state));
		},
		merge(recipe) {
			waiting.push(recipe);
			if (cancel) return;
			// Even the first change waits for the end of the turn: a list or a burst arrives as many calls in one turn.
			cancel = timers.after(Math.max(0, lastMerge + mergeInterval - timers.now()), flush);
		},
		subscribe,
		async until(condition) {
			if (condition(state)) return;
			await new Promise<void>((resolve) => {
				const unsubscribe = subscribe(() => {
					if (!condition(state)) return;
					unsubscribe();
					resolve();
				});
			});
		},
		flush,
		async idle() {
			if (waiting.length === 0) return;
			await new Promise<void>((resolve) => {
				idlers.push(resolve);
			});
		},
		close() {
			cancel?.();
			cancel = undefined;
			waiting = [];
			settle();
		},
	};
}

/** The timers of the real world. They do not keep the process alive. */
export function realTimers(): StoreTimers {
	return {
		now: () => performance.now(),
		after(milliseconds, task) {
			if (milliseconds <= 0) {
				const immediate = setImmediate(task);
				return () => clearImmediate(immediate);
			}
			const timer = setTimeout(task, milliseconds);
			timer.unref();
			return () => clearTimeout(timer);
		},
	};
}
