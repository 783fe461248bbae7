const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
const key = Buffer.from('"managedFields":[');

/**
 * Bytes that arrive in chunks and leave from the front. Grows by doubling, so that an object of many megabytes costs
 * no more per byte than a small one.
 */
export class ByteQueue {
	#store = Buffer.allocUnsafe(64 * 1024);
	#start = 0;
	#end = 0;

	get length(): number {
		return this.#end - this.#start;
	}

	append(chunk: Uint8Array): void {
		if (this.#end + chunk.length > this.#store.length) {
			const size = this.length + chunk.length;
			// Make room in place if the used part is small, else double.
			const target =
				size * 2 > this.#store.length ? Buffer.allocUnsafe(Math.max(size, this.#store.length * 2)) : this.#store;
			this.#store.copy(target, 0, this.#start, this.#end);
			this.#store = target;
			this.#end = this.length;
			this.#start = 0;
		}
		this.#store.set(chunk, this.#end);
		this.#end += chunk.length;
	}

	/** The waiting bytes. A view: good until the next `append`. */
	view(): Buffer {
		return this.#store.subarray(this.#start, this.#end);
	}

	drop(count: number): void {
		this.#start += count;
		if (this.#start === this.#end) {
			this.#start = 0;
			this.#end = 0;
		}
	}
}

/**
 * Cuts a stream into lines at the byte 0x0A alone: U+2028 is legal inside JSON. What follows the last line's end is not a
 * line: a connection that ends there has lost its rest.
 */
export class LineSplitter {
	readonly #queue = new ByteQueue();
	#searched = 0;

	/** The lines that this chunk completes, empty ones left out. Views: good until the next call. */
	*push(chunk: Uint8Array): Generator<Buffer, void> {
		this.#queue.append(chunk);
		for (;;) {
			const bytes = this.#queue.view();
			const end = bytes.indexOf(newline, this.#searched);
			if (end < 0) {
				this.#searched = bytes.length;
				return;
			}
			this.#queue.drop(end + 1);
			this.#searched = 0;
			if (end > 0) {
				yield bytes.subarray(0, end);
			}
		}
	}
}

/** The index after the `]` that closes the list whose content begins at `from`; -1 if it is not closed. */
function endOfList(bytes: Buffer, from: number): number {
	let depth = 1;
	for (let at = from; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte === quote) {
			for (at++; at < bytes.length && bytes[at] !== quote; at++) {
				if (bytes[at] === backslash) {
					at++;
				}
			}
		} else if (byte === 0x5b || byte === 0x7b) {
			depth++;
		} else if ((byte === 0x5d || byte === 0x7d) && --depth === 0) {
			return at + 1;
		}
	}
	return -1;
}

/**
 * The JSON text of an object, its managed fields emptied before it is parsed (a third of most objects). Exact: these bytes
 * can only be a key, since the quotes of a string that held them would be escaped.
 */
export function withoutManagedFields(bytes: Buffer): string {
	let text = '';
	let from = 0;
	for (;;) {
		const found = bytes.indexOf(key, from);
		const end = found < 0 ? -1 : endOfList(bytes, found + key.length);
		if (end < 0) {
			return from === 0 ? bytes.toString('utf8') : text + bytes.toString('utf8', from);
		}
		text += `${bytes.toString('utf8', from, found + key.length)}]`;
		from = end;
	}
}
