import type {RawObject} from './lister.ts';
import {SharedParts} from './shared-parts.ts';

/** What a watch has found since the last report; each uid stands once. */
export interface Changes<O> {
	readonly upserts: readonly O[];
	readonly deletes: readonly string[];
}

/** What the reader of a watch knows, by uid and version, and what is still to be told. */
export class Ledger<O extends object> {
	readonly #parts = new SharedParts();
	readonly #project: (object: RawObject) => O;
	/** Versions of what the reader knows, or will with the next report. */
	readonly #known = new Map<string, string>();
	#upserts = new Map<string, O>();
	#deletes = new Set<string>();

	/** @param project cuts an object to one of its own; it may throw: the object then is left out. */
	constructor(project: (object: RawObject) => O) {
		this.#project = project;
	}

	/** Takes an object in, unless this is the version that is known already. Throws what the projection throws. */
	put(object: RawObject): void {
		const {uid, resourceVersion} = object.metadata ?? {};
		if (uid === undefined || (resourceVersion !== undefined && this.#known.get(uid) === resourceVersion)) {
			return;
		}
		const projected = this.#parts.share(this.#project(object));
		this.#known.set(uid, resourceVersion ?? '');
		this.#deletes.delete(uid);
		this.#upserts.set(uid, projected);
	}

	delete(uid: string): void {
		this.#known.delete(uid);
		this.#upserts.delete(uid);
		this.#deletes.add(uid);
	}

	/** After a whole list: what is not in it is gone. */
	keepOnly(uids: ReadonlySet<string>): void {
		for (const uid of this.#known.keys()) {
			if (!uids.has(uid)) {
				this.delete(uid);
			}
		}
	}

	/** What is to be told; undefined if that is nothing. It counts as told from then on. */
	take(): Changes<O> | undefined {
		if (this.#upserts.size === 0 && this.#deletes.size === 0) {
			return undefined;
		}
		const changes = {upserts: [...this.#upserts.values()], deletes: [...this.#deletes]};
		this.#upserts = new Map();
		this.#deletes = new Set();
		return changes;
	}
}
