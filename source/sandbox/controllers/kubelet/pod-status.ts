import {findCondition} from '../conditions.ts';
import type {Condition, Pod, PodStatus} from '../shapes.ts';
import {timestamp} from '../time.ts';
import {isDone, type Slot} from './slots.ts';

/** The pod's status as its containers make it: statuses, phase and conditions (pkg/kubelet/status/generate.go). `now` in milliseconds. */
export function statusFrom(pod: Pod, slots: readonly Slot[], now: number): PodStatus {
	const inits = slots.filter(({kind}) => kind !== 'main');
	const mains = slots.filter(({kind}) => kind === 'main');
	const phase = phaseOf(pod, inits, mains);
	return {
		...pod.status,
		observedGeneration: pod.metadata.generation,
		phase,
		conditions: conditionsOf(pod, slots, phase, now),
		...(inits.length > 0 && {initContainerStatuses: inits.map(({status}) => status)}),
		containerStatuses: mains.map(({status}) => status),
	};
}

function phaseOf(pod: Pod, inits: readonly Slot[], mains: readonly Slot[]): string {
	const {restartPolicy = 'Always'} = pod.spec;
	const failedInit = inits.some(({kind, status}) => kind === 'init' && (status.state.terminated?.exitCode ?? 0) !== 0);
	const isFinal = restartPolicy === 'Never' || pod.metadata.deletionTimestamp !== undefined;
	if (failedInit && isFinal) return 'Failed';
	if (mains.every(({status}) => status.state.terminated)) {
		const failed = mains.some(({status}) => status.state.terminated?.exitCode !== 0);
		if (isFinal || (restartPolicy === 'OnFailure' && !failed)) return failed ? 'Failed' : 'Succeeded';
	}
	return inits.every(isDone) && mains.every(hasStarted) ? 'Running' : 'Pending';
}

function hasStarted({status}: Slot): boolean {
	return !status.state.waiting || status.lastState.terminated !== undefined;
}

function conditionsOf(pod: Pod, slots: readonly Slot[], phase: string, now: number): Condition[] {
	const {conditions = []} = pod.status ?? {};
	const incomplete = slots.filter((slot) => !isDone(slot)).map(({container}) => container.name);
	const unready = slots
		.filter(({kind, status}) => kind !== 'init' && !status.ready)
		.map(({container}) => container.name);
	const containers = readiness(phase, unready);
	const gate = gateOf(pod);
	const ready =
		containers.reason === undefined && gate ? {reason: 'ReadinessGatesNotReady', message: gate} : containers;
	const initialized: Why =
		incomplete.length > 0
			? {reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${incomplete.join(' ')}]`}
			: {};
	const own: [type: string, why: Why][] = [
		['PodReadyToStartContainers', {}],
		['Initialized', initialized],
		['Ready', ready],
		['ContainersReady', containers],
	];
	const at = timestamp(now);
	const made = own.map(([type, why]): Condition => {
		const status = why.reason === undefined ? 'True' : 'False';
		const present = findCondition(conditions, type);
		const since = present?.status === status ? present.lastTransitionTime : undefined;
		const lastTransitionTime = since ?? at;
		const observedGeneration = pod.metadata.generation;
		return {type, status, ...why, lastProbeTime: null, lastTransitionTime, observedGeneration};
	});
	return [...made, ...conditions.filter(({type}) => !own.some(([name]) => name === type))];
}

/** Why a condition is False; nothing where it is True. */
interface Why {
	reason?: string;
	message?: string;
}

function readiness(phase: string, unready: readonly string[]): Why {
	if (phase === 'Succeeded') return {reason: 'PodCompleted'};
	if (phase === 'Failed') return {reason: 'PodFailed'};
	if (unready.length === 0) return {};
	return {reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]`};
}

/** What the first closed readiness gate says. */
function gateOf(pod: Pod): string | undefined {
	for (const {conditionType} of pod.spec.readinessGates ?? []) {
		const condition = findCondition(pod.status?.conditions, conditionType);
		if (!condition) return `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
		if (condition.status !== 'True') {
			return `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`;
		}
	}
	return undefined;
}
