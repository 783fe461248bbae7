import type {
	EndpointSlice,
	Ingress,
	KindId,
	KubeObject,
	ObjectsByKind,
	PodDisruptionBudget,
	Service,
} from '../objects.ts';

/** What one batch of a watch changes: whole objects, and the uids of those that are gone. */
export interface ObjectChanges<O extends KubeObject = KubeObject> {
	readonly upserts: readonly O[];
	readonly deletes: readonly string[];
}

/** What really changed, with the old object beside the new one: what indexes, tables and facts go by. */
export interface AppliedChange<O extends KubeObject = KubeObject> {
	readonly before: O | undefined;
	readonly after: O | undefined;
}

/**
 * All objects of one kind by uid, with the indexes that the panes join by. The indexes hold objects, not uids: a join
 * is one look-up. Mutable and synchronous: it is changed only inside a publication of the store.
 */
export interface ObjectSet<O extends KubeObject = KubeObject> {
	readonly size: number;
	get(uid: string): O | undefined;
	all(): IterableIterator<O>;
	/** Objects whose controller owner has this uid. */
	ownedBy(ownerUid: string): readonly O[];
	inNamespace(namespace: string): readonly O[];
	named(namespace: string | undefined, name: string): O | undefined;
	/** Objects that stand under this key: see `createObjectSet`. */
	under(key: string): readonly O[];
	apply(changes: ObjectChanges<O>): AppliedChange<O>[];
	clear(): void;
}

/** The uid of the controller that owns this object, or undefined. Plain owners (`controller` not true) do not count. */
export function controllerUid(object: KubeObject): string | undefined {
	return object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}

/** @param keysOf what else objects of this kind are looked up by; each key once an object */
export function createObjectSet<O extends KubeObject>(
	keysOf: (object: O) => readonly string[] = () => [],
): ObjectSet<O> {
	const byUid = new Map<string, O>();
	const byOwner = createIndex<O>();
	const byNamespace = createIndex<O>();
	const byKey = createIndex<O>();
	const byName = new Map<string, O>();
	const nameKey = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`;

	const remove = (object: O) => {
		const {uid, namespace, name} = object.metadata;
		byUid.delete(uid);
		byOwner.remove(controllerUid(object), uid);
		byNamespace.remove(namespace, uid);
		for (const key of keysOf(object)) byKey.remove(key, uid);
		// A pod may be back under the same name before the old one's end is seen: only its own entry goes.
		if (byName.get(nameKey(namespace, name))?.metadata.uid === uid) byName.delete(nameKey(namespace, name));
	};
	const put = (object: O) => {
		const {uid, namespace, name} = object.metadata;
		byUid.set(uid, object);
		byOwner.put(controllerUid(object), object);
		byNamespace.put(namespace, object);
		for (const key of keysOf(object)) byKey.put(key, object);
		byName.set(nameKey(namespace, name), object);
	};

	return {
		get size() {
			return byUid.size;
		},
		get: (uid) => byUid.get(uid),
		all: () => byUid.values(),
		ownedBy: (ownerUid) => byOwner.list(ownerUid),
		inNamespace: (namespace) => byNamespace.list(namespace),
		under: (key) => byKey.list(key),
		named: (namespace, name) => byName.get(nameKey(namespace, name)),
		apply(changes) {
			const applied: AppliedChange<O>[] = [];
			for (const uid of changes.deletes) {
				const before = byUid.get(uid);
				if (!before) continue;
				remove(before);
				applied.push({before, after: undefined});
			}
			for (const after of changes.upserts) {
				const before = byUid.get(after.metadata.uid);
				if (before && controllerUid(before) !== controllerUid(after))
					byOwner.remove(controllerUid(before), before.metadata.uid);
				// Most objects have no key, and most that have keep theirs, and with it their place in the list.
				const keys = before ? keysOf(after) : [];
				if (before) for (const key of keysOf(before)) if (!keys.includes(key)) byKey.remove(key, before.metadata.uid);
				put(after);
				applied.push({before, after});
			}
			return applied;
		},
		clear() {
			byUid.clear();
			byName.clear();
			byOwner.clear();
			byNamespace.clear();
			byKey.clear();
		},
	};
}

/** Objects by some key; a list is made when it is asked for and kept until its members change. */
function createIndex<O extends KubeObject>() {
	const members = new Map<string, Map<string, O>>();
	const lists = new Map<string, readonly O[]>();
	return {
		put(key: string | undefined, object: O) {
			if (key === undefined) return;
			let group = members.get(key);
			if (!group) {
				group = new Map();
				members.set(key, group);
			}
			group.set(object.metadata.uid, object);
			lists.delete(key);
		},
		remove(key: string | undefined, uid: string) {
			if (key === undefined) return;
			const group = members.get(key);
			if (!group?.delete(uid)) return;
			if (group.size === 0) members.delete(key);
			lists.delete(key);
		},
		list(key: string): readonly O[] {
			let list = lists.get(key);
			if (!list) {
				list = [...(members.get(key)?.values() ?? [])];
				if (list.length > 0) lists.set(key, list);
			}
			return list;
		},
		clear() {
			members.clear();
			lists.clear();
		},
	};
}

/** The sets of every kind, by the kind's id. */
export type ObjectSets = {readonly [K in KindId]: ObjectSet<ObjectsByKind[K]>};

/** An empty set for every kind. */
export function createObjectSets(): ObjectSets {
	return {
		deployments: createObjectSet(),
		replicasets: createObjectSet(),
		pods: createObjectSet(),
		endpointslices: createObjectSet(servicesOfSlice),
		endpoints: createObjectSet(),
		services: createObjectSet(labelOfService),
		ingresses: createObjectSet(servicesOfIngress),
		horizontalpodautoscalers: createObjectSet(),
		poddisruptionbudgets: createObjectSet(labelOfBudget),
		events: createObjectSet(),
		namespaces: createObjectSet(),
	};
}

/** What the slices and Ingresses of a Service stand under: `objects.endpointslices.under(serviceKey('shop', 'web'))`. */
export function serviceKey(namespace: string | undefined, name: string): string {
	return `${namespace ?? ''}/${name}`;
}

/** By the label that names its Service: a slice made by hand has no owner. */
function servicesOfSlice({metadata}: EndpointSlice): readonly string[] {
	const name = metadata.labels?.['kubernetes.io/service-name'];
	return name === undefined ? [] : [serviceKey(metadata.namespace, name)];
}

function servicesOfIngress({metadata, spec}: Ingress): readonly string[] {
	const backends = [
		spec.defaultBackend,
		...(spec.rules ?? []).flatMap(({http}) => (http?.paths ?? []).map(({backend}) => backend)),
	];
	const names = new Set(backends.map((backend) => backend?.service?.name).filter((name) => name !== undefined));
	return [...names].map((name) => serviceKey(metadata.namespace, name));
}

/** What a selector that wants this label stands under: `objects.services.under(labelKey('shop', 'app', 'web'))`. */
export function labelKey(namespace: string | undefined, label: string, value: string): string {
	return `${namespace ?? ''}/${label}=${value}`;
}

/** What selectors stand under that name no label with a value: they may select anything. */
export function anyLabelKey(namespace: string | undefined): string {
	return `${namespace ?? ''}/`;
}

/** One label of a selector is enough: whatever it selects has that one too. */
function labelOf(namespace: string | undefined, selector: Readonly<Record<string, string>> | undefined): string {
	const [first] = Object.entries(selector ?? {});
	return first ? labelKey(namespace, ...first) : anyLabelKey(namespace);
}

/** A Service without a selector selects nothing. */
function labelOfService({metadata, spec}: Service): readonly string[] {
	return Object.keys(spec.selector ?? {}).length === 0 ? [] : [labelOf(metadata.namespace, spec.selector)];
}

function labelOfBudget({metadata, spec}: PodDisruptionBudget): readonly string[] {
	return [labelOf(metadata.namespace, spec.selector?.matchLabels)];
}
