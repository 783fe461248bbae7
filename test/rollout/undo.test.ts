import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {planUndo, type UndoPlan} from '../../source/rollout/undo.ts';
import {type Recording, recorded} from '../objects/recorded.ts';
import {edited, ofRevision} from './make.ts';

type Ready = Extract<UndoPlan, {kind: 'ready'}>;

function plan({deployment, replicaSets}: Recording, revision?: number): UndoPlan {
	return planUndo(deployment, replicaSets, revision);
}

function ready(recording: Recording, revision?: number): Ready {
	const made = plan(recording, revision);
	if (made.kind === 'refused') assert.fail(made.sentence);
	return made;
}

function refused(recording: Recording, revision?: number): string {
	const made = plan(recording, revision);
	assert.equal(made.kind, 'refused');
	return made.kind === 'refused' ? `${made.reason}: ${made.sentence}` : '';
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

describe('the target', () => {
	const targets: readonly (readonly [
		name: string,
		recording: () => Recording,
		asked: number | undefined,
		target: number,
	])[] = [
		['the previous revision', () => recorded('complete'), undefined, 2],
		['0 is the previous revision, too', () => recorded('complete'), 0, 2],
		['a revision by its number', () => recorded('complete'), 1, 1],
		['in the middle of a rollout', () => recorded('missing'), undefined, 1],
		['after the deadline', () => recorded('deadline'), undefined, 1],
		['after an undo, forward again', () => recorded('undone'), undefined, 2],
		['the last one that ran, while the controller has not seen the change', () => recorded('unobserved'), undefined, 1],
		['the last one that ran, while a Recreate waits', () => recorded('recreate-blocked'), undefined, 1],
		[
			'over a gap in the numbers',
			() =>
				edited('complete', (recording) => {
					recording.replicaSets = recording.replicaSets.filter((set) => set !== ofRevision(recording, 2));
				}),
			undefined,
			1,
		],
		[
			'a ReplicaSet without a number counts as 0',
			() =>
				edited('complete', (recording) => {
					recording.replicaSets = recording.replicaSets.filter((set) => set !== ofRevision(recording, 2));
					delete ofRevision(recording, 1).metadata.annotations!['deployment.kubernetes.io/revision'];
				}),
			undefined,
			0,
		],
		[
			'not one of the same template, whatever its number',
			() =>
				edited('complete', (recording) => {
					ofRevision(recording, 2).spec.template = structuredClone(recording.deployment.spec.template);
				}),
			undefined,
			1,
		],
	];
	for (const [name, recording, asked, target] of targets) {
		test(name, () => assert.equal(ready(recording(), asked).target.number, target));
	}
	test('the pods that still run are counted', () => {
		assert.equal(ready(recorded('missing')).target.pods, 4);
		assert.equal(ready(recorded('complete')).target.pods, 0);
	});
});

describe('refused', () => {
	test('a revision that is not kept', () => {
		assert.match(refused(recorded('complete'), 7), /^unknown-revision: Revision 7 is not kept .*Kept are 3, 2, 1\.$/);
		assert.match(refused(recorded('complete'), -1), /^unknown-revision/);
	});
	test('a number that cannot be read is no revision', () => {
		const recording = edited(
			'complete',
			(it) => (ofRevision(it, 2).metadata.annotations!['deployment.kubernetes.io/revision'] = 'two'),
		);
		assert.match(refused(recording, 2), /^unknown-revision/);
		assert.equal(ready(recording).target.number, 1);
	});
	test('without history', () => {
		assert.match(
			refused(recorded('zero')),
			/^no-history: There is nothing to go back to: no kept revision has another template\.$/,
		);
		assert.match(
			refused(edited('zero', ({deployment}) => (deployment.spec.revisionHistoryLimit = 0))),
			/revisionHistoryLimit is 0/,
		);
		assert.match(refused(edited('complete', (it) => (it.replicaSets = []))), /no revision is kept/);
	});
	test('while paused', () => assert.match(refused(recorded('paused-changed')), /^paused: .*resume it first/));
	test('having no history comes before being paused, as with kubectl', () =>
		assert.match(refused(recorded('paused')), /^no-history/));
	test('a revision with the present template', () =>
		assert.match(refused(recorded('complete'), 3), /^same-template: .*revision 3 already/));
});

describe('the patch', () => {
	test('tests what was shown, then replaces template and annotations', () => {
		const recording = recorded('complete');
		const {deployment} = recording;
		const target = ofRevision(recording, 2);
		const {patch} = ready(recording);
		const {'pod-template-hash': _, ...labels} = target.spec.template!.metadata!.labels!;
		assert.deepEqual(
			patch.map(({op, path}) => `${op} ${path}`),
			[
				'test /metadata/uid',
				'test /spec/template',
				'test /metadata/annotations',
				'replace /spec/template',
				'replace /metadata/annotations',
			],
		);
		const values = patch.map((operation) => ('value' in operation ? operation.value : undefined));
		assert.deepEqual(values.slice(0, 4), [
			deployment.metadata.uid,
			deployment.spec.template,
			deployment.metadata.annotations,
			{...target.spec.template, metadata: {...target.spec.template!.metadata, labels}},
		]);
		assert.equal('pod-template-hash' in labels, false);
	});
	test("keeps the Deployment's own bookkeeping and takes every other annotation from the ReplicaSet", () => {
		const recording = edited('complete', ({deployment}) => {
			deployment.metadata.annotations!['deprecated.deployment.rollback.to'] = '1';
			deployment.metadata.annotations!['meta.helm.sh/release-name'] = 'lost';
		});
		const {deployment} = recording;
		const remembered = ofRevision(recording, 2).metadata.annotations!;
		const {patch, annotations} = ready(recording);
		const after = patch.find(({op, path}) => op === 'replace' && path === '/metadata/annotations');
		assert.deepEqual(after && 'value' in after && after.value, {
			[lastApplied]: deployment.metadata.annotations![lastApplied],
			'deployment.kubernetes.io/revision': '3',
			'deprecated.deployment.rollback.to': '1',
			'kubernetes.io/change-cause': 'faster page',
			'app.example/owner': 'team of 1.1',
		});
		assert.equal(remembered['deployment.kubernetes.io/desired-replicas'], '3');
		assert.deepEqual(annotations, [
			{key: 'app.example/owner', before: 'team of 1.2', after: 'team of 1.1'},
			{key: 'kubernetes.io/change-cause', before: 'new basket', after: 'faster page'},
			{key: 'meta.helm.sh/release-name', before: 'lost', after: undefined},
		]);
	});
	test('adds annotations where the Deployment has none, and tests that it has none', () => {
		const recording = edited('complete', ({deployment}) => delete deployment.metadata.annotations);
		const {patch} = ready(recording);
		assert.deepEqual(patch[2], {op: 'test', path: '/metadata/annotations', value: null});
		assert.equal(patch[4]?.op, 'add');
	});
	test('the objects themselves stay as they were', () => {
		const recording = recorded('complete');
		plan(recording);
		assert.deepEqual(recording, recorded('complete'));
	});
});

describe('what a person is told', () => {
	test('the changed fields, the way back', () => {
		const {changes, keeps} = ready(recorded('complete'));
		assert.deepEqual(
			changes.map(({path, before, after}) => [path, before, after]),
			[
				['web.image', 'registry.example/web:1.2', 'registry.example/web:1.1'],
				['web.env LOG', 'debug', 'info'],
				['web.env DB_PASSWORD', 'pass-1.2', 'pass-1.1'],
			],
		);
		assert.match(keeps, /^3 replicas, the strategy/);
	});
	test('that a second undo goes forward again', () => {
		assert.equal(ready(recorded('complete')).goesForward, false);
		assert.equal(ready(recorded('undone')).goesForward, true);
	});
	test('who may put the present template back', () => {
		const warnings = (edit: (recording: Recording) => void) => ready(edited('complete', edit)).warnings;
		assert.match(warnings(() => {}).join(), /next apply of the same file brings the present template back/);
		assert.deepEqual(
			warnings(({deployment}) => delete deployment.metadata.annotations![lastApplied]),
			[],
		);
		assert.match(
			warnings(
				({deployment}) =>
					(deployment.metadata.annotations!['argocd.argoproj.io/tracking-id'] = 'shop:apps/Deployment:shop/web'),
			).join(),
			/^Argo CD \(application shop\) manages this Deployment and may put its own version back/,
		);
	});
});
