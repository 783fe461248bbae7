import assert from 'node:assert/strict';
import {test} from 'node:test';
import {initialState} from '../../source/state/initial.ts';
import {pickerLines} from '../../source/ui/pages.ts';
import {createPainter} from '../../source/ui/painter.ts';

test('names of contexts are cut in their middle: they differ at their end', () => {
	const value = (end: string) => `arn:aws:eks:eu-central-1:123456789012:cluster/company-production-europe-${end}`;
	const choices = ['blue', 'green'].map((end) => ({value: value(end), detail: 'namespace shop'}));
	const view = {id: 'picker', picks: 'context', cursor: 0, filter: '', choices, note: undefined} as const;
	const state = initialState({
		scope: {context: 'x', namespace: 'shop', selector: undefined},
		size: {columns: 60, rows: 12},
		now: 0,
		readOnly: false,
		typedConfirm: false,
		sandbox: false,
	});
	const lines = pickerLines({...state, views: [view]}, 12, createPainter({ascii: false, colour: false}));
	assert.match(lines[1] ?? '', /arn:aws.*…(?!$).*-blue/);
	assert.match(lines[2] ?? '', /arn:aws.*…(?!$).*-green/);
});
