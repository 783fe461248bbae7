import assert from 'node:assert/strict';
import {test} from 'node:test';
import {victims} from '../../../source/sandbox/controllers/replica-set/victims.ts';
import type {Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {condition, second, startCluster} from './cluster.ts';

const now = Date.UTC(2026, 0, 31);

interface Traits {
	node?: string | undefined;
	phase?: string;
	ready?: boolean;
	cost?: number;
	readyFor?: number;
	restarts?: number;
	age?: number;
}

function pod(
	name: string,
	{node = name, phase = 'Running', ready = true, cost, readyFor = 3600, restarts = 0, age = 7200}: Traits,
): Pod {
	const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
	return {
		metadata: {
			name,
			uid: name,
			creationTimestamp: ago(age),
			annotations: cost === undefined ? {} : {'controller.kubernetes.io/pod-deletion-cost': String(cost)},
		},
		spec: {...(node !== '' && {nodeName: node})},
		status: {
			phase,
			conditions: [{type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ago(readyFor)}],
			containerStatuses: [{restartCount: restarts}],
		},
	} as unknown as Pod;
}

test('victims go in the order of the controller, one rule after the other', () => {
	const cases: [rule: string, first: Traits, second: Traits][] = [
		['unassigned before assigned', {node: '', phase: 'Pending'}, {phase: 'Pending', ready: false}],
		['pending before running', {phase: 'Pending'}, {ready: false}],
		['unready before cheap', {ready: false}, {cost: -10}],
		['cheap before expensive', {cost: -10}, {readyFor: 1}],
		['ready for a shorter time', {readyFor: 10}, {restarts: 5}],
		['more restarts', {restarts: 5}, {age: 10}],
		['younger', {age: 10}, {}],
	];
	for (const [rule, first, second] of cases) {
		// The one that shall go has the later uid, so that no rule wins by the tie alone.
		const pods = [pod('a', second), pod('z', first)];
		assert.deepEqual(
			victims(pods, pods, now).map(({metadata}) => metadata.name),
			['z', 'a'],
			rule,
		);
	}
});

test('of pods alike those on the fullest node go first, and times in one power of two are alike', () => {
	const pods = [pod('a', {node: 'quiet'}), pod('b', {node: 'full'}), pod('c', {node: 'full', readyFor: 3599})];
	assert.deepEqual(
		victims(pods, pods, now).map(({metadata}) => metadata.name),
		['b', 'c', 'a'],
	);
});

test('a pod that is deleted is replaced, and both are told', () => {
	const cluster = startCluster();
	cluster.deploy('web', 2);
	cluster.clock.advance(5 * second);
	const [gone] = cluster.pods('web') as [Pod, Pod];
	cluster.store.remove('pods', 'a', gone.metadata.name);
	cluster.clock.advance(10 * second);
	const names = cluster.pods('web').map(({metadata}) => metadata.name);
	assert.equal(names.length, 2);
	assert.ok(!names.includes(gone.metadata.name));
	const [set] = cluster.sets('web');
	const created = cluster.events(set?.metadata.name ?? '', 'SuccessfulCreate');
	assert.ok(
		created.some(({message, source}) => message === `Created pod: ${names[0]}` && source === 'replicaset-controller'),
	);
	assert.deepEqual(
		{...set?.status},
		{
			replicas: 2,
			fullyLabeledReplicas: 2,
			readyReplicas: 2,
			availableReplicas: 2,
			terminatingReplicas: 0,
			observedGeneration: 1,
		},
	);
});

test('a full quota is one failure that stays, nine events, then combined ones; room ends it', () => {
	const cluster = startCluster();
	const quota = {metadata: {name: 'small', namespace: 'a'}, spec: {hard: {pods: '2'}}};
	cluster.store.create('resourcequotas', quota, {manager: 'test'});
	cluster.deploy('web', 4);
	cluster.clock.advance(30 * second);
	const set = () => cluster.sets('web')[0];
	assert.equal(cluster.pods('web').length, 2);
	const failure = set()?.status?.conditions?.[0];
	assert.equal(failure?.reason, 'FailedCreate');
	assert.match(
		failure?.message ?? '',
		/^pods "web-\w+-\w+" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2$/,
	);
	assert.equal(condition(cluster.deployment('web'), 'ReplicaFailure'), 'True FailedCreate');
	const events = cluster.events(set()?.metadata.name ?? '', 'FailedCreate');
	assert.equal(events.length, 10);
	assert.ok(
		events.slice(0, 9).every(({message, count}) => message.startsWith('Error creating: pods "') && count === 1),
	);
	const last = events.at(-1);
	assert.match(last?.message ?? '', /^\(combined from similar events\): Error creating: pods "/);
	assert.ok((last?.count ?? 0) > 1);
	assert.deepEqual(cluster.store.get('resourcequotas', 'a', 'small')?.['status'], {
		hard: {pods: '2'},
		used: {pods: '2'},
	});
	cluster.store.remove('resourcequotas', 'a', 'small');
	// The back-off between its tries has grown with each of them.
	cluster.clock.advance(1000 * second);
	assert.equal(cluster.pods('web').length, 4);
	assert.equal(set()?.status?.conditions, undefined);
});

test('minReadySeconds: availability comes by time alone', () => {
	const cluster = startCluster();
	cluster.deploy('web', 1, '1', {minReadySeconds: 30});
	cluster.clock.advance(20 * second);
	assert.equal(cluster.sets('web')[0]?.status?.readyReplicas, 1);
	assert.equal(cluster.sets('web')[0]?.status?.availableReplicas, undefined);
	cluster.clock.advance(15 * second);
	assert.equal(cluster.deployment('web').status?.availableReplicas, 1);
});

test('a pod whose labels change is let go and replaced; one without a controller is taken in', () => {
	const cluster = startCluster();
	cluster.deploy('web', 1);
	cluster.clock.advance(5 * second);
	const [pod] = cluster.pods('web') as [Pod];
	const relabel = (labels: object) => {
		const present = cluster.store.get('pods', 'a', pod.metadata.name) as Pod;
		cluster.store.update('pods', {...present, metadata: {...present.metadata, labels}}, {manager: 'test'});
		cluster.clock.advance(5 * second);
	};
	relabel({...pod.metadata['labels'], app: 'aside'});
	assert.equal(cluster.store.get('pods', 'a', pod.metadata.name)?.metadata['ownerReferences']?.length ?? 0, 0);
	assert.equal(cluster.pods('web').length, 1);
	relabel(pod.metadata['labels']);
	// Taken in, it is one too many.
	assert.equal(cluster.pods('web').length, 1);
	assert.equal(cluster.sets('web')[0]?.status?.replicas, 1);
});
