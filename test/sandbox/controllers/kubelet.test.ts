import assert from 'node:assert/strict';
import {test} from 'node:test';
import {podAddresses} from '../../../source/sandbox/controllers/kubelet/addresses.ts';
import type {Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {type Cluster, condition, second, startCluster} from './cluster.ts';

function single(cluster: Cluster, tag: string, more: object = {}, metadata: object = {}): () => Pod {
	cluster.pod('p', {containers: [{name: 'c', image: `registry/app:${tag}`}], ...more}, metadata);
	return () => cluster.store.get('pods', 'a', 'p') as Pod;
}

/** Reason and count of the events that are told of the pod, apart from the scheduler's. */
function told(cluster: Cluster): string[] {
	return cluster
		.events('p')
		.filter(({source}) => source === 'kubelet')
		.map(({reason, count}) => (count > 1 ? `${reason} x${count}` : reason));
}

test('a plain pod is running and ready within two seconds', () => {
	const cluster = startCluster();
	const pod = single(cluster, '1.0');
	cluster.clock.advance(2 * second);
	const {status} = pod();
	assert.equal(status?.phase, 'Running');
	assert.match(status?.podIP ?? '', /^10\.244\.\d\.2$/);
	const container = status?.containerStatuses?.[0];
	assert.deepEqual([container?.ready, container?.started, container?.restartCount], [true, true, 0]);
	assert.deepEqual(
		status?.conditions?.map(({type, status}) => `${type} ${status}`),
		['PodReadyToStartContainers True', 'Initialized True', 'Ready True', 'ContainersReady True', 'PodScheduled True'],
	);
	assert.deepEqual(told(cluster), ['Pulling', 'Pulled', 'Created', 'Started']);
	assert.match(cluster.events('p', 'Pulled')[0]?.message ?? '', /^Successfully pulled image "registry\/app:1\.0" in /);
});

test('slow takes 20 to 25 seconds to become ready', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'slow');
	cluster.clock.advance(19 * second);
	assert.equal(condition(pod(), 'Ready'), 'False ContainersNotReady');
	assert.equal(pod().status?.phase, 'Running');
	cluster.clock.advance(8 * second);
	assert.equal(condition(pod(), 'Ready'), 'True');
});

test('unready runs, and its probe fails every ten seconds', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'unready');
	cluster.clock.advance(62 * second);
	assert.equal(condition(pod(), 'ContainersReady'), 'False ContainersNotReady');
	const [unhealthy] = cluster.events('p', 'Unhealthy');
	assert.equal(unhealthy?.message, 'Readiness probe failed: HTTP probe failed with statuscode: 503');
	assert.equal(unhealthy?.count, 6);
});

test('a missing image fails and backs off in turn, ever longer', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'missing');
	const seen: [reason: string, after: number][] = [];
	const start = cluster.clock.now();
	cluster.store.watch('pods', ({object}) => {
		const reason = (object as Pod).status?.containerStatuses?.[0]?.state.waiting?.reason ?? '';
		if (seen.at(-1)?.[0] !== reason) seen.push([reason, Math.round((cluster.clock.now() - start) / second)]);
	});
	cluster.clock.advance(200 * second);
	const reasons = seen.map(([reason]) => reason).filter(Boolean);
	assert.deepEqual(reasons.slice(0, 6), [
		'ContainerCreating',
		'ErrImagePull',
		'ImagePullBackOff',
		'ErrImagePull',
		'ImagePullBackOff',
		'ErrImagePull',
	]);
	const pulls = seen.filter(([reason]) => reason === 'ErrImagePull').map(([, after]) => after);
	const waits = pulls.slice(1).map((after, index) => after - (pulls[index] ?? 0));
	assert.ok(
		waits.every((wait, index) => Math.abs(wait - (10 * 2 ** index + 2)) <= 1),
		`waits of ${waits.join(', ')} s`,
	);
	assert.equal(pod().status?.phase, 'Pending');
	const {waiting} = pod().status?.containerStatuses?.[0]?.state ?? {};
	assert.match(waiting?.message ?? '', /not found$/);
	assert.match(
		cluster.events('p', 'Failed')[0]?.message ?? '',
		/^Failed to pull image "registry\/app:missing": .*: not found$/,
	);
});

test('a bad configuration is met again and again, and no container is made', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'badconfig');
	cluster.clock.advance(45 * second);
	const container = pod().status?.containerStatuses?.[0];
	assert.deepEqual(container?.state.waiting, {
		reason: 'CreateContainerConfigError',
		message: 'configmap "settings" not found',
	});
	const [failed] = cluster.events('p', 'Failed');
	assert.equal(failed?.message, 'Error: configmap "settings" not found');
	assert.ok((failed?.count ?? 0) >= 3);
	assert.equal(cluster.events('p', 'Created').length, 0);
});

test('a crashing container waits 10, 20, 40 … up to 300 seconds between its runs', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'crash');
	const waits: number[] = [];
	let ended = 0;
	cluster.store.watch('pods', ({object}) => {
		const {state, restartCount} = (object as Pod).status?.containerStatuses?.[0] ?? {};
		if (state?.terminated) ended = Date.parse(state.terminated.finishedAt);
		if (state?.running && restartCount === waits.length + 1)
			waits.push((Date.parse(state.running.startedAt) - ended) / second);
	});
	cluster.clock.advance(1300 * second);
	assert.deepEqual(waits.slice(0, 7), [10, 20, 40, 80, 160, 300, 300]);
	const container = pod().status?.containerStatuses?.[0];
	assert.equal(container?.restartCount, waits.length);
	assert.equal(container?.lastState.terminated?.exitCode, 1);
	assert.match(container?.state.waiting?.message ?? '', /^back-off 5m0s restarting failed container=c pod=p_a\(.+\)$/);
	assert.match(
		cluster.events('p', 'BackOff')[0]?.message ?? '',
		/^Back-off restarting failed container c in pod p_a\(/,
	);
});

test('out of memory is 137; with restartPolicy Never the pod fails', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'oom', {restartPolicy: 'Never'});
	cluster.clock.advance(10 * second);
	const terminated = pod().status?.containerStatuses?.[0]?.state.terminated;
	assert.deepEqual([terminated?.exitCode, terminated?.reason], [137, 'OOMKilled']);
	assert.equal(pod().status?.phase, 'Failed');
	assert.equal(condition(pod(), 'Ready'), 'False PodFailed');
});

test('containers go their own ways', () => {
	const cluster = startCluster();
	cluster.pod('p', {
		containers: [
			{name: 'web', image: 'web:1.0'},
			{name: 'agent', image: 'agent:crash'},
		],
	});
	cluster.clock.advance(8 * second);
	const {containerStatuses: [web, agent] = [], phase} = cluster.store.get('pods', 'a', 'p')?.['status'] ?? {};
	assert.equal(phase, 'Running');
	assert.equal(web.ready, true);
	assert.equal(agent.state.waiting.reason, 'CrashLoopBackOff');
});

test('init containers come one by one before the others, and a sidecar stays', () => {
	const cluster = startCluster();
	const seen: string[] = [];
	cluster.store.watch('pods', ({object}) => {
		const {initContainerStatuses = [], containerStatuses = []} = (object as Pod).status ?? {};
		const text = [...initContainerStatuses, ...containerStatuses].map(({state}) => Object.keys(state)[0]?.[0]).join('');
		if (text && seen.at(-1) !== text) seen.push(text);
	});
	cluster.pod('p', {
		initContainers: [
			{name: 'migrate', image: 'migrate:1'},
			{name: 'proxy', image: 'proxy:1', restartPolicy: 'Always'},
			{name: 'warm', image: 'warm:1'},
		],
		containers: [{name: 'c', image: 'app:1'}],
	});
	cluster.clock.advance(6 * second);
	assert.deepEqual(seen, ['wwww', 'rwww', 'twww', 'trww', 'trrw', 'trtw', 'trtr']);
	assert.equal(condition(cluster.store.get('pods', 'a', 'p') as Pod, 'Ready'), 'True');
});

test('a failing init container holds the pod up', () => {
	const cluster = startCluster();
	const pod = single(cluster, '1', {initContainers: [{name: 'setup', image: 'setup:crash'}]});
	cluster.clock.advance(6 * second);
	assert.equal(pod().status?.phase, 'Pending');
	assert.equal(pod().status?.initContainerStatuses?.[0]?.state.waiting?.reason, 'CrashLoopBackOff');
	assert.equal(pod().status?.containerStatuses?.[0]?.state.waiting?.reason, 'PodInitializing');
	assert.equal(condition(pod(), 'Initialized'), 'False ContainersNotInitialized');
});

test('a readiness gate keeps a running pod from being ready until somebody opens it', () => {
	const cluster = startCluster();
	const pod = single(cluster, '1', {readinessGates: [{conditionType: 'example.com/lb'}]});
	cluster.clock.advance(3 * second);
	assert.equal(condition(pod(), 'ContainersReady'), 'True');
	assert.equal(condition(pod(), 'Ready'), 'False ReadinessGatesNotReady');
	const conditions = [...(pod().status?.conditions ?? []), {type: 'example.com/lb', status: 'True'}];
	cluster.store.update(
		'pods',
		{...pod(), status: {...pod().status, conditions}},
		{manager: 'test', subresource: 'status'},
	);
	cluster.clock.advance(second);
	assert.equal(condition(pod(), 'Ready'), 'True');
});

test('a deleted pod goes after a moment, a stubborn one after its whole grace period', () => {
	for (const [tag, least, most] of [
		['1', 1, 2.5],
		['stubborn', 30, 30],
	] as const) {
		const cluster = startCluster();
		const pod = single(cluster, tag);
		cluster.clock.advance(3 * second);
		cluster.store.remove('pods', 'a', 'p');
		cluster.clock.advance((least - 0.1) * second);
		assert.equal(condition(pod(), 'Ready'), 'True', `${tag}: still serving while it ends`);
		assert.deepEqual(
			cluster.events('p', 'Killing').map(({message}) => message),
			['Stopping container c'],
		);
		cluster.clock.advance((most - least + 1.1) * second);
		assert.equal(pod(), undefined);
	}
});

test('a pod that ends slowly goes sooner when it is given less time', () => {
	const cluster = startCluster();
	const pod = single(cluster, 'stubborn');
	cluster.clock.advance(3 * second);
	cluster.store.remove('pods', 'a', 'p');
	cluster.clock.advance(5 * second);
	cluster.store.remove('pods', 'a', 'p', {gracePeriodSeconds: 7});
	cluster.clock.advance(3 * second);
	assert.equal(pod(), undefined);
});

test('a pod that a finalizer holds ends its containers and stays', () => {
	const cluster = startCluster();
	const pod = single(cluster, '1', {}, {finalizers: ['example.com/hold']});
	cluster.clock.advance(3 * second);
	cluster.store.remove('pods', 'a', 'p');
	cluster.clock.advance(60 * second);
	assert.equal(pod().status?.containerStatuses?.[0]?.state.terminated?.exitCode, 0);
	cluster.store.update('pods', {...pod(), metadata: {...pod().metadata, finalizers: []}}, {manager: 'test'});
	assert.equal(pod(), undefined);
});

test('addresses are free ones of the node, also when its range is full', () => {
	const addresses = podAddresses();
	addresses.keep('10.244.3.3');
	const taken = Array.from({length: 600}, () => addresses.take('10.244.3.0/24'));
	assert.deepEqual(taken.slice(0, 2), ['10.244.3.2', '10.244.3.4']);
	assert.equal(new Set(taken).size, 600);
});
