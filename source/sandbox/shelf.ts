import type {Kind} from './kinds/kind.ts';
import type {Obj, StoreEvent} from './store.ts';

/** Objects in order of namespace and name. The array that was given out is never changed afterwards. */
class SortedObjects {
	#items: Obj[] = [];
	#shared = false;

	/** The objects as they are now, as a snapshot. */
	get items(): readonly Obj[] {
		this.#shared = true;
		return this.#items;
	}

	put(object: Obj): void {
		const index = this.#find(object);
		this.#own();
		const there = this.#items[index];
		if (there && compare(there, object) === 0) this.#items[index] = object;
		else this.#items.splice(index, 0, object);
	}

	drop(object: Obj): void {
		const index = this.#find(object);
		this.#own();
		this.#items.splice(index, 1);
	}

	#own(): void {
		if (!this.#shared) return;
		this.#items = this.#items.slice();
		this.#shared = false;
	}

	#find(object: Obj): number {
		let low = 0;
		let high = this.#items.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (compare(this.#items[middle]!, object) < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

function less(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: Obj, b: Obj): number {
	return less(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || less(a.metadata.name, b.metadata.name);
}

function key(namespace: string | undefined, name: string): string {
	return namespace ? `${namespace}/${name}` : name;
}

function versionOf({object}: StoreEvent): number {
	return Number(object.metadata.resourceVersion);
}

function owners(object: Obj): string[] {
	return (object.metadata['ownerReferences'] ?? []).map((owner: {uid: string}) => owner.uid);
}

/** All objects of one kind with their indices, the listeners, and the changes of the recent past. */
export class Shelf {
	readonly kind: Kind;
	readonly listeners = new Set<(event: StoreEvent) => void>();
	#byKey = new Map<string, Obj>();
	#all = new SortedObjects();
	#byNamespace = new Map<string, SortedObjects>();
	#byOwner = new Map<string, Map<string, Obj>>();
	#history: StoreEvent[] = [];
	/** Changes up to this version are forgotten. */
	#forgotten: number;
	readonly #remembered: number;

	/** A shelf that begins at `version` and keeps at least the last `remembered` changes. */
	constructor(kind: Kind, remembered: number, version: number) {
		this.kind = kind;
		this.#remembered = remembered;
		this.#forgotten = version;
	}

	get(namespace: string | undefined, name: string): Obj | undefined {
		return this.#byKey.get(key(namespace, name));
	}

	list(namespace: string | undefined): readonly Obj[] {
		if (namespace === undefined || namespace === '') return this.#all.items;
		return this.#byNamespace.get(namespace)?.items ?? [];
	}

	owned(uid: string): readonly Obj[] {
		return [...(this.#byOwner.get(uid)?.values() ?? [])];
	}

	put(object: Obj, old: Obj | undefined): void {
		const {namespace, name} = object.metadata;
		this.#byKey.set(key(namespace, name), object);
		this.#all.put(object);
		if (namespace) this.#namespace(namespace).put(object);
		if (old) this.#disown(old);
		for (const uid of owners(object)) {
			let owned = this.#byOwner.get(uid);
			if (!owned) this.#byOwner.set(uid, (owned = new Map<string, Obj>()));
			owned.set(object.metadata.uid, object);
		}
	}

	drop(object: Obj): void {
		const {namespace, name} = object.metadata;
		this.#byKey.delete(key(namespace, name));
		this.#all.drop(object);
		if (namespace) this.#namespace(namespace).drop(object);
		this.#disown(object);
	}

	record(event: StoreEvent): void {
		this.#history.push(event);
		if (this.#history.length < this.#remembered * 2) return;
		this.forget(versionOf(this.#history.at(-this.#remembered - 1)!));
	}

	/** Forgets the changes up to a version. Watches from before it are told 410 from then on. */
	forget(version: number): void {
		this.#history = this.after(version) ?? [];
		this.#forgotten = version;
	}

	/** The changes after a version, or undefined where some of them are forgotten. */
	after(version: number): StoreEvent[] | undefined {
		if (version < this.#forgotten) return undefined;
		let low = 0;
		let high = this.#history.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (versionOf(this.#history[middle]!) <= version) low = middle + 1;
			else high = middle;
		}
		return this.#history.slice(low);
	}

	#namespace(namespace: string): SortedObjects {
		let sorted = this.#byNamespace.get(namespace);
		if (!sorted) this.#byNamespace.set(namespace, (sorted = new SortedObjects()));
		return sorted;
	}

	#disown(object: Obj): void {
		for (const uid of owners(object)) {
			const owned = this.#byOwner.get(uid);
			owned?.delete(object.metadata.uid);
			if (owned?.size === 0) this.#byOwner.delete(uid);
		}
	}
}
