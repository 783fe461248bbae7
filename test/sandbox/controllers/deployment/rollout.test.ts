import assert from 'node:assert/strict';
import {test} from 'node:test';
import {templateHash} from '../../../../source/sandbox/controllers/deployment/template.ts';
import type {ReplicaSet} from '../../../../source/sandbox/controllers/shapes.ts';
import type {Json} from '../../../../source/sandbox/store.ts';
import {condition, recordSizes, second, startCluster} from '../cluster.ts';

const annotation = (set: ReplicaSet, name: string) => set.metadata['annotations'][`deployment.kubernetes.io/${name}`];

test('a good rollout ends with all pods new, and says so in status, conditions, annotations and events', () => {
	const cluster = startCluster();
	cluster.deploy('web', 3);
	cluster.clock.advance(5 * second);
	const sizes = recordSizes(cluster, 'web');
	cluster.setTag('web', '2');
	cluster.clock.advance(10 * second);
	assert.deepEqual(sizes, ['3/1', '2/1', '2/2', '1/2', '1/3', '0/3']);
	const {metadata, status} = cluster.deployment('web');
	assert.equal(metadata['annotations']['deployment.kubernetes.io/revision'], '2');
	const {conditions: _, observedGeneration, ...counts} = status ?? {};
	assert.equal(observedGeneration, metadata['generation']);
	assert.deepEqual(counts, {
		replicas: 3,
		updatedReplicas: 3,
		readyReplicas: 3,
		availableReplicas: 3,
		terminatingReplicas: 0,
	});
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'True NewReplicaSetAvailable');
	const [old, fresh] = cluster.sets('web') as [ReplicaSet, ReplicaSet];
	assert.deepEqual([annotation(old, 'revision'), annotation(fresh, 'revision')], ['1', '2']);
	assert.deepEqual([annotation(fresh, 'desired-replicas'), annotation(fresh, 'max-replicas')], ['3', '4']);
	const scaled = cluster.events('web', 'ScalingReplicaSet');
	assert.deepEqual(scaled.slice(1, 3), [
		{
			reason: 'ScalingReplicaSet',
			message: `Scaled up replica set ${fresh.metadata.name} from 0 to 1`,
			count: 1,
			source: 'deployment-controller',
		},
		{
			reason: 'ScalingReplicaSet',
			message: `Scaled down replica set ${old.metadata.name} from 3 to 2`,
			count: 1,
			source: 'deployment-controller',
		},
	]);
	assert.deepEqual(cluster.broken, []);
});

test('a release whose pods never start stops where the fences say', () => {
	for (const [replicas, end] of [
		[4, '3/2'],
		[10, '8/5'],
	] as const) {
		const cluster = startCluster();
		cluster.deploy('web', replicas);
		cluster.clock.advance(5 * second);
		const sizes = recordSizes(cluster, 'web');
		cluster.setTag('web', 'missing');
		cluster.clock.advance(120 * second);
		assert.equal(sizes.at(-1), end);
		assert.equal(cluster.deployment('web').status?.availableReplicas, Number(end.split('/')[0]));
	}
});

test('the deadline passes within a second, and only the reason tells', () => {
	const cluster = startCluster();
	cluster.deploy('web', 3, '1', {progressDeadlineSeconds: 10});
	cluster.clock.advance(5 * second);
	cluster.setTag('web', 'missing');
	cluster.clock.advance(2 * second);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'True ReplicaSetUpdated');
	const since = () =>
		cluster.deployment('web').status?.conditions?.find(({type}) => type === 'Progressing')?.lastUpdateTime ?? '';
	const begun = since();
	cluster.clock.advance(Date.parse(begun) + 10 * second - cluster.clock.now());
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'True ReplicaSetUpdated');
	cluster.clock.advance(1 * second);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'False ProgressDeadlineExceeded');
	cluster.change('web', (spec) => ({...spec, replicas: 4}));
	cluster.clock.advance(2 * second);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'True ReplicaSetUpdated');
	assert.notEqual(since(), begun);
});

test('without a deadline there is no Progressing condition', () => {
	const cluster = startCluster();
	cluster.deploy('web', 1, '1', {progressDeadlineSeconds: 2 ** 31 - 1});
	cluster.clock.advance(5 * second);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), undefined);
	assert.equal(condition(cluster.deployment('web'), 'Available'), 'True MinimumReplicasAvailable');
});

test('an undo in the middle takes the unready pods first, gives the old set a new number, and keeps the old one in its history', () => {
	const cluster = startCluster();
	cluster.deploy('web', 8);
	cluster.clock.advance(5 * second);
	cluster.setTag('web', 'unready');
	cluster.clock.advance(30 * second);
	const sizes = recordSizes(cluster, 'web');
	cluster.setTag('web', '1');
	cluster.clock.advance(10 * second);
	assert.deepEqual(sizes, ['6/0', '8/0']);
	const [bad, good] = cluster.sets('web') as [ReplicaSet, ReplicaSet];
	assert.deepEqual([annotation(bad, 'revision'), annotation(good, 'revision')], ['2', '3']);
	assert.equal(annotation(good, 'revision-history'), '1');
	assert.equal(cluster.deployment('web').metadata['annotations']['deployment.kubernetes.io/revision'], '3');
});

test('a Recreate starts nothing before the last old pod is gone, ending ones included', () => {
	const cluster = startCluster();
	cluster.deploy('web', 2, 'stubborn', {strategy: {type: 'Recreate'}});
	cluster.clock.advance(5 * second);
	cluster.setTag('web', '2');
	cluster.clock.advance(29 * second);
	assert.equal(cluster.sets('web').length, 1);
	assert.equal(cluster.pods('web').length, 2);
	assert.equal(cluster.deployment('web').status?.terminatingReplicas, 2);
	assert.equal(condition(cluster.deployment('web'), 'Available'), 'False MinimumReplicasUnavailable');
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'True NewReplicaSetAvailable');
	cluster.clock.advance(5 * second);
	assert.deepEqual(
		cluster.sets('web').map(({spec}) => spec.replicas),
		[0, 2],
	);
	assert.equal(cluster.deployment('web').status?.availableReplicas, 2);
});

test('a paused Deployment scales, and rolls nothing out until it is resumed', () => {
	const cluster = startCluster();
	cluster.deploy('web', 2);
	cluster.clock.advance(5 * second);
	cluster.change('web', (spec) => ({...spec, paused: true}));
	cluster.setTag('web', '2');
	cluster.change('web', (spec) => ({...spec, replicas: 4}));
	cluster.clock.advance(5 * second);
	assert.deepEqual(
		cluster.sets('web').map(({spec}) => spec.replicas),
		[4],
	);
	assert.equal(cluster.deployment('web').status?.updatedReplicas, undefined);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'Unknown DeploymentPaused');
	cluster.change('web', (spec) => ({...spec, paused: undefined}));
	cluster.clock.advance(10 * second);
	assert.deepEqual(
		cluster.sets('web').map(({spec}) => spec.replicas),
		[0, 4],
	);
});

test('a change of size in the middle is shared in proportion', () => {
	const cluster = startCluster();
	cluster.deploy('web', 10);
	cluster.clock.advance(5 * second);
	cluster.setTag('web', 'missing');
	cluster.clock.advance(5 * second);
	const sizes = recordSizes(cluster, 'web');
	for (const replicas of [15, 5, 0]) {
		cluster.change('web', (spec) => ({...spec, replicas}));
		cluster.clock.advance(5 * second);
	}
	assert.deepEqual(sizes, ['12/5', '12/7', '4/7', '4/3', '0/3', '0/0']);
});

test('annotations go to the new set, and old revisions go beyond the limit', () => {
	const cluster = startCluster();
	cluster.deploy('web', 1, '1', {revisionHistoryLimit: 2});
	for (const tag of ['2', '3', '4', '5']) {
		cluster.clock.advance(10 * second);
		const deployment = cluster.deployment('web');
		const annotations = {...deployment.metadata['annotations'], 'kubernetes.io/change-cause': `release ${tag}`};
		cluster.store.update(
			'deployments',
			{...deployment, metadata: {...deployment.metadata, annotations}},
			{manager: 'test'},
		);
		cluster.setTag('web', tag);
	}
	cluster.clock.advance(10 * second);
	const sets = cluster.sets('web');
	assert.deepEqual(
		sets.map((set) => annotation(set, 'revision')),
		['3', '4', '5'],
	);
	const causes = sets.map(({metadata}) => metadata['annotations']['kubernetes.io/change-cause']);
	assert.deepEqual(causes, ['release 3', 'release 4', 'release 5']);
});

test('a name that another object has taken gives another hash', () => {
	const cluster = startCluster();
	const template = {metadata: {labels: {app: 'web'}}, spec: {containers: [{name: 'c', image: 'registry/web:1'}]}};
	cluster.deploy('web', 1);
	const hash = templateHash(cluster.deployment('web').spec.template, 0);
	const foreign = {
		selector: {matchLabels: {app: 'web', of: 'another'}},
		template: {...template, metadata: {labels: {app: 'web', of: 'another'}}},
	};
	cluster.store.create(
		'replicasets',
		{metadata: {name: `web-${hash}`, namespace: 'a', labels: {of: 'another'}}, spec: {replicas: 0, ...foreign}},
		{manager: 'test'},
	);
	cluster.clock.advance(5 * second);
	assert.equal(cluster.deployment('web').status?.collisionCount, 1);
	assert.equal(cluster.deployment('web').status?.availableReplicas, 1);
	assert.notEqual(cluster.sets('web').at(-1)?.metadata.name, `web-${hash}`);
});

test('templates that mean the same have the same hash', () => {
	const template = (more: object): Json => ({
		metadata: {labels: {app: 'web'}},
		spec: {containers: [{name: 'c', image: 'i', ...more}]},
	});
	assert.equal(templateHash(template({env: []}), 0), templateHash(template({}), 0));
	assert.notEqual(templateHash(template({args: ['-v']}), 0), templateHash(template({}), 0));
	assert.notEqual(templateHash(template({}), 1), templateHash(template({}), 0));
});

test('a ReplicaSet that may not be made is told, and made once it may', () => {
	const cluster = startCluster();
	cluster.deploy('web', 1);
	cluster.clock.advance(5 * second);
	const quota = {metadata: {name: 'sets', namespace: 'a'}, spec: {hard: {'count/replicasets.apps': '1'}}};
	cluster.store.create('resourcequotas', quota, {manager: 'test'});
	cluster.setTag('web', '2');
	cluster.clock.advance(5 * second);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'False ReplicaSetCreateError');
	const [told] = cluster.events('web', 'ReplicaSetCreateError');
	assert.match(
		told?.message ?? '',
		/^Failed to create new replica set "web-\w+": replicasets\.apps "web-\w+" is forbidden: exceeded quota: sets/,
	);
	cluster.store.remove('resourcequotas', 'a', 'sets');
	cluster.clock.advance(60 * second);
	assert.equal(condition(cluster.deployment('web'), 'Progressing'), 'True NewReplicaSetAvailable');
});
