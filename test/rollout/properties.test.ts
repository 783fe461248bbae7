import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import type {Deployment, Pod, ReplicaSet} from '../../source/objects.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {predictScale} from '../../source/rollout/scaling.ts';
import {planUndo} from '../../source/rollout/undo.ts';
import {inputOf, type Recording, recorded} from '../objects/recorded.ts';

/** Random clusters, made of recorded objects whose every field that tells a state is drawn anew. */

const base = recorded('missing');
const time = fc.integer({min: -700, max: 30}).map((seconds) => new Date(base.at + seconds * 1000).toISOString());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, {nil: undefined});
const count = maybe(fc.nat(5));
/** Mostly the usual value, now and then one of the others. */
const rarely = <T, U>(unusual: fc.Arbitrary<T>, usual: U): fc.Arbitrary<T | U> =>
	fc.oneof({weight: 5, arbitrary: fc.constant(usual)}, {weight: 1, arbitrary: unusual});

const state = fc.oneof(
	fc.record({
		waiting: fc.record({
			reason: maybe(
				fc.constantFrom(
					'ContainerCreating',
					'PodInitializing',
					'ErrImagePull',
					'ImagePullBackOff',
					'CrashLoopBackOff',
					'CreateContainerConfigError',
					'RunContainerError',
				),
			),
			message: maybe(fc.constantFrom('', 'not found', 'back-off 1m20s restarting', 'x')),
		}),
	}),
	fc.record({running: fc.record({startedAt: maybe(time)})}),
	fc.record({
		terminated: fc.record({
			exitCode: fc.constantFrom(0, 1, 137, 255),
			reason: maybe(fc.constantFrom('Error', 'OOMKilled', 'Completed')),
			finishedAt: maybe(time),
		}),
	}),
	fc.constant({}),
);
const container = fc.record({
	name: fc.constant('web'),
	ready: maybe(fc.boolean()),
	started: maybe(fc.boolean()),
	restartCount: count,
	state: maybe(state),
	lastState: maybe(state),
});
const condition = fc.record({
	type: fc.constantFrom('Ready', 'ContainersReady', 'PodScheduled', 'Initialized', 'DisruptionTarget'),
	status: fc.constantFrom('True', 'False', 'Unknown'),
	reason: maybe(fc.constantFrom('Unschedulable', 'SchedulingGated', 'ReadinessGatesNotReady', 'ContainersNotReady')),
	message: maybe(fc.constantFrom('', '0/3 nodes are available: 3 Insufficient cpu.')),
	lastTransitionTime: maybe(time),
});
const healthy: Pod['status'] = recorded('complete').pods[0]!.status;
const podStatus = maybe(
	fc.record({
		phase: maybe(fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown')),
		conditions: maybe(fc.array(condition, {maxLength: 4})),
		containerStatuses: maybe(fc.array(container, {maxLength: 2})),
		initContainerStatuses: maybe(fc.array(container, {maxLength: 1})),
	}),
);
const pod = fc.record({
	status: rarely(podStatus, healthy),
	deletionTimestamp: rarely(time, undefined),
	owner: fc.constantFrom(0, 0, 0, 1, 2),
});
const setStatus = maybe(
	fc.record({replicas: count, readyReplicas: count, availableReplicas: count, terminatingReplicas: count}),
);
const fence = fc.oneof(fc.nat(5), fc.constantFrom('0%', '25%', '100%', 'x'));
const verdict = fc.constantFrom(
	'NewReplicaSetAvailable',
	'ProgressDeadlineExceeded',
	'ReplicaSetUpdated',
	'DeploymentPaused',
	'ReplicaSetCreateError',
);

/** Without the fields that are drawn as undefined: JSON has none. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const draws = fc.record({
	replicas: count,
	honest: fc.boolean(),
	paused: rarely(fc.constant(true), false),
	minReadySeconds: maybe(fc.constantFrom(0, 5, 60)),
	strategy: fc.oneof(
		fc.constant({type: 'Recreate'}),
		fc.record({
			type: fc.constant('RollingUpdate'),
			rollingUpdate: fc.record({maxSurge: fence, maxUnavailable: fence}),
		}),
	),
	status: maybe(
		fc.record({
			replicas: count,
			updatedReplicas: count,
			readyReplicas: count,
			availableReplicas: count,
			observedGeneration: rarely(fc.constant(1), 2),
		}),
	),
	reason: verdict,
	named: fc.constantFrom(base.replicaSets[0]!.metadata.name, base.replicaSets[1]!.metadata.name, 'another'),
	sets: fc.array(fc.record({replicas: count, status: setStatus}), {minLength: 2, maxLength: 2}),
	pods: fc.array(pod, {maxLength: 8}),
});
/** Only what is drawn is printed when a property fails, not a whole cluster. */
type Draws = typeof draws extends fc.Arbitrary<infer T> ? T : never;

function clusterOf({
	honest,
	replicas,
	paused,
	minReadySeconds,
	strategy,
	status,
	reason,
	named,
	sets,
	pods,
}: Draws): Recording {
	const recording = structuredClone(base);
	Object.assign(recording.deployment.spec, {replicas, paused, minReadySeconds, strategy});
	const message = `ReplicaSet "${named}" says so`;
	const lastUpdateTime = new Date(base.at - 5000).toISOString();
	const conditions = [{type: 'Progressing', status: 'True', reason, message, lastUpdateTime}];
	recording.deployment.status = (status && {...status, conditions}) as NonNullable<Deployment['status']>;
	recording.replicaSets.forEach((set, index) => {
		set.spec.replicas = sets[index]!.replicas as number;
		set.status = sets[index]!.status as NonNullable<ReplicaSet['status']>;
	});
	recording.pods = pods.map(({status, deletionTimestamp, owner}, index) => {
		const template = recording.pods[index % recording.pods.length]!;
		const metadata = {
			...template.metadata,
			uid: `pod-${index}`,
			deletionTimestamp,
			ownerReferences: [
				{...template.metadata.ownerReferences![0]!, uid: recording.replicaSets[owner]?.metadata.uid ?? 'another'},
			],
		};
		return {...template, metadata, status} as Pod;
	});
	if (honest) countHonestly(recording);
	return plain(recording);
}

/** Counts as a controller that is well would leave them, with everything wanted of the new revision. */
function countHonestly({deployment, replicaSets, pods}: Recording): void {
	const live = (set: ReplicaSet) =>
		pods.filter(
			({metadata, status}) =>
				metadata.ownerReferences![0]!.uid === set.metadata.uid &&
				metadata.deletionTimestamp === undefined &&
				status?.phase !== 'Failed' &&
				status?.phase !== 'Succeeded',
		);
	const ready = (set: ReplicaSet) =>
		live(set).filter(({status}) => status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True'))
			.length;
	const fresh = replicaSets.find(
		({spec}) => spec.template?.spec?.containers[0]?.image === deployment.spec.template.spec?.containers[0]?.image,
	)!;
	for (const set of replicaSets) {
		set.spec.replicas = live(set).length;
		set.status = {replicas: live(set).length, readyReplicas: ready(set), availableReplicas: ready(set)};
	}
	deployment.spec.replicas = live(fresh).length;
	Object.assign((deployment.status ??= {}), {
		observedGeneration: deployment.metadata.generation,
		replicas: replicaSets.reduce((sum, set) => sum + live(set).length, 0),
		updatedReplicas: live(fresh).length,
		availableReplicas: replicaSets.reduce((sum, set) => sum + ready(set), 0),
	});
}

const visibility = fc.record({
	pods: fc.boolean(),
	replicaSets: fc.boolean(),
	events: fc.boolean(),
	services: fc.boolean(),
	endpointSlices: fc.boolean(),
});

test('the facts of any cluster add up, and none throws', () => {
	fc.assert(
		fc.property(draws, visibility, fc.integer({min: -60_000, max: 900_000}), (drawn, visible, later) => {
			const recording = clusterOf(drawn);
			const hidden = Object.fromEntries(
				Object.entries(visible)
					.filter(([, shown]) => !shown)
					.map(([kind]) => [kind, undefined]),
			);
			const facts = rolloutFacts({...inputOf(recording, later), ...hidden});
			const own = new Set(recording.replicaSets.map(({metadata}) => metadata.uid));
			const pods = recording.pods.filter(({metadata}) => own.has(metadata.ownerReferences![0]!.uid));
			if (visible.pods && visible.replicaSets) {
				const counted = facts.lanes.reduce(
					(sum, {running, ending, failed}) => sum + running + (ending ?? 0) + failed,
					0,
				);
				const succeeded = pods.filter(({status}) => status?.phase === 'Succeeded').length;
				assert.equal(counted + succeeded, pods.length, 'every pod stands in one place');
			}
			for (const lane of facts.lanes) {
				if (visible.pods) assert.equal(lane.running, lane.ready + lane.waiting);
				if (visible.pods) assert.equal(lane.available <= lane.ready, true);
				for (const value of [
					lane.desired,
					lane.running,
					lane.ready,
					lane.available,
					lane.waiting,
					lane.ending ?? 0,
					lane.failed,
					lane.serving ?? 0,
				])
					assert.equal(value >= 0, true);
			}
			const {canAdd, canRemove, maximumPods, minimumAvailable, desired} = facts.bounds;
			assert.equal(
				canAdd >= 0 && canRemove >= 0 && minimumAvailable >= 0 && maximumPods >= desired && minimumAvailable <= desired,
				true,
			);
			assert.equal(facts.nextChangeAt === undefined || facts.nextChangeAt > recording.at + later, true);
			if (!visible.pods) assert.notEqual(facts.state, 'complete');
			if (facts.state === 'complete') {
				const [fresh, ...olds] = facts.lanes;
				assert.equal(facts.kubectlStatus.done || facts.kubectlStatus.failed, true);
				assert.deepEqual([fresh?.place, olds.every((lane) => lane.running === 0)], ['new', true]);
				assert.equal(fresh!.available >= desired, true);
			}
			if (facts.state === 'stuck' || facts.state === 'waiting')
				assert.equal(facts.causes.length > 0, true, 'whoever waits says why');
			assert.equal(
				facts.words.length > 0 &&
					!/undefined|NaN|Infinity/.test(
						JSON.stringify([facts.words, facts.causes, facts.boundsSentence, facts.owners]),
					),
				true,
				facts.words,
			);
			const held = facts.causes.flatMap(({pods}) => pods);
			assert.equal(
				facts.causes.every(({sentence, short}) => sentence.length > 0 && short.length > 0 && short.length <= 25),
				true,
			);
			assert.equal(
				held.every((name) => recording.pods.some(({metadata}) => metadata.name === name)),
				true,
			);
			predictScale(facts, recording.deployment, later > 0 ? 7 : 0, undefined);
			planUndo(recording.deployment, recording.replicaSets);
		}),
		{numRuns: 200},
	);
});

test('the same objects give the same facts', () => {
	fc.assert(
		fc.property(draws, (drawn) => {
			const recording = clusterOf(drawn);
			const before = structuredClone(recording);
			assert.deepEqual(rolloutFacts(inputOf(recording)), rolloutFacts(inputOf(recording)));
			assert.deepEqual(recording, before, 'they are only read');
		}),
		{numRuns: 30},
	);
});

test('nothing changes until nextChangeAt but the objects', () => {
	fc.assert(
		fc.property(draws, (drawn) => {
			const recording = clusterOf(drawn);
			const facts = rolloutFacts(inputOf(recording));
			const until = facts.nextChangeAt ?? recording.at + 3_600_000;
			assert.deepEqual(rolloutFacts(inputOf(recording, until - recording.at - 1)), facts);
		}),
		{numRuns: 100},
	);
});
