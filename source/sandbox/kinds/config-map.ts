import type {Cause} from '../api-error.ts';
import {equal} from '../json.ts';
import type {Json, Obj} from '../store.ts';
import {ageColumn, integer, type Kind, nameColumn} from './kind.ts';
import {age} from './print.ts';
import {forbiddenField, invalidValue} from './rules.ts';

/** The rules for the keys of a ConfigMap or Secret, and for one that is marked immutable. */
export function checkData(object: Json, parts: readonly string[], old?: Obj): Cause[] {
	const causes: Cause[] = [];
	if (old?.['immutable']) {
		if (!object.immutable) causes.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'));
		for (const part of parts) {
			if (!equal(object[part], old[part]))
				causes.push(forbiddenField(part, 'field is immutable when `immutable` is set'));
		}
	}
	for (const part of parts) {
		for (const key of Object.keys(object[part] ?? {})) {
			if (/^[-._a-zA-Z0-9]+$/.test(key)) continue;
			const why =
				"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
			causes.push(invalidValue(`${part}[${key}]`, key, why));
		}
	}
	return causes;
}

export const configMap: Kind = {
	group: '',
	version: 'v1',
	kind: 'ConfigMap',
	resource: 'configmaps',
	singular: 'configmap',
	shortNames: ['cm'],
	namespaced: true,
	type: 'core.v1.ConfigMap',
	check: (object, old) => checkData(object, ['data', 'binaryData'], old),
	columns: [nameColumn, integer('Data'), ageColumn],
	cells: (object, now) => [
		object.metadata.name,
		Object.keys(object['data'] ?? {}).length + Object.keys(object['binaryData'] ?? {}).length,
		age(object, now),
	],
};
