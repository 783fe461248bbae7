import assert from 'node:assert/strict';
import {test} from 'node:test';
import {fences} from '../../../../source/sandbox/controllers/deployment/numbers.ts';
import {
	type Resize,
	rollingStep,
	scalingStep,
	wasScaled,
} from '../../../../source/sandbox/controllers/deployment/scaling.ts';
import type {Deployment, ReplicaSet} from '../../../../source/sandbox/controllers/shapes.ts';

function deployment(replicas: number, strategy?: object, status?: object): Deployment {
	return {metadata: {name: 'web', generation: 1}, spec: {replicas, strategy}, status} as unknown as Deployment;
}

interface Sizes {
	size: number;
	available?: number;
	desired?: number;
	max?: number;
	age?: number;
}

/** Later ones are younger unless `age` says otherwise. */
function set(name: string, {size, available = 0, desired, max, age = 0}: Sizes): ReplicaSet {
	const annotations = {
		...(desired !== undefined && {'deployment.kubernetes.io/desired-replicas': String(desired)}),
		...(max !== undefined && {'deployment.kubernetes.io/max-replicas': String(max)}),
	};
	const creationTimestamp = new Date(Date.UTC(2026, 0, 1) - age * 1000).toISOString();
	return {
		metadata: {name, annotations, creationTimestamp},
		spec: {replicas: size},
		status: {availableReplicas: available},
	} as unknown as ReplicaSet;
}

function moves(resizes: readonly Resize[]): Record<string, number> {
	return Object.fromEntries(resizes.map(({set, to}) => [set.metadata.name, to]));
}

test('surge rounds up, unavailable rounds down, and they are never both 0', () => {
	const cases: [replicas: number, surge: number, unavailable: number][] = [
		[0, 0, 0],
		[1, 1, 0],
		[3, 1, 0],
		[4, 1, 1],
		[5, 2, 1],
		[8, 2, 2],
		[10, 3, 2],
		[100, 25, 25],
	];
	for (const [replicas, surge, unavailable] of cases) {
		assert.deepEqual(fences(deployment(replicas)), {surge, unavailable}, `${replicas} replicas`);
	}
	const small = {rollingUpdate: {maxSurge: 0, maxUnavailable: '1%'}};
	assert.deepEqual(fences(deployment(3, small)), {surge: 0, unavailable: 1});
	assert.deepEqual(fences(deployment(3, {type: 'Recreate'})), {surge: 0, unavailable: 0});
	assert.deepEqual(fences(deployment(2, {rollingUpdate: {maxSurge: 1, maxUnavailable: 5}})), {
		surge: 1,
		unavailable: 2,
	});
});

/** Plays a rolling update; `ready` says how many of the new pods are available at each look. */
function play(replicas: number, strategy: object | undefined, ready: (size: number) => number): string[] {
	const wanted = deployment(replicas, strategy);
	let [old, next] = [replicas, 0];
	const seen: string[] = [];
	for (;;) {
		const state = {
			old: set('old', {size: old, available: old, age: 9}),
			new: set('new', {size: next, available: ready(next)}),
		};
		const step = moves(rollingStep(wanted, state.new, [state.old]));
		if (Object.keys(step).length === 0) return seen;
		({old = old, new: next = next} = step);
		seen.push(`${old}/${next}`);
	}
}

test('a rolling update moves as kubernetes does', () => {
	const none = () => 0;
	const all = (size: number) => size;
	assert.deepEqual(play(10, undefined, all), ['10/3', '5/3', '5/8', '0/8', '0/10']);
	assert.deepEqual(play(10, undefined, none), ['10/3', '8/3', '8/5']);
	assert.deepEqual(play(1, undefined, all), ['1/1', '0/1']);
	const oneByOne = {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}};
	assert.deepEqual(play(2, oneByOne, all), ['1/0', '1/1', '0/1', '0/2']);
	for (const [replicas, end] of [
		[1, '1/1'],
		[3, '3/1'],
		[4, '3/2'],
		[8, '6/4'],
		[10, '8/5'],
	] as const) {
		assert.equal(play(replicas, undefined, none).at(-1), end, `${replicas} replicas, the new ones never ready`);
	}
	assert.equal(play(3, oneByOne, none).at(-1), '2/1');
});

test('pods of old revisions that are not available go first, those of the oldest revision before all', () => {
	const oldest = set('oldest', {size: 4, available: 4, age: 90});
	const sick = set('sick', {size: 3, available: 0, age: 50});
	const fresh = set('fresh', {size: 6, available: 3});
	// 13 pods, 8 must be available, 3 new ones are not yet: two may go, both from the sick ones.
	assert.deepEqual(moves(rollingStep(deployment(10), fresh, [sick, oldest])), {sick: 1});
});

test('a Deployment that was scaled during a rollout shares its size in proportion', () => {
	const stuck = (from: number) =>
		[
			set('old', {size: 8, available: 8, desired: from, max: 13, age: 9}),
			set('new', {size: 5, desired: from, max: 13}),
		] as const;
	const [old, fresh] = stuck(10);
	assert.equal(wasScaled(deployment(15), [old, fresh]), true);
	assert.equal(wasScaled(deployment(10), [old, fresh]), false);
	assert.deepEqual(moves(scalingStep(deployment(15), fresh, [old])), {old: 12, new: 7});
	assert.deepEqual(moves(scalingStep(deployment(5), fresh, [old])), {old: 4, new: 3});
	assert.deepEqual(moves(scalingStep(deployment(0), fresh, [old])), {old: 0, new: 0});
	assert.deepEqual(moves(scalingStep(deployment(20), fresh, [old])), {old: 15, new: 10});
});

test('without the annotation a set takes its share of the size that the status tells', () => {
	const old = set('old', {size: 8, available: 8, desired: 10, age: 9});
	const fresh = set('new', {size: 5, desired: 10});
	assert.deepEqual(moves(scalingStep(deployment(15, undefined, {replicas: 13}), fresh, [old])), {old: 12, new: 7});
});

test('a single active set, or the latest one, takes the whole size', () => {
	const idle = set('idle', {size: 0, age: 9});
	assert.deepEqual(moves(scalingStep(deployment(7), set('new', {size: 3}), [idle])), {new: 7});
	assert.deepEqual(moves(scalingStep(deployment(7), undefined, [idle])), {idle: 7});
	assert.deepEqual(scalingStep(deployment(3), set('new', {size: 3}), [idle]), []);
});

test('once the new set has everything, old ones go to 0, and a Recreate never shares', () => {
	const full = set('new', {size: 3, available: 3, desired: 3, max: 4});
	const rest = set('old', {size: 1, age: 9});
	assert.deepEqual(moves(scalingStep(deployment(3), full, [rest])), {old: 0});
	const starting = set('new', {size: 2, desired: 2, max: 2});
	assert.deepEqual(scalingStep(deployment(5, {type: 'Recreate'}), starting, [rest]), []);
});
