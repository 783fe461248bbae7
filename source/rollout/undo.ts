import type {Deployment, JsonPatchOperation, PodTemplateSpec, ReplicaSet} from '../objects.ts';
import {history, type RevisionEntry} from './history.ts';
import {owners} from './owners.ts';
import {templatesEqual} from './revisions.ts';
import {diffTemplates, type TemplateChange} from './template-diff.ts';

export interface AnnotationChange {
	readonly key: string;
	readonly before: string | undefined;
	readonly after: string | undefined;
}

export type UndoPlan =
	| {
			readonly kind: 'ready';
			readonly target: RevisionEntry;
			/** RFC 6902: tests of uid, template and annotations as they were shown, then the two changes. */
			readonly patch: readonly JsonPatchOperation[];
			readonly changes: readonly TemplateChange[];
			readonly annotations: readonly AnnotationChange[];
			/** What an undo does not touch, as a phrase: `10 replicas, the strategy, everything else …`. */
			readonly keeps: string;
			readonly warnings: readonly string[];
			/** The target is younger than the present template: this undoes an undo. */
			readonly goesForward: boolean;
	  }
	| {
			readonly kind: 'refused';
			readonly reason: 'paused' | 'no-history' | 'unknown-revision' | 'same-template';
			readonly sentence: string;
	  };

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations that stay the Deployment's own in an undo (kubectl's annotationsToSkip). */
const kept = [
	lastApplied,
	'deployment.kubernetes.io/revision',
	'deployment.kubernetes.io/revision-history',
	'deployment.kubernetes.io/desired-replicas',
	'deployment.kubernetes.io/max-replicas',
	'deprecated.deployment.rollback.to',
];

/**
 * What `kubectl rollout undo` would do, as a guarded patch (reference 1c). Without a revision (or with 0) it goes to the highest
 * whose template differs from the present one. kubectl takes the second highest number, which is one too far back while the
 * present template has no ReplicaSet yet.
 */
export function planUndo(deployment: Deployment, replicaSets: readonly ReplicaSet[], toRevision?: number): UndoPlan {
	const {name} = deployment.metadata;
	const {template} = deployment.spec;
	const entries = history(deployment, replicaSets);
	const target = toRevision
		? entries.find(({number}) => number === toRevision)
		: entries.find(({replicaSet}) => !templatesEqual(replicaSet.spec.template, template));
	if (!target?.replicaSet.spec.template) {
		return toRevision ? refuseUnknown(toRevision, entries) : refuseWithoutHistory(deployment, entries);
	}
	if (deployment.spec.paused) {
		return {
			kind: 'refused',
			reason: 'paused',
			sentence: `${name} is paused, and a paused Deployment rolls nothing out: resume it first, then go back.`,
		};
	}
	const wanted = withoutHash(target.replicaSet.spec.template);
	if (templatesEqual(wanted, template)) {
		return {
			kind: 'refused',
			reason: 'same-template',
			sentence: `The present template is that of revision ${target.number} already: there is nothing to change.`,
		};
	}
	const present = deployment.metadata.annotations;
	const annotations = restoredAnnotations(deployment, target.replicaSet);
	const current = entries.find((entry) => entry.current);
	return {
		kind: 'ready',
		target,
		patch: [
			{op: 'test', path: '/metadata/uid', value: deployment.metadata.uid},
			{op: 'test', path: '/spec/template', value: template},
			// A test with null holds where there is none.
			{op: 'test', path: '/metadata/annotations', value: present ?? null},
			{op: 'replace', path: '/spec/template', value: wanted},
			// `replace` wants something to replace; `add` sets it either way.
			{op: present ? 'replace' : 'add', path: '/metadata/annotations', value: annotations},
		],
		changes: diffTemplates(template, wanted),
		annotations: compareAnnotations(present ?? {}, annotations),
		keeps: `${count(deployment.spec.replicas ?? 1, 'replica')}, the strategy and everything else outside the pod template; config maps and secrets stay as they are now`,
		warnings: warn(deployment),
		goesForward: current !== undefined && target.createdAt > current.createdAt,
	};
}

function refuseUnknown(revision: number, entries: readonly RevisionEntry[]): UndoPlan {
	const numbers = entries.map(({number}) => number);
	const have = numbers.length === 0 ? 'No revision is kept.' : `Kept are ${numbers.join(', ')}.`;
	return {
		kind: 'refused',
		reason: 'unknown-revision',
		sentence: `Revision ${revision} is not kept (an undo gives a revision a new number). ${have}`,
	};
}

function refuseWithoutHistory(deployment: Deployment, entries: readonly RevisionEntry[]): UndoPlan {
	const none = deployment.spec.revisionHistoryLimit === 0;
	const why = none
		? 'revisionHistoryLimit is 0, so no old revision is kept'
		: entries.length === 0
			? 'no revision is kept'
			: 'no kept revision has another template';
	return {kind: 'refused', reason: 'no-history', sentence: `There is nothing to go back to: ${why}.`};
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
	const {'pod-template-hash': _, ...labels} = template.metadata?.labels ?? {};
	return {...template, metadata: {...template.metadata, labels}};
}

/** The Deployment's own bookkeeping, and of everything else what the ReplicaSet remembers: the rest is lost (reference 1c.7). */
function restoredAnnotations(deployment: Deployment, replicaSet: ReplicaSet): Record<string, string> {
	const own = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => kept.includes(key));
	const remembered = Object.entries(replicaSet.metadata.annotations ?? {}).filter(([key]) => !kept.includes(key));
	return Object.fromEntries([...own, ...remembered]);
}

function compareAnnotations(before: Record<string, string>, after: Record<string, string>): AnnotationChange[] {
	return [...new Set([...Object.keys(before), ...Object.keys(after)])]
		.filter((key) => before[key] !== after[key])
		.sort()
		.map((key) => ({key, before: before[key], after: after[key]}));
}

function warn(deployment: Deployment): string[] {
	const warnings = owners(deployment).map(({name, does}) => `${name} ${does}`);
	if (warnings.length === 0 && deployment.metadata.annotations?.[lastApplied] !== undefined) {
		warnings.push('It was made with kubectl apply: the next apply of the same file brings the present template back.');
	}
	return warnings;
}

function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
