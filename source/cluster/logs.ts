import type {Connection} from './connection.ts';
import {ClusterError, toClusterError} from './errors.ts';
import {objectPath} from './request.ts';

/** The end of a container's log. */
export interface LogTarget {
	readonly namespace: string;
	readonly pod: {readonly name: string};
	readonly container: string;
	/** Of the run before the present one. */
	readonly previous: boolean;
}

/** Milliseconds until the answer begins, and between two pieces of it. */
const patience = 5000;

/**
 * Reads the last lines of a log, as they are: they may hold anything. No more than `bytes` come, the later ones being left out.
 * @throws ClusterError
 */
export async function readLogEnd(
	connection: Connection,
	{namespace, pod, container, previous}: LogTarget,
	{lines, bytes}: {readonly lines: number; readonly bytes: number},
	signal: AbortSignal,
): Promise<string> {
	const what = `read the log of ${container} in ${pod.name}`;
	const {body} = await connection.stream({
		path: objectPath({group: '', version: 'v1', plural: 'pods', namespace, name: pod.name, subresource: 'log'}),
		query: {container, previous, tailLines: lines, limitBytes: bytes},
		accept: '*/*',
		timeoutMs: patience,
		silenceMs: patience,
		signal,
		what,
	});
	const chunks: Buffer[] = [];
	let length = 0;
	try {
		for await (const chunk of body) {
			chunks.push(chunk as Buffer);
			length += (chunk as Buffer).length;
			// Whatever stands between here and the server may not keep to the limit.
			if (length >= bytes) break;
		}
	} catch (error) {
		throw toClusterError(error, what);
	}
	return Buffer.concat(chunks).toString('utf8', 0, bytes);
}

/** Why a log cannot be read, after "not readable: ". */
export function whyUnreadable(error: unknown): string {
	if (!(error instanceof ClusterError)) return String(error);
	return error.status?.code === 400 || error.status?.code === 404
		? (error.status.message ?? error.message)
		: error.message.replace(/^(?:Not allowed|Could not .+?): /, '');
}
