import {firstFew} from '../format/ports.ts';
import type {Endpoint, EndpointSlice} from '../objects.ts';
import {ageColumn, nameColumn} from './columns.ts';
import {common, each, keep, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';

type Conditions = NonNullable<Endpoint['conditions']>;
type Target = NonNullable<Endpoint['targetRef']>;
type SlicePort = NonNullable<EndpointSlice['ports']>[number];

const unset = '<unset>';

export const endpointSlices: Resource<'endpointslices'> = {
	id: 'endpointslices',
	kind: 'EndpointSlice',
	singular: 'endpointslice',
	shortNames: ['eps'],
	group: 'discovery.k8s.io',
	version: 'v1',
	project: keep<EndpointSlice>(
		{
			...common,
			addressType: true,
			endpoints: each(
				keep<Endpoint>(
					{
						addresses: true,
						conditions: keep<Conditions>({ready: true, serving: true, terminating: true}),
						targetRef: keep<Target>({kind: true, name: true, namespace: true, uid: true}),
						nodeName: true,
						zone: true,
					},
					{addresses: []},
				),
			),
			ports: each(keep<SlicePort>({name: true, port: true, protocol: true})),
		},
		withoutMetadata,
	),
	columns: [
		nameColumn,
		{heading: 'ADDRESSTYPE', places: ['table', 'deck'], value: (slice) => slice.addressType},
		{
			heading: 'PORTS',
			places: ['table', 'deck'],
			value: ({ports}) => (ports ?? []).length,
			format: (_value, {ports}) => listed((ports ?? []).map(({name, port}) => (port ? String(port) : name || '*'))),
		},
		{
			heading: 'ENDPOINTS',
			places: ['table', 'deck'],
			flexible: 'end',
			value: (slice) => (slice.endpoints ?? []).length,
			format: (_value, slice) => listed((slice.endpoints ?? []).flatMap(({addresses}) => addresses)),
		},
		ageColumn,
	],
	rowRole: (slice) => (slice.endpoints?.some(({conditions}) => conditions?.ready ?? true) ? 'ok' : 'muted'),
};

/** Three of a list, as the server's own table cuts it; `<unset>` where it is empty. */
function listed(texts: readonly string[]): string {
	return texts.length === 0 ? unset : firstFew(texts, 3);
}
