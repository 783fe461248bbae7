/** The value at a JSON pointer (RFC 6901); undefined where there is none. */
export function valueAt(document: unknown, pointer: string): unknown {
	let at = document;
	for (const part of pointer.split('/').slice(1)) {
		if (typeof at !== 'object' || at === null) {
			return undefined;
		}
		at = (at as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
	}
	return at;
}

/** Equal as JSON: the order of keys does not count; a missing value equals null, as in the server's `test`. */
export function isSameJson(a: unknown, b: unknown): boolean {
	if (a === b || (a ?? null) === (b ?? null)) {
		return true;
	}
	if (
		typeof a !== 'object' ||
		typeof b !== 'object' ||
		a === null ||
		b === null ||
		Array.isArray(a) !== Array.isArray(b)
	) {
		return false;
	}
	const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
	return [...keys].every((key) => isSameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
