import type {Cause} from '../api-error.ts';
import type {Json} from '../store.ts';
import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';
import {invalidValue} from './rules.ts';

function column(hard: Record<string, string>, used: Record<string, string>, limits: boolean): string {
	return Object.keys(hard)
		.filter((name) => name.startsWith('limits.') === limits)
		.sort()
		.map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
		.join(', ');
}

export const resourceQuota: Kind = {
	group: '',
	version: 'v1',
	kind: 'ResourceQuota',
	resource: 'resourcequotas',
	singular: 'resourcequota',
	shortNames: ['quota'],
	namespaced: true,
	type: 'core.v1.ResourceQuota',
	status: true,
	begin(object) {
		object.status = {};
	},
	check({spec}): Cause[] {
		return Object.entries<Json>(spec?.hard ?? {}).flatMap(([name, amount]) =>
			String(amount).startsWith('-')
				? [invalidValue(`spec.hard[${name}]`, amount, 'must be greater than or equal to 0')]
				: [],
		);
	},
	columns: [nameColumn, text('Request'), text('Limit'), ageColumn],
	cells(object, now) {
		const hard = object['status']?.hard ?? object['spec']?.hard ?? {};
		const used = object['status']?.used ?? {};
		return [object.metadata.name, column(hard, used, false), column(hard, used, true), age(object, now)];
	},
};
