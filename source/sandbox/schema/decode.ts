import {goName, isRecord} from '../json.ts';
import {canonicalQuantity} from '../quantity.ts';
import type {Json} from '../store.ts';
import {type Fields, fieldsOf, type Shape, shortName} from './schema.ts';

/** A value that does not fit its field; the message is Go's, which clients show. */
export class DecodeError extends Error {}

export interface Decoded {
	value: Json;
	/** Paths of fields the type does not have, such as `spec.template.foo`. They are dropped. */
	unknown: string[];
}

interface Place {
	/** Where in the document, for unknown fields (`spec.containers[0].x`). */
	path: string;
	/** Where in Go's words, which leave list indices out (`DeploymentSpec.spec.template...`). */
	go: string;
}

const integers: Record<string, [number, number]> = {
	int32: [-(2 ** 31), 2 ** 31 - 1],
	int64: [-(2 ** 63), 2 ** 63 - 1],
};

/** The way Go prints a type in its decoding errors. */
function goType(shape: Shape): string {
	if (shape.is === 'list') return `[]${goType(shape.of)}`;
	if (shape.is === 'map') return `map[string]${goType(shape.of)}`;
	if (shape.is === 'object') return shape.name.split('.').slice(-2).join('.');
	return {bytes: '[]uint8', double: 'float64', microTime: 'v1.MicroTime', time: 'v1.Time'}[shape.name] ?? shape.name;
}

function mismatch(value: unknown, shape: Shape, place: Place): DecodeError {
	const number = typeof value === 'number' && shape.is === 'scalar' && shape.name in integers ? ` ${value}` : '';
	const where = place.go ? `Go struct field ${place.go}` : 'Go value';
	return new DecodeError(`json: cannot unmarshal ${goName(value)}${number} into ${where} of type ${goType(shape)}`);
}

function scalar(value: Json, shape: Shape & {is: 'scalar'}, place: Place): Json {
	switch (shape.name) {
		case 'any':
			return value;
		case 'bool':
			if (typeof value !== 'boolean') throw mismatch(value, shape, place);
			return value;
		case 'double':
			if (typeof value !== 'number') throw mismatch(value, shape, place);
			return value;
		case 'int32':
		case 'int64': {
			const [low, high] = integers[shape.name]!;
			const fits = typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
			if (!fits) throw mismatch(value, shape, place);
			return value;
		}
		case 'intOrString':
			if (typeof value === 'string' || Number.isInteger(value)) return value;
			throw mismatch(value, {is: 'scalar', name: 'int32'}, place);
		case 'quantity': {
			if (typeof value !== 'string' && typeof value !== 'number') throw mismatch(value, shape, place);
			const canonical = canonicalQuantity(value);
			if (canonical !== undefined) return canonical;
			throw new DecodeError(
				"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
			);
		}
		case 'time':
		case 'microTime':
			if (typeof value !== 'string') throw mismatch(value, shape, place);
			return time(value, shape.name);
		case 'bytes': {
			if (typeof value !== 'string') throw mismatch(value, shape, place);
			const wrong = value.search(/[^A-Za-z0-9+/=\r\n]/);
			if (wrong >= 0 || value.replace(/[\r\n]/g, '').length % 4 !== 0) {
				throw new DecodeError(`illegal base64 data at input byte ${wrong >= 0 ? wrong : value.length}`);
			}
			return value;
		}
		default:
			if (typeof value !== 'string') throw mismatch(value, shape, place);
			return value;
	}
}

function time(value: string, name: string): string {
	const milliseconds = Date.parse(value);
	if (!/^\d{4}-\d\d-\d\dT/.test(value) || Number.isNaN(milliseconds)) {
		throw new DecodeError(
			`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(value)} as "2006"`,
		);
	}
	if (name === 'microTime') return value;
	return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function decode(value: Json, shape: Shape, place: Place, unknown: string[]): Json {
	if (shape.is === 'scalar') return scalar(value, shape, place);
	if (shape.is === 'list') {
		if (!Array.isArray(value)) throw mismatch(value, shape, place);
		return value.map((item, index) => {
			const at = {path: `${place.path}[${index}]`, go: place.go};
			if (item !== null) return decode(item, shape.of, at, unknown);
			return shape.of.is === 'scalar' ? '' : {};
		});
	}
	if (!isRecord(value)) throw mismatch(value, shape, place);
	if (shape.is === 'object') return object(value, fieldsOf(shape.name), shortName(shape.name), place, unknown);
	const map: Record<string, Json> = {};
	for (const [key, item] of Object.entries(value)) {
		if (item !== null) map[key] = decode(item, shape.of, {path: `${place.path}.${key}`, go: place.go}, unknown);
		else if (shape.of.is === 'scalar') map[key] = '';
	}
	return map;
}

function object(value: Record<string, Json>, fields: Fields, name: string, place: Place, unknown: string[]): Json {
	const result: Record<string, Json> = {};
	// In order of the document, as the real decoder meets them.
	for (const [key, item] of Object.entries(value)) {
		const field = fields.get(key);
		if (!field) {
			unknown.push(place.path ? `${place.path}.${key}` : key);
			continue;
		}
		if (item === null || item === undefined) continue;
		const base = place.go.slice(place.go.indexOf('.') + 1);
		const go = `${name}.${place.go ? `${base}.` : ''}${key}`;
		result[key] = decode(item, field.shape, {path: place.path ? `${place.path}.${key}` : key, go}, unknown);
	}
	return result;
}

/**
 * Checks a document against a type, as the API server's decoder does: types must fit (DecodeError), unknown fields are dropped and
 * named, nulls are absent, quantities and times are brought to their canonical form.
 */
export function decodeAs(type: string, value: Json): Decoded {
	const unknown: string[] = [];
	const result = decode(value, {is: 'object', name: type}, {path: '', go: ''}, unknown);
	return {value: result, unknown};
}
