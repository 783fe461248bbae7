import {controlledBy} from '../owners.ts';
import type {Deployment, ReplicaSet} from '../shapes.ts';
import {desiredReplicas, mostPods} from './numbers.ts';
import {hashLabel} from './template.ts';

const prefix = 'deployment.kubernetes.io/';
export const revisionAnnotation = `${prefix}revision`;
const historyAnnotation = `${prefix}revision-history`;
export const desiredAnnotation = `${prefix}desired-replicas`;
export const maxAnnotation = `${prefix}max-replicas`;

/** What belongs to one object and is not copied from a Deployment to its ReplicaSet. */
const ownAnnotations = new Set([
	'kubectl.kubernetes.io/last-applied-configuration',
	revisionAnnotation,
	historyAnnotation,
	desiredAnnotation,
	maxAnnotation,
	'deprecated.deployment.rollback.to',
]);

/** The most characters that revision-history holds. */
const longestHistory = 2000;

type Annotations = {readonly [key: string]: string};

export function annotationsOf(object: Deployment | ReplicaSet): Annotations {
	return object.metadata.annotations ?? {};
}

/** The revision that a ReplicaSet carries; 0 where it carries none. */
export function revisionOf(set: ReplicaSet): number {
	return Number(annotationsOf(set)[revisionAnnotation] ?? 0) || 0;
}

/** The revision that the new ReplicaSet gets: one more than any old one has. */
export function nextRevision(oldSets: readonly ReplicaSet[]): number {
	return Math.max(0, ...oldSets.map(revisionOf)) + 1;
}

/** The two sizes that a ReplicaSet remembers of its Deployment: they tell later that the Deployment was scaled. */
export function sizeAnnotations(deployment: Deployment): Annotations {
	return {[desiredAnnotation]: String(desiredReplicas(deployment)), [maxAnnotation]: String(mostPods(deployment))};
}

/**
 * The new ReplicaSet's annotations: the Deployment's own are copied onto it (and never taken away), and where its revision rises because
 * it is new again, the old number joins its history (deployment_util.SetNewReplicaSetAnnotations).
 */
export function annotationsForNew(deployment: Deployment, present: Annotations, revision: number): Annotations {
	const copied = Object.entries(annotationsOf(deployment)).filter(([key]) => !ownAnnotations.has(key));
	const annotations: Record<string, string> = {...present, ...Object.fromEntries(copied)};
	const before = present[revisionAnnotation];
	if (Number(before ?? 0) >= revision) return annotations;
	annotations[revisionAnnotation] = String(revision);
	if (before !== undefined) annotations[historyAnnotation] = withHistory(present[historyAnnotation], before);
	return annotations;
}

function withHistory(history: string | undefined, revision: string): string {
	const revisions = history ? [...history.split(','), revision] : [revision];
	while (revisions.length > 1 && revisions.join(',').length > longestHistory) revisions.shift();
	return revisions.join(',');
}

/** The ReplicaSet for the Deployment's present template. */
export function newReplicaSet(deployment: Deployment, hash: string, replicas: number, revision: number): object {
	const {template, selector, minReadySeconds} = deployment.spec;
	const labels = {...template.metadata?.labels, [hashLabel]: hash};
	const {name, namespace} = deployment.metadata;
	return {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: {
			name: `${name}-${hash}`,
			namespace,
			labels,
			annotations: {...annotationsForNew(deployment, {}, revision), ...sizeAnnotations(deployment)},
			ownerReferences: [controlledBy(deployment)],
		},
		spec: {
			replicas,
			...(minReadySeconds && {minReadySeconds}),
			selector: {...selector, matchLabels: {...selector.matchLabels, [hashLabel]: hash}},
			template: {...template, metadata: {...template.metadata, labels}},
		},
	};
}
