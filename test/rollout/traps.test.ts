import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {RolloutFacts, RolloutInput} from '../../source/rollout/facts.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {filmed, inputOf, type Recording, recorded} from '../objects/recorded.ts';
import {edited, ofRevision, podsOf} from './make.ts';

/** Where conditions, counts and events say something else than what is (reference 0, 1c, 2.4). */

const facts = (recording: Recording, later = 0, more: Partial<RolloutInput> = {}): RolloutFacts =>
	rolloutFacts({...inputOf(recording, later), ...more});
const seconds = 1000;
/** Words without their time, which another recording would make another. */
const timeless = (words: string) => words.replace(/\b\d+[smhd]\b/, '#');

describe('a verdict that outlives its change', () => {
	test('NewReplicaSetAvailable during an undo that cannot create a pod is no completion', () => {
		const recording = recorded('undo-quota');
		assert.equal(
			recording.deployment.status?.conditions?.find(({type}) => type === 'Progressing')?.reason,
			'NewReplicaSetAvailable',
		);
		const {state, words, clocks, completedAt} = facts(recording);
		assert.deepEqual([state, timeless(words), completedAt], ['stuck', 'stuck #: quota full', undefined]);
		assert.equal(
			clocks.some(({id}) => id === 'deadline'),
			false,
			'it never times out',
		);
	});
	test('ProgressDeadlineExceeded of the change before an undo does not make the undo fail', () => {
		const {versions, replicaSets} = filmed('undo-stale-deadline');
		const stale = versions.find(({metadata, status}) => metadata.generation === status?.observedGeneration)!;
		const {state, kubectlStatus, causes} = rolloutFacts({
			deployment: stale,
			replicaSets,
			pods: undefined,
			now: Date.parse('2026-11-24T06:00:50Z'),
		});
		assert.equal(kubectlStatus.failed, true, 'kubectl says that it failed');
		assert.equal(state, 'moving');
		assert.deepEqual(causes, []);
	});
	test('a deadline of the present change does', () => {
		const recording = edited('deadline', (it) => {
			it.events = [];
			const [pod] = podsOf(it, ofRevision(it, 2));
			pod!.status!.containerStatuses![0]!.state = {waiting: {reason: 'ContainerCreating'}};
		});
		const {state, words, causes} = facts(recording, 10 * seconds);
		assert.deepEqual(
			[state, timeless(words), causes.map(({id}) => id)],
			['stuck', 'stuck #: deadline passed', ['deadline']],
		);
		assert.equal(facts(recording, 60 * seconds).causes[0]!.short, 'no pod became ready');
	});
	test('it stays through a pause, which is what is said', () => {
		const recording = edited('deadline', ({deployment}) => (deployment.spec.paused = true));
		assert.deepEqual([facts(recording).state, facts(recording).words], ['paused', 'paused at 0/3']);
	});
});

describe('a pause', () => {
	test('hides no outage: it says how few pods are available, and why where that is known', () => {
		const words = (name: string) => {
			const {state, role, words} = facts(edited(name, ({deployment}) => (deployment.spec.paused = true)));
			return [state, role, words];
		};
		assert.deepEqual(words('node-away'), ['paused', 'waiting', 'paused, 0/3 available: node is down']);
		assert.deepEqual(words('missing-first'), ['paused', 'failed', 'paused, 0/2 available: image not found']);
		assert.deepEqual(words('quota-deadline'), ['paused', 'paused', 'paused at 0/3']);
	});
});

describe('what comes next in a rollout with minReadySeconds', () => {
	/** The moment at which its first new pod has become available, and a second one is to be made. */
	const oneMore = (later: number) => {
		const recording = edited('min-ready', ({deployment, replicaSets}) => {
			deployment.spec.minReadySeconds = 30;
			const set = replicaSets.find(({metadata}) => metadata.annotations!['deployment.kubernetes.io/revision'] === '2')!;
			set.spec.replicas = (set.spec.replicas ?? 0) + 1;
		});
		const ready = recording.pods.flatMap(({status}) => status!.conditions!.filter(({type}) => type === 'Ready'));
		const last = Math.max(...ready.map(({lastTransitionTime}) => Date.parse(lastTransitionTime!)));
		return facts(recording, last + 30 * seconds - recording.at + later);
	};

	test('is not missing in the moment in which it is asked for', () => {
		assert.deepEqual(
			oneMore(100).causes.map(({id}) => id),
			[],
		);
	});
	test('is missing ten seconds later', () => assert.equal(oneMore(20 * seconds).causes[0]?.id, 'not-made'));
	test('is waited for; while paused the pause is', () => {
		const first = (paused: boolean) =>
			facts(edited('min-ready', ({deployment}) => (deployment.spec.paused = paused))).causes[0]?.id;
		assert.deepEqual([first(false), first(true)], ['min-ready', 'paused']);
	});
});

describe('a quota that is full', () => {
	test('wants maxUnavailable changed only where that would let old pods stop', () => {
		const advice = (edit: Parameters<typeof edited>[1]) => facts(edited('quota', edit)).causes[0]!.advice;
		assert.match(advice(() => {})!, /^make room in the quota, or allow the rollout to stop an old pod first/);
		assert.equal(
			advice(({deployment}) => (deployment.spec.strategy = {type: 'Recreate'})),
			'make room in the quota',
		);
	});
});

describe('a Recreate that old pods block', () => {
	test('is moving at first and waits after ten seconds, though its verdict is that of success', () => {
		const recording = recorded('recreate-blocked-late');
		assert.equal(facts(recording).words, 'recreating, 2 old stopping');
		const {state, words, causes} = facts(recording, 20 * seconds);
		assert.deepEqual([state, timeless(words)], ['waiting', 'waiting #: 2 old pods stopping']);
		assert.match(causes[0]!.sentence, /^2 old pods still have to stop before the first new one starts$/);
	});
	test('needs a person once they are overdue', () => {
		const {state, causes} = facts(recorded('recreate-blocked-late'), 700 * seconds);
		assert.equal(state, 'stuck');
		assert.match(causes[0]!.sentence, /2 should be gone by now/);
		assert.match(causes[0]!.advice!, /by force/);
	});
	test('names the finalizer that holds them', () => {
		const recording = edited('recreate-blocked', ({pods}) => (pods[0]!.metadata.finalizers = ['example.com/backup']));
		assert.match(facts(recording, 30 * seconds).causes[0]!.sentence, /held by finalizer example\.com\/backup/);
	});
});

describe('counts that cannot be trusted', () => {
	test('a broken rollout scaled to 0 is not complete', () => {
		const {state, kubectlStatus} = facts(recorded('broken-zero'));
		assert.deepEqual([state, kubectlStatus.done], ['scaled-to-zero', true]);
	});
	test('a change that the controller does not see is a cause after ten seconds', () => {
		const recording = recorded('unobserved');
		assert.deepEqual([facts(recording).role, facts(recording).causes], ['moving', []]);
		const {words, role, causes} = facts(recording, 40 * seconds);
		assert.deepEqual([timeless(words), role, causes[0]?.id], ['not seen by the controller #', 'failed', 'unobserved']);
		assert.match(causes[0]!.advice!, /kube-controller-manager/);
	});
	test('a scaling is not called unseen for as long as the last write with a time is old', () => {
		const recording = edited('complete', ({deployment}) => {
			deployment.spec.replicas = 7;
			deployment.metadata.generation = (deployment.metadata.generation ?? 0) + 1;
		});
		const {words, role, causes} = facts(recording, 3600 * seconds);
		assert.deepEqual([words, role, causes], ['not seen by the controller', 'moving', []]);
	});
	test('nor is an undo that only takes fields away, which leaves no entry of its own', () => {
		const recording = edited('complete', ({deployment, replicaSets}) => {
			const made = Math.max(...replicaSets.map(({metadata}) => Date.parse(metadata.creationTimestamp ?? '')));
			const time = new Date(made - 60 * seconds).toISOString();
			deployment.metadata.managedFields = [{manager: 'helm', operation: 'Update', time}];
			deployment.metadata.generation = (deployment.metadata.generation ?? 0) + 1;
		});
		const {words, causes} = facts(recording, 3600 * seconds);
		assert.deepEqual([words, causes], ['not seen by the controller', []]);
	});
	test('counts that stand still with the controller down are not believed', () => {
		const recording = edited('frozen', ({deployment, replicaSets}) => {
			// As if nobody had changed the Deployment: only a pod has gone.
			deployment.spec.template = structuredClone(replicaSets[0]!.spec.template!);
			delete deployment.spec.template.metadata!.labels!['pod-template-hash'];
			deployment.metadata.generation = deployment.status!.observedGeneration!;
		});
		const {state, words, kubectlStatus, causes} = facts(recording, 30 * seconds);
		assert.equal(kubectlStatus.done, true, 'kubectl says that all is well');
		assert.deepEqual([state, words], ['degraded', 'degraded 2/3: counts stand still']);
		assert.equal(causes[0]!.sentence, 'The controller counts 3 pods, 3 ready, but there are 2, 2 ready');
	});
	test('ending pods are unknown, not none, where the server does not count them and pods are not visible', () => {
		const old = edited('leftovers', ({replicaSets}) => {
			for (const {status} of replicaSets) delete status!.terminatingReplicas;
		});
		assert.deepEqual(
			facts(old, 0, {pods: undefined}).lanes.map(({ending}) => ending),
			[undefined, undefined],
		);
		assert.deepEqual(
			facts(recorded('leftovers'), 0, {pods: undefined}).lanes.map(({ending}) => ending),
			[0, 2],
		);
	});
});

describe('what cannot be seen', () => {
	test('is never called complete', () => {
		for (const hidden of [{pods: undefined}, {replicaSets: undefined}]) {
			const {state, words} = facts(recorded('complete'), 0, hidden);
			assert.deepEqual([state, words], ['unknown', 'pods not visible']);
		}
	});
	test('leaves what the Deployment itself says', () => {
		assert.equal(facts(recorded('missing'), 0, {pods: undefined}).words, 'rolling 3/5, pods not visible');
		assert.equal(timeless(facts(recorded('deadline'), 0, {pods: undefined}).words), 'stuck #: deadline passed');
		assert.equal(timeless(facts(recorded('quota'), 0, {pods: undefined}).words), 'stuck #: quota full');
		assert.equal(
			facts(recorded('denied'), 0, {pods: undefined, replicaSets: undefined}).causes[0]?.id,
			'policy-denied',
		);
		assert.equal(facts(recorded('paused-changed'), 0, {pods: undefined}).words, 'paused, template changed');
		assert.equal(facts(recorded('zero'), 0, {pods: undefined, replicaSets: undefined}).words, 'scaled to 0');
	});
	test('events that are not readable leave the message of the condition, and no guess', () => {
		assert.match(facts(recorded('quota'), 0, {events: undefined}).causes[0]!.sentence, /quota small has no room/);
		assert.equal(
			facts(recorded('unready'), 0, {events: undefined}).causes[0]!.sentence,
			'1 of 1 new pod runs web but is not ready',
		);
	});
});

describe('a crash loop flaps; its cause stays', () => {
	const running = (readyFor: number | undefined, minReadySeconds = 0) =>
		edited('crash-running', (it) => {
			it.deployment.spec.minReadySeconds = minReadySeconds;
			if (readyFor === undefined) return;
			const [pod] = podsOf(it, ofRevision(it, 2));
			pod!.status!.containerStatuses![0]!.ready = true;
			Object.assign(ofRevision(it, 2).status!, {readyReplicas: 1, availableReplicas: 1});
			const ready = pod!.status!.conditions!.find(({type}) => type === 'Ready')!;
			Object.assign(ready, {status: 'True', lastTransitionTime: new Date(it.at - readyFor).toISOString()});
		});
	test('in back-off, running, and ready for less than ten seconds', () => {
		assert.equal(facts(recorded('crash')).causes[0]?.id, 'crash');
		assert.equal(facts(running(undefined)).causes[0]?.id, 'crash');
		assert.equal(facts(running(9 * seconds)).causes[0]?.id, 'crash');
	});
	test('until it has been ready for ten seconds', () => assert.deepEqual(facts(running(10 * seconds)).causes, []));
	test('or for minReadySeconds, if that is longer', () => {
		assert.equal(facts(running(29 * seconds, 30)).causes[0]?.id, 'crash');
		assert.equal(
			facts(running(30 * seconds, 30)).causes.some(({id}) => id === 'crash'),
			false,
		);
	});
	test('it is looked at again when that time is over', () => {
		const recording = running(4 * seconds);
		const {nextChangeAt} = facts(recording);
		assert.equal(nextChangeAt! <= recording.at + 6 * seconds, true);
	});
	test('a container that has run for ten minutes has got over it', () => {
		const ids = facts(running(undefined), 601 * seconds).causes.map(({id}) => id);
		assert.equal(ids.includes('crash'), false);
	});
});

describe('a finished rollout that has lost pods', () => {
	test('is degraded, with the cause', () => assert.equal(facts(recorded('degraded')).state, 'degraded'));
	test('counts a crashing pod as lost even while it is ready', () => {
		const recording = edited('complete', ({pods, at}) => {
			const [status] = pods[0]!.status!.containerStatuses!;
			Object.assign(status!, {
				restartCount: 4,
				lastState: {terminated: {exitCode: 1, reason: 'Error', finishedAt: new Date(at - 3000).toISOString()}},
			});
			pods[0]!.status!.conditions!.find(({type}) => type === 'Ready')!.lastTransitionTime = new Date(
				at - 1000,
			).toISOString();
		});
		assert.equal(facts(recording).words, 'degraded 2/3: crash loop, exit 1');
		assert.equal(facts(recording, 60 * seconds).state, 'complete');
	});
	test('is scaling while more are wanted', () => {
		const recording = edited('complete', ({deployment, replicaSets}) => {
			deployment.spec.replicas = 5;
			replicaSets.find(({spec}) => spec.replicas === 3)!.spec.replicas = 5;
		});
		assert.deepEqual([facts(recording).state, facts(recording).words], ['moving', 'starting 3/5']);
	});
	test('is degraded at once if one that was available is not any more', () => {
		const recording = edited('complete', ({pods, deployment, at}) => {
			deployment.status!.availableReplicas = 2;
			pods[0]!.status!.containerStatuses![0]!.ready = false;
			const ready = pods[0]!.status!.conditions!.find(({type}) => type === 'Ready')!;
			Object.assign(ready, {
				status: 'False',
				reason: 'ContainersNotReady',
				lastTransitionTime: new Date(at).toISOString(),
			});
		});
		assert.equal(facts(recording).words, 'degraded 2/3');
		assert.equal(facts(recording, 11 * seconds).words, 'degraded 2/3: not ready');
	});
	test('is not degraded by the failed pods of yesterday, whose places are taken', () => {
		const recording = edited('complete', ({pods}) => {
			const evicted = structuredClone(pods[0]!);
			Object.assign(evicted.metadata, {name: 'web-evicted', uid: 'evicted', creationTimestamp: '2026-01-01T00:00:00Z'});
			evicted.status = {phase: 'Failed', reason: 'Evicted'};
			pods.push(evicted);
		});
		assert.equal(facts(recording).state, 'complete');
		assert.equal(facts(recording).lanes[0]!.failed, 1);
	});
	test('is not degraded by failed checks from the time when it started', () => {
		const recording = edited('complete', ({pods, events, at}) => {
			const {name, uid} = pods[0]!.metadata;
			const time = new Date(at - 300 * seconds).toISOString();
			events.push({
				metadata: {uid: 'e', name: 'e'},
				involvedObject: {kind: 'Pod', name, uid},
				reason: 'Unhealthy',
				message: 'Readiness probe failed: no',
				count: 3,
				firstTimestamp: time,
				lastTimestamp: time,
			});
		});
		assert.equal(facts(recording).state, 'complete');
	});
	test('a Deployment that is being deleted says so', () => {
		const recording = edited(
			'complete',
			({deployment}) => (deployment.metadata.deletionTimestamp = '2026-11-24T06:00:00Z'),
		);
		assert.equal(facts(recording).words, 'being deleted');
	});
});

describe('clocks', () => {
	const clock = (name: string, id: string) => {
		const found = facts(recorded(name)).clocks.find((it) => it.id === id);
		return found && Math.round((found.at - recorded(name).at) / seconds);
	};
	test('the deadline counts from the last progress', () => {
		const recording = recorded('missing');
		const progressing = recording.deployment.status!.conditions!.find(({type}) => type === 'Progressing')!;
		const {clocks} = facts(recording);
		assert.equal(clocks.find(({id}) => id === 'deadline')?.at, Date.parse(progressing.lastUpdateTime!) + 600 * seconds);
	});
	test('it does not run when complete, paused, passed, off, or held by an older verdict', () => {
		for (const name of [
			'complete',
			'paused-changed',
			'paused-half',
			'deadline',
			'undo-quota',
			'recreate-blocked-late',
			'unobserved',
		]) {
			assert.equal(clock(name, 'deadline'), undefined, name);
		}
		const off = edited('missing', ({deployment}) => (deployment.spec.progressDeadlineSeconds = 2_147_483_647));
		assert.equal(
			facts(off).clocks.some(({id}) => id === 'deadline'),
			false,
		);
	});
	test('minReadySeconds, the next try of a crashed container, the end of the grace', () => {
		assert.equal(clock('settling', 'min-ready')! > 0 && clock('settling', 'min-ready')! <= 20, true);
		assert.equal(clock('crash', 'back-off')! > 0, true);
		assert.equal(clock('leftovers', 'grace')! > 590, true);
		assert.equal(clock('complete', 'grace'), undefined);
	});
	test('settling counts down by the second and ends in complete words', () => {
		const recording = recorded('settling');
		const words = [0, 1, 2].map((later) => facts(recording, later * seconds).words);
		const left = words.map((text) => Number(/^settling (\d+)s more$/.exec(text)?.[1]));
		assert.deepEqual(left, [left[0], left[0]! - 1, left[0]! - 2]);
		assert.equal(facts(recording).nextChangeAt! <= recording.at + seconds, true);
	});
	test('words change at nextChangeAt and not before', () => {
		for (const name of ['complete', 'missing', 'settling', 'unready', 'rolling-start', 'recreate-blocked']) {
			const recording = recorded(name);
			const {words, nextChangeAt} = facts(recording);
			if (nextChangeAt !== undefined)
				assert.equal(facts(recording, nextChangeAt - recording.at - 1).words, words, name);
		}
	});
});
