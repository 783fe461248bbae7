import {between, type Random} from '../random.ts';
import type {ContainerState, ContainerStatus, Pod} from '../shapes.ts';
import {millis, timestamp} from '../time.ts';
import {backOff, behaviourOf, goDuration, waits} from './behaviour.ts';
import {digest, type Slot} from './slots.ts';
import {alreadyPresent, justPulled, notInRegistry, pulling, type Told} from './texts.ts';

/** What happens next to a container. */
export type Step =
	| 'pull'
	| 'create'
	| 'backOffPull'
	| 'becomeReady'
	| 'failProbe'
	| 'complete'
	| 'exit'
	| 'backOff'
	| 'restart';

/** What a step makes of a container; `pulled` where its image now is on the node. */
export interface Outcome {
	status: ContainerStatus;
	told: Told[];
}

/** What a step needs to know beyond its container. */
export interface Surroundings {
	pod: Pod;
	/** Milliseconds since the epoch. */
	now: number;
	/** Whether the container's image is on the node already. */
	present: boolean;
}

/** What comes next for a container whose turn it is, and when (milliseconds since the epoch); undefined where it stays as it is. */
export function nextStep(
	{kind, container, status}: Slot,
	{pod, now, present}: Surroundings,
	failedPulls: number,
	random: Random,
): {step: Step; at: number} | undefined {
	const behaviour = behaviourOf(container.image);
	const after = (step: Step, [least, most]: readonly [number, number]) => ({
		step,
		at: now + between(random, least, most),
	});
	const {waiting, running, terminated} = status.state;
	if (running) {
		if (behaviour.exit) return after('exit', waits.crashRun);
		if (kind === 'init') return after('complete', behaviour.run);
		if (status.ready) return undefined;
		if (behaviour.ready) return after('becomeReady', behaviour.ready);
		const period = (container.readinessProbe?.periodSeconds ?? 10) * 1000;
		return {step: 'failProbe', at: now + period};
	}
	if (terminated) {
		const {restartPolicy = 'Always'} = pod.spec;
		const restarts =
			kind === 'sidecar' ||
			(restartPolicy === 'Always' && kind === 'main') ||
			(restartPolicy !== 'Never' && terminated.exitCode !== 0);
		return restarts ? after('backOff', waits.exit) : undefined;
	}
	switch (waiting?.reason ?? '') {
		case 'ErrImagePull':
			return after('backOffPull', waits.pullError);
		case 'ImagePullBackOff':
			return {step: 'create', at: now + backOff(Math.max(0, failedPulls - 1))};
		case 'CreateContainerConfigError':
			return after('create', waits.retryConfig);
		case 'CrashLoopBackOff': {
			const ended = status.lastState.terminated;
			return {step: 'restart', at: (ended ? millis(ended.finishedAt) : now) + backOff(status.restartCount)};
		}
		default:
			return present ? {step: 'create', at: now} : {step: 'pull', at: now};
	}
}

/** Plays a step. */
export function play(step: Step, slot: Slot, surroundings: Surroundings): Outcome {
	return plays[step](slot, surroundings);
}

const plays: {readonly [step in Step]: (slot: Slot, surroundings: Surroundings) => Outcome} = {
	pull: ({status, container}) => ({status, told: [pulling(container.image)]}),
	create,
	restart: (slot, {pod, now}) => run(slot, pod, now, [alreadyPresent(slot.container.image)]),
	backOffPull({status, container: {image}}) {
		const message = `Back-off pulling image "${image}": ErrImagePull: ${notInRegistry(image)}`;
		return {
			status: withState(status, {waiting: {reason: 'ImagePullBackOff', message}}),
			told: [
				{type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"`},
				{type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff'},
			],
		};
	},
	becomeReady: ({status}) => ({status: {...status, ready: true}, told: []}),
	failProbe({status}) {
		const message = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
		return {status, told: [{type: 'Warning', reason: 'Unhealthy', message}]};
	},
	complete: ({status}, {now}) => ({status: {...end(status, 0, 'Completed', now), ready: true}, told: []}),
	exit({status, container}, {now}) {
		const {code, reason} = behaviourOf(container.image).exit ?? {code: 0, reason: 'Completed'};
		return {status: end(status, code, reason, now), told: []};
	},
	backOff({status, container}, {pod}) {
		const of = `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
		const wait = goDuration(backOff(status.restartCount));
		const message = `back-off ${wait} restarting failed container=${container.name} pod=${of}`;
		const told = `Back-off restarting failed container ${container.name} in pod ${of}`;
		return {
			status: withState(status, {waiting: {reason: 'CrashLoopBackOff', message}}),
			told: [{type: 'Warning', reason: 'BackOff', message: told}],
		};
	},
};

/** The image has been pulled, or not; then the container is made and runs, or not. */
function create(slot: Slot, {pod, now, present}: Surroundings): Outcome {
	const {status, container} = slot;
	const {image} = container;
	const behaviour = behaviourOf(image);
	if (behaviour.missing) {
		const message = notInRegistry(image);
		// The pull after a back-off begins and fails in one step.
		const again = status.state.waiting?.reason === 'ImagePullBackOff' ? [pulling(image)] : [];
		return {
			status: withState(status, {waiting: {reason: 'ErrImagePull', message}}),
			told: [
				...again,
				{type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${message}`},
				{type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull'},
			],
		};
	}
	const pulled = present ? alreadyPresent(image) : justPulled(image);
	if (behaviour.misconfigured) {
		const message = 'configmap "settings" not found';
		return {
			status: withState(status, {waiting: {reason: 'CreateContainerConfigError', message}}),
			told: [pulled, {type: 'Warning', reason: 'Failed', message: `Error: ${message}`}],
		};
	}
	return run(slot, pod, now, [pulled]);
}

function run({kind, container, status}: Slot, pod: Pod, now: number, before: Told[]): Outcome {
	const {image, name} = container;
	const restartCount = status.lastState.terminated ? status.restartCount + 1 : status.restartCount;
	const {exit, ready} = behaviourOf(image);
	return {
		status: {
			...withState(status, {running: {startedAt: timestamp(now)}}),
			imageID: `${image.replace(/:[^:/]*$/, '')}@sha256:${digest(image)}`,
			containerID: `containerd://${digest(`${pod.metadata.uid}/${name}/${restartCount}`)}`,
			restartCount,
			started: true,
			ready: kind === 'sidecar' && ready !== undefined && !exit,
		},
		told: [
			...before,
			{type: 'Normal', reason: 'Created', message: 'Container created'},
			{type: 'Normal', reason: 'Started', message: 'Container started'},
		],
	};
}

/** A container's status once it has ended. */
export function end(status: ContainerStatus, exitCode: number, reason: string, now: number): ContainerStatus {
	const startedAt = status.state.running?.startedAt ?? timestamp(now);
	const {containerID} = status;
	const terminated = {
		exitCode,
		reason,
		startedAt,
		finishedAt: timestamp(now),
		...(containerID !== undefined && {containerID}),
	};
	return {...status, ready: false, started: false, state: {terminated}};
}

function withState(status: ContainerStatus, state: ContainerState): ContainerStatus {
	const {terminated} = status.state;
	return {...status, ready: false, started: false, state, ...(terminated && {lastState: {terminated}})};
}
