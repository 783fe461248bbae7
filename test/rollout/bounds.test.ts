import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from 'fast-check';
import {boundsOf, resolveFences, type SetCounts} from '../../source/rollout/bounds.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, recorded} from '../objects/recorded.ts';
import {deploymentWith} from './make.ts';

type Fence = number | string;

const rolling = (replicas: number, maxSurge?: Fence, maxUnavailable?: Fence) =>
	deploymentWith({
		replicas,
		strategy: {
			type: 'RollingUpdate',
			rollingUpdate: {...(maxSurge !== undefined && {maxSurge}), ...(maxUnavailable !== undefined && {maxUnavailable})},
		},
	});

describe('maxSurge and maxUnavailable in pods', () => {
	const cases: readonly (readonly [
		replicas: number,
		surge: Fence | undefined,
		unavailable: Fence | undefined,
		expected: readonly [number, number],
	])[] = [
		...(
			[
				[1, [1, 0]],
				[2, [1, 0]],
				[3, [1, 0]],
				[4, [1, 1]],
				[5, [2, 1]],
				[8, [2, 2]],
				[10, [3, 2]],
				[100, [25, 25]],
			] as const
		).map(([replicas, expected]) => [replicas, undefined, undefined, expected] as const),
		[10, '25%', '25%', [3, 2]],
		[10, 1, 0, [1, 0]],
		[10, 0, 1, [0, 1]],
		[3, 0, '1%', [0, 1]], // both would be 0
		[3, '0%', '0%', [0, 1]],
		[3, '1%', 0, [1, 0]],
		[3, 0, 5, [0, 3]], // never more than there are
		[3, 0, '100%', [0, 3]],
		[3, '200%', 0, [6, 0]],
		[7, '50%', '50%', [4, 3]],
		[0, undefined, undefined, [0, 0]],
		[0, 1, 1, [1, 0]],
		[0, 0, 1, [0, 0]],
		[4, 'many', 1, [0, 1]],
	];
	for (const [replicas, surge, unavailable, expected] of cases) {
		test(`${replicas} replicas, surge ${surge ?? 'default'}, unavailable ${unavailable ?? 'default'}: ${expected.join(', ')}`, () => {
			const fences = resolveFences(rolling(replicas, surge, unavailable));
			assert.deepEqual([fences.surge, fences.unavailable], expected);
		});
	}
	test('Recreate has none', () => {
		assert.deepEqual(resolveFences(deploymentWith({replicas: 4, strategy: {type: 'Recreate'}})), {
			surge: 0,
			unavailable: 0,
		});
	});
});

/** One sync of the controller as the reference tells it (2.2): the new ReplicaSet first, then the old ones. */
function step(
	replicas: number,
	surge: number,
	unavailable: number,
	fresh: SetCounts,
	olds: SetCounts[],
): {added: number; removed: number} {
	const total = fresh.desired + olds.reduce((sum, {desired}) => sum + desired, 0);
	if (fresh.desired < replicas && total < replicas + surge) {
		return {added: Math.min(replicas + surge - total, replicas - fresh.desired), removed: 0};
	}
	let down = total - (replicas - unavailable) - (fresh.desired - fresh.available);
	if (down <= 0) return {added: 0, removed: 0};
	const left = olds.map((old) => ({...old}));
	let removed = 0;
	for (const old of left) {
		const sick = Math.min(down, Math.max(0, old.desired - old.available));
		old.desired -= sick;
		down -= sick;
		removed += sick;
	}
	let spare = fresh.available + left.reduce((sum, {available}) => sum + available, 0) - (replicas - unavailable);
	for (const old of left) {
		const gone = Math.min(Math.max(0, spare), old.desired);
		old.desired -= gone;
		spare -= gone;
		removed += gone;
	}
	return {added: 0, removed};
}

describe('what the controller may do next', () => {
	const counts = fc.nat(12).chain((desired) => fc.nat(desired).map((available) => ({desired, available})));
	test('is what one of its steps does, for any counts', () => {
		fc.assert(
			fc.property(
				fc.nat(12),
				fc.nat(4),
				fc.nat(4),
				counts,
				fc.array(counts, {maxLength: 3}),
				(replicas, surge, unavailable, fresh, olds) => {
					const deployment = rolling(replicas, surge, unavailable);
					const fences = resolveFences(deployment);
					const bounds = boundsOf(deployment, fresh, olds);
					const {added, removed} = step(replicas, fences.surge, fences.unavailable, fresh, olds);
					if (added > 0) assert.equal(bounds.canAdd, added);
					else assert.deepEqual([bounds.canAdd, bounds.canRemove], [0, removed]);
				},
			),
		);
	});

	/** Plays the steps; new pods become available if `starts`. */
	function play(replicas: number, surge: Fence | undefined, unavailable: Fence | undefined, starts: boolean): string[] {
		let fresh = {desired: 0, available: 0};
		let old = {desired: replicas, available: replicas};
		const seen: string[] = [];
		for (let turn = 0; turn < 40; turn++) {
			const {canAdd, canRemove} = boundsOf(rolling(replicas, surge, unavailable), fresh, [old]);
			if (canAdd === 0 && canRemove === 0) break;
			if (canAdd > 0) {
				const desired = fresh.desired + canAdd;
				fresh = {desired, available: starts ? desired : 0};
			} else old = {desired: old.desired - canRemove, available: old.desired - canRemove};
			seen.push(`${old.desired}/${fresh.desired}`);
		}
		return seen;
	}
	test('the known course of a rollout whose pods are available at once', () => {
		assert.deepEqual(play(10, undefined, undefined, true), ['10/3', '5/3', '5/8', '0/8', '0/10']);
		assert.deepEqual(play(1, undefined, undefined, true), ['1/1', '0/1']);
		assert.deepEqual(play(2, 0, 1, true), ['1/0', '1/1', '0/1', '0/2']);
	});
	test('where a rollout stops whose pods never start', () => {
		const stops = [1, 3, 4, 8, 10].map((replicas) => play(replicas, undefined, undefined, false).at(-1));
		assert.deepEqual(stops, ['1/1', '3/1', '3/2', '6/4', '8/5']);
		assert.equal(play(3, 0, 1, false).at(-1), '2/1');
	});
	test('nothing while paused', () => {
		const {canAdd, canRemove} = boundsOf(deploymentWith({replicas: 4, paused: true}), {desired: 0, available: 0}, [
			{desired: 4, available: 4},
		]);
		assert.deepEqual([canAdd, canRemove], [0, 0]);
	});
	test('Recreate starts new pods only when no old one is left, stopping ones included', () => {
		const recreate = deploymentWith({replicas: 3, strategy: {type: 'Recreate'}});
		const next = (old: number, existing: number) => {
			const {canAdd, canRemove} = boundsOf(recreate, undefined, [{desired: old, available: old}], existing);
			return [canAdd, canRemove];
		};
		assert.deepEqual(
			[next(3, 3), next(0, 2), next(0, 0)],
			[
				[0, 3],
				[0, 0],
				[3, 0],
			],
		);
	});
});

test('the recorded stuck rollouts stand at their fences', () => {
	for (const name of ['missing', 'crash', 'unready', 'selector', 'scaled-before', 'scaled']) {
		const {bounds, lanes} = rolloutFacts(inputOf(recorded(name)));
		assert.deepEqual([bounds.canAdd, bounds.canRemove], [0, 0], name);
		assert.equal(
			lanes.reduce((sum, {desired}) => sum + desired, 0),
			bounds.maximumPods,
			name,
		);
		assert.equal(lanes.reduce((sum, {available}) => sum + available, 0) <= bounds.minimumAvailable, true, name);
	}
});
