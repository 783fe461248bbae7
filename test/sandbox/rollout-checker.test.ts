import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {rollingStep} from '../../source/sandbox/controllers/deployment/scaling.ts';
import type {Deployment, ReplicaSet} from '../../source/sandbox/controllers/shapes.ts';
import {findIllegalStep, planOf, type SetState, type Step} from '../support/rollout-checker.ts';
import {type Change, parseSteps, stepsOf} from '../support/rollout-recorder.ts';
import {second, startCluster} from './controllers/cluster.ts';

const folder = new URL('../support/rollouts/', import.meta.url);

/** A rollout as the real controllers went through it. */
function recorded(name: string): Step[] {
	return parseSteps(readFileSync(new URL(`${name}.jsonl`, folder), 'utf8'));
}

/** The recording with the sets of one step, and of all later ones, changed. */
function faulty(steps: readonly Step[], from: number, change: (set: SetState) => Partial<SetState>): Step[] {
	return steps.map(({wish, sets}, at) => ({
		wish,
		sets: at < from ? sets : sets.map((set) => ({...set, ...change(set)})),
	}));
}

/** The first step from which a set has another size than in the step before, of those that `wanted` takes. */
function firstMove(steps: readonly Step[], wanted: (before: SetState, after: SetState) => boolean): number {
	const at = steps.findIndex(({sets}, index) =>
		sets.some((set) => {
			const before = steps[index - 1]?.sets.find(({name}) => name === set.name);
			return before !== undefined && before.size !== set.size && wanted(before, set);
		}),
	);
	assert.ok(at > 0);
	return at;
}

const grows = (before: SetState, after: SetState) => after.size > before.size;
const shrinks = (before: SetState, after: SetState) => after.size < before.size;

suite('the checker of rollouts', () => {
	for (const file of readdirSync(folder)) {
		const name = file.replace('.jsonl', '');
		test(`accepts ${name} as the real controllers played it`, () => {
			// The pods of a crash come and go for ever.
			assert.equal(findIllegalStep(recorded(name), {atRest: name !== 'crash'}), undefined);
		});
	}

	test('rejects one pod more than the surge allows', () => {
		const steps = recorded('scaled');
		const name = steps.at(-1)?.sets[1]?.name;
		const at = steps.findIndex(({sets}) => sets.some((set) => set.name === name));
		const wrong = faulty(steps, at, (set) => (set.name === name ? {size: set.size + 1} : {}));
		assert.match(
			findIllegalStep(wrong) ?? '',
			new RegExp(`^step ${at}: a set is made at 4, .* asks for a set is made at 3`),
		);
	});

	test('rejects one pod fewer than must be available', () => {
		const steps = recorded('missing');
		const at = firstMove(steps, shrinks);
		const old = steps[at]?.sets[0]?.name;
		const wrong = faulty(steps, at, (set) => (set.name === old ? {size: set.size - 1} : {}));
		assert.match(findIllegalStep(wrong) ?? '', new RegExp(`^step ${at}: ${old} goes from 10 to 7, .*\\bfrom 10 to 8`));
	});

	test('rejects a move that comes before its cause', () => {
		const steps = recorded('good');
		// The first old pod that goes because a new one has become available, and not as soon as there is room.
		const at = steps.findIndex(
			({sets}, index) =>
				index > 0 && (sets.at(-1)?.available ?? 0) > (steps[index - 1]?.sets.at(-1)?.available ?? 0) && sets.length > 1,
		);
		const next = at + firstMove(steps.slice(at), shrinks);
		const early = steps.map(({wish, sets}, index) => ({
			wish,
			sets:
				index < at - 1 || index >= next
					? sets
					: sets.map((set, n) => ({...set, size: steps[next]?.sets[n]?.size ?? set.size})),
		}));
		assert.match(findIllegalStep(early) ?? '', new RegExp(`^step ${at - 1}: `));
	});

	test('rejects a controller that stops before the end', () => {
		const steps = recorded('good');
		const at = steps.findLastIndex(({sets}, index) =>
			sets.some((set, n) => set.size !== steps[index + 1]?.sets[n]?.size && index < steps.length - 1),
		);
		assert.match(findIllegalStep(steps.slice(0, at + 1), {atRest: true}) ?? '', /^at rest in .*, which asks for /);
	});

	test('rejects the wrong share of a Deployment that is scaled in the middle', () => {
		const steps = recorded('scaled');
		const at = steps.findIndex(({sets}) => sets.some(({size}) => size === 12));
		const wrong = faulty(steps, at, (set) => (set.size === 12 ? {size: 11} : {}));
		assert.match(findIllegalStep(wrong) ?? '', new RegExp(`^step ${at}: .* from 8 to 11`));
	});

	test('rejects a Recreate that does not wait for the last old pod', () => {
		const steps = recorded('recreate');
		const at = steps.findIndex(({sets}) => sets.length > 1);
		const lingering = steps.map(({wish, sets}, index) => ({
			wish,
			sets: index > at ? sets : sets.map((set, n) => (n === 0 && set.size === 0 ? {...set, pods: 1} : set)),
		}));
		assert.match(findIllegalStep(lingering) ?? '', new RegExp(`^step ${at}: a set is made at 3, .* asks for nothing`));
	});

	test('rejects a new revision while the Deployment is paused', () => {
		const steps = recorded('good');
		const paused = steps.map((step, at) =>
			at === 0 || step.sets.length === 0 ? step : {...step, wish: {...step.wish, paused: true}},
		);
		const at = steps.findIndex(({sets}) => sets.length > 1);
		assert.match(findIllegalStep(paused) ?? '', new RegExp(`^step ${at}: a set is made at 1, .* asks for nothing`));
	});

	test('rejects counts that cannot be, and sets that vanish with their pods', () => {
		const steps = recorded('restart');
		assert.match(findIllegalStep(faulty(steps, 9, () => ({available: 9}))) ?? '', /^step 9: .* 9 available/);
		const gone = steps.map((step, at) => (at < 9 ? step : {...step, sets: []}));
		assert.match(findIllegalStep(gone) ?? '', /^step 9: .* is gone with \d pods/);
	});

	test('grows and shrinks nothing in a rollout that needs neither', () => {
		const steps = recorded('unready');
		const at = firstMove(steps, grows);
		assert.ok(findIllegalStep(faulty(steps, at, (set) => ({size: set.size + 1}))));
	});
});

/** Everything that happens to the Deployment `web` of a sandbox cluster. */
function record(cluster: ReturnType<typeof startCluster>): () => Step[] {
	const changes: Change[] = [];
	for (const resource of ['deployments', 'replicasets', 'pods'] as const) {
		cluster.store.watch(resource, ({type, object}) => {
			changes.push({resource, type, object});
		});
	}
	return () => stepsOf(changes, 'web');
}

const share = fc.oneof(
	fc.integer({min: 0, max: 3}),
	fc.integer({min: 0, max: 100}).map((percent) => `${percent}%`),
);
const rolling = fc
	.record({maxSurge: share, maxUnavailable: share})
	.filter(
		({maxSurge, maxUnavailable}) => Number.parseInt(`${maxSurge}`, 10) + Number.parseInt(`${maxUnavailable}`, 10) > 0,
	)
	.map((rollingUpdate) => ({type: 'RollingUpdate', rollingUpdate}));
const strategy = fc.oneof(fc.constant({type: 'Recreate'}), rolling);
const action = fc.oneof(
	fc.constantFrom('1', '2', '3', 'missing', 'unready', 'slow', 'crash').map((tag) => ({tag})),
	fc.integer({min: 0, max: 12}).map((replicas) => ({replicas})),
	fc.boolean().map((paused) => ({paused})),
);

test('whatever is done to a Deployment of the sandbox, each step of its ReplicaSets is legal', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 10}),
			strategy,
			fc.array(fc.tuple(action, fc.integer({min: 0, max: 8000})), {minLength: 1, maxLength: 6}),
			(replicas, strategy, actions) => {
				const cluster = startCluster();
				const steps = record(cluster);
				cluster.deploy('web', replicas, '1', {strategy});
				for (const [what, pause] of actions) {
					cluster.clock.advance(pause);
					if ('tag' in what) cluster.setTag('web', what.tag);
					else cluster.change('web', (spec) => ({...spec, ...what}));
				}
				const restless = actions.some(([what]) => 'tag' in what && what.tag === 'crash');
				if (!restless) cluster.clock.advance(120 * second);
				assert.equal(findIllegalStep(steps(), {lag: 4, atRest: !restless}), undefined);
				assert.deepEqual(cluster.broken, []);
			},
		),
		{numRuns: 20},
	);
});

const setState = fc.tuple(fc.integer({min: 0, max: 12}), fc.integer({min: 0, max: 12}));

test('in any state at all, the sandbox’s rolling step makes the moves that the reference asks for', () => {
	fc.assert(
		fc.property(
			fc.integer({min: 0, max: 12}),
			rolling,
			fc.array(setState, {minLength: 1, maxLength: 4}),
			(replicas, strategy, sizes) => {
				const {maxSurge, maxUnavailable} = strategy.rollingUpdate;
				const sets = sizes.map(([size, ready], index): SetState => {
					const counts = {replicas: size, ready: Math.min(size, ready), available: Math.min(size, ready), pods: size};
					return {
						name: `set-${index}`,
						created: `2026-01-0${index + 1}`,
						template: `${index}`,
						size,
						desired: replicas,
						...counts,
					};
				});
				const [newSet, ...oldSets] = sets.map(
					({name, created, size, available}) =>
						({
							metadata: {name, creationTimestamp: created},
							spec: {replicas: size},
							status: {availableReplicas: available},
						}) as unknown as ReplicaSet,
				);
				assert.ok(newSet);
				const deployment = {spec: {replicas, strategy}} as unknown as Deployment;
				const moves = rollingStep(deployment, newSet, oldSets).map(({set, to}) => [set.metadata.name, to]);
				const wish = {replicas, paused: false, template: '0', recreate: false, maxSurge, maxUnavailable, present: 0};
				const asked = planOf(wish, sets).map(({set, to}) => [set, to]);
				assert.deepEqual(moves, asked);
			},
		),
		{numRuns: 2000},
	);
});
