import {compareQuantities} from '../format/quantity.ts';
import type {Deployment, KubeObject, PodTemplateSpec, ReplicaSet} from '../objects.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
/** The controller forgets the first numbers once all of them take more signs than this (deployment util). */
const longestHistory = 2000;
const hashLabel = 'pod-template-hash';

/** The uid of an object's controller, or undefined where it has none. */
export function controllerUid(object: KubeObject): string | undefined {
	return object.metadata.ownerReferences?.find((owner) => owner.controller)?.uid;
}

/**
 * The ReplicaSets whose controller is this Deployment. By uid: labels alone would take those of an earlier Deployment of the
 * same name, too.
 */
export function ownedReplicaSets(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
	return replicaSets.filter((replicaSet) => controllerUid(replicaSet) === deployment.metadata.uid);
}

/** The number in the revision annotation; undefined where there is none (yet) or it is no number. */
export function revisionOf(object: KubeObject): number | undefined {
	const text = object.metadata.annotations?.[revisionAnnotation];
	return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/**
 * The number that a ReplicaSet was made with. Each undo that takes it up again gives it a new one, and notes the one before; undefined
 * where there are so many that the first is forgotten.
 */
export function firstRevisionOf(replicaSet: ReplicaSet): number | undefined {
	const earlier = replicaSet.metadata.annotations?.[historyAnnotation];
	if (!earlier) return revisionOf(replicaSet);
	const [first = ''] = earlier.split(',');
	return /^\d+$/.test(first) && earlier.length + first.length < longestHistory ? Number(first) : undefined;
}

/** Oldest first, then by name: the order in which the deployment controller looks at ReplicaSets. */
export function byAge(a: KubeObject, b: KubeObject): number {
	const [x, y] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
	if (x !== y) return x < y ? -1 : 1;
	return a.metadata.name < b.metadata.name ? -1 : Number(a.metadata.name > b.metadata.name);
}

/**
 * The ReplicaSet of the present template: the oldest one with an equal template (deployment util FindNewReplicaSet).
 * Undefined while there is none: the controller has not seen the change, the Deployment is paused, or a Recreate still waits
 * for old pods. The one with the Deployment's own revision number is compared first, because it nearly always is the one;
 * the number alone would be wrong in each of those three cases.
 */
export function findNewReplicaSet(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
	const {template} = deployment.spec;
	const owned = ownedReplicaSets(deployment, replicaSets);
	const isNew = (replicaSet: ReplicaSet) => templatesEqual(replicaSet.spec.template, template);
	const revision = revisionOf(deployment);
	const likely = revision === undefined ? undefined : owned.find((replicaSet) => revisionOf(replicaSet) === revision);
	if (likely && isNew(likely)) return likely;
	return owned.sort(byAge).find((replicaSet) => replicaSet !== likely && isNew(replicaSet));
}

/**
 * Whether two pod templates are the same to the deployment controller (EqualIgnoreHash over Semantic.DeepEqual): the label
 * `pod-template-hash` does not count, nothing, null and empty are one, quantities are compared by value.
 */
export function templatesEqual(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
	return equal(a, b, nowhere);
}

/** The last three names on the way to a value: a list of all would be made anew for every field of every template. */
type Place = readonly [string | undefined, string | undefined, string | undefined];
const nowhere: Place = [undefined, undefined, undefined];

function equal(a: unknown, b: unknown, at: Place): boolean {
	if (a === b) return true;
	if (typeof a === 'object' && typeof b === 'object' && a && b) {
		if (Array.isArray(a) !== Array.isArray(b)) return isBlank(a) && isBlank(b);
		const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
		for (const key in left) if (!equalAt(left, right, key, at)) return false;
		for (const key in right) if (!(key in left) && !equalAt(left, right, key, at)) return false;
		return true;
	}
	if (isBlank(a) && isBlank(b)) return true;
	return isQuantity(at) && isScalar(a) && isScalar(b) && compareQuantities(a, b) === 0;
}

function equalAt(
	a: Record<string, unknown>,
	b: Record<string, unknown>,
	key: string,
	[above, grandparent, parent]: Place,
): boolean {
	if (a[key] === b[key]) return true;
	if (key === hashLabel && above === undefined && grandparent === 'metadata' && parent === 'labels') return true;
	return equal(a[key], b[key], [grandparent, parent, key]);
}

/** Nothing, null, {} and [], and what holds only such: Go's encoding leaves them all out. */
function isBlank(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	return typeof value === 'object' && Object.values(value).every(isBlank);
}

function isScalar(value: unknown): value is string | number {
	return typeof value === 'string' || typeof value === 'number';
}

/** Where a pod template holds quantities: resources, the size of an emptyDir, the divisor of a resource reference. */
function isQuantity([grandparent, parent, name]: Place): boolean {
	if (grandparent === 'resources') return parent === 'limits' || parent === 'requests';
	return (parent === 'emptyDir' && name === 'sizeLimit') || (parent === 'resourceFieldRef' && name === 'divisor');
}
