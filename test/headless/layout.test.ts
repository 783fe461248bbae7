import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createLayout} from '../../source/headless/layout.ts';

test('columns are as wide as their longest cell, three apart and never under six; the last is as long as its text', () => {
	const rows = [
		['NAME', 'A', 'AGE'],
		['checkout', '', '5s'],
	];
	assert.equal(createLayout()(rows), 'NAME       A     AGE\ncheckout         5s\n');
});

test('rows that come later stand under the same headings, and what is longer moves only what follows', () => {
	const lay = createLayout();
	assert.equal(lay([['NAME', 'AGE']]), 'NAME   AGE\n');
	assert.equal(lay([['a', '5s']]), 'a      5s\n');
	assert.equal(lay([['checkout', '5s']]), 'checkout   5s\n');
	assert.equal(lay([['a', '6s']]), 'a          6s\n');
});

test('a wide character takes two cells', () => {
	const rows = [
		['日本', 'x'],
		['four', 'y'],
	];
	assert.equal(createLayout()(rows), '日本   x\nfour   y\n');
});

test('no rows, no text', () => {
	assert.equal(createLayout()([]), '');
});
