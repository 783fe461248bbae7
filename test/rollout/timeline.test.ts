import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {describe, test} from 'node:test';
import {history} from '../../source/rollout/history.ts';
import {timelineOf} from '../../source/rollout/timeline.ts';
import {inputOf, recorded} from '../objects/recorded.ts';
import {edited} from './make.ts';

/** Oldest first, as the chain goes. */
const told = (name: string) =>
	timelineOf(inputOf(recorded(name)))
		.reverse()
		.map(({actor, text}) => `${actor}: ${text}`);

test('the chain from a change to what came of it', () => {
	const lines = told('crash');
	const change = lines.indexOf('kubectl-set: template changed, revision 2');
	assert.deepEqual(
		lines.slice(0, change).map((line) => line.replace(/web-\w+/, 'web-#')),
		[
			'kubectl-client-side-apply: Deployment made, revision 1',
			'deployment controller: web-# made, revision 1',
			'deployment controller: web-# 0 → 3',
			'replica set controller: 3 pods made',
			'scheduler: 3 pods placed',
			'kubelet: 3 pods ready',
		],
	);
	const [made, scaled, started, placed, ended] = lines.slice(change + 1);
	assert.match(made!, /^deployment controller: web-\w+ made, revision 2$/);
	assert.match(scaled!, /^deployment controller: web-\w+ 0 → 1$/);
	assert.match(started!, /^replica set controller: \w{5} made$/);
	assert.match(placed!, /^scheduler: \w{5} → node-\d$/);
	assert.match(ended!, /^kubelet node-\d: \w{5}: web ended, Error, exit 1, 2 restarts$/);
});

test('who wrote something else just after a change has not made that change', () => {
	const recording = edited('crash', ({deployment, replicaSets}) => {
		const youngest = Math.max(...replicaSets.map(({metadata}) => Date.parse(metadata.creationTimestamp!)));
		deployment.metadata.managedFields!.push({
			manager: 'kubectl-rollout',
			operation: 'Update',
			time: new Date(youngest + 1000).toISOString(),
			fieldsV1: {'f:spec': {'f:paused': {}}},
		});
	});
	const lines = timelineOf(inputOf(recording)).map(({actor, text}) => `${actor}: ${text}`);
	assert.ok(lines.includes('kubectl-set: template changed, revision 2'));
	assert.ok(lines.includes('kubectl-rollout: Deployment changed'));
	assert.equal(history(recording.deployment, recording.replicaSets)[0]?.writtenBy, 'kubectl-set');
});

test('repeats are one line with their count', () => {
	const refusals = timelineOf(inputOf(recorded('quota'))).filter(({text}) => text.startsWith('cannot make a pod'));
	assert.deepEqual(
		refusals.map(({text, role}) => [text, role]),
		[['cannot make a pod: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3', 'failed']],
	);
	assert.equal(refusals[0]!.count >= 10, true);
	assert.equal(refusals[0]!.until > refusals[0]!.at, true);
	assert.match(told('missing').join('\n'), /deployment controller: web-\w+ 0 → 2 → 3/);
});

describe('what comes without an event', () => {
	test('an undo, and its end', () => {
		const lines = told('undone');
		assert.equal(lines.includes('kubectl: template changed back, now revision 3'), true);
		assert.equal(lines.at(-1), 'deployment controller: rollout complete');
		const makings = lines.filter((line) => line.includes(' made, ')).map((line) => line.replace(/web-\w+/, 'web-#'));
		assert.deepEqual(makings, [
			'kubectl-client-side-apply: Deployment made, revision 1',
			'deployment controller: web-# made, revision 1',
			'deployment controller: web-# made, revision 2',
		]);
	});
	test('a deadline that passed', () =>
		assert.equal(told('deadline').at(-1), 'deployment controller: deadline passed: gives up waiting'));
	test('a verdict on the change before is not told again', () =>
		assert.doesNotMatch(told('undo-quota').join(), /rollout complete/));
});

test('the scheduler and the node controller have their say', () => {
	assert.match(told('selector').at(-1)!, /^scheduler: \w{5} not placed: 0 of 3 nodes fit: 3 nodes didn't match/);
	assert.equal(told('node-away').at(-1), 'node controller: node of 3 pods is not ready');
});

test('events of strangers are not told, those of pods that are gone are', () => {
	const name = 'missing';
	const gone = edited(name, (it) => (it.pods = []));
	assert.match(
		timelineOf(inputOf(gone))
			.map(({text}) => text)
			.join(),
		/Failed to pull image/,
	);
	const stranger = edited(name, ({events}) => {
		for (const {involvedObject} of events) Object.assign(involvedObject, {uid: 'another', name: 'another-x'});
	});
	assert.doesNotMatch(
		timelineOf(inputOf(stranger))
			.map(({text}) => text)
			.join(),
		/Failed to pull|→/,
	);
});

test('every recording has a timeline, newest first, and nothing in it comes after the recording', () => {
	for (const file of readdirSync(new URL('../objects/', import.meta.url))) {
		if (!file.endsWith('.recorded.json') || file.startsWith('film') || file.startsWith('undo-stale')) continue;
		const recording = recorded(file.replace('.recorded.json', ''));
		const entries = timelineOf(inputOf(recording));
		assert.equal(entries.length > 3, true, file);
		const seconds = entries.map(({at}) => Math.floor(at / 1000));
		assert.deepEqual(
			seconds,
			[...seconds].sort((a, b) => b - a),
			file,
		);
		assert.equal(
			entries.every(({at, until}) => at <= until && until <= recording.at + 1000),
			true,
			file,
		);
		assert.equal(
			entries.every(({text, actor}) => text.length > 0 && actor.length > 0 && !/undefined|NaN/.test(text)),
			true,
			file,
		);
	}
});

test('without events and pods it tells what the Deployment and its ReplicaSets say', () => {
	const entries = timelineOf({...inputOf(recorded('complete')), events: undefined, pods: undefined});
	assert.equal(entries.filter(({actor}) => actor === 'deployment controller').length, 4);
	assert.deepEqual(
		timelineOf({...inputOf(recorded('complete')), events: undefined, pods: undefined, replicaSets: undefined}).map(
			({text}) => text,
		),
		['Deployment changed'],
	);
});
