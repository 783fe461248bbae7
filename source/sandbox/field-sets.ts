import {equal, isRecord} from './json.ts';
import {type Field, fieldsOf, type Shape} from './schema/schema.ts';
import type {Json} from './store.ts';

/** Fields of an object in the notation of managedFields: `f:name`, `k:{...}`, `v:...`, and `.` for the thing itself. */
export interface FieldSet {
	readonly [key: string]: FieldSet;
}

const leaf: FieldSet = Object.freeze({});

/** Fields that belong to the server, never to a manager. */
const systemFields = new Set(
	[
		'name',
		'namespace',
		'generateName',
		'uid',
		'resourceVersion',
		'generation',
		'creationTimestamp',
		'managedFields',
	].concat(['deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink']),
);

/** A place in the schema: what is there, and how it merges. */
interface Part {
	shape: Shape;
	atomic: boolean;
	listKeys?: readonly string[];
	set: boolean;
}

function partOf(field: Field): Part {
	return field;
}

function within(shape: Shape): Part {
	return {shape, atomic: shape.is === 'list', set: false};
}

function root(type: string): Part {
	return {shape: {is: 'object', name: type}, atomic: false, set: false};
}

/** The name of a list's item in managedFields: `k:{"name":"web"}`, or `v:"x"` in a set. */
function itemKey(item: Json, part: Part): string {
	if (!part.listKeys) return `v:${JSON.stringify(item)}`;
	const keys = [...part.listKeys].sort().filter((key) => item?.[key] !== undefined);
	return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, item[key]])))}`;
}

/** Whether a value is owned as one piece. */
function isLeaf(part: Part, value: Json): boolean {
	if (part.atomic || part.shape.is === 'scalar') return true;
	return part.shape.is === 'list' ? !Array.isArray(value) : !isRecord(value);
}

/** The named parts of a value: fields of an object, entries of a map, items of a list. `.` is not among them. */
function* parts(part: Part, value: Json): Generator<[string, Json, Part]> {
	const {shape} = part;
	if (shape.is === 'object') {
		const fields = fieldsOf(shape.name);
		for (const key in value) {
			const field = fields.get(key);
			if (field && value[key] !== undefined) yield [`f:${key}`, value[key], partOf(field)];
		}
	} else if (shape.is === 'map') {
		for (const key in value) yield [`f:${key}`, value[key], within(shape.of)];
	} else if (shape.is === 'list') {
		for (const item of value) yield [itemKey(item, part), item, within(shape.of)];
	}
}

/** All fields of a value. Maps and lists also own themselves. */
function collect(part: Part, value: Json): FieldSet {
	if (isLeaf(part, value)) return leaf;
	const result: Record<string, FieldSet> = part.shape.is === 'object' ? {} : {'.': leaf};
	for (const [key, child, inner] of parts(part, value)) {
		const set = collect(inner, child);
		result[key] = key.startsWith('k:') ? {'.': leaf, ...set} : set;
	}
	return result;
}

function changes(part: Part, old: Json, next: Json): FieldSet | undefined {
	if (old === next) return undefined;
	if (old === undefined) return collect(part, next);
	if (isLeaf(part, next) || isLeaf(part, old)) return equal(old, next) ? undefined : leaf;
	const before = new Map<string, Json>();
	for (const [key, child] of parts(part, old)) before.set(key, child);
	const result: Record<string, FieldSet> = {};
	for (const [key, child, inner] of parts(part, next)) {
		const set = changes(inner, before.get(key), child);
		if (set) result[key] = key.startsWith('k:') && !before.has(key) ? {'.': leaf, ...set} : set;
	}
	return Object.keys(result).length > 0 ? result : undefined;
}

function withoutSystem(set: FieldSet): FieldSet {
	const {'f:apiVersion': _version, 'f:kind': _kind, 'f:metadata': metadata, ...rest} = set;
	if (!metadata) return rest;
	const own = Object.entries(metadata).filter(([key]) => !systemFields.has(key.slice(2)));
	return own.length > 0 ? {'f:metadata': Object.fromEntries(own), ...rest} : rest;
}

/** The fields of an object that a manager may own. */
export function fieldsIn(type: string, object: Json): FieldSet {
	return withoutSystem(collect(root(type), object));
}

/** The fields that are new or other in `next`. */
export function changedFields(type: string, old: Json, next: Json): FieldSet {
	return withoutSystem(changes(root(type), old, next) ?? {});
}

export function isEmpty(set: FieldSet): boolean {
	for (const _ in set) return false;
	return true;
}

/** The fields in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
	if (isEmpty(b)) return a;
	if (isEmpty(a)) return b;
	const result: Record<string, FieldSet> = {...a};
	for (const key in b) result[key] = a[key] ? union(a[key], b[key]!) : b[key]!;
	return result;
}

/** The fields of `a` that are not in `b`. A leaf of `b` takes all that lies below it in `a`. */
export function subtract(a: FieldSet, b: FieldSet): FieldSet {
	let result: Record<string, FieldSet> | undefined;
	for (const key in b) {
		const mine = a[key];
		if (!mine) continue;
		const rest = isEmpty(b[key]!) ? undefined : subtract(mine, b[key]!);
		if (rest === mine) continue;
		result ??= {...a};
		if (!rest || isEmpty(rest)) delete result[key];
		else result[key] = rest;
	}
	return result ?? a;
}

/** The fields in both sets. */
export function intersect(a: FieldSet, b: FieldSet): FieldSet {
	const result: Record<string, FieldSet> = {};
	for (const key in a) {
		const other = b[key];
		if (!other) continue;
		const both = isEmpty(a[key]!) || isEmpty(other) ? leaf : intersect(a[key]!, other);
		if (isEmpty(a[key]!) || isEmpty(other) || !isEmpty(both)) result[key] = both;
	}
	return result;
}

function present(part: Part, set: FieldSet, value: Json): FieldSet {
	if (isEmpty(set) || isLeaf(part, value)) return set;
	let result: Record<string, FieldSet> | undefined;
	const there = new Map<string, [Json, Part]>();
	for (const [key, child, inner] of parts(part, value)) there.set(key, [child, inner]);
	for (const key in set) {
		if (key === '.') continue;
		const at = there.get(key);
		const rest = at && present(at[1], set[key]!, at[0]);
		if (rest === set[key]) continue;
		result ??= {...set};
		if (rest) result[key] = rest;
		else delete result[key];
	}
	return result ?? set;
}

/** The fields of a set that an object still has. */
export function presentFields(type: string, set: FieldSet, object: Json): FieldSet {
	return present(root(type), set, object);
}

function take(part: Part, set: FieldSet, value: Json): Json {
	if (isLeaf(part, value)) return undefined;
	const kept: [string, Json][] = [];
	for (const [key, child, inner] of parts(part, value)) {
		const gone = set[key];
		if (!gone) kept.push([key, child]);
		else if (!isEmpty(gone) && !(key.startsWith('k:') && gone['.'])) {
			const rest = take(inner, gone, child);
			if (rest !== undefined) kept.push([key, rest]);
		}
	}
	if (kept.length === 0 && part.shape.is !== 'object') return undefined;
	if (part.shape.is === 'list') return kept.map(([, child]) => child);
	return Object.fromEntries(kept.map(([key, child]) => [key.slice(2), child]));
}

/** An object without the fields of a set. */
export function withoutFields(type: string, set: FieldSet, object: Json): Json {
	return isEmpty(set) ? object : take(root(type), set, object);
}

function overlay(part: Part, base: Json, top: Json): Json {
	if (base === undefined || isLeaf(part, top) || isLeaf(part, base)) return top;
	const merged = new Map<string, Json>();
	for (const [key, child] of parts(part, base)) merged.set(key, child);
	for (const [key, child, inner] of parts(part, top)) merged.set(key, overlay(inner, merged.get(key), child));
	if (part.shape.is === 'list') return [...merged.values()];
	return Object.fromEntries([...merged].map(([key, child]) => [key.slice(2), child]));
}

/** `top` laid over `base` by the rules of server-side apply: lists with keys merge item by item, atomic things are replaced. */
export function merge(type: string, base: Json, top: Json): Json {
	return overlay(root(type), base, top);
}

/** The leaves of a set as the paths that conflicts are told with: `.spec.template.spec.containers[name="web"].image`. */
export function leafPaths(set: FieldSet, at = ''): string[] {
	return Object.entries(set).flatMap(([key, child]) => {
		if (key === '.') return [];
		const name = key.slice(2);
		const step = key.startsWith('f:')
			? `.${name}`
			: key.startsWith('v:')
				? `[=${name}]`
				: `[${Object.entries(JSON.parse(name) as object)
						.map(([field, value]) => `${field}=${JSON.stringify(value)}`)
						.join(',')}]`;
		return isEmpty(child) ? [at + step] : leafPaths(child, at + step);
	});
}
