import {ApiError, type Obj, type Store} from '../store.ts';
import {millis, timestamp} from './time.ts';

/** What happened to an object, and which part of the control plane says so. */
export interface Happening {
	type?: 'Normal' | 'Warning';
	reason: string;
	message: string;
	/** The reporter, such as `deployment-controller`. */
	component: string;
	/** The node, where a kubelet reports. */
	host?: string;
	/** Such as `spec.containers{web}`. */
	fieldPath?: string;
}

/** Writes an Event about `about`. Never throws: an event that cannot be stored is lost, as on a real cluster. */
export type Recorder = (about: Obj, happening: Happening) => void;

/** client-go's event correlator (tools/record/events_cache.go): how much it keeps, when it combines, when it drops. */
const limits = {similar: 10, similarFor: 600_000, burst: 25, refill: 300_000, remembered: 4096};

interface Correlation {
	messages: Set<string>;
	lastAt: number;
}

/** A recorder that counts repeats in place, combines similar events and holds back floods, as client-go's does. */
export function eventRecorder(store: Store): Recorder {
	const similar = new Map<string, Correlation>();
	const counted = new Map<string, {name: string; namespace: string}>();
	const buckets = new Map<string, {tokens: number; at: number}>();
	let serial = 0;

	/** Whether the object's reporter still may speak: 25 events at once, then one in five minutes. */
	function allowed(source: string, now: number): boolean {
		const bucket = buckets.get(source) ?? {tokens: limits.burst, at: now};
		const tokens = Math.min(limits.burst, bucket.tokens + (now - bucket.at) / limits.refill);
		buckets.set(source, {tokens: tokens < 1 ? tokens : tokens - 1, at: now});
		return tokens >= 1;
	}

	/** Whether so many different messages came lately that this one is told as "combined". */
	function isCombined(group: string, message: string, now: number): boolean {
		const before = similar.get(group);
		const messages = before && now - before.lastAt <= limits.similarFor ? before.messages : new Set<string>();
		messages.add(message);
		similar.set(group, {messages, lastAt: now});
		if (messages.size < limits.similar) return false;
		messages.delete(message);
		return true;
	}

	function record(about: Obj, happening: Happening): void {
		const now = store.clock.now();
		const {type = 'Normal', reason, component, host = '', fieldPath = ''} = happening;
		const source = [component, host, about.metadata.uid, fieldPath].join('|');
		const group = [source, type, reason].join('|');
		const combined = isCombined(group, happening.message, now);
		const message = combined ? `(combined from similar events): ${happening.message}` : happening.message;
		const key = combined ? group : `${group}|${message}`;
		if (!allowed(`${component}|${host}|${about.metadata.uid}`, now)) return;
		const namespace = about.metadata.namespace ?? 'default';
		const repeated = counted.get(key);
		const stored = repeated && store.get('events', repeated.namespace, repeated.name);
		if (stored) {
			const next = {...stored, message, count: (stored.count ?? 1) + 1, lastTimestamp: timestamp(now)};
			store.update('events', next, {manager: managerOf(component)});
			return;
		}
		// Unique names, as client-go makes them from the nanoseconds of the moment.
		const name = `${about.metadata.name}.${(BigInt(now) * 1_000_000n + BigInt(serial++ % 1_000_000)).toString(16)}`;
		const told = eventAbout(about, {...happening, message}, {first: now, last: now, count: 1});
		const reporting = combined ? {reportingComponent: '', reportingInstance: ''} : {};
		const event = {...told, metadata: {name, namespace}, ...reporting};
		store.create('events', event, {manager: managerOf(component)});
		counted.set(key, {name, namespace});
		for (const map of [counted, similar, buckets]) forgetOldest(map);
	}

	return (about, happening) => {
		try {
			record(about, happening);
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
		}
	};
}

/** An Event without a name. Times in milliseconds. */
export function eventAbout(
	about: Obj,
	{type = 'Normal', reason, message, component, host = '', fieldPath = ''}: Happening,
	{first, last, count}: {readonly first: number; readonly last: number; readonly count: number},
) {
	return {
		apiVersion: 'v1',
		kind: 'Event',
		involvedObject: {...referenceTo(about), ...(fieldPath && {fieldPath})},
		type,
		reason,
		message,
		source: {component, ...(host && {host})},
		firstTimestamp: timestamp(first),
		lastTimestamp: timestamp(last),
		eventTime: null,
		count,
		reportingComponent: component,
		reportingInstance: host,
	};
}

/** How an Event names what it is about. */
export function referenceTo(about: Obj): Obj['metadata'] {
	const {namespace, name, uid, resourceVersion} = about.metadata;
	return {
		kind: about.kind,
		...(namespace !== undefined && {namespace}),
		name,
		uid,
		apiVersion: about.apiVersion,
		resourceVersion,
	};
}

/** The latest moment an Event tells of, in milliseconds. */
export function lastSeen(event: Obj): number {
	return millis(
		event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp,
	);
}

function forgetOldest(map: Map<string, unknown>): void {
	if (map.size <= limits.remembered) return;
	const [oldest] = map.keys();
	if (oldest !== undefined) map.delete(oldest);
}

/** The field manager that a reporter writes under. */
function managerOf(component: string): string {
	return component.endsWith('-controller') || component === 'horizontal-pod-autoscaler'
		? 'kube-controller-manager'
		: component;
}
