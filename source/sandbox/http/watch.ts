import {ApiError} from '../api-error.ts';
import type {Kind} from '../kinds/kind.ts';
import type {Matcher} from '../selectors.ts';
import type {Obj, StoreEvent} from '../store.ts';
import {objectText, typeText} from './answer.ts';
import {type Call, isOn, numberIn, type Target} from './call.ts';
import {checkListOptions, matcherOf} from './list.ts';
import {type Form, formOf, includeOf, partialText, tableText} from './table.ts';

/** A client that is further behind than this (bytes) is dropped, as a real server drops it. */
const mostUnread = 16 * 1024 * 1024;
const bookmarkEvery = 60_000;

export interface WatchSettings {
	/** How a version that is no longer remembered is refused: inside the stream, as watch caches do, or as the HTTP status. */
	expired: 'event' | 'status';
}

type Type = 'ADDED' | 'MODIFIED' | 'DELETED';

/** What an event means to a watch with selectors: an object that no longer matches is gone for it. */
function seen(event: StoreEvent, matches: Matcher | undefined): {type: Type; object: Obj} | undefined {
	const {object, old, type} = event;
	if (!matches) return event;
	const before = old !== undefined && matches(old);
	if (type === 'DELETED') return before ? event : undefined;
	if (matches(object)) return {type: before ? 'MODIFIED' : 'ADDED', object};
	if (!before) return undefined;
	const {resourceVersion} = object.metadata;
	return {type: 'DELETED', object: {...old, metadata: {...old.metadata, resourceVersion}}};
}

function expiredError(asked: number, current: number): ApiError {
	return new ApiError(410, 'Expired', `too old resource version: ${asked} (${current})`);
}

/** The body of an open watch: collects lines and writes them together, once a turn of the event loop. */
class WatchStream {
	#lines: string[] = [];
	#scheduled = false;
	#closed = false;
	readonly #response: Call['response'];
	readonly #close: () => void;

	constructor(call: Call, close: () => void) {
		this.#response = call.response;
		this.#close = close;
		// Chunks come without a length; a stream of events that is compressed would wait for more.
		call.response.writeHead(200, {'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private'});
		call.response.flushHeaders();
		call.response.on('close', () => this.end());
		call.response.on('error', () => this.end());
	}

	send(type: string, object: string): void {
		if (this.#closed) return;
		this.#lines.push(`{"type":"${type}","object":${object}}\n`);
		if (this.#scheduled) return;
		this.#scheduled = true;
		setImmediate(() => this.#flush());
	}

	end(): void {
		if (this.#closed) return;
		this.#flush();
		this.#closed = true;
		this.#close();
		this.#response.end();
	}

	#flush(): void {
		this.#scheduled = false;
		if (this.#lines.length === 0 || this.#response.destroyed) return;
		const text = this.#lines.join('');
		this.#lines = [];
		if (this.#response.writableLength > mostUnread) this.#response.destroy();
		else this.#response.write(text);
	}
}

/** Writes objects in the form a watch asked for. */
function writerFor(call: Call, kind: Kind, form: Form): (object: Obj) => string {
	if (form === 'object') return (object) => objectText(kind, object);
	if (form === 'partial') return partialText;
	const include = includeOf(call.query);
	let first = true;
	return (object) => {
		// Only the first event says what the columns are.
		const text = tableText({kind, include, now: call.store.clock.now()}, object, first);
		first = false;
		return text;
	};
}

function bookmark(kind: Kind, form: Form, version: number, initialEnd: boolean): string {
	const annotations = initialEnd ? {annotations: {'k8s.io/initial-events-end': 'true'}} : {};
	const metadata = JSON.stringify({resourceVersion: String(version), ...annotations});
	if (form === 'table') {
		const object = `{${typeText(kind)}"metadata":${metadata}}`;
		return `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${metadata},"columnDefinitions":null,"rows":[{"cells":[],"object":${object}}]}`;
	}
	const named = form === 'partial' ? {group: 'meta.k8s.io', version: 'v1', kind: 'PartialObjectMetadata'} : kind;
	return `{${typeText(named)}"metadata":${metadata}}`;
}

function versionOfWatch(query: URLSearchParams): number {
	const value = query.get('resourceVersion') ?? '';
	if (/^\d*$/.test(value)) return Number(value);
	const quoted = JSON.stringify(value);
	const why = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
	throw new ApiError(500, '', why);
}

/** GET of a collection with `watch=true`: the stream of its changes. */
export function watch(call: Call, {kind, namespace, name}: Target, settings: WatchSettings): void {
	const {query, store} = call;
	const form = formOf(call.request.headers.accept);
	checkListOptions(query, true);
	const matchesSelectors = matcherOf(kind, query);
	const matches: Matcher | undefined = name
		? (object) => object.metadata.name === name && (matchesSelectors?.(object) ?? true)
		: matchesSelectors;
	const from = versionOfWatch(query);
	const bookmarks = isOn(query, 'allowWatchBookmarks');
	const timeout = (numberIn(query, 'timeoutSeconds') || 1800 + Math.random() * 1800) * 1000;
	const initial = query.get('sendInitialEvents') === null ? from === 0 : isOn(query, 'sendInitialEvents');
	const missed = initial || from === 0 ? [] : store.changesAfter(kind.resource, from);
	if (!missed && settings.expired === 'status') throw expiredError(from, store.version());

	const ends: (() => void)[] = [];
	const stream = new WatchStream(call, () => {
		for (const end of ends) end();
	});
	if (!missed) {
		stream.send('ERROR', JSON.stringify(expiredError(from, store.version()).status()));
		stream.end();
		return;
	}
	const write = writerFor(call, kind, form);
	const tell = (event: StoreEvent) => {
		if (namespace && event.object.metadata.namespace !== namespace) return;
		const shown = seen(event, matches);
		if (shown && Number(event.object.metadata.resourceVersion) > from) stream.send(shown.type, write(shown.object));
	};
	if (initial) {
		for (const object of store.list(kind.resource, namespace)) {
			if (!matches || matches(object)) stream.send('ADDED', write(object));
		}
		if (bookmarks && query.get('sendInitialEvents') !== null) {
			stream.send('BOOKMARK', bookmark(kind, form, store.version(), true));
		}
	}
	for (const event of missed) tell(event);
	ends.push(store.watch(kind.resource, tell));
	const mark = () => {
		if (bookmarks) stream.send('BOOKMARK', bookmark(kind, form, Math.max(store.version(), from), false));
	};
	if (bookmarks) {
		const timer = setInterval(mark, bookmarkEvery).unref();
		ends.push(() => clearInterval(timer));
	}
	const timer = setTimeout(
		() => {
			mark();
			stream.end();
		},
		Math.min(timeout, 2 ** 31 - 1),
	).unref();
	ends.push(() => clearTimeout(timer));
}
