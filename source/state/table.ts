import type {KubeObject} from '../objects.ts';
import type {Role} from '../role.ts';
import type {Filter} from './filter.ts';
import {SortedBlocks} from './sorted-blocks.ts';

/** What a table asks about its objects; it holds no rule of its own about any kind. */
export interface TableSource<O extends KubeObject> {
	/** What an object sorts by under a column's heading. */
	value(object: O, heading: string): string | number | undefined;
	role(object: O): Role;
	/** The lower-case text that a filter looks through. */
	text(object: O): string;
}

/** A column's heading; `attention` puts trouble first; `name` sorts by namespace and name alone. */
export interface Sort {
	readonly by: 'attention' | 'name' | (string & {});
	readonly direction: 'ascending' | 'descending';
}

/**
 * Objects, filtered and sorted, of which a window is read. Synchronous. An object that comes in again costs a few microseconds, or
 * less where its place stays: only what changed is looked at. Equal values stand by namespace, name and uid, in either direction;
 * what has no value stands last.
 */
export interface Table<O extends KubeObject> {
	/** Objects that the filter lets through. */
	readonly size: number;
	/** All objects. */
	readonly total: number;
	/** Objects that the filter hides. */
	readonly hidden: number;
	readonly sort: Sort;
	readonly filter: Filter | undefined;
	/** Adds an object, or puts it in the place of the one with its uid. Also for the same object, when what surrounds it changed. */
	upsert(object: O): void;
	/** Forgets the object with this uid; says whether there was one. */
	remove(uid: string): boolean;
	/** Forgets all objects that are not among these, and takes these. */
	replaceAll(objects: Iterable<O>): void;
	setSort(sort: Sort): void;
	setFilter(filter: Filter | undefined): void;
	/** Makes ahead, one with each step, the texts that the next filter looks through: thousands in one go keep the keyboard waiting. */
	prepareFilter(): Iterable<void>;
	/** The shown objects from place `start` on, at most `length`. */
	window(start: number, length: number): O[];
	/** The place among the shown, or -1: not there, or hidden by the filter. */
	indexOf(uid: string): number;
	/** The object with this uid, shown or hidden. */
	get(uid: string): O | undefined;
}

interface Entry<O> {
	object: O;
	key: string | number | undefined;
	/** The prepared text, made when a filter first asks for it. */
	text: string | undefined;
	shown: boolean;
}

const attention: readonly Role[] = ['failed', 'waiting', 'moving', 'ending', 'paused', 'ok', 'done', 'muted'];

/** An empty table, sorted by name and unfiltered. */
export function createTable<O extends KubeObject>(source: TableSource<O>): Table<O> {
	type Item = Entry<O>;
	const entries = new Map<string, Item>();
	let sort: Sort = {by: 'name', direction: 'ascending'};
	let filter: Filter | undefined;
	/** By name alone the direction turns the names round; otherwise they only part equal values. */
	const nameSign = () => (sort.by === 'name' && sort.direction === 'descending' ? -1 : 1);
	const compare = (left: Item, right: Item) =>
		compareKeys(left.key, right.key, sort.direction) || compareIdentity(left.object, right.object) * nameSign();
	const all = new SortedBlocks<Item>(compare);
	const shown = new SortedBlocks<Item>(compare);
	/** Without a filter both lists would be the same: one is enough. */
	const visible = () => (filter ? shown : all);

	function keyOf(object: O) {
		if (sort.by === 'name') return undefined;
		return sort.by === 'attention' ? attention.indexOf(source.role(object)) : source.value(object, sort.by);
	}

	function createEntry(object: O): Item {
		const entry: Item = {object, key: keyOf(object), text: undefined, shown: false};
		entry.shown = passes(entry);
		return entry;
	}

	function passes(entry: Item): boolean {
		return filter?.matches(entry.object, () => (entry.text ??= source.text(entry.object))) ?? true;
	}

	function place(entry: Item): void {
		all.add(entry);
		if (filter && entry.shown) shown.add(entry);
	}

	function displace(entry: Item): void {
		all.delete(entry);
		if (filter && entry.shown) shown.delete(entry);
	}

	function loadShown(): void {
		shown.load(filter ? all.toArray().filter((entry) => entry.shown) : []);
	}

	return {
		get size() {
			return visible().size;
		},
		get total() {
			return all.size;
		},
		get hidden() {
			return all.size - visible().size;
		},
		get sort() {
			return sort;
		},
		get filter() {
			return filter;
		},
		upsert(object) {
			const old = entries.get(object.metadata.uid);
			const entry = createEntry(object);
			if (old && old.shown === entry.shown && compare(old, entry) === 0) {
				Object.assign(old, entry);
				return;
			}
			if (old) displace(old);
			entries.set(object.metadata.uid, entry);
			place(entry);
		},
		remove(uid) {
			const entry = entries.get(uid);
			if (!entry) return false;
			displace(entry);
			return entries.delete(uid);
		},
		replaceAll(objects) {
			entries.clear();
			for (const object of objects) entries.set(object.metadata.uid, createEntry(object));
			all.load(Array.from(entries.values()).sort(compare));
			loadShown();
		},
		setSort(next) {
			sort = next;
			for (const entry of entries.values()) entry.key = keyOf(entry.object);
			all.load(Array.from(entries.values()).sort(compare));
			loadShown();
		},
		setFilter(next) {
			filter = next;
			for (const entry of entries.values()) entry.shown = passes(entry);
			loadShown();
		},
		*prepareFilter() {
			for (const entry of entries.values()) {
				entry.text ??= source.text(entry.object);
				yield;
			}
		},
		window: (start, length) =>
			visible()
				.slice(start, length)
				.map(({object}) => object),
		indexOf(uid) {
			const entry = entries.get(uid);
			return entry?.shown ? visible().indexOf(entry) : -1;
		},
		get: (uid) => entries.get(uid)?.object,
	};
}

function compareKeys(
	left: string | number | undefined,
	right: string | number | undefined,
	direction: Sort['direction'],
): number {
	if (left === right) return 0;
	if (left === undefined) return 1;
	if (right === undefined) return -1;
	const ascending = typeof left === typeof right ? order(left, right) : order(typeof left, typeof right);
	return direction === 'ascending' ? ascending : -ascending;
}

function compareIdentity({metadata: left}: KubeObject, {metadata: right}: KubeObject): number {
	return (
		order(left.namespace ?? '', right.namespace ?? '') || order(left.name, right.name) || order(left.uid, right.uid)
	);
}

function order(left: string | number, right: string | number): number {
	if (left === right) return 0;
	return left < right ? -1 : 1;
}
