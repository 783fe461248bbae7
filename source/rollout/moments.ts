import type {Event, KubeObject, Pod} from '../objects.ts';
import type {Role} from '../role.ts';
import {timesOf} from './events.ts';
import type {Evidence} from './facts.ts';
import {explainNoNode} from './placement-reasons.ts';
import {oneLine} from './words.ts';

/** Who did what, and when: one link of the chain from a person's change to the endpoints. */
export interface TimelineEntry {
	/** Milliseconds since the epoch, by the clock of whoever wrote it: the first time, and the last of a repeated one. */
	readonly at: number;
	readonly until: number;
	/** `kubectl-set`, `deployment controller`, `replica set controller`, `scheduler`, `kubelet node-1`. */
	readonly actor: string;
	readonly text: string;
	readonly object: Evidence['object'];
	/** How often, or how many objects of the same kind in one go. */
	readonly count: number;
	readonly role: Role;
}

/** An entry that is folded with its neighbours of the same key, `many` saying what all of them are. */
export interface Moment extends TimelineEntry {
	readonly fold?: {readonly key: string; readonly many: (texts: readonly string[]) => string} | undefined;
}

type Reading = (
	message: string,
	name: string,
) =>
	| {
			readonly actor: string;
			readonly text: string;
			readonly role?: Role;
			readonly many?: (texts: readonly string[]) => string;
	  }
	| undefined;

/** Events in the words of the chain, by reason. Those that only repeat what the objects say better are left out. */
const readings: Readonly<Record<string, Reading>> = {
	ScalingReplicaSet(message) {
		const [, set, from, to] = /replica set (\S+) (?:from (\d+) )?to (\d+)/.exec(message) ?? [];
		if (!set) return {actor: 'deployment controller', text: message};
		return {
			actor: 'deployment controller',
			text: `${set} ${from === undefined ? '' : `${from} `}→ ${to}`,
			many: (texts) => `${set} ${texts.map((text) => text.slice(set.length + 1)).join(', ')}`,
		};
	},
	SuccessfulCreate: (message) => ({
		actor: 'replica set controller',
		text: `${shortName(message)} made`,
		many: (texts) => `${texts.length} pods made`,
	}),
	SuccessfulDelete: (message) => ({
		actor: 'replica set controller',
		text: `${shortName(message)} asked to stop`,
		many: (texts) => `${texts.length} pods asked to stop`,
	}),
	FailedCreate: (message) => ({
		actor: 'replica set controller',
		text: `cannot make a pod: ${message.replace(/^(?:\(combined from similar events\): )?Error creating: (?:pods "[^"]*" is forbidden: )?/, '')}`,
		role: 'failed',
		many: (texts) => texts.at(-1) ?? '',
	}),
	Scheduled: (message, name) => ({
		actor: 'scheduler',
		text: `${name} → ${/ to (\S+)$/.exec(message)?.[1] ?? 'a node'}`,
		many: (texts) => `${texts.length} pods placed`,
	}),
	FailedScheduling: (message, name) => ({
		actor: 'scheduler',
		text: `${name} not placed: ${explainNoNode(message)}`,
		role: 'waiting',
	}),
	NodeNotReady: (_, name) => ({
		actor: 'node controller',
		text: `node of ${name} is not ready`,
		role: 'failed',
		many: (texts) => `node of ${texts.length} pods is not ready`,
	}),
	Pulling: () => undefined,
	Pulled: () => undefined,
	Created: () => undefined,
	Started: () => undefined,
	BackOff: () => undefined,
};

/** An event as a link of the chain; undefined where the objects tell the same better. */
export function momentOfEvent(event: Event, subject: KubeObject | undefined): Moment | undefined {
	const {reason = '', type, involvedObject} = event;
	const {first, last, count} = timesOf(event);
	if (first === undefined) return undefined;
	const message = oneLine(event.message ?? '');
	const name = shortName(involvedObject.name ?? '');
	const known = Object.hasOwn(readings, reason) ? readings[reason] : undefined;
	const reading = known
		? known(message, name)
		: {actor: actorOf(event, subject), text: `${name}: ${message || reason}`};
	if (!reading) return undefined;
	const role = ('role' in reading && reading.role) || (type === 'Warning' ? 'failed' : 'moving');
	const many = 'many' in reading ? reading.many : undefined;
	const object = {kind: involvedObject.kind ?? 'Pod', name: involvedObject.name ?? '', uid: involvedObject.uid};
	const owner =
		involvedObject.kind === 'Pod'
			? involvedObject.name?.slice(0, involvedObject.name.lastIndexOf('-'))
			: involvedObject.uid;
	const key = `${reason} ${reason === 'ScalingReplicaSet' ? /set (\S+)/.exec(message)?.[1] : owner}`;
	return {
		...moment(first, reading.actor, reading.text, object, role),
		until: last ?? first,
		count,
		fold: many && {key, many},
	};
}

/** The component that wrote an event; kubelets with their node. */
function actorOf({source, reportingComponent}: Event, subject: KubeObject | undefined): string {
	const component = source?.component || reportingComponent || 'cluster';
	const node = source?.host ?? (subject as Pod | undefined)?.spec?.nodeName;
	return component.includes('kubelet') || component.startsWith('kwok') ? `kubelet ${node ?? ''}`.trim() : component;
}

export function moment(
	at: number,
	actor: string,
	text: string,
	object: Evidence['object'],
	role: Role = 'moving',
): Moment {
	return {at, until: at, actor, text, object, count: 1, role};
}

/** The end of a generated name, which tells pods apart. */
export function shortName(name: string): string {
	return name.slice(name.lastIndexOf('-') + 1);
}
