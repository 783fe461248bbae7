import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {LogRequest} from '../../../source/sandbox/container-log.ts';
import {type Cluster, second, startCluster} from './cluster.ts';

function read(cluster: Cluster, request: Partial<LogRequest> = {}) {
	const log = {text: '', ended: false, stop: () => {}, lines: (): string[] => log.text.split('\n').slice(0, -1)};
	const whole = {
		namespace: 'a',
		pod: 'p',
		container: 'c',
		previous: false,
		follow: false,
		timestamps: false,
		...request,
	};
	log.stop = cluster.controllers.logs(
		whole,
		(text) => {
			log.text += text;
		},
		() => {
			log.ended = true;
		},
	);
	return log;
}

function running(tag: string, seconds: number): Cluster {
	const cluster = startCluster();
	cluster.pod('p', {containers: [{name: 'c', image: `registry/app:${tag}`}]});
	cluster.clock.advance(seconds * second);
	return cluster;
}

test('a log begins with the start, goes on in time, and reads the same again', () => {
	const cluster = running('1.4', 60);
	const log = read(cluster, {timestamps: true});
	assert.equal(log.ended, true);
	assert.match(log.lines()[0] ?? '', /^2026-01-31T09:30:0\d\.\d{9}Z level=info msg="starting" app=c version=1\.4$/);
	const times = log.lines().map((line) => Date.parse(line.split(' ')[0] ?? ''));
	assert.deepEqual(
		times,
		times.toSorted((a, b) => a - b),
	);
	assert.ok((times.at(-1) ?? 0) <= cluster.clock.now());
	assert.ok(times.length > 100);
	assert.equal(read(cluster, {timestamps: true}).text, log.text);
});

test('tail and since cut it', () => {
	const cluster = running('1.4', 60);
	const whole = read(cluster).lines();
	assert.deepEqual(read(cluster, {tail: 3}).lines(), whole.slice(-3));
	assert.deepEqual(read(cluster, {tail: 0}).lines(), []);
	const late = read(cluster, {since: cluster.clock.now() - 10 * second, timestamps: true}).lines();
	assert.ok(late.length > 10 && late.length < whole.length);
	assert.ok(late.every((line) => Date.parse(line.split(' ')[0] ?? '') >= cluster.clock.now() - 10 * second));
});

test('a container that has run for days keeps its last two thousand turns', () => {
	const cluster = running('1.4', 86_400);
	const lines = read(cluster).lines().length;
	assert.ok(lines > 2000 && lines < 2300);
});

test('a followed log misses nothing and ends with its reader or its pod', () => {
	const cluster = running('1.4', 1);
	const log = read(cluster, {follow: true});
	cluster.clock.advance(30 * second);
	assert.equal(log.text, read(cluster).text);
	const left = read(cluster, {follow: true, tail: 0});
	left.stop();
	cluster.store.remove('pods', 'a', 'p');
	cluster.clock.advance(5 * second);
	assert.deepEqual([log.ended, left.ended, left.text], [true, false, '']);
});

test('a crash ends with its fatal line, and the run before it can be read', () => {
	const cluster = running('crash', 8);
	const fatal = /level=fatal msg="cannot start"/;
	const waiting = read(cluster).lines();
	assert.match(waiting.at(-1) ?? '', fatal);
	assert.deepEqual(read(cluster, {previous: true}).lines(), waiting);
	const followed: ReturnType<typeof read>[] = [];
	cluster.store.watch('pods', ({object}) => {
		const state = object['status'].containerStatuses?.[0].state;
		if (state?.running && followed.length === 0) followed.push(read(cluster, {follow: true}));
	});
	cluster.clock.advance(30 * second);
	assert.equal(followed[0]?.ended, true);
	assert.match(followed[0]?.lines().at(-1) ?? '', fatal);
});

test('an init container tells what it did', () => {
	const cluster = startCluster();
	const spec = {initContainers: [{name: 'setup', image: 'setup:3'}], containers: [{name: 'c', image: 'app:1'}]};
	cluster.pod('p', spec);
	cluster.clock.advance(10 * second);
	const lines = read(cluster, {container: 'setup'}).lines();
	assert.match(lines[0] ?? '', /"starting" app=setup version=3/);
	assert.match(lines.at(-1) ?? '', /msg="done" steps=3/);
});

test('a container that has not run has no log', () => {
	assert.throws(() => read(running('missing', 3)), /has not run yet/);
});
