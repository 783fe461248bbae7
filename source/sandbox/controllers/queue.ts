import type {Clock} from '../clock.ts';

/**
 * A controller's work queue: keys waiting for a sync, each at most once. Work starts in a later turn, so that a change is
 * seen by everyone who watches before a controller answers it, and one controller never runs inside another.
 */
export interface Queue {
	/** A sync as soon as possible. */
	add(key: string): void;
	/** A sync after `milliseconds`; of several such wishes for one key the earliest holds. */
	addAfter(key: string, milliseconds: number): void;
	/** Forgets how often a key has failed, and its timers. For objects that are gone. */
	forget(key: string): void;
	readonly stop: () => void;
}

/** How many keys are synced in one turn, so that requests are answered between them. */
const batch = 100;
/** client-go's DefaultTypedControllerRateLimiter: 5 ms, doubled with every failure, up to 1000 s. */
const firstRetry = 5;
const longestRetry = 1_000_000;

/**
 * Starts a queue that calls `sync` for each key. A sync that throws is tried again after a back-off, which a success ends; `report` hears of each failure.
 */
export function startQueue(
	clock: Clock,
	sync: (key: string) => void,
	report: (error: unknown) => void = () => {},
): Queue {
	const ready = new Set<string>();
	const failures = new Map<string, number>();
	const timers = new Map<string, {when: number; cancel: () => void}>();
	let turn: (() => void) | undefined;

	function add(key: string): void {
		ready.add(key);
		turn ??= clock.at(clock.now(), work);
	}

	function addAfter(key: string, milliseconds: number): void {
		const when = clock.now() + milliseconds;
		const waiting = timers.get(key);
		if (waiting && waiting.when <= when) return;
		waiting?.cancel();
		const cancel = clock.at(when, () => {
			timers.delete(key);
			add(key);
		});
		timers.set(key, {when, cancel});
	}

	function work(): void {
		turn = undefined;
		for (const key of [...ready].slice(0, batch)) {
			ready.delete(key);
			try {
				sync(key);
				failures.delete(key);
			} catch (error) {
				const count = failures.get(key) ?? 0;
				failures.set(key, count + 1);
				addAfter(key, Math.min(longestRetry, firstRetry * 2 ** count));
				report(error);
			}
		}
		if (ready.size > 0) turn ??= clock.at(clock.now(), work);
	}

	function forget(key: string): void {
		failures.delete(key);
		timers.get(key)?.cancel();
		timers.delete(key);
	}

	function stop(): void {
		turn?.();
		for (const timer of timers.values()) timer.cancel();
		timers.clear();
		ready.clear();
	}

	return {add, addAfter, forget, stop};
}

/** The key of an object in a queue: `namespace/name`, or the name alone. */
export function keyOf(object: {readonly metadata: {readonly namespace?: string; readonly name: string}}): string {
	const {namespace, name} = object.metadata;
	return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Namespace (undefined for cluster-wide objects) and name of a key. */
export function splitKey(key: string): [namespace: string | undefined, name: string] {
	const slash = key.indexOf('/');
	return slash < 0 ? [undefined, key] : [key.slice(0, slash), key.slice(slash + 1)];
}
