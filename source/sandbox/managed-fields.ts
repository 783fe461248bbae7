import {changedFields, type FieldSet, isEmpty, presentFields, subtract, union} from './field-sets.ts';
import {equal} from './json.ts';
import type {Kind} from './kinds/kind.ts';
import {apiVersion} from './kinds/kind.ts';
import type {Json, Obj, WriteOptions} from './store.ts';

/** An entry of `metadata.managedFields`. */
export interface ManagedEntry {
	readonly manager: string;
	readonly operation: 'Update' | 'Apply';
	readonly apiVersion: string;
	readonly time: string;
	readonly fieldsType: 'FieldsV1';
	readonly fieldsV1: FieldSet;
	readonly subresource?: string;
}

/** Works out the managedFields that an object has after a write. `now` is an RFC 3339 time. */
export type Track = (
	kind: Kind,
	old: Obj | undefined,
	next: Json,
	options: WriteOptions,
	now: string,
) => ManagedEntry[];

/** Whether an entry is the one that a write goes to. */
function isBy(entry: ManagedEntry, options: WriteOptions): boolean {
	return (
		entry.manager === options.manager &&
		entry.operation === (options.operation ?? 'Update') &&
		(entry.subresource ?? '') === (options.subresource ?? '')
	);
}

/** A fresh entry for a write. */
function newEntry(kind: Kind, options: WriteOptions, fields: FieldSet, now: string): ManagedEntry {
	return {
		manager: options.manager,
		operation: options.operation ?? 'Update',
		apiVersion: apiVersion(kind),
		time: now,
		fieldsType: 'FieldsV1',
		fieldsV1: fields,
		...(options.subresource && {subresource: options.subresource}),
	};
}

/** A write of the object leaves the status alone, and one of the status the rest. */
function writable(kind: Kind, options: WriteOptions, set: FieldSet): FieldSet {
	if (!kind.status) return set;
	const {'f:status': status, ...rest} = set;
	if (options.subresource !== 'status') return rest;
	return status ? {'f:status': status} : {};
}

/**
 * The managedFields after an ordinary write: the fields it changed go to its manager and leave all others, and fields that are
 * gone leave everyone. Entries that own nothing any more are dropped.
 */
export function trackWrite(
	kind: Kind,
	old: Obj | undefined,
	next: Json,
	options: WriteOptions,
	now: string,
): ManagedEntry[] {
	const before: ManagedEntry[] = old?.metadata['managedFields'] ?? [];
	const found = changedFields(kind.type, old ?? {}, next);
	const changed = writable(kind, options, found.changed);
	const left = (set: FieldSet) => (found.removed ? presentFields(kind.type, set, next) : set);
	const entries: ManagedEntry[] = [];
	let mine: ManagedEntry | undefined;
	for (const entry of before) {
		if (isBy(entry, options)) mine = entry;
		else {
			const rest = left(subtract(entry.fieldsV1, changed));
			if (!isEmpty(rest)) entries.push(rest === entry.fieldsV1 ? entry : {...entry, fieldsV1: rest});
		}
	}
	const owned = mine ? left(union(mine.fieldsV1, changed)) : changed;
	if (mine && isEmpty(changed)) {
		if (!isEmpty(owned)) entries.push({...mine, fieldsV1: owned});
	} else if (!isEmpty(owned)) entries.push(newEntry(kind, options, owned, now));
	return entries;
}

/** The managedFields after an apply: the applier owns exactly what it named, and what it took is no longer the others'. */
export function trackApply(
	kind: Kind,
	old: Obj | undefined,
	{owned, taken}: {owned: FieldSet; taken: FieldSet},
	options: WriteOptions,
	now: string,
): ManagedEntry[] {
	const before: ManagedEntry[] = old?.metadata['managedFields'] ?? [];
	const mine = before.find((entry) => isBy(entry, options));
	const others = before
		.filter((entry) => entry !== mine)
		.map((entry) => ({...entry, fieldsV1: subtract(entry.fieldsV1, taken)}))
		.filter((entry) => !isEmpty(entry.fieldsV1));
	const same = mine && equal(mine.fieldsV1, owned);
	return [same ? mine : newEntry(kind, options, owned, now), ...others];
}

/** Whether two managedFields name the same owners of the same fields. */
export function sameOwners(a: readonly ManagedEntry[], b: readonly ManagedEntry[] | undefined): boolean {
	return equal(a, b ?? []);
}
