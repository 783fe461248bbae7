import {ageAt} from '../format/age.ts';
import type {Event} from '../objects.ts';
import {common, keep, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';

export const events: Resource<'events'> = {
	id: 'events',
	kind: 'Event',
	singular: 'event',
	shortNames: ['ev'],
	group: '',
	version: 'v1',
	project: keep<Event>(
		{
			...common,
			involvedObject: keep<Event['involvedObject']>({
				kind: true,
				name: true,
				namespace: true,
				uid: true,
				fieldPath: true,
			}),
			type: true,
			reason: true,
			message: true,
			count: true,
			firstTimestamp: true,
			lastTimestamp: true,
			eventTime: true,
			series: keep<NonNullable<Event['series']>>({count: true, lastObservedTime: true}),
			source: keep<NonNullable<Event['source']>>({component: true, host: true}),
			reportingComponent: true,
			reportingInstance: true,
		},
		{...withoutMetadata, involvedObject: {}},
	),
	columns: [
		{
			heading: 'LAST SEEN',
			places: ['table', 'deck'],
			align: 'right',
			value: lastSeen,
			format: (value, _event, {now}) => ageAt(value as string | undefined, now),
		},
		{heading: 'TYPE', places: ['table', 'deck'], value: ({type}) => type ?? ''},
		{heading: 'REASON', places: ['table', 'deck'], value: ({reason}) => reason ?? ''},
		{
			heading: 'OBJECT',
			places: ['table', 'deck'],
			flexible: 'middle',
			value: ({involvedObject: {kind = '', name = ''}}) => `${kind.toLowerCase()}/${name}`,
		},
		{heading: 'SUBOBJECT', places: ['wide'], value: ({involvedObject}) => involvedObject.fieldPath ?? ''},
		{heading: 'SOURCE', places: ['wide'], value: source},
		{heading: 'MESSAGE', places: ['table', 'deck'], flexible: 'end', value: ({message}) => message?.trim() ?? ''},
		{
			heading: 'FIRST SEEN',
			places: ['wide'],
			value: firstSeen,
			format: (value, _event, {now}) => ageAt(value as string | undefined, now),
		},
		{heading: 'COUNT', places: ['wide'], align: 'right', value: eventCount},
		{heading: 'NAME', places: ['wide'], value: ({metadata}) => metadata.name},
	],
	rowRole: ({type}) => (type === 'Warning' ? 'failed' : 'muted'),
};

/** When an event was last seen, as an RFC 3339 timestamp: schedulers write only `eventTime` and `series`. */
export function lastSeen({series, lastTimestamp, eventTime, metadata}: Event): string | undefined {
	return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
}

/** How often it was seen: at least once. */
function eventCount({series, count}: Event): number {
	return series?.count ?? (count || 1);
}

function firstSeen({firstTimestamp, eventTime, metadata}: Event): string | undefined {
	return firstTimestamp ?? eventTime ?? metadata.creationTimestamp;
}

function source({source: from, reportingComponent, reportingInstance}: Event): string {
	const component = from?.component || reportingComponent || '';
	const host = from?.host || reportingInstance;
	return host ? `${component}, ${host}` : component;
}
