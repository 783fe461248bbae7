import {setWorkloadCondition} from '../controllers/conditions.ts';
import {controllerManager} from '../controllers/context.ts';
import {annotationsOf, revisionAnnotation} from '../controllers/deployment/revisions.ts';
import {condition, rolloutStatus} from '../controllers/deployment/status.ts';
import type {Deployment, DeploymentStatus, PodTemplate, ReplicaSet} from '../controllers/shapes.ts';
import type {Json, Obj, Store} from '../store.ts';
import {plantSet, type Soil} from './plant-pods.ts';
import {second} from './spans.ts';

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
