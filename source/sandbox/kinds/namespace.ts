import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';
import {labelProblem} from './rules.ts';

export const namespace: Kind = {
	group: '',
	version: 'v1',
	kind: 'Namespace',
	resource: 'namespaces',
	singular: 'namespace',
	shortNames: ['ns'],
	namespaced: false,
	type: 'core.v1.Namespace',
	status: true,
	subresources: {finalize: {kind: 'Namespace', verbs: ['update']}},
	nameRule: labelProblem,
	fill(object) {
		if (!object.metadata.name) return;
		object.metadata.labels = {'kubernetes.io/metadata.name': object.metadata.name, ...object.metadata.labels};
	},
	begin(object) {
		object.spec = {finalizers: ['kubernetes']};
		object.status = {phase: 'Active'};
	},
	keep(object, old) {
		object.spec = old['spec'];
	},
	fields: {'status.phase': (object) => object['status']?.phase ?? ''},
	columns: [nameColumn, text('Status'), ageColumn],
	cells: (object, now) => [object.metadata.name, object['status']?.phase ?? '', age(object, now)],
};
