import type {Obj} from '../store.ts';
import {integer, type Kind, text} from './kind.ts';
import {since} from './print.ts';
import {invalidValue} from './rules.ts';

function involved(key: string): (object: Obj) => string {
	return (object) => object['involvedObject']?.[key] ?? '';
}

function source({source, reportingComponent, reportingInstance}: Obj): string {
	const component = source?.component || reportingComponent || '';
	const host = source?.host || reportingInstance;
	return host ? `${component}, ${host}` : component;
}

export const event: Kind = {
	group: '',
	version: 'v1',
	kind: 'Event',
	resource: 'events',
	singular: 'event',
	shortNames: ['ev'],
	namespaced: true,
	type: 'core.v1.Event',
	begin(object) {
		object.source ??= {};
		object.reportingComponent ??= '';
		object.reportingInstance ??= '';
	},
	check(object) {
		const of = object.involvedObject?.namespace ?? '';
		const own = object.metadata.namespace ?? '';
		if (of === own || (of === '' && own === 'default')) return [];
		return [invalidValue('involvedObject.namespace', of, 'does not match event.namespace')];
	},
	fields: {
		...Object.fromEntries(
			['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((key) => [
				`involvedObject.${key}`,
				involved(key),
			]),
		),
		reason: (object) => object['reason'] ?? '',
		type: (object) => object['type'] ?? '',
		reportingComponent: (object) => object['reportingComponent'] ?? '',
		source: (object) => object['source']?.component || object['reportingComponent'] || '',
	},
	columns: [
		text('Last Seen'),
		text('Type'),
		text('Reason'),
		text('Object'),
		text('Subobject', 1),
		text('Source', 1),
		text('Message'),
		text('First Seen', 1),
		integer('Count', 1),
		{name: 'Name', type: 'string', format: 'name', priority: 1},
	],
	cells(object, now) {
		const {series, involvedObject = {}} = object;
		const first = object['firstTimestamp'] ?? object['eventTime'];
		const last = series?.lastObservedTime ?? object['lastTimestamp'] ?? first;
		const name = involvedObject.name ? `/${involvedObject.name}` : '';
		return [
			since(last, now),
			object['type'] ?? '',
			object['reason'] ?? '',
			`${(involvedObject.kind ?? '').toLowerCase()}${name}`,
			involvedObject.fieldPath ?? '',
			source(object),
			(object['message'] ?? '').trim(),
			since(first, now),
			series?.count ?? object['count'] ?? 1,
			object.metadata.name,
		];
	},
};
