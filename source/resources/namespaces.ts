import type {Namespace} from '../objects.ts';
import {ageColumn, nameColumn} from './columns.ts';
import {common, keep, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';

export const namespaces: Resource<'namespaces'> = {
	id: 'namespaces',
	kind: 'Namespace',
	singular: 'namespace',
	shortNames: ['ns'],
	group: '',
	version: 'v1',
	clusterScoped: true,
	project: keep<Namespace>({...common, status: keep<NonNullable<Namespace['status']>>({phase: true})}, withoutMetadata),
	columns: [
		nameColumn,
		{heading: 'STATUS', places: ['table', 'deck'], value: ({status}) => status?.phase ?? ''},
		ageColumn,
	],
	rowRole: ({status}) => (status?.phase === 'Terminating' ? 'ending' : 'ok'),
};
