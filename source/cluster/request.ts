import type {JsonPatchOperation} from '../objects.ts';
import type {ApiRequest, Connection, Warned} from './connection.ts';
import {ClusterError, isConnectionLoss} from './errors.ts';
import {explainLoss, explainRefusal, isChanged, isUntouched} from './outcome.ts';

export type {AccessQuery} from './access.ts';

export interface ObjectPath {
	/** '' is the core group. */
	readonly group: string;
	readonly version: string;
	readonly plural: string;
	readonly namespace?: string | undefined;
	readonly name?: string | undefined;
	readonly subresource?: string | undefined;
}

export interface ChangeOptions {
	/** Who is written down as the author of the changed fields. */
	readonly fieldManager: string;
	readonly timeoutMs?: number;
	readonly signal?: AbortSignal;
	/** Between two looks for a change whose answer was lost; for tests. */
	readonly delay?: (milliseconds: number) => Promise<unknown>;
}

export type DryRun<T> =
	| {readonly outcome: 'accepted'; readonly object: T; readonly warnings: readonly string[]}
	| {readonly outcome: 'refused'; readonly error: ClusterError}
	/** Nobody can say: a webhook that cannot do dry runs (`not-checked`), or no answer. Forbids nothing. */
	| {readonly outcome: 'not-checked' | 'no-answer'; readonly error: ClusterError};

export interface Page<T> {
	readonly items: readonly T[];
	readonly resourceVersion: string;
}

const pageSize = 500;
/** The path of a collection, an object or a subresource, percent-encoded. */
export function objectPath({group, version, plural, namespace, name, subresource}: ObjectPath): string {
	const parts = [
		...(group === '' ? ['api', version] : ['apis', group, version]),
		...(namespace === undefined ? [] : ['namespaces', namespace]),
		plural,
		...(name === undefined ? [] : [name]),
		...(subresource === undefined ? [] : [subresource]),
	];
	return `/${parts.map(encodeURIComponent).join('/')}`;
}

/** Reads one object. Throws ClusterError. */
export function getObject<T>(connection: Connection, path: string, signal?: AbortSignal): Promise<T> {
	return connection.request<T>({path, ...(signal && {signal})});
}

/** Reads a whole list, page by page: for headless use and small lists; what is shown is watched. Throws ClusterError. */
export async function listObjects<T>(
	connection: Connection,
	path: string,
	query: {labelSelector?: string | undefined; fieldSelector?: string | undefined} = {},
	signal?: AbortSignal,
): Promise<Page<T>> {
	let items: T[] = [];
	let limit: number | undefined = pageSize;
	let next: string | undefined;
	for (;;) {
		let page: {items?: T[] | null; metadata?: {resourceVersion?: string; continue?: string}};
		try {
			page = await connection.request({path, query: {...query, limit, continue: next}, ...(signal && {signal})});
		} catch (error) {
			if (next !== undefined && error instanceof ClusterError && error.reason === 'expired') {
				// The rest is too old to be read page by page: all of it at once, from the start (reference 4.1).
				[items, limit, next] = [[], undefined, undefined];
				continue;
			}
			throw error;
		}
		items.push(...(page.items ?? []));
		next = page.metadata?.continue || undefined;
		if (next === undefined) {
			return {items, resourceVersion: page.metadata?.resourceVersion ?? ''};
		}
	}
}

type Change = Pick<ApiRequest, 'path'> &
	Required<Pick<ApiRequest, 'method'>> &
	Pick<ApiRequest, 'body' | 'contentType'>;

function send<T>(connection: Connection, change: Change, options: ChangeOptions, dryRun = false): Promise<Warned<T>> {
	return connection.requestWithWarnings<T>({
		...change,
		query: {fieldManager: options.fieldManager, ...(dryRun && {dryRun: 'All'})},
		...(options.timeoutMs !== undefined && {timeoutMs: options.timeoutMs}),
		...(options.signal && {signal: options.signal}),
	});
}

function jsonPatch(path: string, operations: readonly JsonPatchOperation[]): Change {
	return {method: 'PATCH', path, body: operations, contentType: 'application/json-patch+json'};
}

/**
 * Applies a JSON patch and returns the object. Its `test` operations are the precondition: of the uid and of the fields
 * that a person saw, never of the resourceVersion, which a healthy rollout changes all the time.
 * @throws ClusterError: `conflict` with `current` if a tested value differs, `not-found` if it is gone; after a lost connection
 * `unreachable` or `timeout` with `arrived`, having looked.
 */
export async function applyJsonPatch<T>(
	connection: Connection,
	path: string,
	operations: readonly JsonPatchOperation[],
	options: ChangeOptions,
): Promise<T> {
	try {
		return (await send<T>(connection, jsonPatch(path, operations), options)).value;
	} catch (thrown) {
		if (!(thrown instanceof ClusterError)) {
			throw thrown;
		}
		if (isConnectionLoss(thrown)) {
			throw await explainLoss(connection, path, thrown, options.delay, (current) =>
				current === undefined
					? 'unknown'
					: isChanged(current, operations)
						? 'yes'
						: isUntouched(current, operations)
							? 'no'
							: 'unknown',
			);
		}
		throw await explainRefusal(connection, path, operations, thrown);
	}
}

/** The server says so when a webhook on the way has side effects that a dry run could not hold back. */
const cannotDryRun = /does not support dry run/i;

/** Asks the server to do everything but store the patch. Never throws a ClusterError. */
export async function dryRunJsonPatch<T>(
	connection: Connection,
	path: string,
	operations: readonly JsonPatchOperation[],
	options: ChangeOptions,
): Promise<DryRun<T>> {
	try {
		const {value, warnings} = await send<T>(connection, jsonPatch(path, operations), options, true);
		return {outcome: 'accepted', object: value, warnings};
	} catch (error) {
		if (!(error instanceof ClusterError)) {
			throw error;
		}
		if (isConnectionLoss(error) || error.reason === 'too-many-requests' || error.status?.code === 503)
			return {outcome: 'no-answer', error};
		if (cannotDryRun.test(error.status?.message ?? '')) return {outcome: 'not-checked', error};
		return {outcome: 'refused', error: await explainRefusal(connection, path, operations, error)};
	}
}
