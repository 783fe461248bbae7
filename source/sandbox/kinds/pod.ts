import type {Cause} from '../api-error.ts';
import {equal} from '../json.ts';
import type {Json, Obj} from '../store.ts';
import {ageColumn, type Cell, type Kind, nameColumn, text} from './kind.ts';
import {checkPodSpec, fillPodSpec} from './pod-spec.ts';
import {age, humanDuration} from './print.ts';
import {forbiddenField} from './rules.ts';

/** The quality of service class, which the server works out from requests and limits. */
function qosClass(spec: Json): string {
	const all: Json[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
	const some = all.some((c) => Object.keys({...c.resources?.requests, ...c.resources?.limits}).length > 0);
	if (!some) return 'BestEffort';
	const guaranteed = all.every((c) =>
		['cpu', 'memory'].every((name) => {
			const limit = c.resources?.limits?.[name];
			return limit !== undefined && (c.resources?.requests?.[name] ?? limit) === limit;
		}),
	);
	return guaranteed ? 'Guaranteed' : 'Burstable';
}

function bare(container: Json): Json {
	return {...container, image: undefined, resources: undefined};
}

/** The spec without what an update may change. */
function frozenPart(spec: Json): Json {
	return {
		...spec,
		containers: spec.containers?.map(bare),
		initContainers: spec.initContainers?.map(bare),
		activeDeadlineSeconds: undefined,
		tolerations: undefined,
		terminationGracePeriodSeconds: undefined,
		schedulingGates: undefined,
		nodeName: undefined,
	};
}

function checkUpdate(pod: Json, old: Obj): Cause[] {
	const boundElsewhere = old['spec'].nodeName && old['spec'].nodeName !== pod.spec.nodeName;
	if (!boundElsewhere && equal(frozenPart(pod.spec), frozenPart(old['spec']))) return [];
	return [
		forbiddenField(
			'spec',
			'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
		),
	];
}

interface Counts {
	ready: number;
	restarts: number;
	last: number;
}

function finished(status: Json): number {
	const at = status.lastState?.terminated?.finishedAt;
	return at ? Date.parse(at) : 0;
}

function exitText(terminated: Json): string {
	return (
		terminated.reason || (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`)
	);
}

function conditionTrue(pod: Obj, type: string): boolean {
	return (pod['status']?.conditions ?? []).some((c: Json) => c.type === type && c.status === 'True');
}

/** Walks the init containers; returns the reason that holds the pod up, if any, and the counts up to there. */
function initState(pod: Obj, counts: Counts, sidecar: Counts): string | undefined {
	const specs: Json[] = pod['spec'].initContainers ?? [];
	for (const [index, status] of (pod['status'].initContainerStatuses ?? []).entries()) {
		const isSidecar = specs.find((c) => c.name === status.name)?.restartPolicy === 'Always';
		for (const count of isSidecar ? [counts, sidecar] : [counts]) {
			count.restarts += status.restartCount ?? 0;
			count.last = Math.max(count.last, finished(status));
		}
		const {terminated, waiting} = status.state ?? {};
		if (terminated && (terminated.exitCode ?? 0) === 0) continue;
		if (isSidecar && status.started) {
			if (status.ready) counts.ready += 1;
			continue;
		}
		if (terminated) return `Init:${exitText(terminated)}`;
		if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
		return `Init:${index}/${specs.length}`;
	}
	return undefined;
}

/** READY, STATUS and RESTARTS, by the rules of the server's pod printer (1.35 and later). */
function podState(pod: Obj, now: number): {ready: string; reason: string; restarts: string} {
	const spec = pod['spec'];
	const status = pod['status'] ?? {};
	const sidecars = (spec.initContainers ?? []).filter((c: Json) => c.restartPolicy === 'Always').length;
	const total = (spec.containers ?? []).length + sidecars;
	const conditions: Json[] = status.conditions ?? [];
	let reason: string = status.reason || status.phase || '';
	if (conditions.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) reason = 'SchedulingGated';
	let counts: Counts = {ready: 0, restarts: 0, last: 0};
	const sidecar: Counts = {ready: 0, restarts: 0, last: 0};
	const initializing = initState(pod, counts, sidecar);
	if (initializing) reason = initializing;
	if (!initializing || conditionTrue(pod, 'Initialized')) {
		counts = {ready: counts.ready, restarts: sidecar.restarts, last: sidecar.last};
		let running = false;
		let errorReason = '';
		for (const container of [...(status.containerStatuses ?? [])].reverse()) {
			counts.restarts += container.restartCount ?? 0;
			counts.last = Math.max(counts.last, finished(container));
			const state = container.state ?? {};
			if (state.waiting?.reason) reason = state.waiting.reason;
			else if (state.terminated) {
				reason = exitText(state.terminated);
				if (state.terminated.exitCode) errorReason = reason;
			} else if (container.ready && state.running) {
				running = true;
				counts.ready += 1;
			}
		}
		if (reason === 'Completed') {
			if (running && conditionTrue(pod, 'Ready')) reason = 'Running';
			else if (errorReason) reason = errorReason;
			else if (running) reason = 'NotReady';
		}
	}
	if (pod.metadata['deletionTimestamp']) {
		if (status.reason === 'NodeLost') reason = 'Unknown';
		else if (!['Succeeded', 'Failed'].includes(status.phase)) reason = 'Terminating';
	}
	const ago = counts.restarts !== 0 && counts.last ? ` (${humanDuration(now - counts.last)} ago)` : '';
	return {ready: `${counts.ready}/${total}`, reason, restarts: `${counts.restarts}${ago}`};
}

export const pod: Kind = {
	group: '',
	version: 'v1',
	kind: 'Pod',
	resource: 'pods',
	singular: 'pod',
	shortNames: ['po'],
	categories: ['all'],
	namespaced: true,
	type: 'core.v1.Pod',
	status: true,
	// Binding a pod to its node is no change of what is asked for.
	generation: ({spec}) => ({...spec, nodeName: undefined}),
	subresources: {
		eviction: {kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create']},
		log: {kind: 'Pod', verbs: ['get']},
	},
	fill(object) {
		if (!object.spec) return;
		fillPodSpec(object.spec);
		object.spec.enableServiceLinks ??= true;
		for (const container of [...(object.spec.containers ?? []), ...(object.spec.initContainers ?? [])]) {
			const {limits, requests} = container.resources;
			if (limits) container.resources.requests = {...limits, ...requests};
		}
	},
	begin(object) {
		object.status = {phase: 'Pending', ...(object.spec && {qosClass: qosClass(object.spec)})};
	},
	check: (object, old) => (old ? checkUpdate(object, old) : checkPodSpec(object.spec, 'spec')),
	fields: {
		'spec.nodeName': (object) => object['spec'].nodeName ?? '',
		'spec.restartPolicy': (object) => object['spec'].restartPolicy ?? '',
		'spec.schedulerName': (object) => object['spec'].schedulerName ?? '',
		'spec.serviceAccountName': (object) => object['spec'].serviceAccountName ?? '',
		'spec.hostNetwork': (object) => String(object['spec'].hostNetwork ?? false),
		'status.phase': (object) => object['status']?.phase ?? '',
		'status.podIP': (object) => object['status']?.podIP ?? '',
		'status.podIPs': (object) => object['status']?.podIPs?.[0]?.ip ?? '',
		'status.nominatedNodeName': (object) => object['status']?.nominatedNodeName ?? '',
	},
	columns: [
		nameColumn,
		text('Ready'),
		text('Status'),
		text('Restarts'),
		ageColumn,
		...['IP', 'Node', 'Nominated Node', 'Readiness Gates'].map((name) => text(name, 1)),
	],
	cells(object, now): Cell[] {
		const state = podState(object, now);
		const {spec, status} = object;
		const gates: Json[] = spec.readinessGates ?? [];
		const open = gates.filter((gate) => conditionTrue(object, gate.conditionType)).length;
		return [
			object.metadata.name,
			state.ready,
			state.reason,
			state.restarts,
			age(object, now),
			status?.podIPs?.[0]?.ip || status?.podIP || '<none>',
			spec.nodeName || '<none>',
			status?.nominatedNodeName || '<none>',
			gates.length > 0 ? `${open}/${gates.length}` : '<none>',
		];
	},
};
