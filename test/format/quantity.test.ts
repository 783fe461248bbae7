import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {compareQuantities, parseQuantity} from '../../source/format/quantity.ts';

suite('parseQuantity, in billionths', () => {
	const cases: [text: string | number, billionths: bigint | undefined][] = [
		['1', 1_000_000_000n],
		[2, 2_000_000_000n],
		['100m', 100_000_000n],
		['1.5', 1_500_000_000n],
		['.5', 500_000_000n],
		['5.', 5_000_000_000n],
		['-1k', -1_000_000_000_000n],
		['1Ki', 1_024_000_000_000n],
		['1.5Gi', 1_610_612_736_000_000_000n],
		['1E', 1_000_000_000_000_000_000_000_000_000n],
		['1e3', 1_000_000_000_000n],
		['2E-3', 2_000_000n],
		['1n', 1n],
		['0.1n', 1n],
		['0', 0n],
		['', undefined],
		['1KiB', undefined],
		['1 Gi', undefined],
		['1e999', undefined],
		['abc', undefined],
	];
	for (const [text, billionths] of cases) {
		test(JSON.stringify(text), () => assert.equal(parseQuantity(text), billionths));
	}
});

suite('compareQuantities', () => {
	test('by amount, not by letters', () => {
		assert.equal(compareQuantities('1', '1000m'), 0);
		assert.equal(compareQuantities('1Gi', '1024Mi'), 0);
		assert.ok(compareQuantities('1G', '1Gi') < 0);
		assert.ok(compareQuantities('2', '1900m') > 0);
	});

	test('what is no quantity comes last', () => {
		assert.deepEqual(['b', '2', 'a', '1'].toSorted(compareQuantities), ['1', '2', 'a', 'b']);
		assert.equal(compareQuantities('a', 'a'), 0);
	});
});
