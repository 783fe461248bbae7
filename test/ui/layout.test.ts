import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {paneIds} from '../../source/state/state.ts';
import {layoutDeck} from '../../source/ui/layout.ts';

const count = fc.integer({min: 0, max: 10_000});
const wanted = fc.record({deployments: count, replicasets: count, endpoints: count, pods: count});
const rows = fc.integer({min: 8, max: 100});
const focus = fc.constantFrom(...paneIds);

suite('the rows of the deck', () => {
	test('are given away to the last one, if anybody wants them, and never twice', () => {
		fc.assert(
			fc.property(rows, wanted, focus, (all, want, focused) => {
				const layout = layoutDeck(all, want, focused, false);
				const given = paneIds.reduce((sum, pane) => sum + (layout[pane] ?? 0) + 1, 0);
				assert.ok(given <= all, `${given} of ${all}`);
				if (paneIds.some((pane) => (layout[pane] ?? 0) < want[pane])) assert.equal(given, all);
				for (const pane of paneIds) assert.ok((layout[pane] ?? 0) <= Math.max(1, want[pane]));
			}),
		);
	});

	test('go to the focused pane first', () => {
		fc.assert(
			fc.property(rows, wanted, focus, (all, want, focused) => {
				const without = layoutDeck(all, want, focused === 'pods' ? 'deployments' : 'pods', false);
				const layout = layoutDeck(all, want, focused, false);
				assert.ok((layout[focused] ?? 0) >= (without[focused] ?? 0));
			}),
		);
	});

	test('are all for a zoomed pane', () => {
		assert.deepEqual(layoutDeck(21, {deployments: 3, replicasets: 2, endpoints: 1, pods: 40}, 'pods', true), {
			pods: 20,
		});
	});
});
