/** A moment as the API writes it: RFC 3339 in UTC, to the second. `at` in milliseconds since the epoch. */
export function timestamp(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A moment as `MicroTime` fields have it. */
export function microTimestamp(at: number): string {
	return `${new Date(at).toISOString().slice(0, 23)}000Z`;
}

/** Milliseconds since the epoch; 0 for a time that is absent. */
export function millis(time: string | null | undefined): number {
	return time ? Date.parse(time) : 0;
}
