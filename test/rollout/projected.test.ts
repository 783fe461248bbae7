import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {test} from 'node:test';
import {resources} from '../../source/resources/index.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {planUndo} from '../../source/rollout/undo.ts';
import {inputOf, type Recording, recorded} from '../objects/recorded.ts';

/** What the watchers keep of an object is enough for the facts: they are the same from it as from the whole. */

const names = readdirSync(new URL('../objects/', import.meta.url))
	.filter(
		(file) =>
			file.endsWith('.recorded.json') && !file.startsWith('film') && file !== 'undo-stale-deadline.recorded.json',
	)
	.map((file) => file.replace('.recorded.json', ''));

function projected(recording: Recording): Recording {
	const cut = <O>(kind: {project(object: O): O}, list: readonly O[]) => list.map((object) => kind.project(object));
	return {
		at: recording.at,
		deployment: resources.deployments.project(recording.deployment),
		replicaSets: cut(resources.replicasets, recording.replicaSets),
		pods: cut(resources.pods, recording.pods),
		services: cut(resources.services, recording.services),
		endpointSlices: cut(resources.endpointslices, recording.endpointSlices),
		ingresses: cut(resources.ingresses, recording.ingresses),
		autoscalers: cut(resources.horizontalpodautoscalers, recording.autoscalers),
		disruptionBudgets: cut(resources.poddisruptionbudgets, recording.disruptionBudgets),
		events: cut(resources.events, recording.events),
		...(recording.ground && {ground: recording.ground}),
	};
}

for (const name of names) {
	test(name, () => {
		const told = (recording: Recording) => {
			const {lanes, newReplicaSet, traffic, ...rest} = rolloutFacts(inputOf(recording, 5000));
			return {
				...rest,
				newReplicaSet: newReplicaSet?.metadata.name,
				lanes: lanes.map((lane) => ({...lane, replicaSet: lane.replicaSet.metadata.name})),
				traffic: traffic.map((facts) => ({...facts, service: facts.service.metadata.name})),
			};
		};
		assert.deepEqual(told(projected(recorded(name))), told(recorded(name)));
		const patch = ({deployment, replicaSets}: Recording) => {
			const plan = planUndo(deployment, replicaSets);
			return plan.kind === 'ready' ? plan.patch : plan;
		};
		assert.deepEqual(patch(projected(recorded(name))), patch(recorded(name)));
	});
}
