import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createFactsCache, type Readability} from '../../source/board/facts.ts';
import type {EndpointSlice, Service} from '../../source/objects.ts';
import {createObjectSets} from '../../source/state/objects.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

const {deployment, replicaSets = []} = inputOf(recorded('complete'));
const {uid, namespace = ''} = deployment.metadata;

function filled() {
	const objects = createObjectSets();
	objects.deployments.apply({upserts: [deployment], deletes: []});
	objects.replicasets.apply({upserts: replicaSets, deletes: []});
	return objects;
}

suite('facts of the board', () => {
	test('are made anew when the slice of a Service changes that selects an older revision alone', () => {
		const objects = filled();
		const [set] = replicaSets;
		assert.ok(set?.spec.template);
		const labels = {...set.spec.template.metadata?.labels, era: 'old'};
		const old = {
			...set,
			metadata: {...set.metadata, uid: 'old'},
			spec: {...set.spec, template: {...set.spec.template, metadata: {labels}}},
		};
		const service: Service = {metadata: {uid: 's', name: 'other', namespace}, spec: {selector: {era: 'old'}}};
		const slice: EndpointSlice = {
			metadata: {uid: 'e', name: 'other-1', namespace, labels: {'kubernetes.io/service-name': 'other'}},
			endpoints: [],
		};
		objects.replicasets.apply({upserts: [old], deletes: []});
		objects.services.apply({upserts: [service], deletes: []});
		const facts = createFactsCache(objects, () => 'complete');
		const applied = objects.endpointslices.apply({upserts: [slice], deletes: []});
		assert.deepEqual([...facts.note('endpointslices', applied)], [uid]);
	});

	test('made ahead are taken once kinds can be read so, all but those that rest on what has changed since', () => {
		const objects = filled();
		const other = {...deployment, metadata: {...deployment.metadata, uid: 'other', name: 'other'}};
		objects.deployments.apply({upserts: [other], deletes: []});
		let made = 0;
		const read = objects.replicasets.ownedBy;
		objects.replicasets.ownedBy = (owner) => {
			made += 1; // each Deployment's facts ask for its ReplicaSets
			return read.call(objects.replicasets, owner);
		};
		let readability: Readability = 'loading';
		const facts = createFactsCache(objects, () => readability);
		const steps = [...facts.prepare(() => 'complete', 0)];
		assert.equal(steps.length, 2);
		assert.equal(facts.facts(deployment, 0), undefined, 'half a list is half a truth');
		facts.note('deployments', objects.deployments.apply({upserts: [{...other}], deletes: []}));
		readability = 'complete';
		facts.reread();
		made = 0;
		assert.ok(facts.facts(deployment, 0)?.newReplicaSet);
		assert.equal(made, 0);
		assert.ok(facts.facts(other, 0));
		assert.notEqual(made, 0);
	});

	test('are not made ahead for a way in which kinds are read already: the line has come back, and no more', () => {
		const facts = createFactsCache(filled(), () => 'complete');
		assert.deepEqual([...facts.prepare(() => 'complete', 0)], []);
	});

	test('made ahead for another way of reading are not taken', () => {
		const objects = filled();
		let readability: Readability = 'loading';
		const facts = createFactsCache(objects, () => readability);
		for (const _ of facts.prepare(() => 'complete', 0));
		readability = 'denied';
		facts.reread();
		assert.equal(facts.facts(deployment, 0)?.newReplicaSet, undefined);
	});
});
