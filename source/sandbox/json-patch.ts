import {ApiError, badRequest} from './api-error.ts';
import {clone, equal, isRecord} from './json.ts';
import type {Json} from './store.ts';

interface Operation {
	op?: unknown;
	path?: unknown;
	from?: unknown;
	value?: Json;
}

const mostOperations = 10_000;

/** A patch that cannot be applied, a failed test among them: the real server tells no more than this. */
function refused(): ApiError {
	const message = 'the server rejected our request due to an error in our request';
	return new ApiError(422, 'Invalid', message, {});
}

function parsePointer(pointer: unknown): string[] {
	if (typeof pointer !== 'string' || (pointer !== '' && !pointer.startsWith('/'))) throw refused();
	return pointer
		.split('/')
		.slice(1)
		.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The index a step means; for adding, one past the end and `-` are fine too. */
function indexOf(list: Json[], step: string, adding: boolean): number {
	if (adding && step === '-') return list.length;
	if (!/^(0|[1-9]\d*)$/.test(step)) throw refused();
	const index = Number(step);
	if (index >= list.length + (adding ? 1 : 0)) throw refused();
	return index;
}

function get(document: Json, path: string[]): Json {
	let at = document;
	for (const step of path) {
		if (Array.isArray(at)) at = at[indexOf(at, step, false)];
		else if (isRecord(at) && Object.hasOwn(at, step)) at = at[step];
		else throw refused();
	}
	return at;
}

function add(document: Json, path: string[], value: Json): Json {
	const last = path.at(-1);
	if (last === undefined) return value;
	const parent = get(document, path.slice(0, -1));
	if (Array.isArray(parent)) parent.splice(indexOf(parent, last, true), 0, value);
	else if (isRecord(parent)) define(parent, last, value);
	else throw refused();
	return document;
}

/** Sets a key, be it named like a part of Object's prototype. */
function define(target: Record<string, Json>, key: string, value: Json): void {
	Object.defineProperty(target, key, {value, writable: true, enumerable: true, configurable: true});
}

function drop(document: Json, path: string[]): Json {
	const last = path.at(-1);
	if (last === undefined) throw refused();
	const parent = get(document, path.slice(0, -1));
	if (Array.isArray(parent)) parent.splice(indexOf(parent, last, false), 1);
	else if (isRecord(parent) && Object.hasOwn(parent, last)) delete parent[last];
	else throw refused();
	return document;
}

function replace(document: Json, path: string[], value: Json): Json {
	get(document, path);
	const last = path.at(-1);
	if (last === undefined) return value;
	const parent = get(document, path.slice(0, -1));
	if (Array.isArray(parent)) parent[indexOf(parent, last, false)] = value;
	else define(parent, last, value);
	return document;
}

function apply(document: Json, operation: Operation): Json {
	const path = parsePointer(operation.path);
	switch (operation.op) {
		case 'add':
			return add(document, path, operation.value);
		case 'remove':
			return drop(document, path);
		case 'replace':
			return replace(document, path, operation.value);
		case 'copy':
			return add(document, path, clone(get(document, parsePointer(operation.from))));
		case 'move': {
			const from = parsePointer(operation.from);
			const value = get(document, from);
			return add(drop(document, from), path, value);
		}
		case 'test': {
			// A test for null passes where there is nothing, as in the library the real server uses.
			let there: Json;
			try {
				there = get(document, path);
			} catch (error) {
				if (operation.value !== null && operation.value !== undefined) throw error;
			}
			if (equal(there ?? undefined, operation.value ?? undefined)) return document;
			throw refused();
		}
		default:
			throw refused();
	}
}

/** A document with a JSON patch (RFC 6902) applied. 422 where an operation fails, 400 for what is no patch. */
export function jsonPatch(document: Json, patch: Json): Json {
	if (!Array.isArray(patch)) {
		const what = patch === null ? 'null' : typeof patch;
		throw badRequest(
			`error decoding patch: json: cannot unmarshal ${what} into Go value of type []handlers.jsonPatchOp`,
		);
	}
	if (patch.length > mostOperations) {
		const why = `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`;
		throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: ${why}`);
	}
	let result = clone(document);
	for (const operation of patch) {
		if (!isRecord(operation)) throw refused();
		result = apply(result, operation);
	}
	if (!isRecord(result)) throw refused();
	return result;
}

/** A document with a merge patch (RFC 7386) applied. */
export function mergePatch(document: Json, patch: Json): Json {
	if (!isRecord(patch)) return clone(patch);
	const result: Record<string, Json> = isRecord(document) ? {...document} : {};
	for (const [key, value] of Object.entries(patch)) {
		if (value === null) delete result[key];
		else define(result, key, mergePatch(result[key], value));
	}
	return result;
}
