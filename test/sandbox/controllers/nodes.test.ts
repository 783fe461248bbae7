import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Node, Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {type Cluster, condition, second, startCluster} from './cluster.ts';

function label(cluster: Cluster, name: string, labels: object): void {
	const node = cluster.store.get('nodes', undefined, name) as Node;
	const kept = {...node.metadata, labels: {...node.metadata['labels'], ...labels}};
	cluster.store.update('nodes', {...node, metadata: kept}, {manager: 'test'});
}

const node = (cluster: Cluster, name = 'node-2') => cluster.store.get('nodes', undefined, name) as Node;
const taints = (cluster: Cluster) => (node(cluster).spec.taints ?? []).map(({key, effect}) => `${key}:${effect}`);
const onNode = (cluster: Cluster, name = 'node-2') => cluster.pods('web').filter(({spec}) => spec.nodeName === name);

test('a node that falls silent: unknown after 50 s, tainted, its pods not ready, evicted after 300 s more, gone when it is back', () => {
	const cluster = startCluster();
	cluster.deploy('web', 3);
	cluster.clock.advance(5 * second);
	const [pod] = onNode(cluster) as [Pod];
	label(cluster, 'node-2', {away: 'yes'});
	cluster.clock.advance(49 * second);
	assert.equal(condition(node(cluster), 'Ready'), 'True KubeletReady');
	cluster.clock.advance(2 * second);
	assert.equal(condition(node(cluster), 'Ready'), 'Unknown NodeStatusUnknown');
	assert.deepEqual(taints(cluster), [
		'node.kubernetes.io/unreachable:NoSchedule',
		'node.kubernetes.io/unreachable:NoExecute',
	]);
	assert.equal(condition(onNode(cluster)[0] as Pod, 'Ready'), 'False');
	assert.equal(cluster.deployment('web').status?.readyReplicas, 2);
	assert.deepEqual(
		cluster.events('node-2', 'NodeNotReady').map(({message, source}) => [message, source]),
		[['Node node-2 status is now: NodeNotReady', 'node-controller']],
	);

	cluster.clock.advance(295 * second);
	assert.equal(onNode(cluster)[0]?.metadata['deletionTimestamp'], undefined);
	cluster.clock.advance(10 * second);
	const evicted = cluster.store.get('pods', 'a', pod.metadata.name) as Pod;
	assert.ok(evicted.metadata['deletionTimestamp']);
	assert.equal(condition(evicted, 'DisruptionTarget'), 'True DeletionByTaintManager');
	assert.equal(cluster.deployment('web').status?.readyReplicas, 3);
	cluster.clock.advance(600 * second);
	assert.ok(cluster.store.get('pods', 'a', pod.metadata.name), 'stays Terminating while the node is away');

	label(cluster, 'node-2', {away: undefined});
	cluster.clock.advance(10 * second);
	assert.equal(cluster.store.get('pods', 'a', pod.metadata.name), undefined);
	assert.equal(condition(node(cluster), 'Ready'), 'True KubeletReady');
	assert.deepEqual(taints(cluster), []);
	assert.deepEqual(cluster.broken, []);
});

test('a node that is back in time has its pods ready again', () => {
	const cluster = startCluster({nodeGrace: 10 * second});
	cluster.deploy('web', 3);
	cluster.clock.advance(5 * second);
	label(cluster, 'node-2', {away: 'yes'});
	cluster.clock.advance(60 * second);
	assert.equal(cluster.deployment('web').status?.readyReplicas, 2);
	label(cluster, 'node-2', {away: undefined});
	cluster.clock.advance(2 * second);
	assert.equal(cluster.deployment('web').status?.readyReplicas, 3);
	cluster.clock.advance(600 * second);
	assert.equal(onNode(cluster).length, 1);
});

test('a cordon taints the node, and takes the taint away again', () => {
	const cluster = startCluster();
	cluster.clock.advance(second);
	cluster.store.update(
		'nodes',
		{...node(cluster), spec: {...node(cluster).spec, unschedulable: true}},
		{manager: 'test'},
	);
	cluster.clock.advance(second);
	assert.deepEqual(taints(cluster), ['node.kubernetes.io/unschedulable:NoSchedule']);
	cluster.store.update(
		'nodes',
		{...node(cluster), spec: {...node(cluster).spec, unschedulable: undefined}},
		{manager: 'test'},
	);
	cluster.clock.advance(second);
	assert.deepEqual(taints(cluster), []);
});

test('a taint of the user that executes evicts at once what does not tolerate it', () => {
	const cluster = startCluster();
	cluster.deploy('web', 3);
	cluster.clock.advance(5 * second);
	const spec = {...node(cluster).spec, taints: [{key: 'repair', effect: 'NoExecute'}]};
	cluster.store.update('nodes', {...node(cluster), spec}, {manager: 'test'});
	cluster.clock.advance(10 * second);
	assert.deepEqual([onNode(cluster).length, cluster.pods('web').length], [0, 3]);
});

test('the pods of a node that is deleted go after a while', () => {
	const cluster = startCluster();
	cluster.deploy('web', 3);
	cluster.clock.advance(5 * second);
	cluster.store.remove('nodes', undefined, 'node-2');
	cluster.clock.advance(30 * second);
	assert.equal(onNode(cluster).length, 1);
	cluster.clock.advance(15 * second);
	assert.deepEqual([onNode(cluster).length, cluster.pods('web').length], [0, 3]);
});

test('leases are renewed every ten seconds for whoever looks, and no more once a kubelet is silent', () => {
	const cluster = startCluster();
	cluster.store.create('namespaces', {metadata: {name: 'kube-node-lease'}}, {manager: 'test'});
	const renewed = (name: string) => {
		cluster.controllers.beforeRead('leases');
		const lease = cluster.store.get('leases', 'kube-node-lease', name);
		return {time: Date.parse(lease?.['spec'].renewTime), version: lease?.metadata.resourceVersion};
	};
	const first = renewed('node-1');
	assert.equal(first.time, cluster.clock.now());
	cluster.clock.advance(9 * second);
	assert.deepEqual(renewed('node-1'), first);
	cluster.clock.advance(94 * second);
	assert.equal(renewed('node-1').time, first.time + 100 * second);
	const {version} = renewed('node-2');
	cluster.clock.advance(30 * second);
	assert.equal(cluster.store.get('leases', 'kube-node-lease', 'node-2')?.metadata.resourceVersion, version);

	label(cluster, 'node-2', {away: 'yes'});
	cluster.clock.advance(60 * second);
	assert.equal(renewed('node-2').time, first.time + 130 * second, 'the last time before it fell silent');
	assert.equal(renewed('node-1').time, first.time + 190 * second);
	assert.deepEqual(cluster.broken, []);
});
