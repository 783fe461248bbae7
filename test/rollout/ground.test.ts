import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {Node} from '../../source/objects.ts';
import type {RolloutFacts} from '../../source/rollout/facts.ts';
import {wantedGround} from '../../source/rollout/ground.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, type Recording, recorded} from '../objects/recorded.ts';
import {edited, ofRevision, podsOf} from './make.ts';

const facts = (recording: Recording, later = 0): RolloutFacts => rolloutFacts(inputOf(recording, later));
const seconds = 1000;

describe('a claim without a volume', () => {
	const sentences: readonly (readonly [recording: string, sentence: string, needsPerson: boolean])[] = [
		[
			'claim-unbound',
			'claim data gets no volume: no persistent volumes available for this claim and no storage class is set',
			true,
		],
		['claim-failed', 'the volume of claim data cannot be made: storageclass.storage.k8s.io "fastest" not found', true],
		['claim-making', 'the volume of claim data is still being made (storage class objects-slow)', false],
		['claim-lost', 'claim data has lost its volume objects-claim-lost', true],
	];
	for (const [name, sentence, needsPerson] of sentences)
		test(name, () => {
			const [cause] = facts(recorded(name), 9 * seconds).causes;
			assert.equal(cause?.sentence, `1 of 1 new pod waits for its disk: ${sentence}`);
			assert.equal(cause.needsPerson, needsPerson);
			assert.equal(cause.evidence[0]?.object.kind, 'PersistentVolumeClaim');
		});

	test('that is being made is no trouble for ten seconds', () => {
		assert.equal(facts(recorded('claim-making')).causes[0]?.id, 'unschedulable');
	});

	test('that is not there, not readable, or waits for its first pod leaves what the scheduler says', () => {
		const without = edited('claim-unbound', (it) => delete it.ground);
		const none = edited('claim-unbound', (it) => (it.ground = {claims: {data: null}}));
		const first = edited('claim-unbound', ({events}) => {
			for (const event of events) if (event.reason === 'FailedBinding') event.reason = 'WaitForFirstConsumer';
		});
		for (const recording of [without, none, first]) {
			assert.match(
				facts(recording).causes[0]!.sentence,
				/cannot be placed: 0 of \d nodes fit: pod has unbound immediate PersistentVolumeClaims$/,
			);
		}
	});

	test('that is being deleted', () => {
		const recording = edited('claim-unbound', ({ground}) => {
			ground!.claims!['data']!.metadata.deletionTimestamp = '2026-11-24T09:30:00Z';
		});
		assert.match(facts(recording).causes[0]!.sentence, /claim data is being deleted$/);
	});
});

describe('a node that is down', () => {
	test('is named with what it last said', () => {
		const [cause] = facts(recorded('node-away')).causes;
		assert.match(cause!.sentence, /^3 of 3 pods are on node-2, which is not heard of any more$/);
		assert.equal(cause!.evidence[0]?.object.kind, 'Node');
		assert.match(cause!.evidence[0].text, /Kubelet stopped posting node status/);
	});
	test('says less where nodes are not readable', () => {
		const [cause] = facts(edited('node-away', (it) => delete it.ground)).causes;
		assert.match(cause!.sentence, /^3 of 3 pods are on node-2, which is not ready$/);
	});
	test('is gone once it does not exist', () => {
		const [cause] = facts(edited('node-away', (it) => (it.ground = {nodes: {'node-2': null}}))).causes;
		assert.match(cause!.sentence, /are on node-2, which does not exist any more$/);
	});
	test('is no cause once it is well, whatever the pods still say', () => {
		const recording = edited('node-away', ({ground}) => setReady(ground!.nodes!['node-2']!, 'True'));
		assert.equal(
			facts(recording).causes.some(({id}) => id === 'node-lost'),
			false,
		);
	});
	test('keeps old pods from stopping', () => {
		const recording = edited('recreate-blocked-late', (it) => {
			const nodes = it.pods.map(({spec}) => spec.nodeName!);
			const down: Node = {metadata: {name: nodes[0]!, uid: 'n'}, spec: {}, status: {conditions: []}};
			setReady(down, 'False');
			it.ground = {nodes: {[nodes[0]!]: down}};
		});
		assert.match(
			facts(recording, 20 * seconds).causes[0]!.sentence,
			/^2 old pods still have to stop .*; on node-\d, which says that it is not ready$/,
		);
	});
	test('has a pod and does not begin with it, though it is well, and is short of something', () => {
		const recording = edited('unready', (it) => {
			const [pod] = podsOf(it, ofRevision(it, 2));
			pod!.status!.phase = 'Pending';
			delete pod!.status!.containerStatuses;
			it.events = [];
			const node: Node = {metadata: {name: pod!.spec.nodeName!, uid: 'n'}, spec: {}, status: {conditions: []}};
			setReady(node, 'True');
			node.status!.conditions!.push({type: 'DiskPressure', status: 'True'});
			it.ground = {nodes: {[node.metadata.name]: node}};
		});
		const [cause] = facts(recording, 31 * seconds).causes;
		assert.match(
			cause!.sentence,
			/^1 of 1 new pod is placed on node-\d, which is well, but has not begun with it; it is short of disk space$/,
		);
	});
});

function setReady(node: Node, status: string): void {
	const conditions = node.status!.conditions!;
	const ready = conditions.find(({type}) => type === 'Ready');
	if (ready) ready.status = status;
	else conditions.push({type: 'Ready', status, message: 'by the test', lastTransitionTime: '2026-11-24T09:30:00Z'});
}

describe('a namespace that is being deleted', () => {
	test('is the cause of pods that are not made again', () => {
		const {state, causes} = facts(recorded('namespace-ending'));
		assert.equal(state, 'degraded');
		assert.equal(
			causes[0]!.sentence,
			'Namespace objects-namespace-ending is being deleted: nothing more can start in it',
		);
	});
	test('is not known where it may not be read: then nothing says why', () => {
		const recording = edited('namespace-ending', (it) => delete it.ground);
		assert.deepEqual(facts(recording).causes, []);
		assert.equal(facts(recording, 11 * seconds).causes[0]!.sentence, '3 pods are missing, and nothing says why');
	});
});

describe('what is to be looked at', () => {
	const wanted = (name: string, later = 0) => {
		const input = inputOf(recorded(name), later);
		return wantedGround(rolloutFacts(input), input.pods ?? []);
	};
	const nothing = {claims: [], nodes: [], namespace: false};
	test('nothing while nothing waits, or where the containers say it all', () => {
		for (const name of ['complete', 'rolling-start', 'zero', 'leftovers', 'missing', 'crash'])
			assert.deepEqual(wanted(name), nothing, name);
	});
	test('the claims of a pod that is not placed', () =>
		assert.deepEqual(wanted('claim-unbound'), {...nothing, claims: ['data']}));
	test('the nodes of pods that are not ready', () =>
		assert.deepEqual(wanted('node-away'), {...nothing, nodes: ['node-2']}));
	test('the namespace where pods are missing', () =>
		assert.equal(wanted('namespace-ending', 11 * seconds).namespace, true));
});
