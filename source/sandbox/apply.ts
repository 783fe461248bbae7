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

/** The leaves of `set` where the two objects differ, as a set. */
function disputed(kind: Kind, set: FieldSet, live: Obj, wanted: Json): FieldSet {
	const agreed = (part: FieldSet, a: Json, b: Json): FieldSet => {
		const result: Record<string, FieldSet> = {};
		for (const [key, child] of Object.entries(part)) {
			if (key === '.') continue;
			const left = valueAt(a, key);
			const right = valueAt(b, key);
			if (isEmpty(child)) {
				if (!equal(left, right)) result[key] = child;
			} else {
				const inner = agreed(child, left, right);
				if (!isEmpty(inner)) result[key] = inner;
			}
		}
		return result;
	};
	return kind.type ? agreed(set, live, wanted) : {};
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

function conflictError(found: {entry: ManagedEntry; paths: string[]}[]): ApiError {
	const causes = found.flatMap(({entry, paths}) => {
		const by = `${JSON.stringify(entry.manager)}${entry.subresource ? ` with subresource ${JSON.stringify(entry.subresource)}` : ''}`;
		const message = `conflict with ${by} using ${entry.apiVersion}`;
		return paths.map((field) => ({reason: 'FieldManagerConflict', message, field}));
	});
	const groups = [...new Set(causes.map((cause) => cause.message))].sort((a, b) => (a < b ? -1 : 1));
	const text = groups
		.map((message) => {
			const fields = causes.filter((cause) => cause.message === message).map((cause) => cause.field);
			return fields.length === 1 ? `${message}: ${fields[0]}` : `${message}:\n- ${fields.join('\n- ')}`;
		})
		.join('\n');
	const many = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`;
	const head = groups.length > 1 || causes.length > 1 ? `conflicts ` : 'conflict ';
	const body = groups.length === 1 ? text : `${head}${text}`;
	return new ApiError(409, 'Conflict', `Apply failed with ${many}: ${body}`, {causes});
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
		const against = disputed(kind, intersect(owned, entry.fieldsV1), live, config);
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
