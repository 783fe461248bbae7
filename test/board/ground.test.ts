import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createFactsCache} from '../../source/board/facts.ts';
import {createObjectSets} from '../../source/state/objects.ts';
import {recorded} from '../objects/recorded.ts';

suite('the ground of the Deployment on the screen', () => {
	const {deployment, replicaSets, pods, events, ground = {}, at} = recorded('claim-unbound');
	const {uid} = deployment.metadata;
	const start = () => {
		const objects = createObjectSets();
		const cache = createFactsCache(objects, () => 'complete');
		cache.note('deployments', objects.deployments.apply({upserts: [deployment], deletes: []}));
		cache.note('replicasets', objects.replicasets.apply({upserts: replicaSets, deletes: []}));
		cache.note('pods', objects.pods.apply({upserts: pods, deletes: []}));
		const tell = (from: number, to?: number) =>
			cache.note('events', objects.events.apply({upserts: events.slice(from, to), deletes: []}));
		return {cache, tell, cause: () => cache.facts(deployment, at)?.causes[0]};
	};

	test('says more about its causes, events of its claims among it', () => {
		const {cache, tell, cause} = start();
		tell(0);
		assert.equal(cause()?.id, 'unschedulable');
		assert.deepEqual([...cache.stand(uid, ground)], [uid]);
		assert.equal(cause()?.id, 'claim');
	});

	test('an event of a claim that comes later counts as well', () => {
		const {cache, tell, cause} = start();
		cache.stand(uid, ground);
		assert.equal(cause()?.id, 'unschedulable');
		assert.deepEqual([...tell(0)].includes(uid), true);
		assert.equal(cause()?.id, 'claim');
	});

	test('counts no more once another Deployment is on the screen', () => {
		const {cache, tell, cause} = start();
		tell(0);
		cache.stand(uid, ground);
		assert.deepEqual([...cache.stand('another', {})].sort(), [uid, 'another'].sort());
		assert.equal(cause()?.id, 'unschedulable');
	});
});
