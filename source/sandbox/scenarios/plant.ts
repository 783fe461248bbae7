import {setWorkloadCondition} from '../controllers/conditions.ts';
import {controllerManager} from '../controllers/context.ts';
import {annotationsOf, newReplicaSet, revisionAnnotation} from '../controllers/deployment/revisions.ts';
import {condition, rolloutStatus} from '../controllers/deployment/status.ts';
import {templateHash} from '../controllers/deployment/template.ts';
import {behaviourOf} from '../controllers/kubelet/behaviour.ts';
import {statusFrom} from '../controllers/kubelet/pod-status.ts';
import {type Slot, slotsOf} from '../controllers/kubelet/slots.ts';
import {end, play, type Step} from '../controllers/kubelet/steps.ts';
import {controlledBy} from '../controllers/owners.ts';
import {nameSuffix, type Random} from '../controllers/random.ts';
import {statusOf} from '../controllers/replica-set/status.ts';
import type {Deployment, DeploymentStatus, Pod, PodTemplate, ReplicaSet} from '../controllers/shapes.ts';
import {timestamp} from '../controllers/time.ts';
import type {Json, Obj, Store} from '../store.ts';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A version of a workload that was rolled out. */
export interface Release {
	tag: string;
	/** For `kubectl rollout history`. */
	cause: string;
	/** How long ago it was, in milliseconds. */
	ago: number;
	/** The field manager that asked for it; `kubectl-client-side-apply` by default. */
	manager?: string;
}

/** A Deployment with a past. */
export interface Workload {
	namespace: string;
	name: string;
	replicas: number;
	/** The oldest first; the last one runs. */
	releases: readonly [Release, ...Release[]];
	/** What the Deployment's spec says besides. */
	spec?: object;
	/** What the pods' spec says besides: init containers, say. */
	podSpec?: object;
	/** Containers beside the one that the tag is for. */
	others?: readonly object[];
	port?: number;
}

/** Where planted pods go and how they are named. */
export interface Soil {
	store: Store;
	random: Random;
	/** The next node in turn, and a free address on it. */
	place(): {node: string; hostIP: string; podIP: string};
}

/** The pod template of a workload at a version. */
export function templateOf(workload: Workload, tag: string): PodTemplate {
	const {name, podSpec, others = [], port = 8080} = workload;
	const main = {
		name,
		image: `registry.example/${workload.namespace}/${name}:${tag}`,
		ports: [{name: 'http', containerPort: port}],
		resources: {requests: {cpu: '50m', memory: '64Mi'}, limits: {memory: '128Mi'}},
	};
	const labels = {app: name, version: tag};
	return {metadata: {labels}, spec: {...podSpec, containers: [main, ...others]} as PodTemplate['spec']};
}

/**
 * Puts a Deployment into the store as if it had been there for all its releases: its ReplicaSets with revisions and causes, the last one's pods
 * running and ready, and every status at rest.
 */
export function plant(soil: Soil, workload: Workload): Deployment {
	const {store} = soil;
	const now = store.clock.now();
	let deployment: Deployment | undefined;
	const sets: ReplicaSet[] = [];
	for (const [index, release] of workload.releases.entries()) {
		deployment = plantRelease(store, workload, release, index + 1, deployment);
		const isLast = index === workload.releases.length - 1;
		sets.push(plantSet(soil, deployment, isLast ? workload.replicas : 0, index + 1, now - release.ago));
	}
	const [first] = workload.releases;
	const last = workload.releases.at(-1) ?? first;
	return settle(store, deployment as Deployment, sets, now - first.ago, now - last.ago + 4 * second);
}

function plantRelease(
	store: Store,
	workload: Workload,
	release: Release,
	revision: number,
	before?: Deployment,
): Deployment {
	const {namespace, name, replicas, spec} = workload;
	const annotations = {'kubernetes.io/change-cause': release.cause, [revisionAnnotation]: String(revision)};
	const template = templateOf(workload, release.tag);
	const options = {manager: release.manager ?? 'kubectl-client-side-apply', at: store.clock.now() - release.ago};
	if (before) {
		const next = {...before, metadata: {...before.metadata, annotations}, spec: {...before.spec, template}};
		return store.update('deployments', next, options) as Deployment;
	}
	const labels = {'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': namespace};
	const made = {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name, namespace, labels, annotations},
		spec: {replicas, selector: {matchLabels: {app: name}}, ...spec, template},
	};
	return store.create('deployments', made, options) as Deployment;
}

/** A ReplicaSet with its pods, each running and ready unless its image does something else. `at` in milliseconds. */
export function plantSet(soil: Soil, deployment: Deployment, size: number, revision: number, at: number): ReplicaSet {
	const {store} = soil;
	const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0);
	const options = {manager: controllerManager, at: at + second};
	const set = store.create('replicasets', newReplicaSet(deployment, hash, size, revision), options) as ReplicaSet;
	const pods = Array.from({length: size}, () => plantPod(soil, set, at + second));
	const status = statusOf(set, pods, undefined, store.clock.now());
	return store.update('replicasets', {...set, status}, {...options, subresource: 'status'}) as ReplicaSet;
}

function plantPod({store, random, place}: Soil, set: ReplicaSet, at: number): Pod {
	const {namespace, name} = set.metadata;
	const {metadata, spec} = set.spec.template;
	const {node, hostIP, podIP} = place();
	const generateName = `${name}-`;
	const made = {
		metadata: {
			...metadata,
			generateName,
			name: `${generateName}${nameSuffix(random)}`,
			namespace,
			ownerReferences: [controlledBy(set)],
		},
		spec: {...spec, nodeName: node},
	};
	const pod = store.create('pods', made, {manager: controllerManager, at}) as Pod;
	const scheduled = {
		type: 'PodScheduled',
		status: 'True' as const,
		lastTransitionTime: timestamp(at),
		observedGeneration: 1,
	};
	const placed = {hostIP, hostIPs: [{ip: hostIP}], podIP, podIPs: [{ip: podIP}], startTime: timestamp(at)};
	const bound = {...pod, status: {...pod.status, ...placed, conditions: [scheduled]}};
	const status = statusFrom(
		bound,
		slotsOf(bound).map((slot) => grown(slot, bound, at)),
		at + 2 * second,
	);
	return store.update(
		'pods',
		{...bound, status},
		{manager: 'kubelet', subresource: 'status', at: at + 2 * second},
	) as Pod;
}

/** The container as it is after a while. */
function grown(slot: Slot, pod: Pod, at: number): Slot {
	const {missing, misconfigured, ready} = behaviourOf(slot.container.image);
	const steps: Step[] = missing
		? ['create', 'backOffPull']
		: misconfigured || !ready
			? ['create']
			: ['create', 'becomeReady'];
	let {status} = slot;
	for (const step of steps) status = play(step, {...slot, status}, {pod, now: at + second, present: true}).status;
	if (slot.kind === 'init') status = {...end(status, 0, 'Completed', at + second), ready: true};
	return {...slot, status};
}

/** The Deployment's status once a rollout has gone well: begun at `from`, done at `to` (milliseconds). */
function settle(
	store: Store,
	deployment: Deployment,
	sets: readonly ReplicaSet[],
	from: number,
	to: number,
): Deployment {
	const conditions = [
		condition(
			'Available',
			'True',
			'MinimumReplicasAvailable',
			'Deployment has minimum availability.',
			from + 3 * second,
		),
		condition('Progressing', 'True', 'NewReplicaSetCreated', '', from),
	];
	const begun = {...deployment, status: {...deployment.status, conditions}};
	return writeStatus(store, deployment, rolloutStatus(begun, sets.at(-1), sets, to), to);
}

/** A release on top of a planted Deployment that got stuck: one new pod, all old ones, and the deadline passed. */
export function plantStuck(soil: Soil, workload: Workload, release: Release): void {
	const {store} = soil;
	const at = store.clock.now() - release.ago;
	const before = store.get('deployments', workload.namespace, workload.name) as Deployment;
	const revision = Number(annotationsOf(before)[revisionAnnotation]) + 1;
	const deployment = plantRelease(store, workload, release, revision, before);
	const old = store.byOwner('replicasets', deployment.metadata.uid) as readonly ReplicaSet[];
	const sets = [...old, plantSet(soil, deployment, 1, revision, at)];
	const message = `Created new replica set "${sets.at(-1)?.metadata.name}"`;
	const created = condition('Progressing', 'True', 'NewReplicaSetCreated', message, at + second);
	const conditions = setWorkloadCondition(deployment.status?.conditions ?? [], created);
	const begun = {...deployment, status: {...deployment.status, updatedReplicas: 0, conditions}};
	const progressing = rolloutStatus(begun, sets.at(-1), sets, at + 2 * second);
	const started = writeStatus(store, deployment, progressing, at + 2 * second);
	const late = at + 3 * second + (deployment.spec.progressDeadlineSeconds ?? 600) * second;
	if (late < store.clock.now()) writeStatus(store, started, rolloutStatus(started, sets.at(-1), sets, late), late);
}

function writeStatus(store: Store, deployment: Deployment, status: DeploymentStatus, at: number): Deployment {
	const options = {manager: controllerManager, subresource: 'status' as const, at};
	return store.update('deployments', {...deployment, status}, options) as Deployment;
}

/** Puts any other object into the store, `ago` milliseconds old. */
export function put(store: Store, resource: string, object: Json, ago: number, status?: object): Obj {
	const options = {manager: 'kubectl-client-side-apply', at: store.clock.now() - ago};
	const made = store.create(resource, object, options);
	return status ? store.update(resource, {...made, status}, {...options, subresource: 'status'}) : made;
}
