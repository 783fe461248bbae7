import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Node, Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {type Cluster, condition, second, startCluster} from './cluster.ts';

function messageOf(cluster: Cluster, app: string): string | undefined {
	const [pod] = cluster.pods(app);
	return pod?.status?.conditions?.find(({type}) => type === 'PodScheduled')?.message;
}

function changeNode(cluster: Cluster, name: string, spec: object, labels: object = {}): void {
	const node = cluster.store.get('nodes', undefined, name) as Node;
	const metadata = {...node.metadata, labels: {...node.metadata['labels'], ...labels}};
	cluster.store.update('nodes', {...node, metadata, spec: {...node.spec, ...spec}}, {manager: 'test'});
}

test('pods of one owner are spread over the nodes, and told', () => {
	const cluster = startCluster();
	cluster.deploy('web', 6);
	cluster.clock.advance(5 * second);
	const nodes = cluster.pods('web').map(({spec}) => spec.nodeName ?? '');
	assert.deepEqual(
		nodes.toSorted((a, b) => a.localeCompare(b)),
		['node-1', 'node-1', 'node-2', 'node-2', 'node-3', 'node-3'],
	);
	const [pod] = cluster.pods('web') as [Pod];
	const [event] = cluster.events(pod.metadata.name, 'Scheduled');
	assert.equal(event?.message, `Successfully assigned a/${pod.metadata.name} to ${pod.spec.nodeName}`);
	assert.equal(event?.source, 'default-scheduler');
});

test('why no node fits, in the words of the scheduler', () => {
	const cluster = startCluster({cpu: '4'});
	const requests = (cpu: string) => ({resources: {requests: {cpu}}});
	cluster.pod('huge', {containers: [{name: 'c', image: 'i', ...requests('100')}]}, {labels: {app: 'huge'}});
	cluster.pod('ssd', {containers: [{name: 'c', image: 'i'}], nodeSelector: {disk: 'ssd'}}, {labels: {app: 'ssd'}});
	cluster.clock.advance(second);
	const none = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
	assert.equal(messageOf(cluster, 'huge'), `0/3 nodes are available: 3 Insufficient cpu. ${none}`);
	assert.equal(
		messageOf(cluster, 'ssd'),
		`0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. ${none}`,
	);

	changeNode(cluster, 'node-1', {unschedulable: true});
	changeNode(cluster, 'node-2', {taints: [{key: 'team', value: 'b', effect: 'NoSchedule'}]});
	for (const name of ['first', 'second']) {
		cluster.pod(name, {containers: [{name: 'c', image: 'i', ...requests('3')}]}, {labels: {app: name}});
	}
	cluster.clock.advance(5 * second);
	assert.equal(cluster.pods('first')[0]?.spec.nodeName, 'node-3');
	assert.equal(
		messageOf(cluster, 'second'),
		'0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. ' +
			'preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
	);
	assert.equal(cluster.events('second', 'FailedScheduling')[0]?.source, 'default-scheduler');
});

test('a pod that waits is placed once a node changes or has room', () => {
	const cluster = startCluster({nodes: 1, cpu: '4'});
	const container = {name: 'c', image: 'i', resources: {requests: {cpu: '3'}}};
	cluster.pod('first', {containers: [container]}, {labels: {app: 'first'}});
	cluster.clock.advance(3 * second);
	cluster.pod('second', {containers: [container]}, {labels: {app: 'second'}});
	cluster.pod('third', {containers: [{name: 'c', image: 'i'}], nodeSelector: {disk: 'ssd'}}, {labels: {app: 'third'}});
	cluster.clock.advance(3 * second);
	assert.equal(condition(cluster.pods('second')[0] as Pod, 'PodScheduled'), 'False Unschedulable');
	cluster.store.remove('pods', 'a', 'first');
	changeNode(cluster, 'node-1', {}, {disk: 'ssd'});
	cluster.clock.advance(20 * second);
	assert.equal(cluster.pods('second')[0]?.status?.phase, 'Running');
	assert.equal(cluster.pods('third')[0]?.status?.phase, 'Running');
});

test('a node takes as many pods as it says, and no more', () => {
	const cluster = startCluster({nodes: 1, podsPerNode: 3});
	cluster.deploy('web', 4);
	cluster.clock.advance(10 * second);
	const waiting = cluster.pods('web').filter(({spec}) => !spec.nodeName);
	assert.equal(waiting.length, 1);
	assert.match(waiting[0]?.status?.conditions?.[0]?.message ?? '', /^0\/1 nodes are available: 1 Too many pods\. /);
});

test('scheduling gates hold a pod back', () => {
	const cluster = startCluster();
	cluster.pod('gated', {containers: [{name: 'c', image: 'i'}], schedulingGates: [{name: 'example.com/wait'}]});
	cluster.clock.advance(5 * second);
	const pod = () => cluster.store.get('pods', 'a', 'gated') as Pod;
	assert.equal(condition(pod(), 'PodScheduled'), 'False SchedulingGated');
	cluster.store.update('pods', {...pod(), spec: {...pod().spec, schedulingGates: undefined}}, {manager: 'test'});
	cluster.clock.advance(5 * second);
	assert.equal(pod().status?.phase, 'Running');
});
