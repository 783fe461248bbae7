import assert from 'node:assert/strict';
import {test} from 'node:test';
import {history} from '../../source/rollout/history.ts';
import {type Recording, recorded} from '../objects/recorded.ts';
import {edited, ofRevision} from './make.ts';

const entries = ({deployment, replicaSets}: Recording) => history(deployment, replicaSets);
const number = 'deployment.kubernetes.io/revision';

test('every kept revision, newest first, with image, cause, pods and writer', () => {
	const recording = recorded('complete');
	assert.deepEqual(
		entries(recording).map(({createdAt, ...entry}) => ({
			...entry,
			replicaSet: 'any',
			age: recording.at - createdAt > 0,
		})),
		[
			{
				number: 3,
				images: ['registry.example/web:1.2'],
				changeCause: 'new basket',
				pods: 3,
				current: true,
				writtenBy: 'kubectl-client-side-apply',
				age: true,
				replicaSet: 'any',
			},
			{
				number: 2,
				images: ['registry.example/web:1.1'],
				changeCause: 'faster page',
				pods: 0,
				current: false,
				writtenBy: undefined,
				age: true,
				replicaSet: 'any',
			},
			{
				number: 1,
				images: ['registry.example/web:1.0'],
				changeCause: 'first release',
				pods: 0,
				current: false,
				writtenBy: undefined,
				age: true,
				replicaSet: 'any',
			},
		],
	);
});

test('a rollback moves a revision to a new number', () => {
	assert.deepEqual(
		entries(recorded('undone')).map((entry) => [entry.number, entry.current, entry.images[0]]),
		[
			[3, true, 'registry.example/web:1.0'],
			[2, false, 'registry.example/web:missing'],
		],
	);
});

test('the writer is told only where the time of its write fits', () => {
	assert.deepEqual(
		entries(recorded('crash')).map(({writtenBy}) => writtenBy),
		['kubectl-set', 'kubectl-client-side-apply'],
	);
});

test('without a present revision none is current', () => {
	assert.deepEqual(
		entries(recorded('paused-changed')).map(({current}) => current),
		[false],
	);
});

test('two with one number are one, the younger', () => {
	const recording = edited('complete', (it) => (ofRevision(it, 1).metadata.annotations![number] = '2'));
	assert.deepEqual(
		entries(recording).map((entry) => [entry.number, entry.changeCause]),
		[
			[3, 'new basket'],
			[2, 'faster page'],
		],
	);
});

test('a missing number is 0, one that cannot be read is left out, sets of others are not listed', () => {
	const recording = edited('complete', (it) => {
		const [one, two, three] = [1, 2, 3].map((revision) => ofRevision(it, revision));
		delete one!.metadata.annotations![number];
		two!.metadata.annotations![number] = 'two';
		const stranger = structuredClone(three!);
		stranger.metadata.ownerReferences![0]!.uid = 'another';
		stranger.metadata.annotations![number] = '9';
		it.replicaSets.push(stranger);
	});
	assert.deepEqual(
		entries(recording).map((entry) => entry.number),
		[3, 0],
	);
});
