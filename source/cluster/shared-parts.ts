/** So many owners are remembered: a bound, should they come and go for weeks. */
const most = 10_000;

/**
 * Lets the objects of one owner share the parts in which they are alike. The pods of a ReplicaSet have the same labels, owners,
 * containers and probes, and often the same times: kept once, 10,000 pods take half the memory.
 */
export class SharedParts {
	/** By the uid of an owner: the object of it that came last. */
	readonly #last = new Map<string, object>();

	/** The same object, its parts replaced by equal ones of a sibling. It must be its reader's own: it is changed. */
	share<O extends object>(object: O): O {
		const {metadata} = object as {metadata?: {ownerReferences?: readonly {uid?: string}[]}};
		const owner = metadata?.ownerReferences?.[0]?.uid ?? '';
		const sibling = this.#last.get(owner);
		if (sibling !== undefined) takeParts(object, sibling);
		else if (this.#last.size >= most) this.#last.clear();
		this.#last.set(owner, object);
		return object;
	}
}

/** @returns whether the two are equal in every part */
function takeParts(object: object, sibling: object): boolean {
	const mine = object as Record<string, unknown>;
	const theirs = sibling as Record<string, unknown>;
	const names = Object.keys(mine);
	let alike = names.length === Object.keys(theirs).length;
	for (const name of names) {
		const part = mine[name];
		const other = theirs[name];
		if (part === other) {
			mine[name] = other; // equal strings, too, are kept once
			alike &&= other !== undefined || name in theirs;
		} else if (isList(part) === isList(other) && isObject(part) && isObject(other) && takeParts(part, other)) {
			mine[name] = other;
		} else {
			alike = false;
		}
	}
	return alike;
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null;
}

function isList(value: unknown): boolean {
	return Array.isArray(value);
}
