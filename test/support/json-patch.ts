import {isDeepStrictEqual} from 'node:util';

/** The part of RFC 6902 that the tests' API server understands. */
export interface PatchStep {
	readonly op: string;
	readonly path: string;
	readonly value?: unknown;
}

type Json = Record<string, unknown>;

/** Applies a JSON patch to a copy. Throws on a failed `test` and on a path that is not there, as the API server does. */
export function jsonPatch<T>(document: T, steps: readonly PatchStep[]): T {
	const copy = structuredClone(document);
	for (const {op, path, value} of steps) {
		const parts = path
			.split('/')
			.slice(1)
			.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
		const last = parts.pop() ?? '';
		let at = copy as Json;
		for (const part of parts) {
			const next = at[part];
			if (typeof next !== 'object' || next === null) {
				throw new Error(`there is no ${path}`);
			}
			at = next as Json;
		}
		if (op === 'test') {
			if (!isDeepStrictEqual(at[last] ?? null, value ?? null)) {
				throw new Error(`testing value ${path} failed`);
			}
		} else if (op === 'add' && Array.isArray(at)) {
			at.splice(last === '-' ? at.length : Number(last), 0, value);
		} else if (op === 'add') {
			at[last] = value;
		} else if (!(last in at)) {
			throw new Error(`there is no ${path}`);
		} else if (op === 'replace') {
			at[last] = value;
		} else if (Array.isArray(at)) {
			at.splice(Number(last), 1);
		} else {
			delete at[last];
		}
	}
	return copy;
}

/** RFC 7386; strategic merge patches are taken for this too, which is right as long as they hold no lists. */
export function mergePatch<T>(document: T, patch: unknown): T {
	if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
		return patch as T;
	}
	const target: Json =
		typeof document === 'object' && document !== null && !Array.isArray(document) ? {...(document as Json)} : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) {
			delete target[key];
		} else {
			target[key] = mergePatch(target[key], value);
		}
	}
	return target as T;
}
