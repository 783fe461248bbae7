import {createHash} from 'node:crypto';
import {createInterface} from 'node:readline';
import type {Connection} from '../../source/cluster/connection.ts';
import type {Deployment, KubeObject, Pod, PodTemplateSpec, ReplicaSet} from '../../source/objects.ts';
import type {SetState, Step, Wish} from './rollout-checker.ts';

/** A change as a watch told it. */
export interface Change {
	readonly resource: 'deployments' | 'replicasets' | 'pods';
	readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
	readonly object: KubeObject;
}

export interface HeardChange extends Change {
	/** Milliseconds since the epoch. */
	readonly at: number;
}

export interface Recording {
	/** All changes so far, in the order in which the server stored them. */
	changes(): HeardChange[];
	/** Waits until the objects as they are now are so; fails, naming it, if they are not within two minutes. */
	until(what: string, holds: (now: Snapshot) => boolean): Promise<void>;
	/** Waits until all has been heard that the server has now: the watches of the kinds do not go at one pace. */
	caughtUp(): Promise<void>;
	stop(): void;
}

/** The last state of everything that has not been deleted. */
export interface Snapshot {
	readonly deployments: readonly Deployment[];
	readonly replicaSets: readonly ReplicaSet[];
	readonly pods: readonly Pod[];
}

const paths = {
	deployments: '/apis/apps/v1',
	replicasets: '/apis/apps/v1',
	pods: '/api/v1',
} as const;

/** Records every change of a namespace's Deployments, ReplicaSets and pods from now on. */
export async function recordChanges(connection: Connection, namespace: string): Promise<Recording> {
	const changes: HeardChange[] = [];
	const stopping = new AbortController();
	/** Those who wait look at every change. */
	const looks = new Set<() => void>();
	const present = {
		deployments: new Map<string, KubeObject>(),
		replicasets: new Map<string, KubeObject>(),
		pods: new Map<string, KubeObject>(),
	};
	const heard = new Map<string, number>();
	const add = (change: HeardChange) => {
		changes.push(change);
		const {uid} = change.object.metadata;
		heard.set(uid, versionOf(change));
		if (change.type === 'DELETED') present[change.resource].delete(uid);
		else present[change.resource].set(uid, change.object);
		now = undefined;
		for (const look of looks) look();
	};
	let now: Snapshot | undefined;
	const snapshot = (): Snapshot => {
		now ??= {
			deployments: [...present.deployments.values()] as Deployment[],
			replicaSets: [...present.replicasets.values()] as ReplicaSet[],
			pods: [...present.pods.values()] as Pod[],
		};
		return now;
	};
	const resources = ['deployments', 'replicasets', 'pods'] as const;
	const pathOf = (resource: (typeof resources)[number]) => `${paths[resource]}/namespaces/${namespace}/${resource}`;
	const list = (resource: (typeof resources)[number]) =>
		connection.request<{items: KubeObject[]; metadata: {resourceVersion: string}}>({path: pathOf(resource)});
	await Promise.all(
		resources.map(async (resource) => {
			const path = pathOf(resource);
			const {items, metadata} = await list(resource);
			for (const object of items) add({resource, type: 'ADDED', object, at: Date.now()});
			const query = {watch: true, resourceVersion: metadata.resourceVersion};
			const {body} = await connection.stream({path, query, signal: stopping.signal});
			body.on('error', () => {});
			createInterface({input: body})
				.on('error', () => {})
				.on('line', (line) => {
					const {type, object} = JSON.parse(line) as Change;
					if (['ADDED', 'MODIFIED', 'DELETED'].includes(type)) add({resource, type, object, at: Date.now()});
				});
		}),
	);
	const recording: Recording = {
		changes: () => changes.toSorted((a, b) => versionOf(a) - versionOf(b)),
		until: (what, holds) =>
			new Promise((resolve, reject) => {
				const end = (settle: () => void) => {
					clearTimeout(alarm);
					looks.delete(look);
					settle();
				};
				const look = () => {
					try {
						if (holds(snapshot())) end(resolve);
					} catch (error) {
						end(() => reject(error));
					}
				};
				const alarm = setTimeout(() => end(() => reject(new Error(`waited in vain until ${what}`))), 120_000);
				looks.add(look);
				look();
			}),
		async caughtUp() {
			const lists = await Promise.all(resources.map(list));
			const known = ({metadata: {uid, resourceVersion}}: KubeObject) =>
				(heard.get(uid) ?? 0) >= Number(resourceVersion);
			await recording.until('all has been heard', () =>
				resources.every((resource, index) => {
					const {items = [], metadata} = lists[index] ?? {};
					const there = new Set(items.map((object) => object.metadata.uid));
					const isThere = ({metadata: {uid, resourceVersion}}: KubeObject) =>
						there.has(uid) || Number(resourceVersion) > Number(metadata?.resourceVersion);
					return items.every(known) && [...present[resource].values()].every(isThere);
				}),
			);
		},
		stop: () => stopping.abort(),
	};
	return recording;
}

function versionOf({object}: Change): number {
	return Number(object.metadata.resourceVersion);
}

/** What a recording says of one Deployment: a step for each change that matters to its rollout. */
export function stepsOf(changes: readonly Change[], name: string): Step[] {
	let wish: Wish | undefined;
	let uid: string | undefined;
	const sets = new Map<string, ReplicaSet>();
	const pods = new Map<string, Pod>();
	const steps: Step[] = [];
	const nameOf = templateNames();
	let last = '';
	for (const {resource, type, object} of changes) {
		if (resource === 'deployments') {
			if (object.metadata.name !== name) continue;
			if (type === 'DELETED') break;
			wish = wishOf(object as Deployment, nameOf);
			uid = object.metadata.uid;
		} else {
			const known: Map<string, KubeObject> = resource === 'pods' ? pods : sets;
			if (type === 'DELETED') known.delete(object.metadata.uid);
			else known.set(object.metadata.uid, object);
		}
		if (wish === undefined || uid === undefined) continue;
		// Other Deployments' sets and pods bear the names of their own.
		if (!object.metadata.name.startsWith(name)) continue;
		const step = {wish, sets: [...sets.values()].filter(isOwnedBy(uid)).map((set) => stateOf(set, pods, nameOf))};
		const text = JSON.stringify(step);
		if (text !== last) steps.push(step);
		last = text;
	}
	return steps;
}

function isOwnedBy(uid: string): (object: KubeObject) => boolean {
	return ({metadata}) =>
		metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true;
}

type NameOf = (template: PodTemplateSpec | undefined) => string;

function wishOf({spec, status}: Deployment, nameOf: NameOf): Wish {
	const {maxSurge = '25%', maxUnavailable = '25%'} = spec.strategy?.rollingUpdate ?? {};
	return {
		replicas: spec.replicas ?? 1,
		paused: spec.paused === true,
		template: nameOf(spec.template),
		recreate: spec.strategy?.type === 'Recreate',
		maxSurge,
		maxUnavailable,
		present: status?.replicas ?? 0,
	};
}

function stateOf({metadata, spec, status}: ReplicaSet, pods: ReadonlyMap<string, Pod>, nameOf: NameOf): SetState {
	const note = (key: string) => {
		const value = metadata.annotations?.[`deployment.kubernetes.io/${key}`];
		return value === undefined ? {} : {[key === 'max-replicas' ? 'most' : 'desired']: Number(value)};
	};
	const own = [...pods.values()].filter(isOwnedBy(metadata.uid));
	return {
		name: metadata.name,
		created: metadata.creationTimestamp ?? '',
		template: nameOf(spec.template),
		size: spec.replicas ?? 1,
		...note('desired-replicas'),
		...note('max-replicas'),
		replicas: status?.replicas ?? 0,
		ready: status?.readyReplicas ?? 0,
		available: status?.availableReplicas ?? 0,
		pods: own.filter((pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')).length,
	};
}

/** Names templates, each object once: a recording has hundreds of states of the same sets. */
function templateNames(): NameOf {
	const names = new WeakMap<PodTemplateSpec, string>();
	return (template) => {
		if (template === undefined) return '';
		const name = names.get(template) ?? nameTemplate(template);
		names.set(template, name);
		return name;
	};
}

/** A short name, the same for equal templates. */
function nameTemplate(template: PodTemplateSpec): string {
	const {'pod-template-hash': _, ...labels} = template.metadata?.labels ?? {};
	const text = JSON.stringify({...template, metadata: {...template.metadata, labels}}, (_key, value: unknown) =>
		value instanceof Object && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);
	return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** A recording as lines of JSON: each step is what changed since the one before. */
export function printSteps(steps: readonly Step[]): string {
	const lines = steps.map(({wish, sets}, index) => {
		const before = steps[index - 1];
		const present = new Set(sets.map(({name}) => name));
		return JSON.stringify({
			wish: changed(before?.wish, wish),
			sets: sets
				.map((set) => ({
					name: set.name,
					...changed(
						before?.sets.find(({name}) => name === set.name),
						set,
					),
				}))
				.filter((set) => Object.keys(set).length > 1),
			gone: before?.sets.map(({name}) => name).filter((name) => !present.has(name)),
		});
	});
	return `${lines.join('\n')}\n`;
}

function changed<T extends object>(before: T | undefined, after: T): Partial<T> {
	const entries = Object.entries(after).filter(([key, value]) => before?.[key as keyof T] !== value);
	return Object.fromEntries(entries) as Partial<T>;
}

/** Reads what `printSteps` printed. */
export function parseSteps(text: string): Step[] {
	const steps: Step[] = [];
	for (const line of text.trimEnd().split('\n')) {
		const {wish, sets, gone = []} = JSON.parse(line) as {wish: object; sets: SetState[]; gone?: string[]};
		const before = steps.at(-1);
		const kept = (before?.sets ?? []).filter(({name}) => !gone.includes(name));
		const updated = kept.map((set) => ({...set, ...sets.find(({name}) => name === set.name)}));
		const added = sets.filter(({name}) => !kept.some((set) => set.name === name));
		steps.push({wish: {...before?.wish, ...wish} as Wish, sets: [...updated, ...added]});
	}
	return steps;
}
