import assert from 'node:assert/strict';
import {test} from 'node:test';
import {either, nearest} from '../../source/options/usage-error.ts';

const known = ['get', 'sandbox', 'status'];
const meant: readonly (readonly [string, string | undefined])[] = [
	['gte', 'get'],
	['GET', 'get'],
	['sandbx', 'sandbox'],
	['statsu', 'status'],
	['web', undefined],
	['', undefined],
];
for (const [word, expected] of meant)
	test(`"${word}" means ${expected}`, () => assert.equal(nearest(word, known), expected));

test('alternatives', () => {
	assert.equal(either([]), '');
	assert.equal(either(['one']), 'one');
	assert.equal(either(['one', 'two', 'three']), 'one, two or three');
});
