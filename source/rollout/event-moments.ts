import type {Event, KubeObject, Pod} from '../objects.ts';
import {timesOf} from './events.ts';
import {
	type Link,
	type Moment,
	moment,
	podMade,
	podNotPlaced,
	podPlaced,
	podStopped,
	resized,
	shortName,
} from './moments.ts';
import {oneLine} from './words.ts';

/** @param name the whole name of the involved object */
type Reading = (message: string, name: string) => Link | undefined;

/** Events in the words of the chain, by reason. Those that only repeat what the objects say better are left out. */
const readings: Readonly<Record<string, Reading>> = {
	ScalingReplicaSet(message) {
		const [, set, from, to] = /replica set (\S+) (?:from (\d+) )?to (\d+)/.exec(message) ?? [];
		if (set === undefined) return {actor: 'deployment controller', text: message};
		const scaling = {set, from: from === undefined ? undefined : Number(from), to: Number(to)};
		return resized(scaling, message.includes('Scaled up'));
	},
	SuccessfulCreate: (message, set) => podMade(shortName(message), set),
	SuccessfulDelete: (message, set) => podStopped(shortName(message), set, 'replica set controller'),
	FailedCreate: (message, set) => ({
		actor: 'replica set controller',
		text: `cannot make a pod: ${message.replace(/^(?:\(combined from similar events\): )?Error creating: (?:pods "[^"]*" is forbidden: )?/, '')}`,
		role: 'failed',
		fold: {key: `not made ${set}`, many: (texts) => texts.at(-1) ?? '', repeats: true},
	}),
	Scheduled: (message, pod) => podPlaced(shortName(pod), setOf(pod), / to (\S+)$/.exec(message)?.[1]),
	FailedScheduling: (message, pod) => podNotPlaced(shortName(pod), message),
	NodeNotReady: (_, pod) => ({
		actor: 'node controller',
		text: `node of ${shortName(pod)} is not ready`,
		role: 'failed',
		fold: {key: `node ${setOf(pod)}`, many: ({length}) => `node of ${length} pods is not ready`},
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
	const {kind = 'Pod', name = '', uid} = involvedObject;
	const link = Object.hasOwn(readings, reason) ? readings[reason]?.(message, name) : unread(event, message, subject);
	if (!link) return undefined;
	const role = type === 'Warning' ? 'failed' : 'moving';
	// Of several steps that the server tells as one it has kept the last.
	const isLastOnly = link.scaling !== undefined && message.startsWith('(combined');
	const at = isLastOnly ? (last ?? first) : first;
	return {
		...moment({role, ...link}, at, {kind, name, uid}),
		until: last ?? first,
		count: isLastOnly ? 1 : count,
	};
}

/** Any other event, in its own words. */
function unread(event: Event, message: string, subject: KubeObject | undefined): Link {
	const {reason = '', involvedObject} = event;
	const {name = '', kind} = involvedObject;
	const short = shortName(name);
	const text = message || reason;
	const actor = actorOf(event, subject);
	const link = {actor, text: `${short}: ${text}`, fact: `${reason} ${short}`};
	if (kind !== 'Pod') return link;
	const key = `${reason} ${setOf(name)} ${text.replaceAll(name, '')}`;
	const many = ({length}: readonly string[]) => `${length} pods: ${text.replaceAll(name, short)}`;
	return {...link, fold: {key, many, actor: actor.replace(/^kubelet .*/, 'kubelet')}};
}

function setOf(pod: string): string {
	return pod.slice(0, pod.lastIndexOf('-'));
}

/** The component that wrote an event; kubelets with their node. */
function actorOf({source, reportingComponent}: Event, subject: KubeObject | undefined): string {
	const component = source?.component || reportingComponent || 'cluster';
	const node = source?.host ?? (subject as Pod | undefined)?.spec?.nodeName;
	return component.includes('kubelet') || component.startsWith('kwok') ? `kubelet ${node ?? ''}`.trim() : component;
}
