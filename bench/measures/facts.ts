import {createBoard} from '../../source/board/board.ts';
import type {KindId, KubeObject, ObjectsByKind} from '../../source/objects.ts';
import {resources} from '../../source/resources/index.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {freshnessOf, initialState} from '../../source/state/initial.ts';
import {median} from '../clock.ts';
import type {Figure, Measure} from '../measure.ts';
import {makeWorld, namespace, type World} from '../world.ts';

/** What a rollout is, made from its objects: for one large Deployment, and for a namespace full of them. */
export const facts: Measure = {
	name: 'rollout facts',
	takesLong: true,
	async run({quick}) {
		return [one(quick ? 20 : 100), ...all(quick ? 3 : 10)];
	},
};

function one(rounds: number): Figure {
	const now = Date.now();
	const world = makeWorld(500, 500, now);
	const [deployment] = kept(world, 'deployments');
	const pods = kept(world, 'pods');
	const [event] = kept(world, 'events');
	if (!deployment || !event) throw new Error('The world has no Deployment or no event.');
	const events = Array.from({length: 2000}, (_, index) => {
		const {metadata} = pods[index % pods.length] ?? deployment;
		return {
			...event,
			metadata: {...event.metadata, name: `event-${index}`, uid: `event-${index}`},
			involvedObject: {kind: 'Pod', name: metadata.name, namespace, uid: metadata.uid},
		};
	});
	const input = {
		deployment,
		replicaSets: kept(world, 'replicasets'),
		pods,
		services: kept(world, 'services'),
		endpointSlices: kept(world, 'endpointslices'),
		ingresses: kept(world, 'ingresses'),
		autoscalers: [],
		disruptionBudgets: kept(world, 'poddisruptionbudgets'),
		events,
		now,
	};
	const times = Array.from({length: rounds + 5}, () => timed(() => rolloutFacts(input)));
	return {
		measure: 'facts of one Deployment',
		at: '500 pods, 2000 events',
		unit: 'ms',
		reached: median(times.slice(5)),
		reach: 5,
	};
}

function all(rounds: number): readonly Figure[] {
	const now = Date.now();
	const world = makeWorld(10_000, 20, now);
	const objects = (Object.keys(resources) as KindId[]).map((kind) => ({kind, upserts: kept(world, kind), deletes: []}));
	const pods = kept(world, 'pods').filter((_, index) => index % 500 === 0);
	const first: number[] = [];
	const after: number[] = [];
	for (let round = 0; round <= rounds; round++) {
		const board = createBoard({ascii: false});
		let state = initialState({
			scope: {context: 'bench', namespace, selector: undefined},
			size: {columns: 200, rows: 60},
			now,
			readOnly: false,
			typedConfirm: false,
			sandbox: false,
		});
		// Until the lists are complete nothing is said of any rollout.
		state = {...state, freshness: freshnessOf({phase: 'loading', loaded: 0, remaining: undefined})};
		state = board.tick(board.follow(state));
		for (const {kind, ...changes} of objects) state = board.apply(state, kind, changes);
		const taken = timed(() => {
			state = board.follow({...state, freshness: freshnessOf({phase: 'live'})});
			board.tally();
		});
		if (round > 0) first.push(taken); // the first round is the compiler's
		for (const pod of pods) {
			const changed = {...pod, metadata: {...pod.metadata, resourceVersion: `${round}`}};
			const cost = timed(() => {
				state = board.apply(state, 'pods', {upserts: [changed], deletes: []});
				board.tally();
			});
			if (round > 0) after.push(cost);
		}
	}
	const at = '500 Deployments, 10000 pods';
	return [
		{measure: 'facts of all Deployments, at first', at, unit: 'ms', reached: median(first), reach: 50},
		// In proportion to the change: a five-hundredth of the whole, and as much again for finding out which.
		{measure: 'facts of all Deployments, after one pod', at, unit: 'ms', reached: median(after), reach: 0.2},
	];
}

/** What rolldeck keeps of a kind, as fresh objects. */
function kept<K extends KindId>(world: World, kind: K): ObjectsByKind[K][] {
	const {project} = resources[kind] as {project(object: ObjectsByKind[K]): ObjectsByKind[K]};
	const objects: readonly KubeObject[] = world.objects.get(kind) ?? [];
	return objects.map((object) => project(JSON.parse(JSON.stringify(object)) as ObjectsByKind[K]));
}

function timed(task: () => unknown): number {
	const startedAt = performance.now();
	task();
	return performance.now() - startedAt;
}
