import {parseTime} from '../format/age.ts';
import type {Condition, Pod} from '../objects.ts';
import {evidenceOfEvents} from './events.ts';
import type {Evidence} from './facts.ts';
import {claimTrouble, isNodeWell, nodeShortage, nodeTrouble} from './ground.ts';
import {conditionOf, isLive, isReady} from './pods.ts';
import type {PodReason} from './reason.ts';
import {reference} from './reference.ts';
import {overdue, type Scene} from './scene.ts';
import {listed, oneLine} from './words.ts';

/** A kubelet that has taken a pod says so within this long. */
const silence = 30_000;
/** A pod that failed is news for this long, however many others run. */
const replaced = 60_000;

/** What keeps a pod from a node, or took it away: scheduler, node, eviction, readiness gates. */
export const placementReasons: readonly PodReason[] = [
	{
		id: 'claim',
		ofPod(pod, scene) {
			if (pod.status?.phase !== 'Pending' || pod.status.containerStatuses?.length) return undefined;
			const trouble = claimTrouble(pod, scene);
			if (!trouble) return undefined;
			const {short, text, advice, needsPerson, evidence, since} = trouble;
			return {
				key: text,
				short,
				does: [`waits for its disk: ${text}`, `wait for their disk: ${text}`],
				advice,
				needsPerson,
				evidence: () => evidence,
				since,
			};
		},
	},
	{
		id: 'node-lost',
		ofPod(pod, scene) {
			const trouble = isReady(pod) ? undefined : nodeTrouble(pod, scene);
			if (!trouble) return undefined;
			const {short, text, advice, needsPerson, evidence, since} = trouble;
			return {
				key: text,
				short,
				does: [`is on ${text}`, `are on ${text}`],
				advice,
				needsPerson,
				evidence: () => evidence,
				since,
			};
		},
	},
	{
		id: 'unschedulable',
		ofPod(pod, scene) {
			const condition = conditionOf(pod, 'PodScheduled');
			if (condition?.status !== 'False' || condition.reason !== 'Unschedulable') return undefined;
			const why = explainNoNode(condition.message ?? '');
			const disk = /persistentvolumeclaim|persistent volume/i.test(why);
			const missing = disk && /not found/.test(why);
			return {
				key: why,
				short: disk ? (missing ? 'disk claim missing' : 'disk not ready') : 'no node fits',
				does: `cannot be placed: ${why}`,
				advice: missing ? 'make the claim, or go back (u)' : disk ? 'look at the claim' : adviseOnNodes(why),
				needsPerson: missing,
				evidence: () => {
					const told = schedulingEvents(pod, scene);
					const said = conditionEvidence(pod, condition);
					return told?.text === said.text ? [told] : [said, told];
				},
				since: parseTime(condition.lastTransitionTime),
			};
		},
	},
	{
		id: 'scheduling-gate',
		ofPod(pod) {
			const condition = conditionOf(pod, 'PodScheduled');
			if (condition?.reason !== 'SchedulingGated') return undefined;
			const gates = listed(pod.spec.schedulingGates?.map(({name}) => name) ?? []);
			return {
				key: gates,
				short: 'held by a gate',
				does: [`is held back by scheduling gate ${gates}`, `are held back by scheduling gate ${gates}`],
				advice: 'whoever set the gate must lift it',
				needsPerson: false,
				evidence: () => [conditionEvidence(pod, condition)],
				since: parseTime(condition.lastTransitionTime) ?? parseTime(pod.metadata.creationTimestamp),
			};
		},
	},
	{
		id: 'rejected',
		ofPod(pod, scene) {
			const {phase, reason, message = ''} = pod.status ?? {};
			// Failed pods stay as a record long after others have taken their place.
			if (phase !== 'Failed' || isReplaced(pod, scene)) return undefined;
			const disruption = conditionOf(pod, 'DisruptionTarget');
			const what = reason ?? disruption?.reason ?? 'failed';
			const evicted = what === 'Evicted' || disruption?.status === 'True';
			return {
				key: what,
				short: evicted ? 'evicted' : 'refused by the node',
				does: evicted
					? [
							`was thrown out by its node: ${oneLine(message) || what}`,
							`were thrown out by their nodes: ${oneLine(message) || what}`,
						]
					: [
							`failed on its node: ${what}${message ? `, ${oneLine(message)}` : ''}`,
							`failed on their nodes: ${what}${message ? `, ${oneLine(message)}` : ''}`,
						],
				advice: 'others take their place; look at the node',
				needsPerson: false,
				evidence: () => [{object: reference(pod, 'Pod'), source: what, text: oneLine(message) || what}],
				since: parseTime(disruption?.lastTransitionTime),
			};
		},
	},
	{
		id: 'node-silent',
		ofPod(pod, scene) {
			const scheduled = conditionOf(pod, 'PodScheduled');
			const since = parseTime(scheduled?.lastTransitionTime);
			if (
				scheduled?.status !== 'True' ||
				pod.status?.phase !== 'Pending' ||
				pod.status.containerStatuses?.length ||
				since === undefined
			)
				return undefined;
			if (!overdue(since, silence, scene)) return undefined;
			const well = isNodeWell(pod, scene);
			const shortage = nodeShortage(pod, scene);
			const how = `which ${well ? 'is well, but has not begun with' : 'has not said a word about'}`;
			const lacks = shortage === '' ? '' : `; it is short of ${shortage}`;
			return {
				key: pod.spec.nodeName ?? '',
				short: well ? 'node has not begun' : 'node is silent',
				does: [
					`is placed on ${pod.spec.nodeName}, ${how} it${lacks}`,
					`are placed on ${pod.spec.nodeName}, ${how} them${lacks}`,
				],
				advice: 'look at that node',
				needsPerson: false,
				evidence: () => [conditionEvidence(pod, scheduled)],
				since,
			};
		},
	},
	{
		id: 'readiness-gate',
		ofPod(pod) {
			const ready = conditionOf(pod, 'Ready');
			if (ready?.status !== 'False' || ready.reason !== 'ReadinessGatesNotReady') return undefined;
			const gates = (pod.spec.readinessGates ?? [])
				.map(({conditionType}) => conditionType)
				.filter((type) => conditionOf(pod, type)?.status !== 'True');
			return {
				key: gates.join(),
				short: 'readiness gate closed',
				does: [`waits for readiness gate ${listed(gates)}`, `wait for readiness gate ${listed(gates)}`],
				advice: 'look at the controller behind the gate (often a load balancer)',
				needsPerson: false,
				evidence: () => [conditionEvidence(pod, ready)],
				since: parseTime(ready.lastTransitionTime),
			};
		},
	},
	{
		id: 'node-lost',
		ofPod(pod, scene) {
			const ready = conditionOf(pod, 'Ready');
			// The node controller takes Ready away and leaves what the kubelet wrote last.
			if (
				ready === undefined ||
				ready.status === 'True' ||
				ready.reason !== undefined ||
				conditionOf(pod, 'ContainersReady')?.status !== 'True' ||
				isNodeWell(pod, scene)
			)
				return undefined;
			const events = scene.events(pod.metadata.uid).filter(({reason}) => reason === 'NodeNotReady');
			return {
				key: pod.spec.nodeName ?? '',
				short: 'node is down',
				does: [`is on ${pod.spec.nodeName}, which is not ready`, `are on ${pod.spec.nodeName}, which is not ready`],
				advice: 'Kubernetes replaces them after five minutes; look at the node',
				needsPerson: false,
				evidence: () => [evidenceOfEvents(pod, 'Pod', events), conditionEvidence(pod, ready)],
				since: parseTime(ready.lastTransitionTime),
			};
		},
	},
];

/** What to do about nodes that do not take a pod, by what the scheduler counts most of all: its first words. */
function adviseOnNodes(why: string): string {
	const advice: string[] = [];
	if (/affinity|selector|topology spread/.test(why)) advice.push('change what the pod asks of its node, or label one');
	if (/Insufficient|Too many pods|free ports|max volume count/.test(why)) advice.push('make room or add nodes');
	if (/unschedulable/.test(why)) advice.push('uncordon a node');
	if (/taint/.test(why) && advice.length === 0) advice.push('lift the taint, or let the pod tolerate it');
	return advice.length > 0 ? advice.join('; ') : 'make room or add nodes, or change what the pod asks for';
}

function isReplaced(pod: Pod, scene: Scene): boolean {
	if (scene.newPods.filter(isLive).length < scene.desired && !scene.kubectl.done) return false;
	const created = parseTime(pod.metadata.creationTimestamp) ?? 0;
	return overdue(created, replaced, scene);
}

/** `3 nodes didn't match Pod's node affinity/selector`: the scheduler's counts without its frame and its word on preemption. */
export function explainNoNode(message: string): string {
	const [reasons = ''] = oneLine(message).split(/\.? preemption: /);
	return reasons
		.replace(/^(\d+)\/(\d+) nodes are available: /, (_, free: string, all: string) => `${free} of ${all} nodes fit: `)
		.replaceAll(/\b1 node\(s\)/g, '1 node')
		.replaceAll('node(s)', 'nodes')
		.replace(/(?:\. not found)?\.?$/, '');
}

function schedulingEvents(pod: Pod, scene: Scene): Evidence | undefined {
	return evidenceOfEvents(
		pod,
		'Pod',
		scene.events(pod.metadata.uid).filter(({reason}) => reason === 'FailedScheduling'),
	);
}

function conditionEvidence(pod: Pod, {type, reason, message, lastTransitionTime}: Condition): Evidence {
	return {
		object: reference(pod, 'Pod'),
		source: `status.conditions[${type}]`,
		text: oneLine(message || reason || type),
		first: parseTime(lastTransitionTime),
	};
}
