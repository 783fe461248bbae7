import {codeOf, networkWords, notConnected, tlsHints} from './network-errors.ts';

/** Why a request failed, in the few ways that rolldeck treats differently. */
export type ClusterErrorReason =
	| 'unauthorized'
	| 'forbidden'
	| 'not-found'
	| 'already-exists'
	| 'conflict'
	| 'invalid'
	| 'too-many-requests'
	| 'unavailable'
	| 'unreachable'
	| 'timeout'
	| 'expired'
	| 'credentials'
	| 'aborted'
	| 'unexpected';

/** The API's own description of a failure (meta/v1 Status). */
export interface Status {
	readonly kind?: string;
	readonly status?: string;
	readonly code?: number;
	readonly reason?: string;
	readonly message?: string;
	readonly details?: {
		readonly name?: string;
		readonly kind?: string;
		readonly causes?: readonly {readonly reason?: string; readonly message?: string; readonly field?: string}[];
		readonly retryAfterSeconds?: number;
	};
}

export interface ClusterErrorDetails {
	readonly hint?: string | undefined;
	readonly retryAfterSeconds?: number | undefined;
	readonly status?: Status | undefined;
	readonly cause?: unknown;
	/** The object as it is now, where a precondition on it did not hold. */
	readonly current?: unknown;
	/** Of a change whose answer was lost: whether it can be seen on the server. */
	readonly arrived?: 'yes' | 'no' | 'unknown' | undefined;
}

/** Any failure of a request to a cluster. The message is a whole sentence for a person, without a final full stop. */
export class ClusterError extends Error {
	override name = 'ClusterError';
	readonly reason: ClusterErrorReason;
	/** What to do next; undefined where waiting is all there is. */
	readonly hint: string | undefined;
	readonly retryAfterSeconds: number | undefined;
	readonly status: Status | undefined;
	readonly current: unknown;
	readonly arrived: 'yes' | 'no' | 'unknown' | undefined;

	constructor(reason: ClusterErrorReason, message: string, details: ClusterErrorDetails = {}) {
		super(message, {cause: details.cause});
		this.reason = reason;
		this.hint = details.hint;
		this.retryAfterSeconds = details.retryAfterSeconds;
		this.status = details.status;
		this.current = details.current;
		this.arrived = details.arrived;
	}
}

/** The message, and what to do next where that is known. */
export function withHint({message, hint}: ClusterError): string {
	return hint === undefined ? message : `${message}. ${hint}`;
}

/** A server that could not be reached or did not answer; the request may or may not have arrived. */
export function isConnectionLoss(error: ClusterError): boolean {
	return error.reason === 'unreachable' || error.reason === 'timeout';
}

/** The sentence in a refusal by the authorizer: `team-a may not list pods in shop`. */
function refusal(message: string): string | undefined {
	const match =
		/User "([^"]*)" cannot (\S+) (?:resource "([^"]*)" in API group "[^"]*"|path "([^"]*)")(?: in the namespace "([^"]*)")?/.exec(
			message,
		);
	if (match === null) {
		return undefined;
	}
	const [, user, verb, resource, path, namespace] = match;
	const place = path !== undefined ? '' : namespace === undefined ? ' in the whole cluster' : ` in ${namespace}`;
	return `${user} may not ${verb} ${resource ?? path}${place}`;
}

const byCode: Readonly<Record<number, ClusterErrorReason>> = {
	401: 'unauthorized',
	403: 'forbidden',
	404: 'not-found',
	409: 'conflict',
	410: 'expired',
	422: 'invalid',
	429: 'too-many-requests',
	500: 'unavailable',
	502: 'unavailable',
	503: 'unavailable',
	504: 'timeout',
};

/**
 * The error in an answer of the server, or in an ERROR event of a watch (whose code is its status code).
 * @param what the request in words, after "could not": `list pods in shop`.
 */
export function errorFromStatus(
	code: number,
	status: Status | undefined,
	what: string,
	retryAfter?: number,
): ClusterError {
	const said = oneLine(status?.message ?? '');
	const details: ClusterErrorDetails = {status, retryAfterSeconds: retryAfter ?? status?.details?.retryAfterSeconds};
	const reason =
		status?.reason === 'AlreadyExists'
			? 'already-exists'
			: (byCode[code] ?? (code >= 400 && code < 500 ? 'invalid' : 'unexpected'));
	const because = said === '' ? `the server answered ${code}` : said;
	if (reason === 'unauthorized') {
		return new ClusterError(reason, `Signed out: the server does not accept these credentials (could not ${what})`, {
			...details,
			hint: 'Run your login command, then try again (ctrl-r).',
		});
	}
	if (reason === 'forbidden') {
		const who = refusal(said);
		return new ClusterError(
			reason,
			who === undefined ? `Not allowed: could not ${what}: ${because}` : `Not allowed: ${who}`,
			{
				...details,
				hint: who === undefined ? undefined : 'A role that allows it, bound to this user, would help.',
			},
		);
	}
	if (reason === 'too-many-requests') {
		return new ClusterError(reason, `The server asks to slow down: could not ${what}: ${because}`, details);
	}
	if (reason === 'expired') {
		return new ClusterError(
			reason,
			`The server no longer has the version this watch stood at (could not ${what})`,
			details,
		);
	}
	return new ClusterError(reason, `Could not ${what}: ${because}`, details);
}

function oneLine(message: string): string {
	return message.replace(/\s+/g, ' ').trim();
}

/**
 * Whatever was thrown, as a ClusterError. The one way from foreign errors to ours.
 * @param what the request in words, after "could not": `list pods in shop`.
 */
export function toClusterError(thrown: unknown, what: string): ClusterError {
	if (thrown instanceof ClusterError) {
		return thrown;
	}
	const name = thrown instanceof Error ? thrown.name : '';
	if (name === 'TimeoutError' || name === 'HeadersTimeoutError' || name === 'BodyTimeoutError') {
		return new ClusterError('timeout', `Could not ${what}: the server did not answer in time`, {cause: thrown});
	}
	if (name === 'AbortError') {
		// Who gives up on purpose knows it; this is a stream that was cut under its reader.
		return new ClusterError('unreachable', `Could not ${what}: connection lost`, {cause: thrown});
	}
	const {code, message} = codeOf(thrown);
	if (code.startsWith('ERR_OSSL')) {
		// What Node says when it cannot even begin: the certificate and key that it was given are no pair, or no PEM.
		return new ClusterError('credentials', `Could not ${what}: the client certificate and its key cannot be used`, {
			cause: thrown,
			hint: 'Check client-certificate and client-key of this user in the kubeconfig: both have to be PEM, and belong together.',
		});
	}
	const tls = tlsHints[code];
	if (tls !== undefined) {
		return new ClusterError('unreachable', `Could not ${what}: the server's certificate is not trusted`, {
			cause: thrown,
			hint: tls,
		});
	}
	const words = networkWords[code];
	if (words !== undefined || code.startsWith('UND_ERR') || code.startsWith('ERR_SSL') || code.startsWith('ERR_HTTP2')) {
		return new ClusterError('unreachable', `Could not ${what}: ${words ?? oneLine(message)}`, {cause: thrown});
	}
	return new ClusterError('unexpected', `Could not ${what}: ${oneLine(message)}`, {cause: thrown});
}

/** True if there was not even a connection to send the request on: it cannot have arrived. */
export function wasNeverSent(error: ClusterError): boolean {
	return error.reason === 'unreachable' && (error.arrived === 'no' || notConnected.has(codeOf(error.cause).code));
}
