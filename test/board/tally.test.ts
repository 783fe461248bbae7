import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {createTally} from '../../source/board/tally.ts';

const states = ['moving', 'unobserved', 'settling', 'waiting', 'degraded', 'stuck', 'complete', 'paused'] as const;

suite('the count of Deployments by how they are doing', () => {
	test('is that of the states noted last, whatever came before', () => {
		const notes = fc.array(
			fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.constantFrom(...states), {nil: undefined})),
		);
		fc.assert(
			fc.property(notes, (noted) => {
				const tally = createTally();
				for (const [uid, state] of noted) tally.note(uid, state);
				const last = [...new Map(noted).values()];
				const count = (...of: readonly string[]) => last.filter((state) => state && of.includes(state)).length;
				assert.deepEqual(tally.counts(), {
					moving: count('moving', 'unobserved', 'settling'),
					waiting: count('waiting', 'degraded'),
					stuck: count('stuck'),
				});
			}),
		);
	});

	test('starts anew once cleared', () => {
		const tally = createTally();
		tally.note('a', 'stuck');
		tally.clear();
		tally.note('a', 'moving');
		assert.deepEqual(tally.counts(), {moving: 1, waiting: 0, stuck: 0});
	});
});
