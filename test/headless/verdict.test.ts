import assert from 'node:assert/strict';
import {globSync} from 'node:fs';
import {basename} from 'node:path';
import {suite, test} from 'node:test';
import {verdictOn} from '../../source/headless/verdict.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {filmed, inputOf, recorded} from '../objects/recorded.ts';

const names = globSync('*.recorded.json', {cwd: new URL('../objects/', import.meta.url)})
	.map((file) => basename(file, '.recorded.json'))
	.filter((name) => 'deployment' in recorded(name))
	.sort();

/** Of a recording, with a change. */
function factsOf(name: string, change: (recording: ReturnType<typeof recorded>) => void = () => {}, later = 0) {
	const recording = recorded(name);
	change(recording);
	return rolloutFacts(inputOf(recording, later));
}

suite("a verdict is kubectl's", () => {
	assert.ok(names.length > 40);
	for (const name of names)
		test(name, () => {
			const facts = factsOf(name);
			const {done, failed} = facts.kubectlStatus;
			assert.equal(verdictOn(facts, false), done ? 'complete' : failed ? 'failed' : 'going');
		});

	for (const name of ['film-complete', 'film-deadline', 'film-undo'])
		test(`${name}: not before kubectl's end, and the same`, () => {
			const {versions, replicaSets, kubectl} = filmed(name);
			const verdicts = versions.map((deployment) =>
				verdictOn(
					rolloutFacts({deployment, replicaSets, pods: undefined, now: Date.parse('2030-01-01T00:00:00Z')}),
					false,
				),
			);
			assert.equal(verdicts.at(-1), kubectl.code === 0 ? 'complete' : 'failed');
		});
});

suite('where kubectl is mistaken', () => {
	test('the verdict of an earlier deadline is no failure of the change that rolls now', () => {
		const facts = factsOf('rolling-start', ({deployment}) => {
			for (const condition of deployment.status?.conditions ?? []) {
				if (condition.type !== 'Progressing') continue;
				condition.reason = 'ProgressDeadlineExceeded';
				condition.message = 'ReplicaSet "web-another" has timed out progressing.';
			}
		});
		assert.equal(facts.kubectlStatus.failed, true);
		assert.equal(verdictOn(facts, false), 'going');
	});

	test('while paused, nothing fails by the deadline of before', () => {
		const facts = factsOf('deadline', ({deployment}) => {
			deployment.spec.paused = true;
		});
		assert.equal(facts.kubectlStatus.failed, true);
		assert.equal(verdictOn(facts, false), 'going');
	});

	test('scaled to 0, it is not complete before its pods are asked to stop, and then it is', () => {
		const toZero = (replicas: number) =>
			factsOf('complete', ({deployment, replicaSets, pods}) => {
				deployment.spec.replicas = 0;
				if (replicas > 0) return;
				const none = {replicas, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0};
				deployment.status = {...deployment.status, ...none};
				for (const set of replicaSets)
					Object.assign(set, {spec: {...set.spec, replicas}, status: {...set.status, ...none}});
				for (const {metadata} of pods) metadata.deletionTimestamp = '2026-11-24T06:00:00Z';
			});
		assert.equal(toZero(3).kubectlStatus.done, true);
		assert.deepEqual([verdictOn(toZero(3), false), toZero(3).words], ['going', 'scaling to 0, 3 left']);
		assert.deepEqual([verdictOn(toZero(0), false), toZero(0).words], ['complete', 'scaled to 0, 3 stopping']);
	});

	test('scaled to 0, pods that stop are counted once, though the counts are behind', () => {
		const facts = factsOf('complete', ({deployment, pods}) => {
			deployment.spec.replicas = 0;
			pods[0]!.metadata.deletionTimestamp = '2026-11-24T06:00:00Z';
		});
		assert.equal(facts.words, 'scaling to 0, 3 left');
	});

	test('scaled to 0, it goes on while pods are counted that stop already', () => {
		const facts = factsOf('complete', ({deployment, pods}) => {
			Object.assign(deployment, {spec: {...deployment.spec, replicas: 0}});
			deployment.status!.availableReplicas = 0;
			for (const {metadata} of pods) metadata.deletionTimestamp = '2026-11-24T06:00:00Z';
		});
		assert.equal(facts.kubectlStatus.done, false);
		assert.deepEqual([verdictOn(facts, false), facts.words], ['going', 'scaling to 0, 3 left']);
	});

	test('while the counts are behind the pods, the pods count', () => {
		const facts = factsOf('complete', ({pods}) => pods.shift());
		assert.equal(facts.kubectlStatus.done, true);
		assert.deepEqual([verdictOn(facts, false), facts.words], ['going', 'starting 2/3']);
	});

	test('a container that crashes again and again is not complete because it runs now', () => {
		const facts = factsOf('crash-running', ({deployment, replicaSets}) => {
			const wanted = deployment.spec.replicas ?? 1;
			const counts = {replicas: wanted, readyReplicas: wanted, availableReplicas: wanted};
			deployment.status = {...deployment.status, ...counts, updatedReplicas: wanted};
			for (const {status} of replicaSets) if (status?.replicas) Object.assign(status, counts);
		});
		assert.equal(facts.kubectlStatus.done, true);
		assert.equal(verdictOn(facts, false), 'going');
	});
});

suite('--fail-fast', () => {
	const verdicts = {missing: 'failed', quota: 'failed', 'paused-half': 'failed', 'no-cpu': 'going', settling: 'going'};
	for (const [name, verdict] of Object.entries(verdicts))
		test(`${name}: ${verdict}`, () => assert.equal(verdictOn(factsOf(name), true), verdict));

	test('causes of the change before count for nothing, a silent controller does', () => {
		const change = ({deployment}: ReturnType<typeof recorded>) => {
			deployment.metadata.generation = (deployment.metadata.generation ?? 0) + 1;
		};
		assert.equal(verdictOn(factsOf('missing', change), true), 'going');
		assert.equal(verdictOn(factsOf('missing', change, 60_000), true), 'failed');
	});

	test('a scaling that the controller has yet to see is no silence of it', () => {
		const scaled = (recording: ReturnType<typeof recorded>) => {
			const {metadata, spec} = recording.deployment;
			metadata.generation = (metadata.generation ?? 0) + 1;
			spec.replicas = 7;
		};
		assert.equal(verdictOn(factsOf('complete', scaled, 3_600_000), true), 'going');
	});
});
