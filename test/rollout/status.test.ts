import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {findNewReplicaSet} from '../../source/rollout/revisions.ts';
import {deadlineOf, isFinished, kubectlStatus, verdictOf} from '../../source/rollout/status.ts';
import {filmed, recorded} from '../objects/recorded.ts';
import {deploymentWith} from './make.ts';

type Counts = readonly [replicas: number, updated: number, available: number];

const withCounts = (wanted: number, [replicas, updatedReplicas, availableReplicas]: Counts) =>
	deploymentWith({replicas: wanted}, {replicas, updatedReplicas, availableReplicas});

describe('what kubectl decides', () => {
	const rows: readonly (readonly [wanted: number, counts: Counts, row: number, text: string])[] = [
		[3, [3, 0, 3], 3, '0 of 3 pods updated'],
		[3, [4, 2, 3], 3, '2 of 3 pods updated'],
		[3, [4, 3, 3], 4, '1 old pod still to be stopped'],
		[3, [5, 3, 3], 4, '2 old pods still to be stopped'],
		[3, [3, 3, 2], 5, '2 of 3 updated pods available'],
		[3, [3, 3, 3], 6, 'rolled out'],
		[1, [1, 0, 1], 3, '0 of 1 pod updated'],
		[3, [4, 4, 3], 5, '3 of 4 updated pods available'], // scaled down, a pod too many
		[0, [0, 0, 0], 6, 'rolled out'], // also for a template that never started
		[0, [1, 0, 0], 4, '1 old pod still to be stopped'],
	];
	for (const [wanted, counts, row, text] of rows) {
		test(`${wanted} wanted, ${counts.join('/')}: row ${row}`, () => {
			const deployment = withCounts(wanted, counts);
			assert.deepEqual(kubectlStatus(deployment), {row, text, done: row === 6, failed: false});
			assert.equal(isFinished(deployment), row === 6);
		});
	}
	test('row 1 comes before the deadline, which comes before the counts', () => {
		const {deployment} = recorded('deadline');
		assert.equal(kubectlStatus(deployment).row, 2);
		assert.equal(kubectlStatus(deployment).failed, true);
		deployment.metadata.generation!++;
		assert.equal(kubectlStatus(deployment).row, 1);
	});
	test('the deadline counts by its reason alone', () => {
		const {deployment} = recorded('deadline');
		Object.assign(deployment.status!, {replicas: 3, updatedReplicas: 3, availableReplicas: 3});
		deployment.status!.conditions!.find(({type}) => type === 'Progressing')!.status = 'Unknown';
		assert.equal(kubectlStatus(deployment).row, 2);
	});
	test('missing counts are 0, a missing status is not observed, missing replicas are 1', () => {
		assert.equal(kubectlStatus(deploymentWith({replicas: 2})).row, 3);
		const {deployment} = recorded('zero');
		delete deployment.status;
		assert.equal(kubectlStatus(deployment).row, 1);
		delete deployment.spec.replicas;
		deployment.status = {observedGeneration: 99};
		assert.equal(kubectlStatus(deployment).text, '0 of 1 pod updated');
	});
});

describe('the rows agree with kubectl at the end of a filmed rollout', () => {
	for (const name of ['film-complete', 'film-deadline', 'undo-stale-deadline']) {
		test(name, () => {
			const {versions, kubectl} = filmed(name);
			const rows = versions.map(kubectlStatus);
			const end = rows.find(({done, failed}) => done || failed);
			assert.deepEqual([end?.done, end?.failed], [kubectl.code === 0, kubectl.code === 1]);
			assert.equal(rows[0]?.row, 1);
		});
	}
	test('the waiting texts name the same row', () => {
		const {versions, kubectl} = filmed('film-complete');
		const waits: readonly (readonly [RegExp, number])[] = [
			[/new replicas have been updated/, 3],
			[/pending termination/, 4],
			[/updated replicas are available/, 5],
			[/successfully rolled out/, 6],
		];
		const rows = new Set(versions.map((version) => kubectlStatus(version).row));
		for (const [text, row] of waits) if (text.test(kubectl.text)) assert.equal(rows.has(row as 3), true, `row ${row}`);
	});
});

describe('the verdict of the Progressing condition', () => {
	const of = (name: string) => {
		const {deployment, replicaSets} = recorded(name);
		return verdictOf(deployment, findNewReplicaSet(deployment, replicaSets));
	};
	test('is about the present template', () => {
		for (const name of ['complete', 'missing', 'deadline', 'undone']) assert.equal(of(name)?.applies, true, name);
	});
	test('or still about the one before: an undo without progress, a blocked Recreate', () => {
		assert.deepEqual([of('undo-quota')?.reason, of('undo-quota')?.applies], ['NewReplicaSetAvailable', false]);
		assert.deepEqual(
			[of('recreate-blocked-late')?.reason, of('recreate-blocked-late')?.applies],
			['NewReplicaSetAvailable', false],
		);
	});
	test('a deadline passed before an undo does not apply to it, though kubectl says failed', () => {
		const {versions, replicaSets} = filmed('undo-stale-deadline');
		const stale = versions.filter((version) => kubectlStatus(version).row === 2);
		assert.equal(stale.length > 1, true);
		assert.equal(verdictOf(stale[0]!, findNewReplicaSet(stale[0]!, replicaSets))?.applies, false);
		assert.equal(verdictOf(stale.at(-1)!, findNewReplicaSet(stale.at(-1)!, replicaSets))?.applies, true);
	});
	test('none without a condition', () => assert.equal(verdictOf(deploymentWith({}), undefined), undefined));
});

test('the deadline in milliseconds; the largest number means none', () => {
	assert.equal(deadlineOf(deploymentWith({progressDeadlineSeconds: 600})), 600_000);
	assert.equal(deadlineOf(deploymentWith({progressDeadlineSeconds: 2_147_483_647})), undefined);
	assert.equal(deadlineOf({...deploymentWith({}), spec: {template: {}}}), undefined);
});
