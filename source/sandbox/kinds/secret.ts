import {checkData} from './config-map.ts';
import {ageColumn, integer, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';
import {immutable} from './rules.ts';

export const secret: Kind = {
	group: '',
	version: 'v1',
	kind: 'Secret',
	resource: 'secrets',
	singular: 'secret',
	namespaced: true,
	type: 'core.v1.Secret',
	fill(object) {
		object.type ??= 'Opaque';
		for (const [key, value] of Object.entries<string>(object.stringData ?? {})) {
			object.data ??= {};
			object.data[key] = Buffer.from(value).toString('base64');
		}
		delete object.stringData;
	},
	check(object, old) {
		const causes = checkData(object, ['data'], old);
		if (old && object.type !== old['type']) causes.push(immutable('type', object.type));
		return causes;
	},
	fields: {type: (object) => object['type'] ?? ''},
	columns: [nameColumn, text('Type'), integer('Data'), ageColumn],
	cells: (object, now) => [
		object.metadata.name,
		object['type'],
		Object.keys(object['data'] ?? {}).length,
		age(object, now),
	],
};
