/** What to do about a certificate that Node does not take, by its error code. */
export const tlsHints: Readonly<Record<string, string>> = {
	ERR_TLS_CERT_ALTNAME_INVALID:
		'Its certificate is for another name: check the server address, or set tls-server-name.',
	CERT_HAS_EXPIRED: "The server's certificate has expired: it has to be renewed there.",
	DEPTH_ZERO_SELF_SIGNED_CERT: "Its certificate is signed by nobody known: check the cluster's certificate-authority.",
	SELF_SIGNED_CERT_IN_CHAIN: "Its certificate is signed by nobody known: check the cluster's certificate-authority.",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		"Its certificate is signed by nobody known: check the cluster's certificate-authority.",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
		"Its certificate is signed by nobody known: check the cluster's certificate-authority.",
	CERT_SIGNATURE_FAILURE:
		"Its certificate is not signed by the cluster's certificate-authority: was the cluster made anew?",
};

/** By Node's and undici's error codes. */
export const networkWords: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'connection refused',
	ECONNRESET: 'connection reset',
	EPIPE: 'connection reset',
	ENOTFOUND: 'no such host',
	EAI_AGAIN: 'the host name cannot be looked up now',
	EHOSTUNREACH: 'no route to the host',
	ENETUNREACH: 'no network',
	ETIMEDOUT: 'no answer',
	UND_ERR_CONNECT_TIMEOUT: 'no answer',
	UND_ERR_SOCKET: 'connection lost',
	UND_ERR_CLOSED: 'connection closed',
	UND_ERR_DESTROYED: 'connection lost',
	UND_ERR_INFO: 'connection lost',
	ERR_STREAM_PREMATURE_CLOSE: 'connection lost',
	ERR_HTTP2_STREAM_ERROR: 'connection lost',
	ERR_HTTP2_SESSION_ERROR: 'connection lost',
	ERR_HTTP2_STREAM_CANCEL: 'connection lost',
	ERR_HTTP2_GOAWAY_SESSION: 'connection closed',
};

/** The code of what was thrown, as deep down as it is, and the message beside it. */
export function codeOf(error: unknown): {code: string; message: string} {
	let found = {code: '', message: error instanceof Error ? error.message : String(error)};
	for (let depth = 0, at: unknown = error; depth < 5 && at instanceof Error; depth++, at = at.cause) {
		const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
		// Of an AggregateError (several addresses tried) the first member tells.
		const inner = at instanceof AggregateError ? codeOf(at.errors[0]).code : '';
		if (code !== '' || inner !== '') {
			found = {code: inner || code, message: at.message};
			if (code in networkWords || code in tlsHints) {
				break;
			}
		}
	}
	return found;
}

/** For how many milliseconds nothing had been heard on a connection when it was dropped for that; 0 for all other errors. */
export function silenceOf(error: unknown): number {
	for (let depth = 0, at: unknown = error; depth < 5 && at instanceof Error; depth++, at = at.cause) {
		if ('silentMs' in at && typeof at.silentMs === 'number') return at.silentMs;
	}
	return 0;
}

/** Why there is no connection, in words: `connection refused`; what was thrown, where it is none of the usual. */
export function networkReason(thrown: unknown): string {
	const {code, message} = codeOf(thrown);
	return networkWords[code] ?? message;
}

/** Those after which nothing can have been sent. */
export const notConnected: ReadonlySet<string> = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'UND_ERR_CONNECT_TIMEOUT',
]);
