import {setTimeout as delay} from 'node:timers/promises';
import type {KubeObject} from '../objects.ts';
import {makeBackOff} from './back-off.ts';
import {LineSplitter} from './bytes.ts';
import type {Connection} from './connection.ts';
import {describeRequest} from './describe.ts';
import {ClusterError, errorFromStatus, type Status, toClusterError} from './errors.ts';
import {type Changes, Ledger} from './ledger.ts';
import {type ListTarget, list, parseObject, type RawObject} from './lister.ts';
import {silenceOf} from './network-errors.ts';
import {makeSlice} from './slice.ts';

/** Where a watch stands. In every phase but `listing` the rows that came before stay. Times: milliseconds since the epoch. */
export type WatchState =
	| {readonly phase: 'listing'; readonly loaded: number; readonly remaining: number | undefined}
	| {readonly phase: 'live'}
	/** Since when nothing is known to be fresh; retried at `retryAt`, or being retried if that is undefined or past. */
	| {
			readonly phase: 'stale';
			readonly since: number;
			readonly retryAt: number | undefined;
			readonly error: ClusterError;
	  }
	/**
	 * 403 (denied); 401 also with fresh credentials, or none to be had (signed-out); the server has no such kind (absent). Asked
	 * again every minute, and by `retryNow`.
	 */
	| {readonly phase: 'denied' | 'signed-out' | 'absent'; readonly since: number; readonly error: ClusterError};

/** New and changed objects (each in its last state), the uids of deleted ones, and whether that is all there is. */
export interface ChangeBatch<O> extends Changes<O> {
	/** The first complete list is in: what is not there does not exist. */
	readonly synced: boolean;
}

export interface WatchTarget<O> extends ListTarget {
	/** Cuts an object as the API sends it to what is kept. One that it throws on is left out, with a line in the log. */
	// biome-ignore lint/suspicious/noExplicitAny: whatever the server sends
	project(object: any): O; // oxlint-disable-line typescript/no-explicit-any
}

export interface WatchHandlers<O> {
	changes(batch: ChangeBatch<O>): void;
	state(state: WatchState): void;
}

export interface WatchOptions {
	/** Milliseconds since the epoch. */
	readonly now?: () => number;
	readonly random?: () => number;
	/** Resolves after so many milliseconds, or once the signal is aborted. */
	readonly delay?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export interface Watch {
	/** Ends it for good: no handler is called after this returns. */
	stop(): void;
	/** Ends a wait; with live rows: connects and lists anew. Fresh credentials are asked for if it was signed out. */
	retryNow(): void;
	/**
	 * Nothing has been heard since then (milliseconds since the epoch), because this process did not run: live rows are stale
	 * until the watch has been taken up anew, from where it was.
	 */
	doubt(since: number): void;
}

/** Bookmarks come every minute or so: without anything for this long, what looks like a connection is none. */
const silenceMs = 150_000;
/** How often to ask again for what was refused. */
const refusedMs = 60_000;
/** A watch that lives so long was a good one. */
const goodLifeMs = 10_000;
/** One that ends by itself sooner, having said nothing, was none (client-go's rule). */
const shortLifeMs = 1000;
/** So many failures in a row at one version, and the version is not trusted any more. */
const enoughFailures = 3;

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
	await delay(milliseconds, undefined, {signal}).catch(() => {});
}

interface WatchEvent {
	readonly type: string;
	readonly object: RawObject & Status;
}

/**
 * Keeps a picture of one kind in one scope: lists, then watches from the list's version, for as long as it is not stopped,
 * whatever happens to the server, the network or the credentials (reference 4.1; what is done about each failure stands
 * at `recover`). Objects are compared by uid after a new list: what is gone is deleted, what is unchanged is not reported.
 * Handlers are called with small batches; what they throw is logged.
 */
export function watch<O extends KubeObject>(
	connection: Connection,
	target: WatchTarget<O>,
	handlers: WatchHandlers<O>,
	options: WatchOptions = {},
): Watch {
	const {now = Date.now, random = Math.random, delay: sleep = wait} = options;
	const listing = describeRequest({path: target.path});
	const watching = listing.replace(/^list/, 'watch');
	const backOff = makeBackOff(random);
	const stopping = new AbortController();
	/** Ends the present wait or stream, to go on at once. */
	let nudge = new AbortController();
	const ledger = new Ledger<O>((object) => target.project(object));
	/** Where to watch from; undefined: list first. */
	let version: string | undefined;
	let synced = false;
	let state: WatchState | undefined;
	let heardAt = now();
	/** When freshness was lost; undefined while nothing is wrong. */
	let lostAt: number | undefined = now();
	let failures = 0;
	let expired = 0;

	function call(what: string, act: () => void): void {
		if (stopping.signal.aborted) {
			return;
		}
		try {
			act();
		} catch (error) {
			connection.log(
				`${watching}: ${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
			);
		}
	}

	function enter(next: WatchState): void {
		state = next;
		call('the state handler', () => handlers.state(next));
	}

	function report(always = false): void {
		const changes = ledger.take() ?? (always ? {upserts: [], deletes: []} : undefined);
		if (changes !== undefined) {
			call('the change handler', () => handlers.changes({...changes, synced}));
		}
	}

	async function listAll(signal: AbortSignal): Promise<string> {
		const seen = new Set<string>();
		let loaded = 0;
		const slices = list(connection, target, listing, signal);
		for (;;) {
			const result = await slices.next();
			if (result.done) {
				ledger.keepOnly(seen);
				synced = true;
				// So far all is known, whatever comes of the watch.
				lostAt = now();
				report(true);
				return result.value;
			}
			const {objects, remaining, restarted} = result.value;
			if (restarted) {
				seen.clear();
				loaded = 0;
			}
			for (const object of objects) {
				seen.add(object.metadata?.uid ?? '');
				call('the projection', () => ledger.put(object));
			}
			loaded += objects.length;
			heardAt = now();
			report();
			if (!synced) {
				enter({phase: 'listing', loaded, remaining});
			}
		}
	}

	/** One line of a watch. Throws what an ERROR event stands for, and on anything that is no event. */
	function apply(line: Buffer): void {
		let event: WatchEvent;
		try {
			event = parseObject(target, line) as WatchEvent;
		} catch (error) {
			throw new ClusterError(
				'unexpected',
				`Could not ${watching}: something between here and the server sent what is no event`,
				{
					cause: error,
				},
			);
		}
		const {type, object} = event;
		if (typeof object !== 'object' || object === null) {
			throw new ClusterError('unexpected', `Could not ${watching}: the server sent an event without an object`);
		}
		if (type === 'ERROR') {
			throw errorFromStatus(object.code ?? 500, object, watching);
		}
		if (type === 'DELETED') {
			ledger.delete(object.metadata?.uid ?? '');
		} else if (type === 'ADDED' || type === 'MODIFIED') {
			call('the projection', () => ledger.put(object));
		}
		version = object.metadata?.resourceVersion ?? version; // of bookmarks too
	}

	/** Ends the stream by `cut` once nothing has come for too long. */
	async function guard(cut: AbortController): Promise<void> {
		for (let left = silenceMs; left > 0 && !cut.signal.aborted; left = heardAt + silenceMs - now()) {
			await sleep(left, cut.signal);
		}
		cut.abort();
	}

	/** Watches until the server ends it. */
	async function follow(from: string, signal: AbortSignal): Promise<void> {
		const cut = new AbortController();
		const {body} = await connection.stream({
			path: target.path,
			query: {
				...target.query,
				watch: true,
				allowWatchBookmarks: true,
				resourceVersion: from,
				timeoutSeconds: 300 + Math.floor(random() * 301),
			},
			signal: AbortSignal.any([signal, cut.signal]),
			what: watching,
		});
		const openedAt = now();
		heardAt = openedAt;
		lostAt = undefined;
		if (state?.phase !== 'live') {
			enter({phase: 'live'});
		}
		const guarding = guard(cut);
		const lines = new LineSplitter();
		const slice = makeSlice();
		let isUseful = false;
		try {
			for await (const chunk of body) {
				heardAt = now();
				try {
					for (const line of lines.push(chunk as Buffer)) {
						apply(line);
						isUseful = true;
					}
				} finally {
					report();
				}
				await slice.rest();
			}
		} catch (error) {
			if (cut.signal.aborted && !signal.aborted) {
				// Perhaps the version is one that the server has not reached, after a restore: then only a new list helps.
				version = undefined;
				throw new ClusterError('timeout', `Could not ${watching}: nothing was heard for ${silenceMs / 1000} s`, {
					cause: error,
				});
			}
			throw toClusterError(error, watching);
		} finally {
			if (isUseful || now() - openedAt >= goodLifeMs) {
				failures = 0;
				expired = 0;
				backOff.reset();
			}
			cut.abort();
			body.destroy();
			await guarding;
		}
		if (!isUseful && now() - openedAt < shortLifeMs) {
			throw new ClusterError('unavailable', `Could not ${watching}: the server ends the watch as soon as it begins`);
		}
	}

	/** What is done about a failure, up to the moment to try again. */
	async function recover(error: ClusterError, signal: AbortSignal): Promise<void> {
		lostAt ??= error.reason === 'timeout' ? heardAt : now() - silenceOf(error);
		const since = lostAt;
		failures++;
		if (failures >= enoughFailures && error.reason !== 'unreachable') {
			version = undefined;
		}
		if (error.reason === 'forbidden') {
			version = undefined; // one who may list but not watch gets a new list each minute
			enter({phase: 'denied', since, error});
			return sleep(refusedMs, signal);
		}
		if (error.reason === 'unauthorized' || error.reason === 'credentials') {
			enter({phase: 'signed-out', since, error});
			return sleep(refusedMs, signal);
		}
		if (error.reason === 'not-found') {
			version = undefined;
			enter({phase: 'absent', since, error});
			return sleep(refusedMs, signal);
		}
		if (error.reason === 'expired') {
			version = undefined;
			expired++;
		}
		// Too old a version is nobody's fault the first time: list at once.
		const pause = error.reason === 'expired' && expired === 1 ? 0 : backOff.next(error.retryAfterSeconds);
		enter({phase: 'stale', since, retryAt: now() + pause, error});
		return pause === 0 ? undefined : sleep(pause, signal);
	}

	async function run(): Promise<void> {
		enter({phase: 'listing', loaded: 0, remaining: undefined});
		while (!stopping.signal.aborted) {
			nudge = new AbortController();
			const signal = AbortSignal.any([stopping.signal, nudge.signal]);
			try {
				version ??= await listAll(signal);
				await follow(version, signal);
			} catch (thrown) {
				const error = toClusterError(thrown, watching);
				if (!signal.aborted) {
					if (error.reason === 'aborted') {
						return; // the connection was closed
					}
					await recover(error, signal);
				}
			}
		}
	}

	void run();
	return {
		stop() {
			stopping.abort();
		},
		retryNow() {
			if (state?.phase === 'signed-out') {
				connection.signInAgain();
			}
			if (state?.phase === 'live') {
				version = undefined;
			}
			backOff.reset();
			nudge.abort();
		},
		doubt(since) {
			if (state?.phase === 'live') {
				lostAt ??= since;
				const error = new ClusterError('timeout', `Could not ${watching}: nothing was heard while this was stopped`);
				enter({phase: 'stale', since, retryAt: undefined, error});
				nudge.abort();
			} else if (state?.phase === 'stale') {
				// Its wait may have stood still with the machine.
				nudge.abort();
			}
		},
	};
}
