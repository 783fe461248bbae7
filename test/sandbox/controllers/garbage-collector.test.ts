import assert from 'node:assert/strict';
import {test} from 'node:test';
import {type Cluster, second, startCluster} from './cluster.ts';

function shop(): Cluster {
	const cluster = startCluster();
	cluster.deploy('web', 2);
	cluster.clock.advance(5 * second);
	return cluster;
}

const count = (cluster: Cluster, resource: string) => cluster.store.list(resource, 'a').length;

test('in the background the owner goes at once and its dependents follow', () => {
	const cluster = shop();
	cluster.store.remove('deployments', 'a', 'web', {propagationPolicy: 'Background'});
	assert.equal(cluster.deployment('web'), undefined);
	cluster.clock.advance(10 * second);
	assert.deepEqual([count(cluster, 'replicasets'), count(cluster, 'pods')], [0, 0]);
	assert.deepEqual(cluster.broken, []);
});

test('in the foreground the owner waits until its dependents are gone', () => {
	const cluster = shop();
	cluster.store.remove('deployments', 'a', 'web', {propagationPolicy: 'Foreground'});
	cluster.clock.advance(0.5 * second);
	assert.ok(cluster.deployment('web').metadata['deletionTimestamp']);
	assert.equal(count(cluster, 'pods'), 2);
	cluster.clock.advance(10 * second);
	assert.equal(cluster.deployment('web'), undefined);
	assert.deepEqual([count(cluster, 'replicasets'), count(cluster, 'pods')], [0, 0]);
	assert.deepEqual(cluster.broken, []);
});

test('orphaned dependents stay, without their owner', () => {
	const cluster = shop();
	cluster.store.remove('deployments', 'a', 'web', {propagationPolicy: 'Orphan'});
	cluster.clock.advance(10 * second);
	assert.equal(cluster.deployment('web'), undefined);
	assert.deepEqual([count(cluster, 'replicasets'), count(cluster, 'pods')], [1, 2]);
	assert.equal(cluster.store.list('replicasets', 'a')[0]?.metadata['ownerReferences']?.length ?? 0, 0);
	// A Deployment of the same template takes them back.
	cluster.deploy('web', 2);
	cluster.clock.advance(5 * second);
	assert.deepEqual([count(cluster, 'replicasets'), count(cluster, 'pods')], [1, 2]);
	assert.equal(cluster.deployment('web').status?.availableReplicas, 2);
});

test('an object whose owner does not exist goes', () => {
	const cluster = startCluster();
	const owner = {apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '00000000-0000-4000-a000-000000000000'};
	const made = {metadata: {name: 'left', namespace: 'a', ownerReferences: [owner]}};
	cluster.store.create('configmaps', made, {manager: 'test'});
	cluster.clock.advance(second);
	assert.equal(cluster.store.get('configmaps', 'a', 'left'), undefined);
});

test('a namespace goes with all that is in it, once its pods have ended', () => {
	const cluster = shop();
	cluster.store.remove('namespaces', undefined, 'a');
	assert.equal(cluster.store.get('namespaces', undefined, 'a')?.['status'].phase, 'Terminating');
	cluster.clock.advance(10 * second);
	assert.equal(cluster.store.get('namespaces', undefined, 'a'), undefined);
	assert.equal(count(cluster, 'events'), 0);
	assert.deepEqual(cluster.broken, []);
});
