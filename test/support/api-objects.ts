import type {KubeObject} from '../../source/objects.ts';

/** A change as a watch tells it. */
export interface Change {
	readonly version: number;
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	readonly plural: string;
	readonly object: KubeObject;
}

/** The kinds that are served: plural, and the path in front of it. */
const kinds: Readonly<Record<string, {readonly plural: string; readonly root: string; readonly isCluster?: boolean}>> =
	{
		Deployment: {plural: 'deployments', root: '/apis/apps/v1'},
		ReplicaSet: {plural: 'replicasets', root: '/apis/apps/v1'},
		Pod: {plural: 'pods', root: '/api/v1'},
		Service: {plural: 'services', root: '/api/v1'},
		Endpoints: {plural: 'endpoints', root: '/api/v1'},
		Event: {plural: 'events', root: '/api/v1'},
		Namespace: {plural: 'namespaces', root: '/api/v1', isCluster: true},
		EndpointSlice: {plural: 'endpointslices', root: '/apis/discovery.k8s.io/v1'},
		Ingress: {plural: 'ingresses', root: '/apis/networking.k8s.io/v1'},
		HorizontalPodAutoscaler: {plural: 'horizontalpodautoscalers', root: '/apis/autoscaling/v2'},
		PodDisruptionBudget: {plural: 'poddisruptionbudgets', root: '/apis/policy/v1'},
	};

/** The kind behind a path's root and plural; undefined if it is not served. */
export function kindOf(root: string, plural: string): string | undefined {
	return Object.keys(kinds).find((kind) => kinds[kind]?.plural === plural && kinds[kind]?.root === root);
}

function parseVersion(version: string | undefined): number {
	return Number(version ?? 0) || 0;
}

/** Objects with versions and a history of changes, as etcd behind an API server keeps them. */
export class ApiObjects {
	/** By plural, then by `namespace/name`. */
	readonly #objects = new Map<string, Map<string, KubeObject>>();
	readonly #listeners = new Set<(change: Change) => void>();
	#history: Change[] = [];
	/** Changes up to this version are forgotten. */
	#compacted = 0;
	#version = 1000;

	get version(): number {
		return this.#version;
	}

	get compacted(): number {
		return this.#compacted;
	}

	/** Creates or replaces an object; fills in what a server would: uid, times, version, generation. */
	put(object: KubeObject): KubeObject {
		const {plural, isCluster} = this.#kindOf(object);
		const {name} = object.metadata;
		const namespace = isCluster ? undefined : (object.metadata.namespace ?? 'default');
		const of = this.#of(plural);
		const key = `${namespace ?? ''}/${name}`;
		const before = of.get(key);
		if (before !== undefined && object.metadata.uid && before.metadata.uid !== object.metadata.uid) {
			this.remove(before); // another object of the same name
			return this.put(object);
		}
		this.#version = Math.max(this.#version + 1, 1000);
		const stored: KubeObject = {
			...structuredClone(object),
			metadata: {
				creationTimestamp: '2026-01-31T09:00:00Z',
				generation: 1,
				...structuredClone(object.metadata),
				...(namespace !== undefined && {namespace}),
				uid: object.metadata.uid || before?.metadata.uid || `uid-${plural}-${this.#version}`,
				resourceVersion: String(this.#version),
			},
		};
		of.set(key, stored);
		this.#tell({version: this.#version, type: before === undefined ? 'ADDED' : 'MODIFIED', plural, object: stored});
		return stored;
	}

	remove(object: KubeObject): void {
		const {plural} = this.#kindOf(object);
		const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
		const stored = this.#of(plural).get(key);
		if (stored === undefined) {
			throw new Error(`there is no ${plural} ${key}`);
		}
		this.#of(plural).delete(key);
		this.#version++;
		const last = {...stored, metadata: {...stored.metadata, resourceVersion: String(this.#version)}};
		this.#tell({version: this.#version, type: 'DELETED', plural, object: last});
	}

	get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined {
		return this.#of(plural).get(`${namespace ?? ''}/${name}`);
	}

	/** By namespace and name, as etcd sorts; undefined: of all namespaces. */
	list(plural: string, namespace: string | undefined): KubeObject[] {
		return [...this.#of(plural)]
			.filter(([key]) => namespace === undefined || key.startsWith(`${namespace}/`))
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([, object]) => object);
	}

	/** What happened after a version. */
	since(version: string): Change[] {
		return this.#history.filter((change) => change.version > parseVersion(version));
	}

	/** Forgets what happened so far: watching from before is answered with 410. */
	compact(): void {
		this.#version++;
		this.#compacted = this.#version;
		this.#history = [];
	}

	listen(listener: (change: Change) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	#kindOf(object: KubeObject) {
		const kind = kinds[object.kind ?? ''];
		if (kind === undefined) {
			throw new Error(`the kind ${object.kind} is not served`);
		}
		return kind;
	}

	#of(plural: string): Map<string, KubeObject> {
		const of = this.#objects.get(plural) ?? new Map<string, KubeObject>();
		this.#objects.set(plural, of);
		return of;
	}

	#tell(change: Change): void {
		this.#history.push(change);
		for (const listener of this.#listeners) {
			listener(change);
		}
	}
}

function matchesLabel(part: string, labels: Readonly<Record<string, string>>): boolean {
	const set = /^(\S+) +(in|notin) +\((.*)\)$/.exec(part);
	if (set !== null) {
		const [, key = '', operator, values = ''] = set;
		return values.split(',').some((value) => labels[key] === value.trim()) === (operator === 'in');
	}
	const [, key = '', operator, value] = /^([^=!]+)(!?==?)(.*)$/.exec(part) ?? [];
	if (operator === undefined) {
		return part.startsWith('!') ? !(part.slice(1) in labels) : part in labels;
	}
	return (labels[key] === value) === (operator !== '!=');
}

function fieldOf(object: unknown, path: string): string {
	const value = path
		.split('.')
		.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], object);
	return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** True if an object is picked by a label selector and a field selector. */
export function isSelected(object: KubeObject, labelSelector: string | null, fieldSelector: string | null): boolean {
	const labels = object.metadata.labels ?? {};
	return (
		(labelSelector || '')
			.split(/,(?![^(]*\))/)
			.every((part) => part.trim() === '' || matchesLabel(part.trim(), labels)) &&
		(fieldSelector || '').split(',').every((part) => {
			const [, path = '', operator, value] = /^([^=!]+)(!?==?)(.*)$/.exec(part) ?? [];
			return operator === undefined || (fieldOf(object, path) === value) === (operator !== '!=');
		})
	);
}
