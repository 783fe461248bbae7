import type {Json} from '../../store.ts';
import {hash32, nameAlphabet} from '../random.ts';
import type {Deployment, PodTemplate, ReplicaSet} from '../shapes.ts';

export const hashLabel = 'pod-template-hash';

/**
 * The template's text, the same for templates that mean the same: keys in order, empty values left out (Go's semantic
 * equality takes nil and empty for equal), and the pod-template-hash label ignored.
 */
export function canonical(template: PodTemplate): string {
	const {[hashLabel]: _, ...labels} = template.metadata?.labels ?? {};
	return JSON.stringify(ordered({...template, metadata: {...template.metadata, labels}})) ?? '';
}

function ordered(value: Json): Json {
	if (value === null) return undefined;
	if (typeof value !== 'object') return value;
	if (Array.isArray(value)) return value.length > 0 ? value.map((item) => ordered(item) ?? null) : undefined;
	const entries = Object.keys(value)
		.sort()
		.map((key) => [key, ordered(value[key])] as const)
		.filter(([, item]) => item !== undefined);
	return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** The hash that names the template's ReplicaSet, another one for each collision so far. */
export function templateHash(template: PodTemplate, collisions: number): string {
	const digits = String(hash32(collisions > 0 ? `${canonical(template)}${collisions}` : canonical(template)));
	return Array.from(digits, (digit) => nameAlphabet[digit.charCodeAt(0) % nameAlphabet.length]).join('');
}

/** Finds the new ReplicaSet: the oldest whose template is the Deployment's (deployment_util.FindNewReplicaSet). */
export type FindNew = (deployment: Deployment, sets: readonly ReplicaSet[]) => ReplicaSet | undefined;

/** A finder that reads each stored template once: they are never changed, and looked at with every sync. */
export function newSetFinder(): FindNew {
	const texts = new WeakMap<PodTemplate, string>();
	const textOf = (template: PodTemplate): string => {
		const text = texts.get(template) ?? canonical(template);
		texts.set(template, text);
		return text;
	};
	return (deployment, sets) => {
		const wanted = textOf(deployment.spec.template);
		return byAge(sets).find((set) => textOf(set.spec.template) === wanted);
	};
}

/** Oldest first, then by name. */
export function byAge(sets: readonly ReplicaSet[]): ReplicaSet[] {
	return [...sets].sort(
		(a, b) =>
			a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
			(a.metadata.name < b.metadata.name ? -1 : 1),
	);
}
