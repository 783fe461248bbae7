import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {age, ageAt, parseTime} from '../../source/format/age.ts';

/** Seconds and their text as kubectl's own function gave them. */
const vectors: [seconds: number, text: string][] = [
	[-2, '<invalid>'],
	[-1, '0s'],
	[0, '0s'],
	[119, '119s'],
	[120, '2m'],
	[121, '2m1s'],
	[599, '9m59s'],
	[601, '10m'],
	[10_799, '179m'],
	[10_800, '3h'],
	[10_860, '3h1m'],
	[28_799, '7h59m'],
	[28_800, '8h'],
	[172_799, '47h'],
	[172_800, '2d'],
	[176_400, '2d1h'],
	[691_199, '7d23h'],
	[691_200, '8d'],
	[63_071_999, '729d'],
	[63_072_000, '2y'],
	[63_158_400, '2y1d'],
	[252_288_000, '8y'],
	[300_000_000, '9y'],
];

suite('age', () => {
	for (const [seconds, text] of vectors) {
		test(`${seconds} s is ${text}`, () => {
			assert.equal(age(seconds * 1000), text);
			// The second is cut off towards zero.
			assert.equal(age(seconds * 1000 + (seconds < 0 ? -999 : 999)), seconds === -1 ? '0s' : text);
		});
	}

	test('no time is <unknown>', () => {
		assert.equal(age(undefined), '<unknown>');
		assert.equal(age(Number.NaN), '<unknown>');
		assert.equal(ageAt(undefined, 0), '<unknown>');
		assert.equal(ageAt('', 0), '<unknown>');
	});

	test('of a timestamp', () => {
		assert.equal(ageAt('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1, 0, 2, 1)), '2m1s');
	});
});

suite('parseTime', () => {
	test('reads seconds, microseconds and offsets', () => {
		assert.equal(parseTime('2026-01-01T00:00:00Z'), Date.UTC(2026, 0, 1));
		assert.equal(parseTime('2026-01-01T00:00:00.250000Z'), Date.UTC(2026, 0, 1) + 250);
		assert.equal(parseTime('2026-01-01T01:00:00+01:00'), Date.UTC(2026, 0, 1));
	});

	test('gives nothing for what is no time', () => {
		assert.equal(parseTime(null), undefined);
		assert.equal(parseTime('yesterday'), undefined);
	});
});
