import type {Json} from '../store.ts';
import {ageColumn, type Kind, nameColumn, text} from './kind.ts';
import {age, cut} from './print.ts';

function addresses(subsets: Json[] | undefined): string {
	if (!subsets?.length) return '<none>';
	const all: string[] = [];
	for (const {addresses: ready = [], ports = []} of subsets) {
		if (ports.length === 0) all.push(...ready.map((address: Json) => address.ip));
		for (const {port} of ports) {
			all.push(...ready.map(({ip}: Json) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
		}
	}
	return cut(all, 3);
}

export const endpoints: Kind = {
	group: '',
	version: 'v1',
	kind: 'Endpoints',
	resource: 'endpoints',
	singular: 'endpoints',
	shortNames: ['ep'],
	namespaced: true,
	type: 'core.v1.Endpoints',
	fill(object) {
		for (const subset of object.subsets ?? []) for (const port of subset.ports ?? []) port.protocol ??= 'TCP';
	},
	columns: [nameColumn, text('Endpoints'), ageColumn],
	cells: (object, now) => [object.metadata.name, addresses(object['subsets']), age(object, now)],
};
