import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {configReferences, configWarnings} from '../../source/rollout/config.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, type Recording, recorded} from '../objects/recorded.ts';
import {edited, ofRevision, podsOf, templateWith} from './make.ts';

const notes = (recording: Recording) => rolloutFacts(inputOf(recording)).notes.join('\n');

describe('notes', () => {
	test('a healthy Deployment has none but its budget', () => {
		assert.equal(notes(recorded('undone')), '');
		assert.equal(notes(recorded('complete')), '');
		const tight = edited('complete', ({disruptionBudgets: [budget]}) => (budget!.status!.disruptionsAllowed = 0));
		assert.equal(notes(tight), 'Budget web allows no disruption now: that holds up drains of nodes, not this rollout.');
		tight.disruptionBudgets[0]!.spec.selector = {matchLabels: {app: 'another'}};
		assert.equal(notes(tight), '');
	});
	test('a revision that came before the last was complete', () => {
		assert.match(
			notes(edited('three', (it) => (ofRevision(it, 2).spec.replicas = 1))),
			/A newer revision came before the last one was complete: 1 and 2 still have pods\./,
		);
	});
	test('no deadline, no history, one pod at a time, Recreate', () => {
		const bare = edited('missing', ({deployment: {spec}}) => {
			delete spec.progressDeadlineSeconds;
			spec.revisionHistoryLimit = 0;
			spec.strategy = {type: 'RollingUpdate', rollingUpdate: {maxSurge: 0, maxUnavailable: 1}};
		});
		assert.match(
			notes(bare),
			/No deadline is set.*\nIt moves one pod at a time \(maxSurge 0, maxUnavailable 1\)\.\nNo old revision is kept/,
		);
		const recreate = edited('missing', ({deployment: {spec}}) => (spec.strategy = {type: 'Recreate'}));
		assert.match(notes(recreate), /nothing serves between/);
	});
});

describe('a write of a GitOps controller after another', () => {
	const wrote = (manager: string, ago: number) =>
		edited('complete', ({deployment, at}) => {
			const time = (before: number) => new Date(at - before).toISOString();
			deployment.metadata.managedFields = [
				{manager: 'kubectl-set', operation: 'Update', time: time(90_000)},
				{manager, operation: 'Apply', time: time(ago)},
			];
		});
	test('is dated', () => {
		assert.equal(
			notes(wrote('argocd-controller', 60_000)),
			'argocd-controller wrote to it 30s after kubectl-set, 1m ago: it may have put its own version back.',
		);
	});
	test('is none if it came before, long after, or from somebody else', () => {
		assert.equal(notes(wrote('argocd-controller', 120_000)), '');
		assert.equal(notes(wrote('helm', 60_000)), '');
		const old = edited('complete', ({deployment, at}) => {
			const time = (before: number) => new Date(at - before).toISOString();
			deployment.metadata.managedFields = [
				{manager: 'kubectl-set', operation: 'Update', time: time(900_000)},
				{manager: 'kustomize-controller', operation: 'Apply', time: time(60_000)},
			];
		});
		assert.equal(notes(old), '');
	});
	test('is looked at again when its words change', () => {
		const recording = wrote('argocd-controller', 60_000);
		assert.equal(rolloutFacts(inputOf(recording)).nextChangeAt! <= recording.at + 60_000, true);
	});
});

describe('the estimated end', () => {
	/** `rolling`, with so many of its new pods ready, the first after 10 s, each ten seconds after the one before. */
	const estimate = (ready: number) => {
		const recording = edited('rolling', (it) => {
			const set = ofRevision(it, 2);
			const pods = podsOf(it, set);
			const started = Date.parse(set.metadata.creationTimestamp!);
			it.at = started + 25_000;
			pods.forEach((pod, index) => {
				const lastTransitionTime = new Date(started + (index + 1) * 10_000).toISOString();
				pod.status = {conditions: [{type: 'Ready', status: index < ready ? 'True' : 'False', lastTransitionTime}]};
			});
			it.events = [];
		});
		const {estimatedEndAt, startedAt} = rolloutFacts(inputOf(recording));
		return estimatedEndAt === undefined ? undefined : estimatedEndAt - startedAt!;
	};
	test('is unknown before two pods have gone through', () =>
		assert.deepEqual([estimate(0), estimate(1)], [undefined, undefined]));
	test('goes on at the pace of those', () => assert.equal(estimate(2), 40_000));
	test('is not told once it is over', () =>
		assert.equal(rolloutFacts(inputOf(recorded('complete'))).estimatedEndAt, undefined));
});

describe('config maps and secrets of a template', () => {
	const template = templateWith('complete', ({spec}) => {
		const [web] = spec!.containers;
		web!.env!.push({name: 'A', valueFrom: {configMapKeyRef: {name: 'settings', key: 'a'}}});
		web!['envFrom'] = [{secretRef: {name: 'login'}}, {configMapRef: {name: 'settings'}}];
		spec!['volumes'] = [
			{name: 'a', secret: {secretName: 'tls'}},
			{name: 'b', projected: {sources: [{configMap: {name: 'extra'}}]}},
		];
		spec!['imagePullSecrets'] = [{name: 'registry'}];
	});
	test('are all found, each once', () => {
		assert.deepEqual(configReferences(template), [
			{kind: 'ConfigMap', name: 'settings'},
			{kind: 'Secret', name: 'login'},
			{kind: 'Secret', name: 'tls'},
			{kind: 'ConfigMap', name: 'extra'},
			{kind: 'Secret', name: 'registry'},
		]);
		assert.deepEqual(configReferences(recorded('complete').deployment.spec.template), []);
	});
	test('are told where they are younger than the revision, gone or not readable', () => {
		const then = Date.parse('2026-05-01T00:00:00Z');
		const warnings = configWarnings(configReferences(template), then, ({name}) => {
			if (name === 'tls') return undefined;
			if (name === 'extra') return null;
			const time = name === 'settings' ? '2026-06-01T00:00:00Z' : '2026-04-01T00:00:00Z';
			return {uid: name, name, creationTimestamp: '2026-01-01T00:00:00Z', managedFields: [{manager: 'kubectl', time}]};
		});
		assert.deepEqual(warnings, [
			'config map settings has changed since that revision, and stays as it is now',
			'config map extra does not exist any more',
			'not checked: secret tls',
		]);
	});
});
