import {equal, isRecord} from './json.ts';
import {fieldsOf, type Part} from './schema/schema.ts';
import type {Json} from './store.ts';

/**
 * Fields of an object in the notation of managedFields: `f:name`, `k:{...}`, `v:...`, and `.` for the thing itself where parts of it
 * stand beside that. An empty set under a name is the thing itself alone.
 */
export interface FieldSet {
	readonly [key: string]: FieldSet;
}

const leaf: FieldSet = Object.freeze({});
/** A thing itself, written out. */
const itself: FieldSet = Object.freeze({'.': leaf});

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

function root(type: string): Part {
	return {shape: {is: 'object', name: type}, atomic: false, set: false};
}

/** The keys of list items that have a default: ports are told apart by their number and protocol. */
function keyOf(item: Json, key: string): Json {
	return item?.[key] ?? (key === 'protocol' ? 'TCP' : undefined);
}

/** The name of a list's item in managedFields: `k:{"name":"web"}`, or `v:"x"` in a set. */
function itemKey(item: Json, {listKeys}: Part): string {
	if (!listKeys) return `v:${JSON.stringify(item)}`;
	let text = '';
	for (const key of listKeys) {
		const value = keyOf(item, key);
		if (value !== undefined) text += `${text && ','}"${key}":${JSON.stringify(value)}`;
	}
	return `k:{${text}}`;
}

/** Whether a value is owned as one piece. */
function isLeaf(part: Part, value: Json): boolean {
	if (part.atomic || part.shape.is === 'scalar') return true;
	return part.shape.is === 'list' ? !Array.isArray(value) : !isRecord(value);
}

/** The named parts of a value: fields of an object, entries of a map, items of a list. `.` is not among them. */
function parts(part: Part, value: Json): [string, Json, Part][] {
	const {shape} = part;
	const found: [string, Json, Part][] = [];
	if (shape.is === 'object') {
		const fields = fieldsOf(shape.name);
		for (const key in value) {
			const field = fields.get(key);
			if (field && value[key] !== undefined) found.push([field.step, value[key], field]);
		}
	} else if (shape.is === 'map') for (const key in value) found.push([`f:${key}`, value[key], shape.item]);
	else if (shape.is === 'list') for (const item of value) found.push([itemKey(item, part), item, shape.item]);
	return found;
}

/**
 * All fields of a value. The items of lists also own themselves; in a write maps and lists do too, in an apply the entries of maps.
 * Every new object comes through here.
 */
function collect(part: Part, value: Json, isApply: boolean, isItem = false): FieldSet {
	if (isLeaf(part, value)) return leaf;
	if (isEmpty(value)) return leaf;
	const {shape} = part;
	const ownsItself = isItem || (!isApply && (shape.is === 'object' ? part.pointer : !part.required));
	const result: Record<string, FieldSet> = ownsItself ? {'.': leaf} : {};
	if (shape.is === 'list') {
		for (const item of value) result[itemKey(item, part)] = collect(shape.item, item, isApply, !part.set);
	} else if (shape.is === 'map') {
		for (const key in value) result[`f:${key}`] = collect(shape.item, value[key], isApply, isApply);
	} else if (shape.is === 'object') {
		const fields = fieldsOf(shape.name);
		for (const key in value) {
			const field = fields.get(key);
			if (field && value[key] !== undefined) result[field.step] = collect(field, value[key], isApply);
		}
	}
	return result;
}

/** What a comparison finds out besides the fields that are new or other. */
interface Finding {
	/** Something that was there is gone. */
	removed: boolean;
}

function changes(part: Part, old: Json, next: Json, finding: Finding): FieldSet | undefined {
	if (old === next) return undefined;
	if (old === undefined) return collect(part, next, false);
	if (isLeaf(part, next) || isLeaf(part, old)) return equal(old, next) ? undefined : leaf;
	if (part.shape.is === 'list') return listChanges(part, part.shape.item, old, next, finding);
	const fields = part.shape.is === 'object' ? fieldsOf(part.shape.name) : undefined;
	const item = part.shape.is === 'map' ? part.shape.item : undefined;
	let result: Record<string, FieldSet> | undefined;
	for (const key in next) {
		const field = fields?.get(key);
		const inner = field ?? item;
		if (!inner || next[key] === undefined) continue;
		const set = changes(inner, old[key], next[key], finding);
		if (set) (result ??= {})[field?.step ?? `f:${key}`] = set;
	}
	for (const key in old) if (next[key] === undefined && old[key] !== undefined) finding.removed = true;
	return result;
}

/** Whether two items of a list are the same one, by its keys. */
function isSameItem(part: Part, a: Json, b: Json): boolean {
	return part.listKeys ? part.listKeys.every((key) => keyOf(a, key) === keyOf(b, key)) : a === b;
}

function listChanges(part: Part, item: Part, old: Json[], next: Json[], finding: Finding): FieldSet | undefined {
	let result: Record<string, FieldSet> | undefined;
	let kept = 0;
	for (const [index, child] of next.entries()) {
		// Mostly an item stays where it was.
		const before = isSameItem(part, old[index], child) ? old[index] : old.find((one) => isSameItem(part, one, child));
		if (before !== undefined) kept += 1;
		const set = changes(item, before, child, finding);
		if (!set) continue;
		const key = itemKey(child, part);
		(result ??= {})[key] = before === undefined && key.startsWith('k:') ? {'.': leaf, ...set} : set;
	}
	if (kept < old.length) finding.removed = true;
	return result;
}

function withoutSystem(set: FieldSet): FieldSet {
	const {'f:apiVersion': _version, 'f:kind': _kind, 'f:metadata': metadata, ...rest} = set;
	if (!metadata) return rest;
	const own = Object.entries(metadata).filter(([key]) => !systemFields.has(key.slice(2)));
	return own.length > 0 ? {'f:metadata': Object.fromEntries(own), ...rest} : rest;
}

/** The fields of a configuration that its applier owns. */
export function fieldsIn(type: string, object: Json): FieldSet {
	return withoutSystem(collect(root(type), object, true));
}

/** The fields that are new or other in `next`, and whether any are gone. */
export function changedFields(type: string, old: Json, next: Json): {changed: FieldSet; removed: boolean} {
	const finding: Finding = {removed: false};
	const changed = withoutSystem(changes(root(type), old, next, finding) ?? {});
	return {changed, removed: finding.removed};
}

export function isEmpty(set: FieldSet): boolean {
	for (const _ in set) return false;
	return true;
}

/** The fields in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
	const result: Record<string, FieldSet> = {...a};
	for (const key in b) result[key] = a[key] ? unionBelow(a[key], b[key]!) : b[key]!;
	return result;
}

function unionBelow(a: FieldSet, b: FieldSet): FieldSet {
	if (isEmpty(a) && isEmpty(b)) return leaf;
	return union(isEmpty(a) ? itself : a, isEmpty(b) ? itself : b);
}

/** What is left of a set; undefined for nothing. */
function remains(set: FieldSet): FieldSet | undefined {
	const keys = Object.keys(set);
	if (keys.length === 0) return undefined;
	return keys.length === 1 && keys[0] === '.' ? leaf : set;
}

/** The fields of `a` that are not in `b`. A leaf of `b` takes all that lies below it in `a`. */
export function subtract(a: FieldSet, b: FieldSet): FieldSet {
	return subtractBelow(a, b) ?? {};
}

function subtractBelow(a: FieldSet, b: FieldSet): FieldSet | undefined {
	let result: Record<string, FieldSet> | undefined;
	for (const key in b) {
		const mine = a[key];
		const theirs = b[key]!;
		if (!mine) continue;
		const isTaken = isEmpty(theirs) || (isEmpty(mine) && theirs['.']);
		const rest = isTaken ? undefined : subtractBelow(mine, theirs);
		if (rest === mine) continue;
		result ??= {...a};
		if (rest) result[key] = rest;
		else delete result[key];
	}
	return result ? remains(result) : a;
}

/** The fields in both sets. */
export function intersect(a: FieldSet, b: FieldSet): FieldSet {
	const result: Record<string, FieldSet> = {};
	for (const key in a) {
		const [mine, other] = [a[key]!, b[key]];
		if (!other) continue;
		if (isEmpty(mine) || isEmpty(other)) {
			if ((isEmpty(mine) || mine['.']) && (isEmpty(other) || other['.'])) result[key] = leaf;
			continue;
		}
		const both = intersect(mine, other);
		if (!isEmpty(both)) result[key] = both;
	}
	return result;
}

function present(part: Part, set: FieldSet, value: Json): FieldSet | undefined {
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
	return result ? remains(result) : set;
}

/** The fields of a set that an object still has. */
export function presentFields(type: string, set: FieldSet, object: Json): FieldSet {
	return present(root(type), set, object) ?? {};
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
