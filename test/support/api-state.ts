import type {KubeObject} from '../../source/objects.ts';
import {ApiError} from '../../source/sandbox/api-error.ts';
import {createStore, type MemoryStore} from '../../source/sandbox/memory-store.ts';
import type {Json, Obj, WriteOptions} from '../../source/sandbox/store.ts';

/** Looks at every change before it is stored, dry runs too; what it returns is the refusal. */
export type Admit = (
	object: KubeObject,
	isDryRun: boolean,
) => {code: number; reason?: string; message: string} | undefined;

/** The state behind the tests' API server, as a test sees it: no rules stand between the two. */
export interface ApiState {
	/** What the server writes to, with a webhook before it. */
	readonly store: MemoryStore;
	/** Creates or replaces an object, whole or cut, and tells the watches; returns it as stored. */
	put(object: KubeObject): KubeObject;
	remove(object: KubeObject): void;
	get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
	list(plural: string, namespace: string | undefined): KubeObject[];
}

/** A cluster without controllers that holds these objects. */
export function createState(objects: readonly KubeObject[], admit: Admit | undefined): ApiState {
	const store = createStore();
	const kinds = new Map(store.kinds.map((kind) => [kind.kind, kind]));
	const state: ApiState = {
		store: admit ? withWebhook(store, admit) : store,
		put(object) {
			const kind = kinds.get(object.kind ?? '');
			if (kind === undefined) throw new Error(`the kind ${object.kind} is not served`);
			const {uid, namespace = 'default', ...metadata} = object.metadata;
			const place = kind.namespaced ? {namespace} : {};
			const before = store.get(kind.resource, kind.namespaced ? namespace : undefined, metadata.name);
			const isOther = before !== undefined && uid && uid !== before.metadata.uid;
			if (isOther) store.drop(before);
			return store.put({
				...object,
				metadata: {
					creationTimestamp: '2026-01-31T09:00:00Z',
					generation: 1,
					...metadata,
					...place,
					uid: uid || before?.metadata.uid || `uid-${kind.resource}-${store.version() + 1}`,
				},
			});
		},
		remove({kind, metadata: {namespace, name}}) {
			const resource = kinds.get(kind ?? '')?.resource ?? '';
			const stored = store.get(resource, namespace, name);
			if (stored === undefined) throw new Error(`there is no ${resource} ${namespace}/${name}`);
			store.drop(stored);
		},
		get: store.get,
		list: (plural, namespace) => store.list(plural, namespace).slice(),
	};
	for (const object of objects) state.put(object);
	return state;
}

/** A store whose changes are shown to a webhook first, as they would be stored. */
function withWebhook(store: MemoryStore, admit: Admit): MemoryStore {
	function look(object: Obj, {dryRun = false}: WriteOptions): void {
		const refusal = admit(object, dryRun);
		if (refusal) throw new ApiError(refusal.code, refusal.reason ?? 'Forbidden', refusal.message);
	}
	return {
		...store,
		create(resource, object: Json, options) {
			look(store.create(resource, object, {...options, dryRun: true}), options);
			return store.create(resource, object, options);
		},
		update(resource, object: Json, options) {
			look(store.update(resource, object, {...options, dryRun: true}), options);
			return store.update(resource, object, options);
		},
	};
}
