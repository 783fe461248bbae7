import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';

export const lease: Kind = {
	group: 'coordination.k8s.io',
	version: 'v1',
	kind: 'Lease',
	resource: 'leases',
	singular: 'lease',
	namespaced: true,
	type: 'coordination.v1.Lease',
	columns: [nameColumn, text('Holder'), ageColumn],
	cells: (object, now) => [object.metadata.name, object['spec']?.holderIdentity ?? '', age(object, now)],
};
