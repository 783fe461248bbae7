import {ApiError, badRequest, conflict, invalid, notFound} from '../api-error.ts';
import {checkNotNegative} from '../kinds/rules.ts';
import {selectorText, selects} from '../selectors.ts';
import type {Json, Obj} from '../store.ts';
import {send} from './answer.ts';
import {type Call, type Target} from './call.ts';
import {objectOf} from './list.ts';
import {checkWriteOptions, decodePatched, readObject, readPatch, writeOptions} from './write.ts';

const scaleKind = {group: 'autoscaling', version: 'v1', kind: 'Scale', type: 'autoscaling.v1.Scale'};
const evictionKind = {group: 'policy', version: 'v1', kind: 'Eviction', type: 'policy.v1.Eviction'};

/** The Scale of a Deployment or ReplicaSet: its identity and version are the parent's. */
function scaleOf(object: Obj): Json {
	const {name, namespace, uid, resourceVersion, creationTimestamp} = object.metadata;
	const {replicas = 0, selector} = object['spec'];
	return {
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata: {name, namespace, uid, resourceVersion, creationTimestamp},
		spec: replicas === 0 ? {} : {replicas},
		status: {replicas: object['status']?.replicas ?? 0, selector: selectorText(selector)},
	};
}

/** GET of a scale. */
export function getScale(call: Call, target: Target): void {
	send(call, 200, JSON.stringify(scaleOf(objectOf(call, target))));
}

function storeScale(call: Call, {kind}: Target, old: Obj, scale: Json): void {
	const {name, namespace, uid} = old.metadata;
	const {metadata = {}, spec = {}} = scale;
	const causes = checkNotNegative(spec.replicas, 'spec.replicas');
	if (causes.length > 0) throw invalid('autoscaling', 'Scale', name, causes);
	if (metadata.uid && metadata.uid !== uid) {
		throw conflict(
			{group: kind.group, resource: `${kind.resource}/scale`, name},
			`Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${uid}`,
		);
	}
	const wanted = {
		metadata: {name, namespace, resourceVersion: metadata.resourceVersion},
		spec: {replicas: spec.replicas},
	};
	const next = call.store.update(kind.resource, wanted, {...writeOptions(call), subresource: 'scale'});
	send(call, 200, JSON.stringify(scaleOf(next)));
}

/** PUT of a scale. */
export async function putScale(call: Call, target: Target): Promise<void> {
	checkWriteOptions(call.query, 'UpdateOptions');
	const scale = await readObject(call, scaleKind);
	storeScale(call, target, objectOf(call, target), scale);
}

/** PATCH of a scale. */
export async function patchScale(call: Call, target: Target): Promise<void> {
	checkWriteOptions(call.query, 'PatchOptions');
	const {patch, type} = await readPatch(call);
	const old = objectOf(call, target);
	const scale = decodePatched(call, scaleOf(old), patch, type, scaleKind.type);
	storeScale(call, target, old, scale);
}

function isReady(pod: Obj): boolean {
	return (pod['status']?.conditions ?? []).some((c: Json) => c.type === 'Ready' && c.status === 'True');
}

function tooManyRequests(message: string, cause: string, retryAfterSeconds?: number): ApiError {
	const causes = [{reason: 'DisruptionBudget', message: cause}];
	return new ApiError(429, 'TooManyRequests', message, {causes, ...(retryAfterSeconds && {retryAfterSeconds})});
}

/** Throws where the budgets do not let a pod go; takes one disruption from the budget that lets it. */
function askBudget(call: Call, pod: Obj, dryRun: boolean): void {
	if (['Pending', 'Succeeded', 'Failed'].includes(pod['status']?.phase) || pod.metadata['deletionTimestamp']) return;
	const {namespace} = pod.metadata;
	const budgets = call.store
		.list('poddisruptionbudgets', namespace)
		.filter((budget) => selects(budget['spec'].selector, pod.metadata['labels']));
	const [budget] = budgets;
	if (!budget) return;
	if (budgets.length > 1) {
		const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
		throw new ApiError(500, 'InternalError', message);
	}
	const {name} = budget.metadata;
	const {status = {}, spec} = budget;
	if ((status.observedGeneration ?? 0) < (budget.metadata['generation'] ?? 0)) {
		const message = "Cannot evict pod as it would violate the pod's disruption budget.";
		throw tooManyRequests(message, `The disruption budget ${name} is still being processed by the server.`, 10);
	}
	const {currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0} = status;
	if (!isReady(pod)) {
		if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return;
		if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
	}
	if (disruptionsAllowed <= 0) {
		throw tooManyRequests(
			"Cannot evict pod as it would violate the pod's disruption budget.",
			`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
		);
	}
	if (dryRun) return;
	const disruptedPods = {...status.disruptedPods, [pod.metadata.name]: new Date(call.store.clock.now()).toISOString()};
	const next = {...budget, status: {...status, disruptionsAllowed: disruptionsAllowed - 1, disruptedPods}};
	call.store.update('poddisruptionbudgets', next, {manager: 'kube-apiserver', subresource: 'status'});
}

/** The condition that tells a pod it was evicted. */
function markDisrupted(call: Call, pod: Obj): Obj {
	const now = `${new Date(call.store.clock.now()).toISOString().slice(0, 19)}Z`;
	const others = (pod['status']?.conditions ?? []).filter((c: Json) => c.type !== 'DisruptionTarget');
	const condition = {
		type: 'DisruptionTarget',
		status: 'True',
		reason: 'EvictionByEvictionAPI',
		message: 'Eviction API: evicting',
		lastTransitionTime: now,
	};
	const status = {...pod['status'], conditions: [...others, condition]};
	return call.store.update('pods', {...pod, status}, {manager: 'kube-apiserver', subresource: 'status'});
}

/** POST of an eviction: a deletion that the disruption budgets may refuse. */
export async function evict(call: Call, target: Target): Promise<void> {
	checkWriteOptions(call.query, 'CreateOptions');
	const eviction = await readObject(call, evictionKind);
	if (eviction.metadata.name && eviction.metadata.name !== target.name) {
		throw badRequest('name in URL does not match name in Eviction object');
	}
	const pod = call.store.get('pods', target.namespace, target.name!);
	if (!pod) throw notFound({group: '', resource: 'pods', name: target.name!});
	const options = eviction.deleteOptions ?? {};
	const dryRun = writeOptions(call).dryRun === true || options.dryRun?.includes('All');
	const {uid} = options.preconditions ?? {};
	if (uid && uid !== pod.metadata.uid) {
		throw conflict(
			{group: '', resource: 'pods', name: target.name!},
			`the UID in the precondition (${uid}) does not match the UID in record (${pod.metadata.uid}). The object might have been deleted and then recreated`,
		);
	}
	askBudget(call, pod, dryRun);
	if (!dryRun) {
		if (!pod.metadata['deletionTimestamp']) markDisrupted(call, pod);
		const {gracePeriodSeconds} = options;
		call.store.remove(
			'pods',
			target.namespace,
			target.name!,
			gracePeriodSeconds === undefined ? {} : {gracePeriodSeconds},
		);
	}
	send(call, 201, JSON.stringify({kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201}));
}
