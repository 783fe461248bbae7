import assert from 'node:assert/strict';
import {test} from 'node:test';
import {startQueue} from '../../../source/sandbox/controllers/queue.ts';
import {eventRecorder} from '../../../source/sandbox/controllers/record.ts';
import {testClock} from '../../../source/sandbox/store.ts';
import {second, startCluster} from './cluster.ts';

test('work starts in a later turn, once for each key', () => {
	const clock = testClock();
	const synced: string[] = [];
	const queue = startQueue(clock, (key) => synced.push(key));
	for (const key of ['a', 'b', 'a']) queue.add(key);
	assert.deepEqual(synced, []);
	clock.advance(0);
	assert.deepEqual(synced, ['a', 'b']);
});

test('what fails is tried again, ever later, until it succeeds', () => {
	const clock = testClock();
	const start = clock.now();
	const tries: number[] = [];
	const queue = startQueue(clock, () => {
		tries.push(clock.now() - start);
		if (tries.length < 6) throw new Error('not yet');
	});
	queue.add('a');
	clock.advance(10 * second);
	assert.deepEqual(tries, [0, 5, 15, 35, 75, 155]);
	queue.add('a');
	clock.advance(10 * second);
	assert.equal(tries.length, 7);
});

test('of several delays the earliest holds, and a stopped queue is still', () => {
	const clock = testClock();
	const start = clock.now();
	const synced: number[] = [];
	const queue = startQueue(clock, () => synced.push(clock.now() - start));
	queue.addAfter('a', 500);
	queue.addAfter('a', 100);
	queue.addAfter('a', 900);
	clock.advance(second);
	assert.deepEqual(synced, [100]);
	queue.add('a');
	queue.addAfter('b', 10);
	queue.stop();
	clock.advance(second);
	assert.deepEqual(synced, [100]);
});

test('events: repeats are counted, many similar ones combined, floods held back', () => {
	const cluster = startCluster();
	cluster.pod('p', {containers: [{name: 'c', image: 'i'}], schedulingGates: [{name: 'x/y'}]});
	const about = cluster.store.get('pods', 'a', 'p');
	assert.ok(about);
	const record = eventRecorder(cluster.store);
	const tell = (message: string) => record(about, {component: 'kubelet', reason: 'Test', message});
	tell('same');
	tell('same');
	assert.deepEqual(
		cluster.events('p', 'Test').map(({message, count}) => [message, count]),
		[['same', 2]],
	);
	for (let n = 1; n <= 12; n++) tell(`different ${n}`);
	const last = cluster.events('p', 'Test').at(-1);
	assert.deepEqual([last?.message, last?.count], ['(combined from similar events): different 12', 4]);
	for (let n = 1; n <= 30; n++) tell('same');
	const total = () => cluster.events('p', 'Test').reduce((sum, {count}) => sum + count, 0);
	assert.equal(total(), 25);
	cluster.clock.advance(300 * second);
	tell('same');
	tell('same');
	assert.equal(total(), 26);
});
