import {withoutManagedFields} from './bytes.ts';
import type {Connection, StreamAnswer} from './connection.ts';
import {ClusterError, toClusterError} from './errors.ts';
import {type ListHead, ListSplitter} from './list-splitter.ts';
import {makeSlice} from './slice.ts';

/** An object as the API sends it, as far as the watcher itself looks into it. */
export interface RawObject {
	readonly metadata?: {readonly uid?: string; readonly resourceVersion?: string};
}

export interface ListTarget {
	/** `/api/v1/namespaces/shop/pods`, or `/api/v1/pods` for all namespaces. */
	readonly path: string;
	readonly query?: {readonly labelSelector?: string; readonly fieldSelector?: string};
	/** The projection reads `metadata.managedFields`; left out, they are cut before parsing and arrive as an empty list. */
	readonly needsManagedFields?: boolean;
}

/** Some objects of a list, as soon as they are there. */
export interface ListSlice {
	readonly objects: readonly RawObject[];
	/** The server's guess of how many are in the pages after the present one; undefined where it makes none. */
	readonly remaining: number | undefined;
	/** These and all that follow belong to a new attempt: the objects before may be gone. */
	readonly restarted: boolean;
}

/** client-go's page: small enough for a first screen at once, large enough to be few. */
const pageSize = 500;
/** A list that sends nothing for so long has hung. */
const silenceMs = 30_000;

export function parseObject(target: ListTarget, bytes: Buffer): unknown {
	return JSON.parse(target.needsManagedFields ? bytes.toString('utf8') : withoutManagedFields(bytes));
}

/**
 * Lists in pages of 500, asking for the next page as soon as the present one says that there is one, and hands out the
 * objects while they arrive, in slices of a few milliseconds. A continuation that has expired is answered by one list
 * without pages (reference 4.1).
 * @returns the version to watch from.
 * @throws ClusterError
 */
export async function* list(
	connection: Connection,
	target: ListTarget,
	what: string,
	signal: AbortSignal,
): AsyncGenerator<ListSlice, string, void> {
	const open = (query: {limit?: number; continue?: string}): Promise<StreamAnswer> => {
		const answer = connection.stream({path: target.path, query: {...target.query, ...query}, silenceMs, signal, what});
		answer.catch(() => {}); // told when it is awaited, which may be after the present page has failed
		return answer;
	};
	let next: Promise<StreamAnswer> | undefined = open({limit: pageSize});
	let isPaged = true;
	let isFirst = true;
	let restarted = false;
	let version = '';
	const slice = makeSlice();
	while (next !== undefined) {
		let body: StreamAnswer['body'];
		try {
			({body} = await next);
		} catch (error) {
			if (error instanceof ClusterError && error.reason === 'expired' && isPaged && !isFirst) {
				isPaged = false;
				restarted = true;
				next = open({});
				continue;
			}
			throw error;
		}
		next = undefined;
		isFirst = false;
		const splitter = new ListSplitter((bytes) => parseObject(target, bytes));
		let objects: RawObject[] = [];
		let head: ListHead | undefined;
		const learn = (): void => {
			if (head === undefined && splitter.head !== undefined) {
				head = splitter.head;
				next = head.continue === undefined ? undefined : open({limit: pageSize, continue: head.continue});
			}
		};
		try {
			for await (const chunk of body) {
				for (const item of splitter.push(chunk as Buffer)) {
					objects.push(item as RawObject);
				}
				learn();
				if (slice.isOver()) {
					if (objects.length > 0) {
						yield {objects, remaining: head?.remaining, restarted};
						restarted = false;
						objects = [];
					}
					await slice.rest();
				}
			}
			objects.push(...(splitter.end() as RawObject[]));
		} catch (error) {
			(next as Promise<StreamAnswer> | undefined)?.then(({body: unread}) => unread.destroy()).catch(() => {});
			throw error instanceof SyntaxError
				? new ClusterError('unexpected', `Could not ${what}: the answer is not a whole list`, {cause: error})
				: toClusterError(error, what);
		}
		learn();
		version = head?.resourceVersion ?? '';
		yield {objects, remaining: head?.remaining, restarted};
		restarted = false;
	}
	return version;
}
