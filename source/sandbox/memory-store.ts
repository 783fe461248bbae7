import {randomUUID} from 'node:crypto';
import {admit, admitQuota} from './admission.ts';
import {ApiError, alreadyExists, badRequest, notFound} from './api-error.ts';
import {applyConfig} from './apply.ts';
import {realClock} from './clock.ts';
import {clone, equal, isRecord, timestamp} from './json.ts';
import {kinds} from './kinds/index.ts';
import {apiVersion, type Kind} from './kinds/kind.ts';
import {sameOwners, type Track, trackApply, trackWrite} from './managed-fields.ts';
import {tendNamespaces} from './namespaces.ts';
import {allocateAddresses} from './service-addresses.ts';
import {Shelf} from './shelf.ts';
import type {Clock, Json, Obj, RemoveOptions, Store, StoreEvent, WriteOptions} from './store.ts';
import {
	check,
	checkDeletePreconditions,
	checkFinalizers,
	checkPreconditions,
	dying,
	finalizersFor,
	isGone,
	merged,
	podGrace,
	subject,
	systemMetadata,
	withoutBookkeeping,
	withoutEmptyMetadata,
} from './write-rules.ts';

export interface StoreSettings {
	clock?: Clock;
	/** Numbers in [0, 1) for names, addresses and uids: a seeded source makes a run repeatable. Random by default. */
	random?: () => number;
	/** How many changes of each resource are remembered for watches that come back; 5,000 by default. */
	remembered?: number;
	/** Hears of errors that listeners throw: they are theirs, not the writer's. Thrown to the process by default. */
	report?: (error: unknown) => void;
}

/** A store with what the API server in front of it needs besides. */
export interface MemoryStore extends Store {
	readonly kinds: readonly Kind[];
	/** The version of the newest change. */
	version(): number;
	/** The changes of a resource after a version, oldest first; undefined where they are no longer remembered. */
	changesAfter(resource: string, version: number): readonly StoreEvent[] | undefined;
	/**
	 * Server-side apply of a checked configuration: creates or merges. 409 where other managers own a field with another value, unless
	 * `force`.
	 */
	apply(resource: string, config: Json, options: WriteOptions, force: boolean): Obj;
	/** Takes the finalizers off a namespace's spec, so that a deleted one goes. */
	finalizeNamespace(name: string): void;
	/** Stores a whole object as it is, below defaults, checks and admission: for state that comes from another cluster. */
	put(object: Json): Obj;
	/** Takes an object away at once, whatever would hold it. */
	drop(object: Obj): void;
	/** Forgets all changes, as a compaction does: every watch that comes back from before gets a 410. */
	compact(): void;
}

/** Versions before this one are from no sandbox, or from another. */
const firstVersion = 1000;
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

function throwLater(error: unknown): void {
	queueMicrotask(() => {
		throw error;
	});
}

/** An empty cluster, but for what every cluster has: nothing. Namespaces get their default service account by themselves. */
export function createStore(settings: StoreSettings = {}): MemoryStore {
	const {clock = realClock(), random, remembered = 5000, report = throwLater} = settings;
	const chance = random ?? Math.random;
	const shelves = new Map<string, Shelf>(
		kinds.map((kind) => [kind.resource, new Shelf(kind, remembered, firstVersion)]),
	);
	const undelivered: {shelf: Shelf; event: StoreEvent}[] = [];
	let delivering = false;
	let version = firstVersion;

	function shelfOf(resource: string): Shelf {
		const shelf = shelves.get(resource);
		if (!shelf) throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
		return shelf;
	}

	function shelfOfKind(name: string): Shelf {
		return shelfOf(kinds.find((kind) => kind.kind === name)?.resource ?? '');
	}

	function newUid(): string {
		if (!random) return randomUUID();
		const hex = Array.from({length: 32}, () => Math.floor(random() * 16).toString(16)).join('');
		return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
	}

	function suffix(): string {
		return Array.from({length: 5}, () => suffixLetters[Math.floor(chance() * suffixLetters.length)]).join('');
	}

	/** Tells a change to everyone; one made by a listener waits until the present one has been told. */
	function publish(shelf: Shelf, event: StoreEvent): void {
		shelf.record(event);
		undelivered.push({shelf, event});
		if (delivering) return;
		delivering = true;
		for (let next = undelivered.shift(); next; next = undelivered.shift()) {
			for (const listener of next.shelf.listeners) {
				try {
					listener(next.event);
				} catch (error) {
					report(error);
				}
			}
		}
		delivering = false;
	}

	function store(shelf: Shelf, object: Json, old: Obj | undefined): Obj {
		version += 1;
		object.metadata.resourceVersion = String(version);
		const stored = object as Obj;
		shelf.put(stored, old);
		publish(shelf, old ? {type: 'MODIFIED', object: stored, old} : {type: 'ADDED', object: stored});
		return stored;
	}

	function forget(shelf: Shelf, object: Obj, old: Obj): Obj {
		version += 1;
		const last: Obj = {...object, metadata: {...object.metadata, resourceVersion: String(version)}};
		shelf.drop(old);
		publish(shelf, {type: 'DELETED', object: last, old});
		return last;
	}

	function create(resource: string, input: Json, options: WriteOptions, track: Track = trackWrite): Obj {
		const shelf = shelfOf(resource);
		const {kind} = shelf;
		const now = timestamp(options.at ?? clock.now());
		const {apiVersion: _version, kind: _kind, metadata = {}, ...content} = clone(input);
		if (metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
		if (!isRecord(metadata)) throw badRequest('metadata must be an object');
		for (const key of [...systemMetadata, 'selfLink', 'managedFields']) delete metadata[key];
		if (!metadata['name'] && metadata['generateName']) metadata['name'] = metadata['generateName'] + suffix();
		if (!kind.namespaced) delete metadata['namespace'];
		const object: Json = {apiVersion: apiVersion(kind), kind: kind.kind, metadata, ...content};
		withoutEmptyMetadata(object);
		kind.fill?.(object);
		// What follows is the server's doing, and no manager's.
		const managed = track(kind, undefined, object, options, now);
		kind.begin?.(object, now);
		admit(self, kind, object, suffix);
		check(kind, object);
		admitQuota(self, kind, object);
		if (kind.resource === 'services') allocateAddresses(object, shelf.list(undefined), chance);
		if (shelf.get(metadata['namespace'], metadata['name'])) throw alreadyExists(subject(kind, metadata['name']));
		metadata['uid'] = newUid();
		metadata['creationTimestamp'] = now;
		if (kind.generation) metadata['generation'] = 1;
		if (managed.length > 0) metadata['managedFields'] = managed;
		return options.dryRun ? object : store(shelf, object, undefined);
	}

	function update(resource: string, input: Json, options: WriteOptions, track: Track = trackWrite): Obj {
		const shelf = shelfOf(resource);
		const {kind} = shelf;
		const {name, namespace} = input.metadata ?? {};
		const old = shelf.get(kind.namespaced ? namespace : undefined, name);
		if (!old) throw notFound(subject(kind, name));
		checkPreconditions(kind, old, input.metadata);
		const object = merged(kind, old, input, options);
		const now = timestamp(options.at ?? clock.now());
		const same = equal(withoutBookkeeping(object), withoutBookkeeping(old));
		if (same && track === trackWrite) return old;
		if (options.subresource !== 'status') {
			check(kind, object, old);
			checkFinalizers(kind, object, old);
			if (kind.resource === 'services') allocateAddresses(object, shelf.list(undefined), chance);
		}
		if (kind.generation && options.subresource !== 'status' && !equal(kind.generation(object), kind.generation(old))) {
			object.metadata.generation = (old.metadata['generation'] ?? 0) + 1;
		}
		const managed = track(kind, old, object, options, now);
		if (same && sameOwners(managed, old.metadata['managedFields'])) return old;
		if (managed.length > 0) object.metadata.managedFields = managed;
		else delete object.metadata.managedFields;
		if (options.dryRun) return object;
		if (isGone(object)) return forget(shelf, object, old);
		return store(shelf, object, old);
	}

	function apply(resource: string, config: Json, options: WriteOptions, force: boolean): Obj {
		const {kind} = shelfOf(resource);
		const live = self.get(resource, config.metadata.namespace, config.metadata.name);
		const {object, owned, taken} = applyConfig(kind, live, config, options.manager, force);
		const track: Track = (_kind, old, _next, _options, now) => trackApply(kind, old, {owned, taken}, options, now);
		return live ? update(resource, object, options, track) : create(resource, object, options, track);
	}

	function remove(resource: string, namespace: string | undefined, name: string, options: RemoveOptions = {}): Obj {
		const shelf = shelfOf(resource);
		const {kind} = shelf;
		const old = shelf.get(kind.namespaced ? namespace : undefined, name);
		if (!old) throw notFound(subject(kind, name));
		checkDeletePreconditions(kind, old, options);
		const finalizers = finalizersFor(old, options);
		const grace = kind.resource === 'pods' ? podGrace(old, options.gracePeriodSeconds) : 0;
		const waits =
			finalizers.length > 0 || grace > 0 || (kind.resource === 'namespaces' && old['spec']?.finalizers?.length);
		if (!waits) return options.dryRun ? old : forget(shelf, old, old);
		const object = dying(old, finalizers, grace, clock.now());
		if (object === old || options.dryRun) return object;
		return store(shelf, object, old);
	}

	const self: MemoryStore = {
		clock,
		kinds,
		list: (resource, namespace) => shelfOf(resource).list(namespace),
		get: (resource, namespace, name) => shelfOf(resource).get(namespace, name),
		byOwner: (resource, uid) => shelfOf(resource).owned(uid),
		create: (resource, object, options) => create(resource, object, options),
		update: (resource, object, options) => update(resource, object, options),
		apply,
		remove,
		watch(resource, listener) {
			const {listeners} = shelfOf(resource);
			// A listener of its own, so that one function may watch twice.
			const own = (event: StoreEvent) => listener(event);
			listeners.add(own);
			return () => listeners.delete(own);
		},
		version: () => version,
		changesAfter: (resource, after) => shelfOf(resource).after(after),
		finalizeNamespace(name) {
			const shelf = shelfOf('namespaces');
			const old = shelf.get(undefined, name);
			if (!old) return;
			const object: Json = {...old, metadata: {...old.metadata}, spec: {}};
			if (isGone(object)) forget(shelf, object, old);
			else store(shelf, object, old);
		},
		put(object) {
			const shelf = shelfOfKind(object.kind);
			const {namespace, name} = object.metadata;
			return store(shelf, clone(object), shelf.get(namespace, name));
		},
		drop: (object) => void forget(shelfOfKind(object.kind), object, object),
		compact() {
			for (const shelf of shelves.values()) shelf.forget(version);
		},
	};
	tendNamespaces(self, kinds, self.finalizeNamespace);
	return self;
}
