import {equal} from '../json.ts';
import type {Json} from '../store.ts';
import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age, cut} from './print.ts';
import {immutable, required, unsupported} from './rules.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

export const endpointSlice: Kind = {
	group: 'discovery.k8s.io',
	version: 'v1',
	kind: 'EndpointSlice',
	resource: 'endpointslices',
	singular: 'endpointslice',
	namespaced: true,
	type: 'discovery.v1.EndpointSlice',
	generation: ({endpoints, ports, addressType}) => [endpoints, ports, addressType],
	fill(object) {
		for (const endpoint of object.endpoints ?? []) endpoint.conditions ??= {};
		for (const port of object.ports ?? []) {
			port.name ??= '';
			port.protocol ??= 'TCP';
		}
	},
	check(object, old) {
		if (!object.addressType) return [required('addressType')];
		if (!addressTypes.includes(object.addressType))
			return [unsupported('addressType', object.addressType, addressTypes)];
		return old && !equal(object.addressType, old['addressType']) ? [immutable('addressType', object.addressType)] : [];
	},
	columns: [nameColumn, text('AddressType'), text('Ports'), text('Endpoints'), ageColumn],
	cells(object, now) {
		const ports: string[] = (object['ports'] ?? []).map((port: Json) => String(port.port ?? (port.name || '*')));
		const all: string[] = (object['endpoints'] ?? []).flatMap((endpoint: Json) => endpoint.addresses ?? []);
		return [
			object.metadata.name,
			object['addressType'],
			ports.length > 0 ? cut(ports, 3) : '<unset>',
			all.length > 0 ? cut(all, 3) : '<unset>',
			age(object, now),
		];
	},
};
