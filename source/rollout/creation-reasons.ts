import {parseTime} from '../format/age.ts';
import type {ReplicaSet} from '../objects.ts';
import {evidenceOfEvents} from './events.ts';
import type {Cause, Evidence} from './facts.ts';
import type {SceneReason} from './reason.ts';
import {reference} from './reference.ts';
import type {Scene} from './scene.ts';
import {count, oneLine} from './words.ts';

/** How the API server's refusal to create a pod reads, and what it means. */
interface Refusal {
	readonly id: string;
	readonly pattern: RegExp;
	readonly short: string;
	/** The groups of the pattern in words; follows `2 pods cannot be created: `. */
	explain(match: readonly [text: string, ...groups: string[]]): string;
	readonly advice: string;
	/** What else would help a rolling update that still has old pods. */
	readonly adviceWhileOldRun?: string;
	/** It may heal without anybody's change. */
	readonly heals?: boolean;
}

const fixTemplate = 'change the template, or go back (u)';

const refusals: readonly Refusal[] = [
	{
		id: 'quota',
		pattern: /exceeded quota: (\S+), requested: (.+), used: (.+), limited: (.+)/,
		short: 'quota full',
		explain: ([, name, requested, used, limited]) =>
			`quota ${name} has no room (wants ${requested}, used ${used}, limit ${limited})`,
		advice: 'make room in the quota',
		adviceWhileOldRun: 'allow the rollout to stop an old pod first (maxUnavailable)',
	},
	{
		id: 'quota-limits',
		pattern: /failed quota: ([^:]+): must specify (.+)/,
		short: 'quota wants limits',
		explain: ([, name, fields]) => `quota ${name} requires every container to say its ${fields}`,
		advice: fixTemplate,
	},
	{
		id: 'webhook-denied',
		pattern: /admission webhook "([^"]+)" denied the request:? ?(.*)/,
		short: 'webhook denied',
		explain: ([, name, why]) => `webhook ${name} refuses it: ${why}`,
		advice: fixTemplate,
	},
	{
		id: 'webhook-down',
		pattern: /failed calling webhook "([^"]+)": (?:failed to call webhook: )?(.*)/,
		short: 'webhook down',
		explain: ([, name, why]) => `webhook ${name} does not answer: ${why}`,
		advice: 'bring the webhook back',
		heals: true,
	},
	{
		id: 'pod-security',
		pattern: /violates PodSecurity "([^"]+)": (.*)/,
		short: 'pod security refused',
		explain: ([, level, why]) => `the namespace allows ${level} pods only: ${why}`,
		advice: fixTemplate,
	},
	{
		id: 'policy-denied',
		pattern: /ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)/,
		short: 'policy denied',
		explain: ([, name, why]) => `policy ${name} refuses it: ${why}`,
		advice: fixTemplate,
	},
	{
		id: 'service-account',
		pattern: /error looking up service account [^/]+\/([^:]+)/,
		short: 'service account missing',
		explain: ([, name]) => `service account ${name} does not exist`,
		advice: `make it, or ${fixTemplate}`,
	},
	{
		id: 'priority-class',
		pattern: /no PriorityClass with name (\S+) was found/,
		short: 'priority class missing',
		explain: ([, name]) => `priority class ${name} does not exist`,
		advice: `make it, or ${fixTemplate}`,
	},
	{
		id: 'namespace-ending',
		pattern: /because it is being terminated/,
		short: 'namespace is ending',
		explain: () => 'the namespace is being deleted',
		advice: 'nothing more can start here',
	},
	{
		id: 'limit-range',
		pattern: /(?:maximum|minimum|max|min) \S+ (?:usage|limit|request).*/,
		short: 'limit range broken',
		explain: ([text]) => text,
		advice: fixTemplate,
	},
	{
		id: 'invalid-pod',
		pattern: /is invalid: (.*)/,
		short: 'pod is invalid',
		explain: ([, why = '']) => why,
		advice: fixTemplate,
	},
];

const unknown: Refusal = {
	id: 'not-created',
	pattern: /.*/,
	short: 'pods not created',
	explain: ([text]) => text,
	advice: 'read the message',
};

/** Pods that the API server refuses to create: nothing else is of use before that is mended. */
export const creationReasons: readonly SceneReason[] = [
	{
		id: 'create-error',
		ofScene({deployment}) {
			const condition = deployment.status?.conditions?.find(({reason}) => reason === 'ReplicaSetCreateError');
			if (!condition) return undefined;
			const text = oneLine(condition.message ?? '');
			return {
				id: 'create-error',
				short: 'revision not recorded',
				sentence: `The new revision could not even be recorded as a ReplicaSet: ${text}`,
				advice: fixTemplate,
				pods: [],
				needsPerson: true,
				evidence: [
					{
						object: reference(deployment, 'Deployment'),
						source: 'ReplicaSetCreateError',
						text,
					},
				],
				since: parseTime(condition.lastTransitionTime),
			};
		},
	},
	{
		id: 'namespace-ending',
		ofScene({ground: {namespace}, lanes}) {
			if (!namespace?.metadata.deletionTimestamp || !lanes.some(({desired, running}) => desired > running))
				return undefined;
			const {name, uid, deletionTimestamp} = namespace.metadata;
			return {
				id: 'namespace-ending',
				short: 'namespace is ending',
				sentence: `Namespace ${name} is being deleted: nothing more can start in it`,
				advice: 'it cannot be stopped; make it anew once it is gone',
				pods: [],
				needsPerson: true,
				evidence: [
					{object: {kind: 'Namespace', name, uid}, source: 'metadata.deletionTimestamp', text: deletionTimestamp},
				],
				since: parseTime(deletionTimestamp),
			};
		},
	},
	{
		id: 'not-created',
		ofScene(scene) {
			for (const {replicaSet, place} of scene.lanes) {
				const missing = (replicaSet.spec.replicas ?? 1) - (replicaSet.status?.replicas ?? 0);
				const failure = missing > 0 && failureOf(replicaSet, scene);
				if (failure)
					return refused(
						scene,
						failure,
						`${count(missing, `${place === 'new' && scene.lanes.some((lane) => lane.place === 'old') ? 'new ' : ''}pod`)} cannot be created`,
					);
			}
			const condition =
				scene.owned.length === 0
					? scene.deployment.status?.conditions?.find(
							({type, reason}) => type === 'ReplicaFailure' && reason === 'FailedCreate',
						)
					: undefined;
			if (!condition) return undefined;
			const {name, uid} = scene.deployment.metadata;
			const evidence = {
				object: {kind: 'Deployment', name, uid},
				source: 'FailedCreate',
				text: oneLine(condition.message ?? ''),
			};
			return refused(scene, {evidence, since: parseTime(condition.lastTransitionTime)}, 'pods cannot be created');
		},
	},
];

interface Failure {
	readonly evidence: Evidence;
	readonly since: number | undefined;
}

/**
 * The newest refusal of a ReplicaSet that says of itself that it fails. Its condition keeps the first message until all is well again,
 * so the text is taken from the events: nine of one pod each, then one that combines the rest. Counted by text without the pod's name.
 */
function failureOf(replicaSet: ReplicaSet, scene: Scene): Failure | undefined {
	const condition = replicaSet.status?.conditions?.find(
		({type, status, reason}) => type === 'ReplicaFailure' && status === 'True' && reason === 'FailedCreate',
	);
	if (!condition) return undefined;
	const events = scene.events(replicaSet.metadata.uid).filter(({reason}) => reason === 'FailedCreate');
	const newest = events.at(-1);
	const object = reference(replicaSet, 'ReplicaSet');
	if (!newest) {
		const since = parseTime(condition.lastTransitionTime);
		return {evidence: {object, source: 'FailedCreate', text: bare(condition.message ?? '')}, since};
	}
	const text = bare(newest.message ?? '');
	const alike = events.filter(({message = ''}) => bare(message) === text);
	const evidence = evidenceOfEvents(replicaSet, 'ReplicaSet', alike);
	return evidence && {evidence: {...evidence, text}, since: evidence.first};
}

/** A refusal without the frame around it and without the name of the pod, which is another one each time. */
function bare(message: string): string {
	return oneLine(message)
		.replace(/^\(combined from similar events\): /, '')
		.replace(/^Error creating: /, '')
		.replace(/^pods "[^"]*" is forbidden: /, '')
		.replace(/^(Pod|pods) "[^"]*" (?=is invalid)/, '');
}

function refused({bounds, lanes}: Scene, {evidence, since}: Failure, who: string): Cause {
	const refusal = refusals.find(({pattern}) => pattern.test(evidence.text)) ?? unknown;
	const [text = '', ...groups] = refusal.pattern.exec(evidence.text) ?? [];
	const mayStopOld =
		bounds.strategy === 'RollingUpdate' && lanes.some(({place, desired}) => place === 'old' && desired > 0);
	return {
		id: refusal.id,
		short: refusal.short,
		sentence: `${who}: ${refusal.explain([text, ...groups])}`,
		advice: [refusal.advice, mayStopOld ? refusal.adviceWhileOldRun : undefined].filter(Boolean).join(', or '),
		pods: [],
		needsPerson: !refusal.heals,
		evidence: [evidence],
		since,
	};
}
