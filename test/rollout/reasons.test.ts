import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {ContainerStatus, Event, Pod} from '../../source/objects.ts';
import type {Cause} from '../../source/rollout/facts.ts';
import {explainNoNode} from '../../source/rollout/placement-reasons.ts';
import {explainPull} from '../../source/rollout/pulls.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, type Recording, recorded} from '../objects/recorded.ts';
import {edited, ofRevision, podsOf} from './make.ts';

/** The causes of the catalogue that no control plane of ours produces, as small edits of what one recorded. */

const causes = (recording: Recording, later = 0): readonly Cause[] => rolloutFacts(inputOf(recording, later)).causes;

/** `unready`, with its new pod changed; `later` milliseconds. */
function withPod(change: (pod: Pod, status: ContainerStatus, recording: Recording) => void, later = 0): Cause {
	const recording = edited('unready', (it) => {
		const [pod] = podsOf(it, ofRevision(it, 2));
		it.events = [];
		change(pod!, pod!.status!.containerStatuses![0]!, it);
	});
	const [cause] = causes(recording, later);
	assert.ok(cause, 'there is a cause');
	return cause;
}

function event(pod: Pod, reason: string, message: string, at: number): Event {
	const time = new Date(at).toISOString();
	const {name, uid} = pod.metadata;
	return {
		metadata: {uid: reason, name: reason},
		involvedObject: {kind: 'Pod', name, uid},
		reason,
		message,
		count: 2,
		firstTimestamp: time,
		lastTimestamp: time,
	};
}

describe('why an image cannot be pulled', () => {
	const texts: readonly (readonly [text: string, short: string, needsPerson: boolean])[] = [
		[
			'Back-off pulling image "web:9": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "web:9": failed to resolve reference: not found',
			'image not found',
			true,
		],
		['manifest unknown: manifest unknown', 'image not found', true],
		['pull access denied, repository does not exist or may require authorization', 'image pull refused', true],
		['unexpected status from HEAD request: 401 Unauthorized', 'image pull refused', true],
		['toomanyrequests: You have reached your pull rate limit', 'registry rate limit', false],
		['dial tcp: lookup registry.example on 10.0.0.10:53: no such host', 'registry unreachable', false],
		['Head "https://registry.example/v2/": dial tcp 192.0.2.1:443: i/o timeout', 'registry unreachable', false],
		['x509: certificate signed by unknown authority', 'registry unreachable', false],
		['no match for platform in manifest', 'image not for this CPU', true],
		['something nobody has seen', 'image pull fails', false],
	];
	for (const [text, short, needsPerson] of texts) {
		test(`${short}: ${text.slice(0, 50)}`, () => {
			for (const reason of ['ErrImagePull', 'ImagePullBackOff']) {
				const problem = explainPull(reason, text, undefined);
				assert.deepEqual([problem?.short, problem?.needsPerson], [short, needsPerson]);
			}
		});
	}
	test('the event tells where the message of the container does not', () => {
		assert.equal(
			explainPull('ImagePullBackOff', 'Back-off pulling image "web:9"', 'Failed to pull image "web:9": not found')
				?.short,
			'image not found',
		);
	});
	test('reasons that speak for themselves', () => {
		for (const reason of [
			'InvalidImageName',
			'ErrImageNeverPull',
			'ImageInspectError',
			'RegistryUnavailable',
			'SignatureValidationFailed',
		]) {
			assert.ok(explainPull(reason, undefined, undefined), reason);
		}
		assert.equal(explainPull('ContainerCreating', undefined, undefined), undefined);
		assert.equal(explainPull(undefined, undefined, undefined), undefined);
	});
	test('ErrImagePull and ImagePullBackOff of several pods are one cause', () => {
		const recording = edited('missing', (it) => {
			podsOf(it, ofRevision(it, 2))[0]!.status!.containerStatuses![0]!.state = {
				waiting: {reason: 'ErrImagePull', message: 'not found'},
			};
		});
		assert.deepEqual(
			causes(recording).map(({sentence}) => sentence),
			['3 of 3 new pods cannot pull web:missing: not found'],
		);
	});
});

describe('containers', () => {
	test('a program that cannot be started', () => {
		const cause = withPod(
			(_, status) =>
				(status.state = {
					waiting: {reason: 'RunContainerError', message: 'exec: "wbe": executable file not found in $PATH'},
				}),
		);
		assert.deepEqual([cause.id, cause.needsPerson], ['start-error', true]);
		assert.match(cause.sentence, /cannot start the program of web: exec: "wbe": executable file not found/);
	});
	test('one that is restarted by its liveness check', () => {
		const cause = withPod((pod, status, it) => {
			Object.assign(status, {restartCount: 3, lastState: {terminated: {exitCode: 137, reason: 'Error'}}});
			it.events.push(event(pod, 'Killing', 'Container web failed liveness probe, will be restarted', it.at));
		});
		assert.deepEqual([cause.short, cause.needsPerson], ['liveness check fails', true]);
	});
	test('exit codes in words', () => {
		const ended = (exitCode: number, restartCount = 1) =>
			withPod((_, status) =>
				Object.assign(status, {
					restartCount,
					state: {waiting: {reason: 'CrashLoopBackOff'}},
					lastState: {terminated: {exitCode}},
				}),
			);
		const words: readonly (readonly [number, RegExp, boolean])[] = [
			[0, /ends by itself in web \(exit 0, the program ended by itself/, false],
			[1, /exit 1, its own error/, false],
			[126, /exit 126, not executable/, true],
			[127, /exit 127, command not found/, true],
			[137, /exit 137, killed/, false],
			[139, /exit 139, segmentation fault/, false],
			[130, /exit 130, signal 2/, false],
			[42, /\(exit 42, 1 restart/, false],
		];
		for (const [code, sentence, needsPerson] of words) {
			assert.match(ended(code).sentence, sentence);
			assert.equal(ended(code).needsPerson, needsPerson, `exit ${code}`);
		}
		assert.equal(ended(1, 2).needsPerson, true);
	});
	test('the end of its own message is evidence', () => {
		const cause = withPod((_, status) =>
			Object.assign(status, {
				restartCount: 2,
				lastState: {terminated: {exitCode: 1, message: 'cannot reach\nthe database'}},
			}),
		);
		assert.equal(cause.evidence[0]?.text, 'web ended with exit code 1: cannot reach the database');
	});
	test('a volume that cannot be mounted, a disk that another pod holds', () => {
		const mount = (message: string) =>
			withPod((pod, status, it) => {
				status.state = {waiting: {reason: 'ContainerCreating'}};
				it.events.push(event(pod, 'FailedMount', message, it.at));
			});
		assert.equal(mount('MountVolume.SetUp failed for volume "c": configmap "c" not found').needsPerson, true);
		assert.equal(mount('Multi-Attach error for volume "d"').short, 'disk in use elsewhere');
	});
	test('a network that is not set up', () => {
		const cause = withPod((pod, status, it) => {
			status.state = {waiting: {reason: 'ContainerCreating'}};
			it.events.push(event(pod, 'FailedCreatePodSandBox', 'network: no IP addresses available', it.at));
		});
		assert.match(cause.sentence, /cannot set up their network: network: no IP addresses available/);
	});
	test('a long download, a startup check, a start-up step', () => {
		const pulling = withPod((pod, status, it) => {
			status.state = {waiting: {reason: 'ContainerCreating'}};
			it.events.push(event(pod, 'Pulling', 'Pulling image', it.at));
		}, 15_000);
		assert.equal(pulling.sentence, '1 of 1 new pod is downloading web:unready');
		const starting = withPod((pod, status, it) => {
			status.started = false;
			it.events.push(event(pod, 'Unhealthy', 'Startup probe failed: connection refused', it.at));
		});
		assert.equal(starting.sentence, '1 of 1 new pod is still starting web: Startup probe failed: connection refused');
		const [step] = causes(recorded('init-slow'), 12_000);
		assert.equal(step?.sentence, '1 of 1 new pod waits for start-up step 1 of 1, migrate');
		assert.equal(causes(recorded('init-slow')).length, 0);
	});
	test('a helper that does not come up', () => {
		const recording = edited('sidecar', (it) => {
			const [proxy] = podsOf(it, ofRevision(it, 2))[0]!.status!.initContainerStatuses!;
			Object.assign(proxy!, {state: {running: {startedAt: new Date(it.at).toISOString()}}, started: false});
		});
		assert.equal(causes(recording, 20_000)[0]?.sentence, '1 of 1 new pod is still starting proxy');
	});
	test('nothing at all that says why', () => {
		const cause = withPod((_, status) => (status.state = {waiting: {reason: 'ContainerCreating'}}), 180_000);
		assert.deepEqual([cause.id, cause.needsPerson], ['no-progress', false]);
		assert.equal(cause.sentence, 'No new pod has become ready, and nothing says why');
	});
});

describe('nodes', () => {
	test('what the scheduler says, as counts', () => {
		assert.equal(
			explainNoNode(
				'0/5 nodes are available: 1 node(s) were unschedulable, 4 Insufficient memory. preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.',
			),
			'0 of 5 nodes fit: 1 node were unschedulable, 4 Insufficient memory',
		);
		assert.equal(
			explainNoNode('0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'),
			'0 of 3 nodes fit: pod has unbound immediate PersistentVolumeClaims',
		);
		assert.equal(explainNoNode('no nodes available to schedule pods'), 'no nodes available to schedule pods');
	});
	test('one that has taken a pod and does not answer', () => {
		const cause = withPod((pod) => {
			pod.status!.phase = 'Pending';
			delete pod.status!.containerStatuses;
		}, 31_000);
		assert.match(cause.sentence, /^1 of 1 new pod is placed on node-\d, which has not said a word about it$/);
	});
	test('one that throws a pod out or refuses it', () => {
		const evicted = withPod((pod) =>
			Object.assign(pod.status!, {
				phase: 'Failed',
				reason: 'Evicted',
				message: 'The node was low on resource: memory.',
			}),
		);
		assert.match(evicted.sentence, /was thrown out by its node: The node was low on resource: memory\./);
		const refused = withPod((pod) => Object.assign(pod.status!, {phase: 'Failed', reason: 'UnexpectedAdmissionError'}));
		assert.equal(refused.short, 'refused by the node');
	});
});

describe('a refusal to create pods', () => {
	const refusal = (message: string) =>
		causes(
			edited('denied', ({replicaSets, events}) => {
				for (const set of replicaSets)
					for (const condition of set.status!.conditions ?? []) condition.message = message;
				for (const it of events) if (it.reason === 'FailedCreate') it.message = `Error creating: ${message}`;
			}),
		)[0]!;
	const texts: readonly (readonly [string, string, RegExp])[] = [
		[
			'admission webhook "check.example.com" denied the request: no root',
			'webhook-denied',
			/webhook check\.example\.com refuses it: no root/,
		],
		[
			'pods "web-x" is forbidden: unable to create new content in namespace shop because it is being terminated',
			'namespace-ending',
			/namespace is being deleted/,
		],
		[
			'Pod "web-x" is invalid: spec.containers[0].image: Required value',
			'invalid-pod',
			/cannot be created: spec\.containers\[0\]\.image: Required value/,
		],
		['something nobody has seen', 'not-created', /cannot be created: something nobody has seen/],
	];
	for (const [message, id, sentence] of texts) {
		test(id, () => {
			assert.equal(refusal(message).id, id);
			assert.match(refusal(message).sentence, sentence);
		});
	}
	test('is over once the pods are there, whatever the events still say', () => {
		const recording = edited('denied', (it) => (ofRevision(it, 2).status!.replicas = 1));
		assert.deepEqual(
			causes(recording).map(({id}) => id),
			[],
		);
	});
	test('a revision that cannot be recorded', () => {
		const recording = edited('denied', ({deployment}) => {
			Object.assign(deployment.status!.conditions!.find(({type}) => type === 'Progressing')!, {
				reason: 'ReplicaSetCreateError',
				message: 'Failed to create new replica set',
			});
		});
		assert.equal(causes(recording)[0]?.id, 'create-error');
	});
});

test('the same failure on old pods is told: it may not be this release', () => {
	const recording = edited('missing', (it) => {
		const [broken] = podsOf(it, ofRevision(it, 2));
		const [old] = podsOf(it, ofRevision(it, 1));
		old!.status = structuredClone(broken!.status!);
	});
	assert.match(causes(recording)[0]!.sentence, /; 1 old pod too, so it may not be this release$/);
});

test('two different troubles are two causes, the graver first', () => {
	const recording = edited('missing', (it) => {
		const [first] = podsOf(it, ofRevision(it, 2));
		first!.status = structuredClone(podsOf(recorded('unready'), ofRevision(recorded('unready'), 2))[0]!.status!);
	});
	assert.deepEqual(
		causes(recording).map(({id, sentence}) => [id, sentence.slice(0, 15)]),
		[
			['image', '2 of 3 new pods'],
			['not-ready', '1 of 3 new pods'],
		],
	);
});
