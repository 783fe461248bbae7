import {badRequest} from '../api-error.ts';
import type {Json} from '../store.ts';
import {type Field, type Fields, fieldsOf, type Shape, schema} from './schema.ts';

// kubectl's typed commands (`create namespace`, `auth can-i`...) send protobuf and take no refusal for an answer, so bodies are
// read in it. Answers are always JSON, which every client accepts.

const magic = Buffer.from('k8s\0');

interface Reader {
	readonly bytes: Buffer;
	at: number;
}

function broken(): Error {
	return badRequest('unable to decode protobuf: unexpected EOF');
}

function varint(reader: Reader): bigint {
	let value = 0n;
	for (let shift = 0n; ; shift += 7n) {
		const byte = reader.bytes[reader.at];
		if (byte === undefined || shift > 63n) throw broken();
		reader.at += 1;
		value |= BigInt(byte & 0x7f) << shift;
		if (byte < 0x80) return BigInt.asIntN(64, value);
	}
}

type Wire = bigint | Buffer;

/** The fields of a message in their order: number and raw value. */
function* wireFields(bytes: Buffer): Generator<[number, Wire]> {
	const reader: Reader = {bytes, at: 0};
	while (reader.at < bytes.length) {
		const tag = Number(varint(reader));
		const wireType = tag & 7;
		if (wireType === 0) yield [tag >> 3, varint(reader)];
		else {
			const length = wireType === 1 ? 8 : wireType === 5 ? 4 : wireType === 2 ? Number(varint(reader)) : -1;
			if (length < 0 || reader.at + length > bytes.length) throw broken();
			yield [tag >> 3, bytes.subarray(reader.at, reader.at + length)];
			reader.at += length;
		}
	}
}

function plain(bytes: Wire): Map<number, Wire> {
	if (typeof bytes === 'bigint') throw broken();
	return new Map(wireFields(bytes));
}

function time(value: Wire, micro: boolean): string {
	const fields = plain(value);
	const seconds = Number(fields.get(1) ?? 0n);
	if (seconds === 0) return '';
	const iso = new Date(seconds * 1000).toISOString().slice(0, 19);
	if (!micro) return `${iso}Z`;
	return `${iso}.${String(Math.floor(Number(fields.get(2) ?? 0n) / 1000)).padStart(6, '0')}Z`;
}

function scalar(value: Wire, name: string): Json {
	if (typeof value === 'bigint') return name === 'bool' ? value !== 0n : Number(value);
	switch (name) {
		case 'bytes':
			return value.toString('base64');
		case 'quantity':
			return String(plain(value).get(1) ?? '0');
		case 'intOrString': {
			const fields = plain(value);
			return fields.get(1) === 1n ? String(fields.get(3) ?? '') : Number(fields.get(2) ?? 0n);
		}
		case 'time':
		case 'microTime':
			return time(value, name === 'microTime');
		case 'any': {
			const raw = String(plain(value).get(1) ?? '');
			return raw === '' ? undefined : JSON.parse(raw);
		}
		case 'double':
			return value.readDoubleLE();
		default:
			return value.toString('utf8');
	}
}

function one(value: Wire, shape: Shape): Json {
	if (shape.is === 'scalar') return scalar(value, shape.name);
	if (typeof value === 'bigint') throw broken();
	return shape.is === 'object' ? message(value, fieldsOf(shape.name)) : undefined;
}

/** Go writes every field that is no pointer: an empty text, zero and false stand for nothing. */
function isAbsent(value: Json, {shape, pointer}: Field): boolean {
	if (shape.is !== 'scalar') return false;
	return value === '' || (!pointer && (value === false || (value === 0 && shape.name !== 'intOrString')));
}

function put(target: Record<string, Json>, key: string, field: Field, value: Wire): void {
	const {shape} = field;
	if (shape.is === 'list') (target[key] ??= []).push(one(value, shape.of));
	else if (shape.is === 'map') {
		const entry = plain(value);
		const item = entry.get(2) ?? Buffer.alloc(0);
		(target[key] ??= {})[String(entry.get(1) ?? '')] = one(item, shape.of) ?? '';
	} else {
		const read = one(value, shape);
		if (read !== undefined && !isAbsent(read, field)) target[key] = read;
	}
}

/** The fields of a message by number; one that is inlined in JSON appears as the message it inlines. */
function byNumber(fields: Fields, depth: number): Map<number, {key: string; field: Field}[]> {
	const table = new Map<number, {key: string; field: Field}[]>();
	for (const [key, field] of fields) {
		const number = field.numbers[depth];
		if (number === undefined) continue;
		table.set(number, [...(table.get(number) ?? []), {key, field}]);
	}
	return table;
}

function message(bytes: Buffer, fields: Fields, depth = 0, target: Record<string, Json> = {}): Json {
	const table = byNumber(fields, depth);
	for (const [number, value] of wireFields(bytes)) {
		const found = table.get(number) ?? [];
		const [first] = found;
		if (!first) continue;
		if (first.field.numbers.length === depth + 1) put(target, first.key, first.field, value);
		else if (typeof value !== 'bigint') {
			const inlined = new Map(found.map(({key, field}) => [key, field]));
			message(value, inlined, depth + 1, target);
		}
	}
	return target;
}

/** The type in the schema of an apiVersion and kind. */
function typeName(apiVersion: string, kind: string): string | undefined {
	const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
	const name = `${group.split('.')[0]}.${version}.${kind}`;
	return schema.has(name) ? name : schema.has(`meta.v1.${kind}`) ? `meta.v1.${kind}` : undefined;
}

/** The object in a body of `application/vnd.kubernetes.protobuf`. 400 for one that is broken or of an unknown kind. */
export function decodeMessage(body: Buffer): Json {
	if (!body.subarray(0, 4).equals(magic)) throw badRequest('provided data does not appear to be a protobuf message');
	const envelope = plain(body.subarray(4));
	const meta = plain(envelope.get(1) ?? Buffer.alloc(0));
	const apiVersion = String(meta.get(1) ?? '');
	const kind = String(meta.get(2) ?? '');
	const type = typeName(apiVersion, kind);
	if (!type) throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}"`);
	const raw = envelope.get(2);
	return {apiVersion, kind, ...message(Buffer.isBuffer(raw) ? raw : Buffer.alloc(0), fieldsOf(type))};
}
