const fullBlock = 512;

/**
 * A sorted list in blocks, so that an item comes and goes without moving all that stand behind it: at 50,000 items a moved one
 * costs microseconds (a plain array moves half of them each time). No two items may compare as equal.
 */
export class SortedBlocks<T> {
	readonly #compare: (left: T, right: T) => number;
	#blocks: T[][] = [];
	#size = 0;

	constructor(compare: (left: T, right: T) => number) {
		this.#compare = compare;
	}

	get size(): number {
		return this.#size;
	}

	/** Takes over items that are sorted already. */
	load(sorted: readonly T[]): void {
		this.#size = sorted.length;
		this.#blocks = [];
		for (let start = 0; start < sorted.length; start += fullBlock) {
			this.#blocks.push(sorted.slice(start, start + fullBlock));
		}
	}

	add(item: T): void {
		const block = this.#blockFor(item);
		const items = this.#blocks[block];
		this.#size++;
		if (!items) {
			this.#blocks.push([item]);
			return;
		}
		items.splice(this.#position(items, item), 0, item);
		if (items.length > 2 * fullBlock) this.#blocks.splice(block + 1, 0, items.splice(fullBlock));
	}

	/** Takes an item out; it must still compare as it did when it came in. */
	delete(item: T): void {
		const block = this.#blockFor(item);
		const items = this.#blocks[block];
		const position = items ? this.#position(items, item) : -1;
		if (items?.[position] !== item) return;
		this.#size--;
		items.splice(position, 1);
		if (items.length === 0) this.#blocks.splice(block, 1);
	}

	/** The place of an item, or -1 where it is not in the list. */
	indexOf(item: T): number {
		const block = this.#blockFor(item);
		const items = this.#blocks[block];
		const position = items ? this.#position(items, item) : -1;
		if (items?.[position] !== item) return -1;
		return this.#blocks.slice(0, block).reduce((before, {length}) => before + length, position);
	}

	/** The items from place `start` on, at most `length` of them. */
	slice(start: number, length: number): T[] {
		const found: T[] = [];
		let skip = Math.max(0, start);
		for (const items of this.#blocks) {
			if (found.length >= length) break;
			if (skip < items.length) found.push(...items.slice(skip, skip + length - found.length));
			skip = Math.max(0, skip - items.length);
		}
		return found;
	}

	/** All items, in their order. */
	toArray(): T[] {
		return this.#blocks.flat();
	}

	/** The first block whose last item is not before this one; the last block where all are before it. */
	#blockFor(item: T): number {
		const blocks = this.#blocks;
		const block = firstIndex(blocks.length, (index) => this.#compare(blocks[index]?.at(-1) as T, item) >= 0);
		return Math.max(0, Math.min(block, blocks.length - 1));
	}

	#position(items: readonly T[], item: T): number {
		return firstIndex(items.length, (index) => this.#compare(items[index] as T, item) >= 0);
	}
}

/** The first index below `length` for which the test holds, where it holds for all after it; `length` where it holds for none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
	let low = 0;
	let high = length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (holds(middle)) high = middle;
		else low = middle + 1;
	}
	return low;
}
