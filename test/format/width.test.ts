import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import {cutEnd, cutMiddle, cutStart, fit, padEnd, padStart, sanitize, width} from '../../source/format/width.ts';

const texts = fc.oneof(fc.string(), fc.string({unit: 'grapheme'}), fc.string({unit: 'binary'})).map(sanitize);
const family = '👨‍👩‍👧‍👦';

suite('width', () => {
	test('ascii, wide characters, emoji and combining marks', () => {
		assert.equal(width('checkout'), 8);
		assert.equal(width('東京'), 4);
		assert.equal(width(family), 2);
		assert.equal(width('e\u0301'), 1);
		assert.equal(width('✓ 80→8080 … ▸█▒─'), 16);
	});

	test('the short way gives what string-width gives (all characters it takes stand below U+3000)', () => {
		for (let code = 0x20; code < 0x3000; code++) {
			const text = String.fromCharCode(code);
			if (text.isWellFormed()) assert.equal(width(text), stringWidth(text), `U+${code.toString(16)}`);
		}
	});
});

suite('padding', () => {
	test('counts cells, and leaves long texts alone', () => {
		assert.equal(padEnd('東京', 6), '東京  ');
		assert.equal(padStart('東京', 6), '  東京');
		assert.equal(padEnd('checkout', 3), 'checkout');
		assert.equal(padStart('checkout', 3), 'checkout');
	});
});

suite('cutting', () => {
	test('at the end, the beginning and in the middle', () => {
		assert.equal(cutEnd('payments-reconciler', 9), 'payments…');
		assert.equal(cutStart('arn:aws:eks:eu:1:cluster/prod-eu', 9), '…/prod-eu');
		assert.equal(cutMiddle('payments-reconciliation-worker', 16), 'payments…-worker');
		assert.equal(cutMiddle('checkout', 8), 'checkout');
	});

	test('with ascii alone', () => {
		assert.equal(cutEnd('payments', 5, {ascii: true}), 'paym~');
		assert.equal(cutMiddle('payments', 5, {ascii: true}), 'pa~ts');
	});

	test('to nothing, and to the mark alone', () => {
		assert.equal(cutEnd('payments', 0), '');
		assert.equal(cutMiddle('payments', 1), '…');
	});

	test('never splits a grapheme; a wide one that does not fit leaves a cell free', () => {
		assert.equal(cutEnd('東京都', 4), '東…');
		assert.equal(cutMiddle(`${family}abc${family}`, 5), `${family}…${family}`);
		assert.equal(cutEnd('e\u0301e\u0301e\u0301', 2), 'e\u0301…');
	});

	test('gives at most the cells asked for, and text that was there', () => {
		fc.assert(
			fc.property(
				texts,
				fc.integer({min: 0, max: 20}),
				fc.constantFrom(cutEnd, cutStart, cutMiddle),
				(text, cells, cut) => {
					const short = cut(text, cells);
					assert.ok(width(short) <= cells);
					if (width(text) <= cells) assert.equal(short, text);
				},
			),
		);
	});
});

suite('fit', () => {
	test('left, right, cut at the end or in the middle', () => {
		assert.equal(fit('web', 6), 'web   ');
		assert.equal(fit('web', 6, {align: 'right'}), '   web');
		assert.equal(fit('checkout', 6), 'check…');
		assert.equal(fit('checkout', 6, {cut: 'middle'}), 'che…ut');
		assert.equal(fit('東京都', 4, {align: 'right'}), ' 東…');
	});

	test('always fills its cells exactly', () => {
		fc.assert(
			fc.property(texts, fc.integer({min: 0, max: 20}), fc.constantFrom('middle', 'end'), (text, cells, cut) => {
				assert.equal(width(fit(text, cells, {cut})), cells);
			}),
		);
	});
});

suite('sanitize', () => {
	const cases: [raw: string, safe: string][] = [
		['plain', 'plain'],
		['\u001B[31mred\u001B[0m', 'red'],
		['\u009B31mred', 'red'],
		['\u001B]0;a title\u0007text', 'text'],
		['\u001B]8;;https://example.com\u001B\\link\u001B]8;;\u001B\\', 'link'],
		['\u001B]0;never ended', '0;never ended'],
		['\u001BPq#0\u001B\\text', 'text'],
		['\u001B(Btext\u001B', 'text'],
		['a\tb\r\nc\nd', 'a b c d'],
		['a\u0000b\u007Fc\u0085d', 'abc d'],
		['abc\u202Ecba\u2066', 'abccba'],
		['half \uD83D', 'half \uFFFD'],
		['東京 é 👍', '東京 é 👍'],
	];
	for (const [raw, safe] of cases) {
		test(JSON.stringify(raw), () => assert.equal(sanitize(raw), safe));
	}

	test('leaves nothing that a terminal obeys, and is done after one time', () => {
		const hostile = fc.array(
			fc.constantFrom('\u001B', '[', ']', '0', ';', 'm', '\u0007', '\\', '\u009D', '\u009C', 'P', 'x'),
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string({unit: 'binary'}),
					hostile.map((parts) => parts.join('')),
				),
				(raw) => {
					const safe = sanitize(raw);
					assert.doesNotMatch(safe, /\p{Cc}/u);
					assert.equal(sanitize(safe), safe);
				},
			),
		);
	});
});
