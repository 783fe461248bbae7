/** What of a container's log is wanted. */
export interface LogRequest {
	readonly namespace: string;
	readonly pod: string;
	readonly container: string;
	/** The run before the present one. */
	readonly previous: boolean;
	/** The log goes on until the client leaves or the container ends. */
	readonly follow: boolean;
	/** Every line begins with its RFC 3339 time. */
	readonly timestamps: boolean;
	/** Only the last so many lines. */
	readonly tail?: number;
	/** Only lines from then on, in milliseconds since the epoch. */
	readonly since?: number;
}

/**
 * Reads a log: calls `write` with text that ends in a line break, `end` when there will be no more. Throws an ApiError where there
 * is none. The returned function stops it.
 */
export type ReadLog = (request: LogRequest, write: (text: string) => void, end: () => void) => () => void;
