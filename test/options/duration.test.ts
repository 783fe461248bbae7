import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseDuration} from '../../source/options/duration.ts';

const cases: readonly (readonly [string, number | undefined])[] = [
	['0', 0],
	['0s', 0],
	['5', 5000],
	['5s', 5000],
	['500ms', 500],
	['1m30s', 90_000],
	['1.5h', 5_400_000],
	['100us', 1],
	['1s500ms', 1500],
	['', undefined],
	['-5s', undefined],
	['5 s', undefined],
	['5d', undefined],
	['1.5', undefined],
	['s', undefined],
	['999h', undefined],
];
for (const [text, expected] of cases)
	test(`"${text}" is ${expected} ms`, () => assert.equal(parseDuration(text), expected));
