import {ByteQueue} from './bytes.ts';

/** The part of a list that is not its items. */
export interface ListHead {
	readonly resourceVersion: string;
	readonly continue: string | undefined;
	readonly remaining: number | undefined;
}

const opening = Buffer.from('"items":[');
/** How much of the first item's beginning is taken for the beginning of every item. */
const guessLength = 14;

interface ListJson {
	metadata?: {resourceVersion?: string; continue?: string; remainingItemCount?: number};
	items?: unknown[] | null;
}

/**
 * Takes a list apart while it arrives, one item at a time. Where an item ends is guessed (`},` and the bytes that the
 * first item began with) and then proved: only a slice that parses is an item, and a slice that ends too early does not.
 * Works for both orders of keys: typed lists say their metadata first, custom resources last.
 */
export class ListSplitter {
	readonly #queue = new ByteQueue();
	/** From the bytes of one item to the item; throws on bytes that are no whole item. */
	readonly #parse: (bytes: Buffer) => unknown;
	#state: 'head' | 'items' = 'head';
	#separator: Buffer | undefined;
	#searched = 0;
	#head: ListHead | undefined;

	constructor(parse: (bytes: Buffer) => unknown) {
		this.#parse = parse;
	}

	/** The list's own facts, once they are known: before the first item, or after `end`. */
	get head(): ListHead | undefined {
		return this.#head;
	}

	/** The items that this chunk completes. */
	*push(chunk: Uint8Array): Generator<unknown, void> {
		this.#queue.append(chunk);
		if (this.#state === 'head' && !this.#readHead()) {
			return;
		}
		for (;;) {
			const bytes = this.#queue.view();
			if (this.#separator === undefined) {
				if (bytes.length < guessLength) {
					return;
				}
				this.#separator = Buffer.concat([Buffer.from('},'), bytes.subarray(0, guessLength)]);
			}
			const found = bytes.indexOf(this.#separator, this.#searched);
			if (found < 0) {
				this.#searched = Math.max(0, bytes.length - this.#separator.length + 1);
				return;
			}
			let item: unknown;
			try {
				item = this.#parse(bytes.subarray(0, found + 1));
			} catch {
				this.#searched = found + 1; // those bytes stood inside the item
				continue;
			}
			this.#queue.drop(found + 2);
			this.#searched = 0;
			yield item;
		}
	}

	/**
	 * The last items, at the end of the body. After it `head` is known.
	 * @throws SyntaxError if the body ended early or was no list.
	 */
	end(): unknown[] {
		const rest = this.#queue.view();
		if (this.#state === 'head') {
			const whole = JSON.parse(rest.toString('utf8')) as ListJson;
			this.#keep(whole);
			return whole.items ?? [];
		}
		// The rest is the end of the list and the end of the object around it.
		const tail = JSON.parse(`{"items":[${rest.toString('utf8')}`) as ListJson;
		if (this.#head === undefined) {
			this.#keep(tail);
		}
		return tail.items ?? [];
	}

	#readHead(): boolean {
		const bytes = this.#queue.view();
		const found = bytes.indexOf(opening);
		if (found < 0) {
			return false;
		}
		const before = bytes.toString('utf8', 0, found);
		const head = JSON.parse(`${before}"items":[]}`) as ListJson;
		if (head.metadata !== undefined) {
			this.#keep(head);
		}
		this.#queue.drop(found + opening.length);
		this.#state = 'items';
		return true;
	}

	#keep({metadata}: ListJson): void {
		this.#head = {
			resourceVersion: metadata?.resourceVersion ?? '',
			continue: metadata?.continue || undefined,
			remaining: metadata?.remainingItemCount,
		};
	}
}
