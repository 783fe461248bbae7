import {readFileSync} from 'node:fs';
import type {Deployment, Event, KubeObject, Pod, ReplicaSet} from '../source/objects.ts';

/** A namespace of a bench: one recorded Deployment with all that belongs to it, many times over, under names of their own. */
export interface World {
	/** As the API sends them, managed fields and all. By the last part of the path: `pods`. */
	readonly objects: ReadonlyMap<string, KubeObject[]>;
	/** The same list as that of `pods` there: those of the first Deployment first. */
	readonly pods: Pod[];
}

export const namespace = 'shop';

/** How old everything is: ages count minutes then, and every row's changes at a second of its own. */
const ageMs = 90 * 60_000;
const spreadMs = 7000;

interface Recording {
	readonly at: number;
	readonly deployment: Deployment;
	readonly replicaSets: readonly ReplicaSet[];
	readonly pods: readonly Pod[];
	readonly services: readonly KubeObject[];
	readonly endpointSlices: readonly (KubeObject & {endpoints?: readonly Endpoint[]})[];
	readonly ingresses: readonly KubeObject[];
	readonly disruptionBudgets: readonly KubeObject[];
	readonly events: readonly Event[];
}

interface Endpoint {
	readonly addresses: readonly string[];
	readonly targetRef?: {readonly name?: string; readonly uid?: string};
}

/** The name of the Deployment at an index: by name they come in the order of the index. */
export function deploymentName(index: number): string {
	return `app-${String(index).padStart(4, '0')}`;
}

/**
 * @param pods how many pods there are in all
 * @param perDeployment how many each Deployment has
 * @param now milliseconds since the epoch
 */
export function makeWorld(pods: number, perDeployment: number, now: number): World {
	const text = readFileSync(new URL('../test/objects/complete.recorded.json', import.meta.url), 'utf8');
	const objects = new Map<string, KubeObject[]>(
		[
			'deployments',
			'replicasets',
			'services',
			'endpointslices',
			'ingresses',
			'horizontalpodautoscalers',
			'poddisruptionbudgets',
			'events',
		].map((plural) => [plural, []]),
	);
	const add = (plural: string, ...more: readonly KubeObject[]) => objects.get(plural)?.push(...more);
	const all: Pod[] = [];
	for (let index = 0; index * perDeployment < pods; index++) {
		const recording = renamed(text, index, now);
		const count = Math.min(perDeployment, pods - index * perDeployment);
		const own = podsOf(recording, index, count);
		all.push(...own);
		add('deployments', scaled(recording.deployment, count));
		add(
			'replicasets',
			...recording.replicaSets.map((replicaSet) => (replicaSet.spec.replicas ? scaled(replicaSet, count) : replicaSet)),
		);
		add('services', ...recording.services);
		add('endpointslices', ...recording.endpointSlices.map((slice) => withEndpoints(slice, own)));
		add('ingresses', ...recording.ingresses);
		add('poddisruptionbudgets', ...recording.disruptionBudgets);
		// What an hour-old rollout has left: the events of its last steps.
		add('events', ...recording.events.filter(({involvedObject}) => involvedObject.kind === 'Deployment').slice(-4));
	}
	objects.set('pods', all);
	return {objects, pods: all};
}

/** The recording as another Deployment's: its name, uids, namespace and times. */
function renamed(text: string, index: number, now: number): Recording {
	const suffix = index.toString(16).padStart(12, '0');
	const {at} = JSON.parse(text) as Recording;
	const shift = now - ageMs - index * spreadMs - at;
	return JSON.parse(
		text
			.replaceAll(/\bweb\b/g, deploymentName(index))
			.replaceAll('objects-complete', namespace)
			.replaceAll(/\b([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4})-[\da-f]{12}\b/g, `$1-${suffix}`)
			.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) => {
				const moved = new Date(Date.parse(time) + shift).toISOString();
				return time.includes('.') ? `${moved.slice(0, -1)}000Z` : `${moved.slice(0, 19)}Z`;
			}),
	) as Recording;
}

function podsOf({pods: [template]}: Recording, index: number, count: number): Pod[] {
	if (!template) throw new Error('The recording has no pod to multiply.');
	return Array.from({length: count}, (_, number): Pod => {
		const {metadata, status} = template;
		const podIP = `10.${index >> 8}.${index & 255}.${number}`;
		return {
			...template,
			metadata: {
				...metadata,
				name: `${metadata.name.slice(0, -5)}p${String(number).padStart(4, '0')}`,
				uid: `${metadata.uid.slice(0, 19)}${number.toString(16).padStart(4, '0')}${metadata.uid.slice(23)}`,
				resourceVersion: '1000',
			},
			...(status && {status: {...status, podIP, podIPs: [{ip: podIP}]}}),
		};
	});
}

function scaled<O extends Deployment | ReplicaSet>(object: O, replicas: number): O {
	const counts = Object.entries(object.status ?? {}).map(([key, value]) => [
		key,
		/replicas$/i.test(key) && value ? replicas : value,
	]);
	return {...object, spec: {...object.spec, replicas}, status: Object.fromEntries(counts) as O['status']};
}

function withEndpoints(slice: Recording['endpointSlices'][number], pods: readonly Pod[]): KubeObject {
	const [endpoint] = slice.endpoints ?? [];
	const endpoints = pods.map(({metadata, status}) => ({
		...endpoint,
		addresses: [status?.podIP],
		targetRef: {...endpoint?.targetRef, name: metadata.name, uid: metadata.uid},
	}));
	return {...slice, endpoints} as KubeObject;
}
