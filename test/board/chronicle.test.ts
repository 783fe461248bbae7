import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createChronicle} from '../../source/board/chronicle.ts';
import type {RolloutInput} from '../../source/rollout/facts.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

function look(input: RolloutInput) {
	const facts = rolloutFacts(input);
	const pods = (input.pods ?? []).filter(({metadata}) =>
		metadata.ownerReferences?.some(({uid}) => uid === facts.newReplicaSet?.metadata.uid),
	);
	return {facts, pods};
}

suite('chronicle', () => {
	const before = inputOf(recorded('complete'));
	const {uid} = before.deployment.metadata;
	const present = look(before);
	/** The same moment as part of another rollout: its ReplicaSet is another one. */
	const another = (id: string, available: number, state: typeof present.facts.state) => ({
		...present.facts,
		state,
		revision: 9,
		newReplicaSet: present.facts.newReplicaSet && {
			...present.facts.newReplicaSet,
			metadata: {...present.facts.newReplicaSet.metadata, uid: id},
		},
		lanes: present.facts.lanes.map((lane, index) => ({...lane, available: index === 0 ? available : 0})),
	});

	test('what was under way when we came is not ours to tell', () => {
		const chronicle = createChronicle();
		chronicle.note(uid, present.facts, present.pods, 1000);
		chronicle.note(uid, present.facts, present.pods, 2000);
		assert.equal(chronicle.last(uid), undefined);
	});

	test('a rollout that was seen from its beginning: how long, how many pods, how low', () => {
		const chronicle = createChronicle();
		chronicle.note(uid, present.facts, present.pods, 1000);
		chronicle.note(uid, another('x', 2, 'moving'), present.pods.slice(0, 1), 2000);
		chronicle.note(uid, another('x', 1, 'moving'), present.pods, 3000);
		chronicle.note(uid, another('x', 3, 'complete'), present.pods, 7000);
		chronicle.note(uid, another('x', 0, 'degraded'), present.pods, 9000);
		const last = chronicle.last(uid);
		assert.equal(last?.lowestAvailable, 1);
		assert.equal(last.pods, present.pods.length);
		assert.equal(last.restarts, 0);
		assert.equal((last.endedAt ?? 0) - last.startedAt, 5000);
	});

	test('the next rollout remembers how long the last ones took', () => {
		const chronicle = createChronicle();
		chronicle.note(uid, present.facts, present.pods, 0);
		for (const [index, took] of [4000, 6000].entries()) {
			chronicle.note(uid, another(`x${index}`, 2, 'moving'), [], index * 10_000);
			chronicle.note(uid, another(`x${index}`, 3, 'complete'), [], index * 10_000 + took);
		}
		chronicle.note(uid, another('last', 2, 'moving'), [], 50_000);
		assert.deepEqual(chronicle.earlier(uid), [6000, 4000]);
	});
});
