import {firstFew, hostPort} from '../format/ports.ts';
import type {Endpoints} from '../objects.ts';
import {ageColumn, nameColumn} from './columns.ts';
import {common, each, keep, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';

type Subset = NonNullable<Endpoints['subsets']>[number];
type Address = NonNullable<Subset['addresses']>[number];
type Target = NonNullable<Address['targetRef']>;

const keepAddresses = each(
	keep<Address>({ip: true, nodeName: true, targetRef: keep<Target>({kind: true, name: true, uid: true})}),
);

export const endpoints: Resource<'endpoints'> = {
	id: 'endpoints',
	kind: 'Endpoints',
	singular: 'endpoints',
	shortNames: ['ep'],
	group: '',
	version: 'v1',
	project: keep<Endpoints>(
		{
			...common,
			subsets: each(keep<Subset>({addresses: keepAddresses, notReadyAddresses: keepAddresses, ports: true})),
		},
		withoutMetadata,
	),
	columns: [
		nameColumn,
		{heading: 'ENDPOINTS', places: ['table', 'deck'], flexible: 'end', value: readyAddresses},
		ageColumn,
	],
	rowRole: ({subsets = []}) => (subsets.some(({addresses}) => addresses?.length) ? 'ok' : 'muted'),
};

/** printers/internalversion formatEndpoints: the ready ones, three of them; undefined (`<none>`) without any subset. */
function readyAddresses({subsets = []}: Endpoints): string | undefined {
	if (subsets.length === 0) return undefined;
	const all = subsets.flatMap(({addresses = [], ports}) =>
		ports?.length
			? ports.flatMap(({port}) => addresses.map(({ip}) => hostPort(ip, port)))
			: addresses.map(({ip}) => ip),
	);
	return firstFew(all, 3);
}
