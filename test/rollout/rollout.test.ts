import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

/** What a person reads of each recorded moment: the cell's words without their time, and the first cause. */
const moments: readonly (readonly [recording: string, words: string, cause?: string])[] = [
	['complete', 'complete # ago'],
	['undone', 'complete # ago'],
	['autoscaled', 'complete # ago'],
	['shared', 'complete # ago'],
	['leftovers', 'complete, 2 stopping'],
	['zero', 'scaled to 0'],
	['broken-zero', 'scaled to 0'],
	['rolling-start', 'rolling 0/4'],
	['three', 'rolling 0/4'],
	['min-ready', 'rolling 0/2', '1 new pod is ready and must stay so for 6s before it counts'],
	['settling', 'settling # more', '2 new pods are ready and must stay so for 20s before they count'],
	['undo-middle', 'rolling 4/5'],
	['recreate-blocked', 'recreating, 2 old stopping'],
	['recreate-starting', 'recreating 0/2'],
	['paused', 'paused'],
	['paused-changed', 'paused, template changed', 'The rollout is paused: a change is waiting to go on'],
	['paused-half', 'paused at 0/3', 'The rollout is paused: a change is waiting to go on'],
	['unobserved', 'not seen by the controller'],
	['missing', 'stuck #: image not found', '3 of 3 new pods cannot pull web:missing: not found'],
	['missing-first', 'stuck #: image not found', '1 of 2 pods cannot pull web:missing: not found'],
	['sidecar', 'stuck #: image not found', '1 of 1 new pod cannot pull web:missing: not found'],
	['deadline', 'stuck #: image not found', '1 of 1 new pod cannot pull web:missing: not found'],
	['badconfig', 'stuck #: missing config map', '1 of 1 new pod cannot start web: configmap "settings" not found'],
	['crash', 'stuck #: crash loop, exit 1', '1 of 1 new pod crashes in web (exit 1, its own error, 2 restarts)'],
	['crash-running', 'stuck #: crash loop, exit 1', '1 of 1 new pod crashes in web (exit 1, its own error, 3 restarts)'],
	['crash-alone', 'stuck #: crash loop, exit 1', '1 of 1 pod crashes in web (exit 1, its own error, 2 restarts)'],
	[
		'agent-crash',
		'waiting #: crash loop, exit 1',
		'1 of 1 new pod crashes in agent (exit 1, its own error, 1 restart)',
	],
	[
		'init-crash',
		'stuck #: init crash loop, exit 1',
		'1 of 1 new pod crashes in migrate (exit 1, its own error, 2 restarts)',
	],
	[
		'oom',
		'stuck #: out of memory',
		'1 of 1 new pod runs out of memory in web (more than its limit of 64Mi, 1 restart)',
	],
	[
		'unready',
		'waiting #: not ready',
		'1 of 1 new pod runs web but is not ready: Readiness probe failed: HTTP probe failed with statuscode: 503',
	],
	['rolling', 'waiting #: not ready', '1 of 3 new pods runs web but is not ready'],
	['gate', 'waiting #: readiness gate closed', '1 of 1 new pod waits for readiness gate example.com/load-balancer'],
	['gated', 'waiting #: held by a gate', '1 of 1 new pod is held back by scheduling gate example.com/licence'],
	[
		'selector',
		'waiting #: no node fits',
		"1 of 1 new pod cannot be placed: 0 of 3 nodes fit: 3 nodes didn't match Pod's node affinity/selector",
	],
	['no-cpu', 'waiting #: no node fits', '1 of 1 new pod cannot be placed: 0 of 3 nodes fit: 3 Insufficient cpu'],
	[
		'no-claim',
		'stuck #: disk claim missing',
		'1 of 1 new pod cannot be placed: 0 of 3 nodes fit: persistentvolumeclaim "data" not found',
	],
	[
		'quota',
		'stuck #: quota full',
		'1 new pod cannot be created: quota small has no room (wants pods=1, used pods=3, limit pods=3)',
	],
	[
		'quota-deadline',
		'stuck #: quota full',
		'1 new pod cannot be created: quota small has no room (wants pods=1, used pods=3, limit pods=3)',
	],
	[
		'undo-quota',
		'stuck #: quota full',
		'1 new pod cannot be created: quota small has no room (wants pods=1, used pods=2, limit pods=2)',
	],
	[
		'quota-limits',
		'stuck #: quota wants limits',
		'1 new pod cannot be created: quota small requires every container to say its limits.cpu for: web',
	],
	[
		'limit-range',
		'stuck #: limit range broken',
		'1 new pod cannot be created: maximum cpu usage per Container is 1, but limit is 2',
	],
	[
		'account',
		'stuck #: service account missing',
		'1 new pod cannot be created: service account deployer does not exist',
	],
	['priority', 'stuck #: priority class missing', '1 new pod cannot be created: priority class gold does not exist'],
	[
		'denied',
		'stuck #: policy denied',
		'1 new pod cannot be created: policy objects-denied refuses it: images of version 9.9 are withdrawn',
	],
	['webhook-down', 'waiting #: webhook down'],
	['pod-security', 'stuck #: pod security refused'],
	['degraded', 'degraded 2/3: readiness gate closed', '1 of 3 pods waits for readiness gate example.com/ready'],
	['node-away', 'degraded 0/3: node is down', '3 of 3 pods are on node-2, which is not heard of any more'],
	['node-away-rolling', 'waiting #: no node fits'],
];

describe('each recorded moment', () => {
	for (const [recording, words, cause] of moments) {
		test(`${recording}: ${words}`, () => {
			const facts = rolloutFacts(inputOf(recorded(recording)));
			assert.equal(facts.words.replace(/(?<= )\d+[smhd](?=:| ago| more)/, '#'), words);
			if (cause) assert.equal(facts.causes[0]?.sentence, cause);
			else if (!/waiting|stuck/.test(words)) assert.deepEqual(facts.causes, []);
			assert.equal(facts.words.length <= 36, true);
		});
	}
});

test('a cause comes with its evidence: the object, the words of the server, how often and when', () => {
	const recording = recorded('quota');
	const [cause] = rolloutFacts(inputOf(recording)).causes;
	const {object, source, text, count, first, last} = cause!.evidence[0]!;
	assert.deepEqual(
		[object.kind, source, text],
		['ReplicaSet', 'FailedCreate', 'exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3'],
	);
	const alike = recording.events.filter(({reason}) => reason === 'FailedCreate');
	assert.equal(
		count,
		alike.reduce((sum, event) => sum + (event.count ?? 1), 0),
	);
	assert.equal(alike.length > 9, true);
	assert.equal(first! <= last! && last! <= recording.at, true);
});

test('the cause that holds the pods comes before the deadline', () => {
	const {causes} = rolloutFacts(inputOf(recorded('deadline')));
	assert.deepEqual(
		causes.map(({id, needsPerson}) => [id, needsPerson]),
		[
			['image', true],
			['deadline', true],
		],
	);
});

test('lanes: the new revision first, then the old ones, then the past', () => {
	const {lanes, revision, from} = rolloutFacts(inputOf(recorded('missing')));
	assert.deepEqual(
		lanes.map((lane) => ({...lane, replicaSet: 'any'})),
		[
			{
				replicaSet: 'any',
				revision: 2,
				place: 'new',
				desired: 3,
				running: 3,
				ready: 0,
				available: 0,
				waiting: 3,
				ending: 0,
				failed: 0,
				serving: 0,
			},
			{
				replicaSet: 'any',
				revision: 1,
				place: 'old',
				desired: 4,
				running: 4,
				ready: 4,
				available: 4,
				waiting: 0,
				ending: 0,
				failed: 0,
				serving: 4,
			},
		],
	);
	assert.deepEqual([from, revision], [1, 2]);
	const places = (name: string) =>
		rolloutFacts(inputOf(recorded(name))).lanes.map(({revision, place}) => `${revision} ${place}`);
	assert.deepEqual(places('complete'), ['3 new', '2 past', '1 past']);
	assert.deepEqual(places('undone'), ['3 new', '2 past']);
	assert.deepEqual(places('three'), ['3 new', '2 old', '1 old']);
	assert.deepEqual(places('paused-changed'), ['1 old']);
});

test('the fences in a sentence', () => {
	const sentence = (name: string) => rolloutFacts(inputOf(recorded(name))).boundsSentence;
	assert.equal(sentence('missing'), '4 of 5 available, may not drop lower; no pod may be added to 7');
	assert.equal(sentence('recreate-blocked'), '0 of 2 available; all old pods stop before the first new one starts');
});

test('it began when its ReplicaSet was made or the undo was written, and was complete later', () => {
	for (const name of ['complete', 'undone', 'shared', 'leftovers']) {
		const recording = recorded(name);
		const {startedAt, completedAt} = rolloutFacts(inputOf(recording));
		assert.equal(
			startedAt !== undefined && completedAt !== undefined && startedAt <= completedAt && completedAt <= recording.at,
			true,
			name,
		);
	}
	const undone = recorded('undone');
	const made = undone.replicaSets.map(({metadata}) => Date.parse(metadata.creationTimestamp!));
	assert.equal(rolloutFacts(inputOf(undone)).startedAt! > Math.max(...made), true);
});
