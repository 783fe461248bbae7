import assert from 'node:assert/strict';
import {test} from 'node:test';
import {allowance} from '../../../source/sandbox/controllers/disruption-budget.ts';
import type {Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {condition, second, startCluster} from './cluster.ts';

function pods(ready: number, unready = 0): Pod[] {
	const pod = (status: string) =>
		({metadata: {}, spec: {}, status: {conditions: [{type: 'Ready', status}]}}) as unknown as Pod;
	return [...Array.from({length: ready}, () => pod('True')), ...Array.from({length: unready}, () => pod('False'))];
}

test('a budget by count, by share and by what may be missing', () => {
	const counts = (spec: object, ready: number, unready: number, scale: number) => {
		const {currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods} = allowance(
			spec,
			pods(ready, unready),
			scale,
		);
		return [currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods];
	};
	assert.deepEqual(counts({minAvailable: 2}, 3, 0, 3), [3, 2, 1, 3]);
	assert.deepEqual(counts({minAvailable: 2}, 1, 2, 3), [1, 2, 0, 3]);
	assert.deepEqual(counts({minAvailable: '50%'}, 3, 0, 3), [3, 2, 1, 3]);
	assert.deepEqual(counts({maxUnavailable: 1}, 3, 1, 4), [3, 3, 0, 4]);
	assert.deepEqual(counts({maxUnavailable: '30%'}, 4, 0, 4), [4, 2, 2, 4]);
	assert.deepEqual(counts({minAvailable: 0}, 0, 0, 0), [0, 0, 0, 0]);
});

test('the status of a budget follows its pods', () => {
	const cluster = startCluster();
	cluster.deploy('web', 3);
	const spec = {minAvailable: 2, selector: {matchLabels: {app: 'web'}}};
	cluster.store.create('poddisruptionbudgets', {metadata: {name: 'web', namespace: 'a'}, spec}, {manager: 'test'});
	cluster.clock.advance(5 * second);
	const budget = () => cluster.store.get('poddisruptionbudgets', 'a', 'web');
	assert.equal(budget()?.['status'].disruptionsAllowed, 1);
	assert.equal(condition(budget() as Pod, 'DisruptionAllowed'), 'True SufficientPods');
	cluster.change('web', (deployment) => ({...deployment, replicas: 2}));
	cluster.clock.advance(5 * second);
	assert.equal(budget()?.['status'].disruptionsAllowed, 0);
	assert.equal(condition(budget() as Pod, 'DisruptionAllowed'), 'False InsufficientPods');
});

test('the status of a quota follows what is used', () => {
	const cluster = startCluster();
	const hard = {pods: '10', 'requests.cpu': '1', 'count/deployments.apps': '3'};
	cluster.store.create('resourcequotas', {metadata: {name: 'q', namespace: 'a'}, spec: {hard}}, {manager: 'test'});
	const container = {name: 'c', image: 'i', resources: {requests: {cpu: '250m'}}};
	cluster.pod('one', {containers: [container]});
	cluster.pod('two', {containers: [container]});
	cluster.clock.advance(3 * second);
	const used = () => cluster.store.get('resourcequotas', 'a', 'q')?.['status'].used;
	assert.deepEqual(used(), {pods: '2', 'requests.cpu': '500m', 'count/deployments.apps': '0'});
	cluster.store.remove('pods', 'a', 'one');
	cluster.clock.advance(5 * second);
	assert.deepEqual(used(), {pods: '1', 'requests.cpu': '250m', 'count/deployments.apps': '0'});
});

test('events go an hour after they were last told', () => {
	const cluster = startCluster();
	cluster.pod('p', {containers: [{name: 'c', image: 'app:unready'}]});
	cluster.clock.advance(1800 * second);
	cluster.store.remove('pods', 'a', 'p');
	cluster.clock.advance(1900 * second);
	assert.equal(cluster.events('p', 'Scheduled').length, 0);
	assert.equal(cluster.events('p', 'Unhealthy').length, 1);
	cluster.clock.advance(1800 * second);
	assert.deepEqual(cluster.events('p'), []);
});
