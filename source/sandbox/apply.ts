import {ApiError, badRequest} from './api-error.ts';
import {
	type FieldSet,
	fieldsIn,
	intersect,
	isEmpty,
	leafPaths,
	merge,
	subtract,
	union,
	withoutFields,
} from './field-sets.ts';
import {equal} from './json.ts';
import {apiVersion, type Kind} from './kinds/kind.ts';
import type {ManagedEntry} from './managed-fields.ts';
import type {Json, Obj} from './store.ts';

/** The leaves of `set` where two values differ, as a set. */
function disputed(set: FieldSet, live: Json, wanted: Json): FieldSet {
	const result: Record<string, FieldSet> = {};
	for (const [key, child] of Object.entries(set)) {
		if (key === '.') continue;
		const left = valueAt(live, key);
		const right = valueAt(wanted, key);
		if (isEmpty(child)) {
			if (!equal(left, right)) result[key] = child;
		} else {
			const inner = disputed(child, left, right);
			if (!isEmpty(inner)) result[key] = inner;
		}
	}
	return result;
}

/** The child of a value that a step of a field set names. */
function valueAt(value: Json, step: string): Json {
	if (value === undefined || value === null) return undefined;
	const rest = step.slice(2);
	if (step.startsWith('f:')) return value[rest];
	if (!Array.isArray(value)) return undefined;
	const wanted: Json = JSON.parse(rest);
	if (step.startsWith('v:')) return value.find((item) => equal(item, wanted));
	return value.find((item) => Object.entries(wanted).every(([key, one]) => equal(item?.[key], one)));
}

/** 409 in the words of the real server, which kubectl shows line by line. */
function conflictError(found: {entry: ManagedEntry; paths: string[]}[]): ApiError {
	const named = found.map(({entry: {manager, subresource, apiVersion}, paths}) => {
		const part = subresource ? ` with subresource ${JSON.stringify(subresource)}` : '';
		return {by: `${JSON.stringify(manager)}${part} using ${apiVersion}`, paths};
	});
	named.sort((a, b) => (a.by < b.by ? -1 : 1));
	const causes = named.flatMap(({by, paths}) =>
		paths.map((field) => ({reason: 'FieldManagerConflict', message: `conflict with ${by}`, field})),
	);
	const [only, ...others] = causes;
	const text =
		only && others.length === 0
			? `1 conflict: ${only.message}: ${only.field}`
			: `${causes.length} conflicts: ${named.map(({by, paths}) => [`conflicts with ${by}:`, ...paths.map((path) => `- ${path}`)].join('\n')).join('\n')}`;
	return new ApiError(409, 'Conflict', `Apply failed with ${text}`, {causes});
}

export interface Applied {
	/** The object as it shall be, without its new managedFields. */
	object: Json;
	/** The fields that are now the applier's. */
	owned: FieldSet;
	/** Fields that were others' and are no longer: those that were forced, with a value of its own. */
	taken: FieldSet;
}

/**
 * Server-side apply: `config` laid over the live object for `manager`. Fields the manager applied before and names no more go, unless
 * someone else owns them. 409 where others own a field with another value, unless forced.
 */
export function applyConfig(kind: Kind, live: Obj | undefined, config: Json, manager: string, force: boolean): Applied {
	if (config.metadata?.managedFields?.length) throw badRequest('metadata.managedFields must be nil');
	const owned = fieldsIn(kind.type, config);
	const identity = {apiVersion: apiVersion(kind), kind: kind.kind};
	if (!live) return {object: {...config, ...identity}, owned, taken: {}};
	const entries: ManagedEntry[] = live.metadata['managedFields'] ?? [];
	const mine = entries.find((entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);
	const others = entries.filter((entry) => entry !== mine);
	const found = [];
	let taken: FieldSet = {};
	let theirs: FieldSet = {};
	for (const entry of others) {
		theirs = union(theirs, entry.fieldsV1);
		const against = disputed(intersect(owned, entry.fieldsV1), live, config);
		if (isEmpty(against)) continue;
		taken = union(taken, against);
		found.push({entry, paths: leafPaths(against)});
	}
	if (found.length > 0 && !force) throw conflictError(found);
	const dropped = mine ? subtract(subtract(mine.fieldsV1, owned), theirs) : {};
	const object = merge(kind.type, withoutFields(kind.type, leavesOnly(dropped, owned), live), config);
	return {object: {...object, ...identity}, owned, taken};
}

/** Of the fields to drop, those that do not hold something the applier still names. */
function leavesOnly(dropped: FieldSet, owned: FieldSet): FieldSet {
	const result: Record<string, FieldSet> = {};
	for (const [key, child] of Object.entries(dropped)) {
		if (key === '.') {
			if (isEmpty(owned)) result[key] = child;
		} else result[key] = isEmpty(child) ? child : leavesOnly(child, owned[key] ?? {});
	}
	return result;
}
