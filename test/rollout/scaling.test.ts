import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {distribute, predictScale} from '../../source/rollout/scaling.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

/** New first, then old; each was made a day after the next. */
const sets = (sizes: readonly number[], maximum: number) =>
	sizes.map((size, index) => ({size, maximum, createdAt: `2026-01-0${9 - index}T00:00:00Z`}));

describe('the share of each ReplicaSet', () => {
	const cases: readonly (readonly [
		name: string,
		sizes: readonly number[],
		maximum: number,
		replicas: number,
		surge: number,
		expected: readonly number[],
	])[] = [
		['alone it gets all', [3], 4, 7, 2, [7]],
		['alone it gets nothing', [3], 4, 0, 0, [0]],
		['one active one gets all', [0, 3], 4, 5, 2, [0, 5]],
		['10 to 15', [5, 8], 13, 15, 4, [7, 12]],
		['10 to 5', [5, 8], 13, 5, 2, [3, 4]],
		['15 back to 10', [7, 12], 19, 10, 3, [5, 8]],
		['to nothing', [5, 8], 13, 0, 0, [0, 0]],
		['paused 10 to 20', [5, 8], 13, 20, 5, [10, 15]],
		['one more for two of the same size goes to the newer', [2, 2], 4, 4, 1, [3, 2]],
		['one less of two of the same size is taken from the older', [3, 3], 6, 4, 1, [3, 2]],
	];
	for (const [name, sizes, maximum, replicas, surge, expected] of cases) {
		test(`${name}: ${sizes.join('/')} becomes ${expected.join('/')}`, () => {
			assert.deepEqual(distribute(sets(sizes, maximum), replicas, surge), expected);
		});
	}
	test('Recreate scales nothing while it changes over', () =>
		assert.deepEqual(distribute(sets([2, 3], 5), 9, 0, true), [2, 3]));
	test('the shares add up to wanted plus surge, none is negative', () => {
		fc.assert(
			fc.property(
				fc.array(fc.integer({min: 1, max: 30}), {minLength: 2, maxLength: 4}),
				fc.integer({min: 1, max: 60}),
				fc.nat(15),
				(sizes, replicas, surge) => {
					const total = sizes.reduce((sum, size) => sum + size, 0);
					const shares = distribute(sets(sizes, total), replicas, surge);
					assert.equal(
						shares.every((share) => share >= 0),
						true,
					);
					assert.equal(
						shares.reduce((sum, share) => sum + share, 0),
						replicas + surge,
					);
				},
			),
		);
	});
});

describe('what a scaling will do', () => {
	const predict = (name: string, replicas: number) => {
		const recording = recorded(name);
		return predictScale(rolloutFacts(inputOf(recording)), recording.deployment, replicas, recording.autoscalers);
	};
	test('in the middle of a rollout each revision gets its share, as the control plane did', () => {
		const {perLane, sentences} = predict('scaled-before', 12);
		const done = rolloutFacts(inputOf(recorded('scaled'))).lanes.map(({revision, desired}) => [revision, desired]);
		assert.deepEqual(
			perLane.map(({revision, to}) => [revision, to]),
			done,
		);
		assert.deepEqual(sentences, ['a rollout is going: new 2 4 → 6, old 1 6 → 9, at most 15 pods']);
	});
	test('that there is no autoscaler is not said where none can be read', () => {
		const recording = recorded('complete');
		const {sentences} = predictScale(rolloutFacts(inputOf(recording)), recording.deployment, 5, undefined);
		assert.deepEqual(sentences, [
			'2 more pods, of the present revision',
			'autoscalers cannot be read here: one may set it anew',
		]);
	});
	test('without one it says how many come or go', () => {
		assert.deepEqual(predict('complete', 5).sentences, ['2 more pods, of the present revision']);
		assert.deepEqual(predict('complete', 2).sentences, ['1 pod will stop']);
		assert.deepEqual(predict('complete', 5).perLane, [{revision: 3, from: 3, to: 5}]);
	});
	test('nothing serves at 0', () => assert.deepEqual(predict('complete', 0).sentences, ['nothing will serve web']));
	test('the autoscaler has its say', () => {
		assert.match(
			predict('autoscaled', 9).sentences.join(),
			/autoscaler web allows 2 to 4 and will set it to 4 within about 15 s/,
		);
		assert.match(predict('autoscaled', 1).sentences.join(), /will set it to 2/);
		assert.match(predict('autoscaled', 3).sentences.join(), /may set it anew by its metrics/);
		assert.match(predict('autoscaled', 0).sentences.join(), /switches itself off until someone scales to 1 or more/);
	});
});
