import type {Clock} from './clock.ts';

export {ApiError} from './api-error.ts';
export {type Clock, realClock, type TestClock, testClock} from './clock.ts';

/** Any JSON value, as loose as a client may send it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the sandbox speaks every kind; its kinds' files know the shapes
export type Json = any;

/** A stored object. It is never changed: a write makes a new one, so a reference is a snapshot. */
export interface Obj {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: {
		readonly name: string;
		readonly namespace?: string;
		readonly uid: string;
		readonly resourceVersion: string;
		readonly [key: string]: Json;
	};
	readonly [key: string]: Json;
}

/** Who writes, and how. */
export interface WriteOptions {
	/** The field manager that managedFields will name. */
	manager: string;
	/** Only this part is written: `status`, or `spec.replicas` for `scale`. */
	subresource?: 'status' | 'scale';
	operation?: 'Update' | 'Apply';
	/** Everything is checked and answered as if it were done; nothing is stored. */
	dryRun?: boolean;
	/** Who asked, where an access rule or a message needs it. */
	user?: string;
	/** The time of the write in milliseconds since the epoch, for objects that shall be old; the clock's by default. */
	at?: number;
}

export interface RemoveOptions {
	/** Preconditions: 409 where the stored object differs. */
	uid?: string;
	resourceVersion?: string;
	/** For pods; 0 removes at once. The pod's own grace period by default. */
	gracePeriodSeconds?: number;
	propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
	dryRun?: boolean;
}

export interface StoreEvent {
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	/** For DELETED the last state, under the resourceVersion of the deletion. */
	readonly object: Obj;
	/** What was stored before; absent for ADDED. */
	readonly old?: Obj;
}

/**
 * The cluster's state: what etcd and the API server's registries are to a real one. Synchronous, in memory.
 * `createStore` of memory-store.ts makes one. Resources are named in plural (`pods`); every refusal is an ApiError with the real server's code and words.
 */
export interface Store {
	readonly clock: Clock;

	/** All objects of a resource, in order of namespace and name. The array is a snapshot. 404 for an unknown resource. */
	list(resource: string, namespace?: string): readonly Obj[];

	get(resource: string, namespace: string | undefined, name: string): Obj | undefined;

	/** Fills in defaults, checks, admits (namespace, service account, quota) and stores. `metadata.generateName` works. */
	create(resource: string, object: Json, options: WriteOptions): Obj;

	/**
	 * Replaces a whole object. Checks metadata.resourceVersion and uid where present (409). The status is left alone unless
	 * `subresource` is `status`, and then it is all that changes. Raises the generation with the spec. A write that changes nothing
	 * keeps its resourceVersion. An object that was waiting for its last finalizer goes.
	 */
	update(resource: string, object: Json, options: WriteOptions): Obj;

	/**
	 * Deletes, or starts to: a running pod gets a deletionTimestamp and is gone when it is removed again with grace period 0, and an
	 * object with finalizers waits for their removal. Returns the object's last state, or its state with the deletionTimestamp.
	 */
	remove(resource: string, namespace: string | undefined, name: string, options?: RemoveOptions): Obj;

	/**
	 * Calls `listener` for every change from now on, synchronously and in order. A change made inside a listener is told after
	 * the present one has been told to everyone. The returned function ends it.
	 */
	watch(resource: string, listener: (event: StoreEvent) => void): () => void;

	/** The objects of a resource that name `ownerUid` among their ownerReferences. */
	byOwner(resource: string, ownerUid: string): readonly Obj[];
}
