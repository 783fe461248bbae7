import {parseTime} from '../format/age.ts';
import type {Condition, Node, PersistentVolumeClaim, Pod} from '../objects.ts';
import {evidenceOfEvents} from './events.ts';
import type {Evidence, RolloutFacts} from './facts.ts';
import {overdue, type Scene} from './scene.ts';
import {oneLine} from './words.ts';

/** What is to be looked at beside a rollout, by name. */
export interface WantedGround {
	readonly claims: readonly string[];
	readonly nodes: readonly string[];
	readonly namespace: boolean;
}

/** However many pods are in trouble, this many nodes tell what there is to tell. */
const mostNodes = 5;

/** Causes that a container tells of itself: nothing around it would say more. */
const complete: ReadonlySet<string> = new Set([
	'image',
	'config',
	'start-error',
	'crash',
	'readiness-gate',
	'scheduling-gate',
	'min-ready',
]);

/**
 * What would say more about the causes of a rollout: the claims of pods that do not start, the nodes of pods that are not ready or do not
 * stop, the namespace where pods are missing. Nothing while nothing waits.
 */
export function wantedGround({causes}: RolloutFacts, pods: readonly Pod[]): WantedGround {
	const open = causes.filter(({id}) => !complete.has(id));
	const names = new Set(open.flatMap((cause) => cause.pods));
	const troubled = pods.filter(({metadata}) => names.has(metadata.name));
	const starting = troubled.filter(({status}) => status?.phase === 'Pending');
	return {
		claims: unique(starting.flatMap(claimsOf)),
		nodes: unique(troubled.flatMap(({spec: {nodeName}}) => nodeName ?? [])).slice(0, mostNodes),
		namespace: open.some(({id}) => id === 'not-made' || id === 'namespace-ending'),
	};
}

function claimsOf({spec: {volumes = []}}: Pod): string[] {
	return volumes.flatMap(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName ?? []);
}

function unique(names: readonly string[]): string[] {
	return [...new Set(names)].sort();
}

/** What is wrong with something that a pod stands on. */
export interface GroundTrouble {
	readonly short: string;
	/** A clause about it: `claim data has lost its volume`. */
	readonly text: string;
	readonly advice: string;
	readonly needsPerson: boolean;
	readonly evidence: readonly (Evidence | undefined)[];
	readonly since: number | undefined;
}

/** A volume may take this long to be made before that is worth a word. */
const patience = 10_000;

/** The first claim of a pod that has no volume, and why, as far as is known. */
export function claimTrouble(pod: Pod, scene: Scene): GroundTrouble | undefined {
	for (const name of claimsOf(pod)) {
		const claim = scene.ground.claims?.[name];
		const trouble = claim && (deletedClaim(claim) ?? unboundClaim(claim, scene));
		if (trouble) return trouble;
	}
	return undefined;
}

function deletedClaim(claim: PersistentVolumeClaim): GroundTrouble | undefined {
	const {name, deletionTimestamp} = claim.metadata;
	if (deletionTimestamp === undefined) return undefined;
	return {
		short: 'disk claim is going',
		text: `claim ${name} is being deleted`,
		advice: 'make the claim anew once it is gone, or go back (u)',
		needsPerson: true,
		evidence: [claimEvidence(claim, 'metadata.deletionTimestamp', deletionTimestamp)],
		since: parseTime(deletionTimestamp),
	};
}

function unboundClaim(claim: PersistentVolumeClaim, scene: Scene): GroundTrouble | undefined {
	const {metadata, spec, status} = claim;
	const {name, uid} = metadata;
	if (status?.phase === 'Lost') {
		return {
			short: 'disk lost',
			text: `claim ${name} has lost its volume ${spec.volumeName ?? ''}`.trimEnd(),
			advice: 'bring the volume back, or make the claim anew without what was on it',
			needsPerson: true,
			evidence: [claimEvidence(claim, 'status.phase', 'Lost')],
			since: undefined,
		};
	}
	if (status?.phase !== 'Pending') return undefined;
	const newest = scene.events(uid).at(-1);
	const told = evidenceOfEvents(
		claim,
		'PersistentVolumeClaim',
		scene.events(uid).filter(({reason}) => reason === newest?.reason),
	);
	const made = {evidence: [told], since: told?.first ?? parseTime(metadata.creationTimestamp)};
	switch (newest?.reason ?? '') {
		case 'FailedBinding':
			return {
				...made,
				short: 'no disk for the claim',
				text: `claim ${name} gets no volume: ${told?.text}`,
				advice: 'make a volume that fits, or name a storage class in a new claim',
				needsPerson: true,
			};
		case 'ProvisioningFailed':
			return {
				...made,
				short: 'disk cannot be made',
				text: `the volume of claim ${name} cannot be made: ${told?.text}`,
				advice: 'mend what it says, or make the claim anew',
				needsPerson: /not found/.test(told?.text ?? ''),
			};
		case 'ExternalProvisioning':
		case 'Provisioning':
			if (!overdue(made.since ?? scene.now, patience, scene)) return undefined;
			return {
				...made,
				short: 'disk is being made',
				text: `the volume of claim ${name} is still being made (storage class ${spec.storageClassName ?? 'unknown'})`,
				advice: 'look at the provisioner of that storage class',
				needsPerson: false,
			};
		default:
			// One that waits for its first pod is no trouble of its own: what keeps the pod from a node is.
			return undefined;
	}
}

function claimEvidence({metadata: {name, uid}}: PersistentVolumeClaim, source: string, text: string): Evidence {
	return {object: {kind: 'PersistentVolumeClaim', name, uid}, source, text};
}

/** What is wrong with the node of a pod. Undefined: nothing, or nobody has looked. */
export function nodeTrouble({spec: {nodeName = ''}}: Pod, {ground}: Scene): GroundTrouble | undefined {
	const node = ground.nodes?.[nodeName];
	if (node === undefined) return undefined;
	if (node === null) {
		return {
			short: 'node is gone',
			text: `${nodeName}, which does not exist any more`,
			advice: 'Kubernetes replaces what was on it within about a minute',
			needsPerson: false,
			evidence: [],
			since: undefined,
		};
	}
	const ready = conditionOf(node, 'Ready');
	if (ready?.status === 'True') return undefined;
	const silent = ready?.status !== 'False';
	return {
		short: 'node is down',
		text: silent ? `${nodeName}, which is not heard of any more` : `${nodeName}, which says that it is not ready`,
		advice: 'Kubernetes replaces them after five minutes; look at the node',
		needsPerson: false,
		evidence: ready ? [nodeEvidence(node, ready)] : [],
		since: parseTime(ready?.lastTransitionTime),
	};
}

/** Whether the node of a pod is known to be well. */
export function isNodeWell({spec: {nodeName = ''}}: Pod, {ground}: Scene): boolean {
	const node = ground.nodes?.[nodeName];
	return node ? conditionOf(node, 'Ready')?.status === 'True' : false;
}

const pressures: Readonly<Record<string, string>> = {
	MemoryPressure: 'memory',
	DiskPressure: 'disk space',
	PIDPressure: 'process ids',
};

/** What the node of a pod is short of: `memory and disk space`; '' if nothing, or if nobody has looked. */
export function nodeShortage({spec: {nodeName = ''}}: Pod, {ground}: Scene): string {
	const conditions = ground.nodes?.[nodeName]?.status?.conditions ?? [];
	return conditions.flatMap(({type, status}) => (status === 'True' ? (pressures[type] ?? []) : [])).join(' and ');
}

function conditionOf({status}: Node, type: string): Condition | undefined {
	return status?.conditions?.find((condition) => condition.type === type);
}

function nodeEvidence({metadata: {name, uid}}: Node, {type, message, reason, lastTransitionTime}: Condition): Evidence {
	return {
		object: {kind: 'Node', name, uid},
		source: `status.conditions[${type}]`,
		text: oneLine(message || reason || type),
		first: parseTime(lastTransitionTime),
	};
}
