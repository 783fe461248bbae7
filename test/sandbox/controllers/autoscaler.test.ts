import assert from 'node:assert/strict';
import {test} from 'node:test';
import {advise} from '../../../source/sandbox/controllers/autoscaler/advice.ts';
import {loadAnnotation} from '../../../source/sandbox/controllers/autoscaler/controller.ts';
import type {Obj} from '../../../source/sandbox/store.ts';
import {type Cluster, condition, second, startCluster} from './cluster.ts';

function withAutoscaler(replicas: number, annotations: object = {}): Cluster {
	const cluster = startCluster();
	cluster.deploy('web', replicas);
	const spec = {
		scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'},
		minReplicas: 2,
		maxReplicas: 8,
		metrics: [{type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 70}}}],
	};
	cluster.store.create(
		'horizontalpodautoscalers',
		{metadata: {name: 'web', namespace: 'a', annotations}, spec},
		{manager: 'test'},
	);
	cluster.clock.advance(5 * second);
	return cluster;
}

const hpa = (cluster: Cluster) => cluster.store.get('horizontalpodautoscalers', 'a', 'web') as Obj;
const replicas = (cluster: Cluster) => cluster.deployment('web').spec.replicas;

function scale(cluster: Cluster, size: number): void {
	cluster.change('web', (spec) => ({...spec, replicas: size}));
}

test('it is alive and at rest: a measured value near its target, and no change', () => {
	const cluster = withAutoscaler(3);
	cluster.clock.advance(600 * second);
	assert.equal(replicas(cluster), 3);
	const {status} = hpa(cluster);
	const [metric] = status.currentMetrics;
	assert.ok(Math.abs(metric.resource.current.averageUtilization - 67) <= 2);
	assert.deepEqual([status.currentReplicas, status.desiredReplicas], [3, 3]);
	assert.equal(condition(hpa(cluster), 'ScalingActive'), 'True ValidMetricFound');
	assert.equal(condition(hpa(cluster), 'AbleToScale'), 'True ReadyForNewScale');
	assert.equal(condition(hpa(cluster), 'ScalingLimited'), 'False DesiredWithinRange');
});

test('bounds hold, in words and through the scale', () => {
	const cluster = withAutoscaler(3);
	scale(cluster, 12);
	cluster.clock.advance(16 * second);
	assert.equal(replicas(cluster), 8);
	const [event] = cluster.events('web', 'SuccessfulRescale');
	assert.equal(event?.message, 'New size: 8; reason: Current number of replicas above Spec.MaxReplicas');
	assert.equal(event?.source, 'horizontal-pod-autoscaler');
	const entry = cluster
		.deployment('web')
		.metadata['managedFields'].find((each: {subresource?: string}) => each.subresource === 'scale');
	assert.equal(entry?.manager, 'kube-controller-manager');
	scale(cluster, 1);
	cluster.clock.advance(16 * second);
	assert.equal(replicas(cluster), 2);
});

test('a size set by hand comes back at the next look, up or down', () => {
	const cluster = withAutoscaler(4);
	scale(cluster, 2);
	cluster.clock.advance(16 * second);
	assert.equal(replicas(cluster), 4);
	scale(cluster, 8);
	cluster.clock.advance(16 * second);
	assert.equal(replicas(cluster), 4);
});

test('scaled to 0 it is off until somebody scales up', () => {
	const cluster = withAutoscaler(3);
	scale(cluster, 0);
	cluster.clock.advance(60 * second);
	assert.equal(replicas(cluster), 0);
	assert.equal(condition(hpa(cluster), 'ScalingActive'), 'False ScalingDisabled');
	scale(cluster, 1);
	cluster.clock.advance(16 * second);
	assert.ok((replicas(cluster) ?? 0) >= 2);
});

test('the load can be set', () => {
	const cluster = withAutoscaler(3, {[loadAnnotation]: '400'});
	cluster.clock.advance(30 * second);
	assert.equal(replicas(cluster), 6);
});

test('advice: tolerance, the limit of growth, the bounds and stabilization', () => {
	const sight = {current: 4, min: 2, max: 20, measured: 70, target: 70, recent: 0};
	const size = (change: object) => advise({...sight, ...change}).desired;
	assert.equal(size({measured: 76}), 4);
	assert.equal(size({measured: 78}), 5);
	assert.equal(size({measured: 700}), 8, 'at most double, or four more');
	assert.equal(size({measured: 700, max: 6}), 6);
	assert.equal(size({measured: 10}), 2);
	assert.equal(size({measured: 10, recent: 3}), 3);
	const reasons = (change: object) => advise({...sight, ...change}).conditions.map(({reason}) => reason);
	assert.deepEqual(reasons({measured: 10, recent: 3}), [
		'ScaleDownStabilized',
		'ValidMetricFound',
		'DesiredWithinRange',
	]);
	assert.equal(reasons({measured: 700, max: 6}).at(-1), 'TooManyReplicas');
	assert.equal(reasons({measured: 1}).at(-1), 'TooFewReplicas');
});
