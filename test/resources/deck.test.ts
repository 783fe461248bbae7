import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Deployment, EndpointSlice, Pod, ReplicaSet, Service} from '../../source/objects.ts';
import {deployments} from '../../source/resources/deployments.ts';
import {findResource, resources} from '../../source/resources/index.ts';
import {pods} from '../../source/resources/pods.ts';
import {replicaSets} from '../../source/resources/replica-sets.ts';
import type {ColumnContext, Look} from '../../source/resources/resource.ts';
import {cells, columnsAt, filterText, headings, row} from '../../source/resources/rows.ts';
import {mergeSlices, serviceEndpoints} from '../../source/resources/service-endpoints.ts';
import type {Role} from '../../source/role.ts';
import type {RolloutFacts} from '../../source/rollout/facts.ts';
import {recordedObjects} from './recording.ts';

const now = Date.UTC(2026, 0, 1, 0, 2, 0);
const metadata = {uid: 'u1', name: 'web', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z'};
const template = {spec: {containers: [{name: 'web', image: 'registry.example/shop/web:1.4.3'}]}};
const deployment: Deployment = {
	metadata: {...metadata, annotations: {'deployment.kubernetes.io/revision': '13'}},
	spec: {replicas: 10, template},
	status: {readyReplicas: 8, updatedReplicas: 5, availableReplicas: 8},
};
const stuck = {role: 'failed', words: 'stuck 2m: image not found', revision: 14} as RolloutFacts;

suite('a Deployment in the deck', () => {
	test('shows what its rollout does', () => {
		const context = {now, rollout: (uid: string) => (uid === 'u1' ? stuck : undefined)};
		assert.deepEqual(headings(deployments, 'deck', context), ['NAME', 'READY', 'REV', 'ROLLOUT', 'AGE']);
		assert.deepEqual(cells(deployments, deployment, 'deck', context), [
			'web',
			'8/10',
			'14',
			'stuck 2m: image not found',
			'2m',
		]);
		assert.equal(columnsAt(deployments, 'deck', context)[3]?.role?.(deployment, context), 'failed');
		assert.equal(deployments.rowRole(deployment, context), 'failed');
	});

	test('says what it can while the facts are not known', () => {
		assert.deepEqual(cells(deployments, deployment, 'deck', {now}), ['web', '8/10', '13', '-', '2m']);
		assert.equal(deployments.rowRole(deployment, {now}), 'moving');
		assert.equal(deployments.rowRole({...deployment, spec: {...deployment.spec, paused: true}}, {now}), 'paused');
		assert.equal(deployments.rowRole({...deployment, status: {readyReplicas: 10}}, {now}), 'ok');
	});

	test('shows more where there is room, and -o rollout adds to the table of kubectl', () => {
		assert.deepEqual(headings(deployments, 'deck-wide', {now}).slice(4), ['UP-TO-DATE', 'AVAILABLE', 'AGE', 'IMAGES']);
		assert.deepEqual(cells(deployments, deployment, 'deck-wide', {now}).slice(4), ['5', '8', '2m', 'web:1.4.3']);
		assert.deepEqual(headings(deployments, 'rollout', {now}), [
			...headings(deployments, 'table', {now}),
			'REV',
			'ROLLOUT',
		]);
	});
});

suite('a ReplicaSet in the deck', () => {
	const replicaSet: ReplicaSet = {
		metadata: deployment.metadata,
		spec: {replicas: 8, template},
		status: {replicas: 8, readyReplicas: 7},
	};

	test('shows its revision, where that stands, and what serves', () => {
		const context: ColumnContext = {now, revision: () => ({number: 14, place: 'new'}), serving: () => 6};
		assert.deepEqual(headings(replicaSets, 'deck', context), ['NAME', 'REV', 'DESIRED', 'READY', 'SERVING', 'IMAGE']);
		assert.deepEqual(cells(replicaSets, replicaSet, 'deck', context), ['web', '14 new', '8', '7', '6', 'web:1.4.3']);
	});

	test('takes its annotation where nothing says more', () => {
		assert.deepEqual(cells(replicaSets, replicaSet, 'deck', {now}).slice(1, 5), ['13', '8', '7', '-']);
		const unnumbered = {...replicaSet, metadata};
		const context: ColumnContext = {now, revision: () => ({number: undefined, place: 'new'})};
		assert.equal(cells(replicaSets, unnumbered, 'deck', context)[1], '- new');
		assert.equal(cells(replicaSets, unnumbered, 'rollout', context).at(-1), '- new');
	});

	const failure = [{type: 'ReplicaFailure', status: 'True'}];
	const roles: [role: Role, replicas: number, status: NonNullable<ReplicaSet['status']>][] = [
		['ok', 2, {replicas: 2, readyReplicas: 2}],
		['moving', 2, {replicas: 2, readyReplicas: 1}],
		['ending', 0, {replicas: 1}],
		['muted', 0, {}],
		['failed', 2, {replicas: 1, conditions: failure}],
	];
	for (const [role, replicas, status] of roles) {
		test(`${replicas} wanted, ${JSON.stringify(status)} is ${role}`, () => {
			assert.equal(replicaSets.rowRole({metadata, spec: {replicas}, status}, {now}), role);
		});
	}
});

suite('a pod in the deck', () => {
	const recorded = recordedObjects('pods').filter(({metadata: {namespace}}) => namespace === 'rolldeck-tables');

	test('shows its revision too, node and address where there is room', () => {
		assert.deepEqual(headings(pods, 'deck', {now}), ['NAME', 'REV', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
		assert.deepEqual(headings(pods, 'deck-wide', {now}).slice(6), ['IP', 'NODE']);
		const pod: Pod = {metadata, spec: {containers: []}};
		assert.equal(cells(pods, pod, 'deck', {now})[1], '-');
		assert.equal(cells(pods, pod, 'deck', {now, revision: () => ({number: 14, place: 'new'})})[1], '14');
	});

	const roles: Record<string, Role> = {
		running: 'ok',
		unready: 'waiting',
		gates: 'waiting',
		missing: 'failed',
		badconfig: 'failed',
		'crash-first': 'failed',
		'init-missing': 'failed',
		killed: 'failed',
		evicted: 'failed',
		'node-lost': 'failed',
		gated: 'waiting',
		'no-room': 'waiting',
		'waiting-without-reason': 'moving',
		'gated-and-waiting': 'moving',
		'completed-beside-running': 'waiting',
		ending: 'ending',
	};
	for (const [name, role] of Object.entries(roles)) {
		test(`${name} is ${role}`, () => {
			const pod = recorded.find((object) => object.metadata.name === name);
			assert.ok(pod);
			assert.equal(pods.rowRole(pod, {now}), role);
		});
	}

	test('one that has done its work is done', () => {
		const job = recorded.find((object) => object.metadata.name.startsWith('job-'));
		assert.ok(job);
		assert.equal(pods.rowRole(job, {now}), 'done');
	});
});

suite('the endpoints of a Service', () => {
	const service: Service = {
		metadata,
		spec: {ports: [{name: 'http', port: 80, targetPort: 'web'}]},
	};
	const endpoint = (uid: string, conditions?: {ready?: boolean; serving?: boolean; terminating?: boolean}) => ({
		addresses: [`10.0.0.${uid}`],
		targetRef: {kind: 'Pod', uid},
		...(conditions && {conditions}),
	});
	const slice = (endpoints: EndpointSlice['endpoints'], name = 'web', namespace = 'shop'): EndpointSlice => ({
		metadata: {uid: 's', name: 's', namespace, labels: {'kubernetes.io/service-name': name}},
		endpoints: endpoints ?? null,
		ports: [{name: 'http', port: 8080}],
	});
	const print = (slices: readonly EndpointSlice[], context: ColumnContext = {now}) => {
		const [merged] = mergeSlices([service], slices);
		assert.ok(merged);
		return [...cells(serviceEndpoints, merged, 'deck', context), serviceEndpoints.rowRole(merged, context)];
	};

	test('are counted over its slices, each once', () => {
		assert.deepEqual(headings(serviceEndpoints, 'deck', {now}), ['NAME', 'PORTS', 'READY', 'NOT READY', 'DRAINING']);
		const slices = [
			slice([endpoint('1', {ready: true}), endpoint('2'), endpoint('3', {ready: false})]),
			slice([endpoint('1', {ready: true}), endpoint('4', {ready: false, serving: true, terminating: true})]),
			slice([endpoint('5')], 'other'),
			slice([endpoint('6')], 'web', 'elsewhere'),
		];
		assert.deepEqual(print(slices), ['web', '80→8080', '2', '1', '1', 'moving']);
		assert.equal(print(slices, {now, ascii: true})[1], '80->8080');
	});

	test('one that ends and still counts as ready, because unready ones are published, drains', () => {
		assert.deepEqual(print([slice([endpoint('1', {ready: true, serving: false, terminating: true})])]).slice(2), [
			'0',
			'0',
			'1',
			'ending',
		]);
	});

	test('that are none, or none ready', () => {
		assert.deepEqual(print([]), ['web', '80→web', '0', '0', '0', 'muted']);
		assert.deepEqual(print([slice(null)]).slice(2), ['0', '0', '0', 'muted']);
		assert.equal(print([slice([endpoint('1', {ready: false})])]).at(-1), 'failed');
		assert.equal(print([slice([endpoint('1')])]).at(-1), 'ok');
	});
});

suite('rows of any kind', () => {
	test('have the namespace in front with -A, unless the kind has none', () => {
		const context = {now, allNamespaces: true};
		for (const resource of Object.values(resources) as Look[]) {
			const [first] = headings(resource, 'table', context);
			assert.equal(first === 'NAMESPACE', !resource.clusterScoped);
		}
		assert.equal(cells(deployments, deployment, 'table', context)[0], 'shop');
	});

	test('as JSON carry the cells and the values behind them', () => {
		assert.deepEqual(row(deployments, deployment, 'rollout', {now}), {
			name: 'web',
			namespace: 'shop',
			uid: 'u1',
			cells: {NAME: 'web', READY: '8/10', 'UP-TO-DATE': '5', AVAILABLE: '8', AGE: '2m', REV: '13', ROLLOUT: '-'},
			values: {
				NAME: 'web',
				READY: 8,
				'UP-TO-DATE': 5,
				AVAILABLE: 8,
				AGE: '2026-01-01T00:00:00Z',
				REV: 13,
				ROLLOUT: null,
			},
		});
	});

	test('are one line and harmless, whatever an object says', () => {
		const event = {metadata, involvedObject: {}, message: '\u001B[31mfirst\nsecond\tthird\u001B[0m'};
		assert.equal(cells(resources.events, event, 'table', {now}).at(-1), 'first second third');
	});

	test('are searched by their cells, not by their age', () => {
		assert.equal(filterText(deployments, deployment, 'deck', {now}), 'web 8/10 13 -');
	});
});

suite('findResource', () => {
	test('knows plurals, singulars, short names and kinds in any case', () => {
		const words = {po: 'pods', Pod: 'pods', PODS: 'pods', deploy: 'deployments', dp: 'deployments', rs: 'replicasets'};
		const more = {
			svc: 'services',
			ep: 'endpoints',
			eps: 'endpointslices',
			ing: 'ingresses',
			ns: 'namespaces',
			ev: 'events',
		};
		for (const [word, id] of Object.entries({
			...words,
			...more,
			hpa: 'horizontalpodautoscalers',
			pdb: 'poddisruptionbudgets',
		})) {
			assert.equal(findResource(word)?.id, id);
		}
		for (const word of ['deployments.apps', 'Deployment.apps', 'deploy.v1.apps']) {
			assert.equal(findResource(word)?.id, 'deployments');
		}
		assert.equal(findResource('deployments.batch'), undefined);
		assert.equal(findResource('pods.'), findResource('pods'));
		assert.equal(findResource('statefulsets'), undefined);
		assert.equal(findResource(''), undefined);
	});

	test('is never of two minds', () => {
		const words = Object.values(resources).flatMap(({id, singular, shortNames}) => [
			...new Set([id, singular]),
			...shortNames,
		]);
		assert.equal(new Set(words).size, words.length);
	});
});
