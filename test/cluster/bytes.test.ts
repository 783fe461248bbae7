import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {ByteQueue, LineSplitter, withoutManagedFields} from '../../source/cluster/bytes.ts';

/** Cuts bytes into pieces at the given places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
	const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
	return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

test('a queue gives back what went in, whatever it grew to', () => {
	const queue = new ByteQueue();
	const chunk = Buffer.alloc(50_000, 'x');
	for (let times = 0; times < 5; times++) {
		queue.append(chunk);
	}
	assert.equal(queue.length, 250_000);
	queue.drop(200_001);
	queue.append(Buffer.from('end'));
	assert.equal(queue.view().toString(), `${'x'.repeat(49_999)}end`);
	queue.drop(queue.length);
	assert.equal(queue.length, 0);
});

test('lines come out whole, however they are cut', () => {
	fc.assert(
		fc.property(fc.array(fc.string({unit: 'grapheme'})), fc.array(fc.nat()), (texts, cuts) => {
			const lines = texts.map((text) => JSON.stringify(text));
			const splitter = new LineSplitter();
			const found: string[] = [];
			for (const piece of pieces(Buffer.from(lines.map((line) => `${line}\n`).join('')), cuts)) {
				for (const line of splitter.push(piece)) {
					found.push(line.toString());
				}
			}
			assert.deepEqual(found, lines);
		}),
	);
});

test('a line without its end is no line', () => {
	const splitter = new LineSplitter();
	const found = [...splitter.push(Buffer.from('a\n\nb\u2028c'))].map(String);
	assert.deepEqual(found, ['a']);
});

test('managed fields are emptied, and nothing else', () => {
	const hostile = fc.oneof(
		fc.string({unit: 'grapheme'}),
		fc.constantFrom('"managedFields":[', '\\"managedFields\\":[{}]', ']', '[{', '\\', '"'),
	);
	const managed = fc.array(fc.dictionary(hostile, fc.oneof(hostile, fc.array(hostile))));
	fc.assert(
		fc.property(
			fc.dictionary(hostile, hostile),
			managed,
			fc.dictionary(hostile, hostile),
			(before, managedFields, after) => {
				const object = {before, metadata: {name: 'x', managedFields, labels: after}, after};
				const expected = {...object, metadata: {...object.metadata, managedFields: []}};
				assert.deepEqual(
					JSON.parse(withoutManagedFields(Buffer.from(JSON.stringify(object)))),
					JSON.parse(JSON.stringify(expected)),
				);
			},
		),
	);
});

test('an object without managed fields, or with several, stays JSON', () => {
	for (const object of [
		{a: 1},
		{object: {metadata: {managedFields: [{a: [1]}]}}, more: [{managedFields: [1]}, {managedFields: null}]},
	]) {
		const text = withoutManagedFields(Buffer.from(JSON.stringify(object)));
		assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(object).replaceAll(/\[\{"a":\[1\]\}\]|\[1\]/g, '[]')));
	}
});
