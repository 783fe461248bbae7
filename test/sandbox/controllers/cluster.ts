import {type ControllerOptions, type Controllers, startControllers} from '../../../source/sandbox/controllers/index.ts';
import {seededRandom} from '../../../source/sandbox/controllers/random.ts';
import type {Deployment, Pod, ReplicaSet} from '../../../source/sandbox/controllers/shapes.ts';
import {createStore} from '../../../source/sandbox/memory-store.ts';
import {type Json, type Obj, type Store, type TestClock, testClock} from '../../../source/sandbox/store.ts';

export const second = 1000;
const manager = {manager: 'test'};

/** A small cluster whose time stands still until it is advanced. */
export interface Cluster {
	store: Store;
	clock: TestClock;
	controllers: Controllers;
	/** What a sync threw that was no refusal of the API. */
	broken: unknown[];
	/** Creates a Deployment with one container, `c`. */
	deploy(name: string, replicas: number, tag?: string, spec?: object, podSpec?: object): void;
	setTag(name: string, tag: string): void;
	/** Changes a Deployment's spec. */
	change(name: string, change: (spec: Json) => Json): void;
	deployment(name: string): Deployment;
	/** The Deployment's ReplicaSets, the oldest revision first. */
	sets(name: string): ReplicaSet[];
	/** The pods with label `app`, all that are not gone. */
	pods(app: string): Pod[];
	/** Reason, message and count of the events about an object, in the order of their first appearance. */
	events(name: string, reason?: string): {reason: string; message: string; count: number; source: string}[];
	/** A pod of its own, without a controller. */
	pod(name: string, spec: object, metadata?: object): void;
}

export function startCluster(
	options: Partial<ControllerOptions> & {nodes?: number; cpu?: string; podsPerNode?: number} = {},
): Cluster {
	const {nodes = 3, cpu = '64', podsPerNode = 110, ...rest} = options;
	const clock = testClock();
	const store = createStore({clock, random: seededRandom(7)});
	for (const name of ['default', 'a']) store.create('namespaces', {metadata: {name}}, manager);
	for (let n = 1; n <= nodes; n++) {
		const spec = {podCIDR: `10.244.${n}.0/24`};
		const status = {capacity: {cpu, memory: '256Gi', pods: String(podsPerNode)}};
		store.create('nodes', {metadata: {name: `node-${n}`}, spec, status}, manager);
	}
	const broken: unknown[] = [];
	const report = (error: unknown) => broken.push(error);
	const controllers = startControllers(store, {seed: 1, report, ...rest});
	const deployment = (name: string) => store.get('deployments', 'a', name) as Deployment;
	const change = (name: string, edit: (spec: Json) => Json) => {
		store.update('deployments', {...deployment(name), spec: edit(deployment(name).spec)}, manager);
	};
	return {
		store,
		clock,
		controllers,
		broken,
		deployment,
		change,
		deploy(name, replicas, tag = '1', spec = {}, podSpec = {}) {
			const template = {
				metadata: {labels: {app: name}},
				spec: {
					...podSpec,
					containers: [{name: 'c', image: `registry/${name}:${tag}`, ports: [{name: 'http', containerPort: 8080}]}],
				},
			};
			const made = {
				metadata: {name, namespace: 'a'},
				spec: {replicas, selector: {matchLabels: {app: name}}, ...spec, template},
			};
			store.create('deployments', made, manager);
		},
		setTag(name, tag) {
			change(name, (spec) => {
				const [first, ...others] = spec.template.spec.containers;
				const containers = [{...first, image: first.image.replace(/:.*$/, `:${tag}`)}, ...others];
				return {...spec, template: {...spec.template, spec: {...spec.template.spec, containers}}};
			});
		},
		sets(name) {
			const sets = store.byOwner('replicasets', deployment(name).metadata.uid) as readonly ReplicaSet[];
			const revision = (set: Obj) => Number(set.metadata['annotations']['deployment.kubernetes.io/revision']);
			return [...sets].sort((a, b) => revision(a) - revision(b));
		},
		pods: (app) => (store.list('pods', 'a') as readonly Pod[]).filter((pod) => pod.metadata['labels']?.app === app),
		events(name, reason) {
			return store
				.list('events')
				.filter((event) => event['involvedObject'].name === name && (!reason || event['reason'] === reason))
				.sort((a, b) => firstVersion(a) - firstVersion(b))
				.map((event) => ({
					reason: event['reason'],
					message: event['message'],
					count: event['series']?.count ?? event['count'] ?? 1,
					source: event['source']?.component ?? event['reportingComponent'],
				}));
		},
		pod(name, spec, metadata = {}) {
			store.create('pods', {metadata: {name, namespace: 'a', ...metadata}, spec}, manager);
		},
	};
}

/** Event names end in the moment of their making, in hexadecimal. */
function firstVersion(event: Obj): number {
	return Number.parseInt(event.metadata.name.split('.').at(-1) ?? '0', 16);
}

/** Records the sizes of a Deployment's ReplicaSets, `old/new`, whenever one changes: `["10/0", "10/3", …]`. */
export function recordSizes(cluster: Cluster, name: string): string[] {
	const seen: string[] = [];
	const sizes = new Map<string, number>();
	for (const set of cluster.sets(name)) sizes.set(set.metadata.name, set.spec.replicas ?? 1);
	let last = [...sizes.values()].join('/');
	cluster.store.watch('replicasets', ({type, object}) => {
		if (!object.metadata.name.startsWith(`${name}-`)) return;
		if (type === 'DELETED') sizes.delete(object.metadata.name);
		else sizes.set(object.metadata.name, object['spec'].replicas);
		const text = [...sizes.values()].join('/');
		if (text !== last) seen.push(text);
		last = text;
	});
	return seen;
}

/** Status and reason of a condition: `True MinimumReplicasAvailable`. */
export function condition(object: Obj, type: string): string | undefined {
	const found = (object['status']?.conditions ?? []).find((each: Json) => each.type === type);
	return found && [found.status, found.reason].filter(Boolean).join(' ');
}
