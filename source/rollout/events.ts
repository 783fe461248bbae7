import {parseTime} from '../format/age.ts';
import type {Event, KubeObject} from '../objects.ts';
import type {Evidence} from './facts.ts';
import {oneLine} from './words.ts';

/** How often an event happened, and when first and last; milliseconds since the epoch. */
export interface EventTimes {
	readonly count: number;
	readonly first: number | undefined;
	readonly last: number | undefined;
}

/** Reads the three ways in which events keep their times: a count with two times, a series, or `eventTime` alone. */
export function timesOf({count, series, firstTimestamp, lastTimestamp, eventTime, metadata}: Event): EventTimes {
	const last = parseTime(series?.lastObservedTime) ?? parseTime(lastTimestamp) ?? parseTime(eventTime);
	const first = parseTime(firstTimestamp) ?? parseTime(eventTime);
	const created = parseTime(metadata.creationTimestamp);
	return {count: series?.count ?? count ?? 1, first: first ?? created, last: last ?? created};
}

/** Events by the uid of the object they speak of, each list oldest first. */
export function indexEvents(events: readonly Event[] | undefined): (uid: string) => readonly Event[] {
	const index = new Map<string, Event[]>();
	for (const event of events ?? []) {
		const {uid} = event.involvedObject;
		if (!uid) continue;
		const known = index.get(uid);
		if (known) known.push(event);
		else index.set(uid, [event]);
	}
	const sorted = new Set<string>();
	return (uid) => {
		const list = index.get(uid);
		if (!list) return [];
		if (!sorted.has(uid)) {
			if (list.length > 1) sortByLast(list);
			sorted.add(uid);
		}
		return list;
	};
}

function sortByLast(events: Event[]): void {
	const last = new Map(events.map((event) => [event, timesOf(event).last ?? 0]));
	events.sort((a, b) => (last.get(a) ?? 0) - (last.get(b) ?? 0));
}

/** Events of one meaning as one piece of evidence: the newest text, the counts added up. Undefined without events. */
export function evidenceOfEvents(object: KubeObject, kind: string, events: readonly Event[]): Evidence | undefined {
	const newest = events.at(-1);
	if (!newest) return undefined;
	const times = events.map(timesOf);
	const firsts = times.flatMap(({first}) => first ?? []);
	return {
		object: {kind, name: object.metadata.name, uid: object.metadata.uid},
		source: newest.reason ?? 'Event',
		text: oneLine(newest.message ?? ''),
		count: times.reduce((sum, {count}) => sum + count, 0),
		first: firsts.length > 0 ? Math.min(...firsts) : undefined,
		last: times.at(-1)?.last,
	};
}
