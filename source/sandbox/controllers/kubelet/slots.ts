import {createHash} from 'node:crypto';
import type {Container, ContainerStatus, Pod} from '../shapes.ts';

/** A container of a pod, the kind that decides its turn, and how it is. */
export interface Slot {
	kind: 'init' | 'sidecar' | 'main';
	container: Container;
	status: ContainerStatus;
}

/** The pod's containers in the order in which they start. */
export function slotsOf(pod: Pod): Slot[] {
	const {initContainers = [], containers} = pod.spec;
	const known = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
	const reason = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
	const slot = (kind: Slot['kind'], container: Container): Slot => ({
		kind,
		container,
		status: known.find(({name}) => name === container.name) ?? waitingFor(container, reason),
	});
	return [
		...initContainers.map((init) => slot(init.restartPolicy === 'Always' ? 'sidecar' : 'init', init)),
		...containers.map((container) => slot('main', container)),
	];
}

function waitingFor({name, image}: Container, reason: string): ContainerStatus {
	const state = {waiting: {reason}};
	return {name, image, imageID: '', ready: false, started: false, restartCount: 0, state, lastState: {}};
}

/** Whether what comes after this container may start. */
export function isDone({kind, status}: Slot): boolean {
	const {running, terminated, waiting} = status.state;
	if (kind === 'main') return true;
	if (terminated?.exitCode === 0) return true;
	return (
		kind === 'sidecar' && (running !== undefined || terminated !== undefined || waiting?.reason === 'CrashLoopBackOff')
	);
}

/** The containers whose turn it is: init containers come one by one, then all others together. */
export function inTurn(slots: readonly Slot[]): Slot[] {
	const blocking = slots.findIndex((slot) => !isDone(slot));
	return blocking < 0 ? [...slots] : slots.slice(0, blocking + 1);
}

/** A made-up but stable digest, as runtimes name containers and images. */
export function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
