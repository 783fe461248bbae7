import type {ContainerStateTerminated, ContainerStatus, Pod} from '../objects.ts';
import type {Role} from '../role.ts';
import type {Evidence} from './facts.ts';
import {explainNoNode} from './placement-reasons.ts';
import {reference} from './reference.ts';

/** Who did what, and when: one link of the chain from a person's change to the endpoints. */
export interface TimelineEntry {
	/** Milliseconds since the epoch, by the clock of whoever wrote it: the first time, and the last of a repeated one. */
	readonly at: number;
	readonly until: number;
	/** `kubectl-set`, `deployment controller`, `replica set controller`, `scheduler`, `kubelet node-1`, `endpoint controller`. */
	readonly actor: string;
	readonly text: string;
	readonly object: Evidence['object'];
	/** How often. */
	readonly count: number;
	readonly role: Role;
	/** What it followed from, where that is known: `template changed`. */
	readonly after?: string | undefined;
}

/** What several neighbours of one key are together. */
export interface Fold {
	readonly key: string;
	readonly many: (texts: readonly string[]) => string;
	/** Who they all are, where each of them is another one. */
	readonly actor?: string;
	/** Each of them is one time more, and not one object more. */
	readonly repeats?: boolean;
}

/** A ReplicaSet's step to another size. */
export interface Scaling {
	readonly set: string;
	/** Undefined: older servers do not say. */
	readonly from: number | undefined;
	readonly to: number;
}

/** What is told, but for when and of which object: in the same words whether an event, an object or a watch tells it. */
export interface Link {
	readonly actor: string;
	readonly text: string;
	readonly role?: Role;
	readonly fold?: Fold;
	/** Of the moments of one key only the newest is told, and how many there were. */
	readonly newest?: string;
	/** What another source tells that has the same is the same. */
	readonly fact?: string;
	/** The step in the chain that it is, and the one that it follows from: `spec`, `web-7f9 up`. */
	readonly step?: string;
	readonly follows?: string;
	readonly scaling?: Scaling;
}

/** A link in its place. */
export interface Moment extends TimelineEntry, Omit<Link, 'role'> {
	/** The size of the Deployment that was asked for, or that the controller answered to. */
	readonly desired?: number | undefined;
	/** `at` is when it was seen here: it happened a moment before. */
	readonly late?: boolean;
	/** It was seen only after the connection had been down: `at` is the end of that. */
	readonly missed?: boolean;
}

/** @param at milliseconds since the epoch */
export function moment({role = 'moving', ...link}: Link, at: number, object: Evidence['object']): Moment {
	return {...link, at, until: at, object, count: 1, role};
}

/** The controller's step of a ReplicaSet to another size. */
export function resized(scaling: Scaling, isUp: boolean): Link {
	const {set, from, to} = scaling;
	return {
		actor: 'deployment controller',
		text: `${set} ${from === undefined ? '' : `${from} `}→ ${to}`,
		fold: {
			key: `resized ${set}`,
			many: (texts) => `${set} ${inOne(texts.map((text) => text.slice(set.length + 1)))}`,
		},
		step: `${set} ${isUp ? 'up' : 'down'}`,
		follows: 'spec',
		scaling,
	};
}

/** More steps in a row than these are told by their ends. */
const mostSteps = 4;

/** `0 → 2`, `2 → 3` and `3 → 4` as `0 → 2 → 3 → 4`; what does not go on from the step before stands by itself. */
function inOne(steps: readonly string[]): string {
	const runs: string[][] = [];
	for (const step of steps) {
		const [from = '', to = ''] = step.split(/ ?→ /);
		const run = runs.at(-1);
		if (run && from !== '' && run.at(-1) === from) run.push(to);
		else runs.push(from === '' ? [step] : [from, to]);
	}
	return runs
		.map((run) => {
			const steps = run.length - 1;
			return steps > mostSteps ? `${run[0]} → ${run.at(-1)} in ${steps} steps` : run.join(' → ');
		})
		.join(', ');
}

/** @param pod the end of its name  @param set the name of its ReplicaSet */
export function podMade(pod: string, set: string): Link {
	return {
		actor: 'replica set controller',
		text: `${pod} made`,
		fold: {key: `made ${set}`, many: ({length}) => `${length} pods made`},
		fact: `made ${pod}`,
		step: `${set} made`,
		follows: `${set} up`,
	};
}

export function podStopped(pod: string, set: string, actor: string): Link {
	return {
		actor,
		text: `${pod} asked to stop`,
		fold: {key: `stopped ${set} ${actor}`, many: ({length}) => `${length} pods asked to stop`},
		fact: `stopped ${pod}`,
		step: `${set} stopped`,
		follows: `${set} down`,
	};
}

export function podPlaced(pod: string, set: string, node: string | undefined): Link {
	return {
		actor: 'scheduler',
		text: `${pod} → ${node ?? 'a node'}`,
		fold: {key: `placed ${set}`, many: ({length}) => `${length} pods placed`},
		fact: `placed ${pod}`,
	};
}

/** @param message the scheduler's own */
export function podNotPlaced(pod: string, message: string): Link {
	return {
		actor: 'scheduler',
		text: `${pod} not placed: ${explainNoNode(message)}`,
		role: 'waiting',
		fact: `not placed ${pod}`,
	};
}

/** @param at milliseconds since the epoch */
export function podReady(pod: Pod, at: number): Moment {
	const [name, set] = namesOf(pod);
	const link: Link = {
		actor: 'kubelet',
		text: `${name} ready`,
		role: 'ok',
		fold: {key: `ready ${set}`, many: ({length}) => `${length} pods ready`},
		newest: `ready ${name}`,
		fact: `ready ${name} ${at}`,
		step: `${set} ready`,
	};
	return moment(link, at, reference(pod, 'Pod'));
}

/** A container that has ended as it should not. @param at milliseconds since the epoch */
export function containerEnded(
	pod: Pod,
	{name, restartCount = 0}: ContainerStatus,
	{reason = 'Error', exitCode}: ContainerStateTerminated,
	at: number,
): Moment {
	const [short] = namesOf(pod);
	const often = restartCount > 1 ? `, ${restartCount} restarts` : '';
	const link: Link = {
		actor: kubeletOf(pod),
		text: `${short}: ${name} ended, ${reason}, exit ${exitCode}${often}`,
		role: 'failed',
		newest: `ended ${short} ${name}`,
		fact: `ended ${short} ${name} ${at}`,
	};
	return moment(link, at, reference(pod, 'Pod'));
}

export function kubeletOf({spec}: Pod): string {
	return `kubelet ${spec.nodeName ?? ''}`.trim();
}

/** The end of a pod's name, which tells pods apart, and the name of its ReplicaSet, which it begins with. */
export function namesOf({
	metadata: {name},
}: {
	readonly metadata: {readonly name: string};
}): readonly [short: string, set: string] {
	return [shortName(name), name.slice(0, name.lastIndexOf('-'))];
}

/** The end of a generated name. */
export function shortName(name: string): string {
	return name.slice(name.lastIndexOf('-') + 1);
}
