import type {Json} from './store.ts';

/** Whether a value is a JSON object: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, Json> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy of a JSON value. Keys whose value is undefined or null are left out, as Go's decoder does. */
export function clone<Value>(value: Value): Value {
	if (Array.isArray(value)) return value.map(clone) as Value;
	if (!isRecord(value)) return value;
	const copy: Record<string, Json> = {};
	for (const key in value) {
		const child: unknown = value[key];
		if (child !== undefined && child !== null) copy[key] = clone(child);
	}
	return copy as Value;
}

/** Deep equality of JSON values; a key that is undefined equals one that is absent. */
export function equal(a: Json, b: Json): boolean {
	if (a === b) return true;
	if (Array.isArray(a)) {
		return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
	}
	if (!isRecord(a) || !isRecord(b)) return false;
	for (const key in a) if (!equal(a[key], b[key])) return false;
	for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false;
	return true;
}

/** The type of a JSON value under the name Go's decoder uses in its errors. */
export function goName(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'array';
	if (typeof value === 'boolean') return 'bool';
	return typeof value;
}

/** A value as the real server quotes it in `Invalid value: ...`: JSON, and `null` for nothing. */
export function quote(value: unknown): string {
	return value === undefined ? 'null' : JSON.stringify(value);
}

/** RFC 3339 to the second, in UTC: what `metav1.Time` looks like. */
export function timestamp(milliseconds: number): string {
	return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
