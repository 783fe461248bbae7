import {ageColumn, type Kind, nameColumn} from './kind.ts';
import {age} from './print.ts';

export const serviceAccount: Kind = {
	group: '',
	version: 'v1',
	kind: 'ServiceAccount',
	resource: 'serviceaccounts',
	singular: 'serviceaccount',
	shortNames: ['sa'],
	namespaced: true,
	type: 'core.v1.ServiceAccount',
	columns: [nameColumn, ageColumn],
	cells: (object, now) => [object.metadata.name, age(object, now)],
};
