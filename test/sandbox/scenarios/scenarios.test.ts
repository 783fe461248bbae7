import assert from 'node:assert/strict';
import {test} from 'node:test';
import {startControllers} from '../../../source/sandbox/controllers/index.ts';
import {seededRandom} from '../../../source/sandbox/controllers/random.ts';
import type {Deployment, Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {createStore} from '../../../source/sandbox/memory-store.ts';
import {type SeedOptions, scenarios, seed} from '../../../source/sandbox/scenarios/index.ts';
import {ApiError, type Json, type Store, type TestClock, testClock} from '../../../source/sandbox/store.ts';
import {condition, second} from '../controllers/cluster.ts';

interface Shop {
	store: Store;
	clock: TestClock;
	broken: unknown[];
}

function openShop(options: Partial<SeedOptions> = {}): Shop {
	const clock = testClock();
	const store = createStore({clock, random: seededRandom(5)});
	seed(store, {seed: 1, ...options});
	return {store, clock, broken: []};
}

function run(shop: Shop): Shop {
	const report = (error: unknown) => {
		if (!(error instanceof ApiError)) shop.broken.push(error);
	};
	startControllers(shop.store, {seed: 1, report});
	return shop;
}

function start(name: string): Shop {
	const shop = run(openShop());
	// The rollout that goes on at first is over by then.
	shop.clock.advance(90 * second);
	scenarios.find((scenario) => scenario.name === name)?.start(shop.store);
	return shop;
}

const deployment = ({store}: Shop, name: string) => store.get('deployments', 'shop', name) as Deployment;
const pods = ({store}: Shop, app: string) =>
	(store.list('pods', 'shop') as readonly Pod[]).filter(({metadata}) => metadata['labels'].app === app);
const waiting = (shop: Shop, app: string) =>
	pods(shop, app).flatMap(({status}) => status?.containerStatuses?.[0]?.state.waiting?.reason ?? []);
const sizes = (shop: Shop, name: string) =>
	shop.store.byOwner('replicasets', deployment(shop, name).metadata.uid).map((set) => set['spec'].replicas);

test('the shop lives from the first moment, with a past', () => {
	const shop = openShop();
	for (const name of ['web', 'cart', 'checkout', 'db']) {
		const {spec, status} = deployment(shop, name);
		assert.equal(status?.availableReplicas, spec.replicas, name);
		assert.ok(
			pods(shop, name).every((pod) => condition(pod, 'Ready') === 'True'),
			name,
		);
		assert.equal(condition(deployment(shop, name), 'Progressing'), 'True NewReplicaSetAvailable');
	}
	const {uid, creationTimestamp} = deployment(shop, 'web').metadata;
	assert.equal(Date.parse(creationTimestamp), shop.clock.now() - 9 * 86_400 * second);
	const causes = shop.store.byOwner('replicasets', uid).map(({metadata}) => {
		const annotations = metadata['annotations'];
		return [annotations['deployment.kubernetes.io/revision'], annotations['kubernetes.io/change-cause']];
	});
	assert.deepEqual(
		causes.toSorted((a, b) => a[0] - b[0]).map(([revision, cause]) => `${revision} ${cause}`),
		['1 first release', '2 faster product page', '3 new basket (PR 812)', '4 fix: prices with two currencies'],
	);
	const types = shop.store
		.list('services', 'shop')
		.map(({spec}) => (spec.clusterIP === 'None' ? 'headless' : spec.type));
	assert.deepEqual(new Set(types), new Set(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'headless']));
});

test('what is at rest stays at rest when the controllers start', () => {
	const shop = openShop();
	const quiet = () => [
		...['web', 'cart', 'checkout', 'search', 'mail', 'db'].map((name) => deployment(shop, name)),
		...shop.store.list('replicasets', 'shop').filter(({metadata}) => !metadata.name.startsWith('gateway')),
		...['web', 'cart', 'checkout', 'db'].flatMap((name) => pods(shop, name)),
		...shop.store.list('nodes'),
	];
	const before = quiet().map(({metadata}) => `${metadata.name} ${metadata.resourceVersion}`);
	run(shop).clock.advance(5 * second);
	assert.deepEqual(
		quiet().map(({metadata}) => `${metadata.name} ${metadata.resourceVersion}`),
		before,
	);
	assert.deepEqual(shop.broken, []);
});

test('a rollout goes on and ends well; a release of search is stuck past its deadline; one of mail is held back', () => {
	const shop = run(openShop());
	shop.clock.advance(2 * second);
	assert.deepEqual(sizes(shop, 'gateway').filter(Boolean).length, 2);
	assert.equal(condition(deployment(shop, 'search'), 'Progressing'), 'False ProgressDeadlineExceeded');
	assert.deepEqual(waiting(shop, 'search'), ['ImagePullBackOff']);
	assert.equal(condition(deployment(shop, 'mail'), 'Progressing'), 'Unknown DeploymentPaused');
	assert.equal(deployment(shop, 'mail').status?.updatedReplicas, undefined);
	shop.clock.advance(90 * second);
	assert.equal(condition(deployment(shop, 'gateway'), 'Progressing'), 'True NewReplicaSetAvailable');
	assert.equal(deployment(shop, 'gateway').status?.updatedReplicas, 6);
});

test('every scenario shows what its title says, and healing ends it', () => {
	const expectations: Record<string, (shop: Shop) => void> = {
		'good-rollout'(shop) {
			shop.clock.advance(15 * second);
			assert.equal(deployment(shop, 'web').status?.updatedReplicas, 3);
			assert.match(deployment(shop, 'web').spec.template.spec.containers[0]?.image ?? '', /:2\.4$/);
		},
		'missing-image'(shop) {
			shop.clock.advance(5 * second);
			assert.deepEqual(waiting(shop, 'web'), ['ImagePullBackOff']);
		},
		'crash-loop'(shop) {
			shop.clock.advance(8 * second);
			assert.deepEqual(waiting(shop, 'cart'), ['CrashLoopBackOff']);
		},
		'never-ready'(shop) {
			shop.clock.advance(40 * second);
			assert.ok((deployment(shop, 'gateway').status?.unavailableReplicas ?? 0) > 0);
			assert.ok(shop.store.list('events', 'shop').some(({reason}) => reason === 'Unhealthy'));
		},
		'out-of-quota'(shop) {
			shop.clock.advance(10 * second);
			assert.equal(condition(deployment(shop, 'web'), 'ReplicaFailure'), 'True FailedCreate');
		},
		'node-down'(shop) {
			shop.clock.advance(60 * second);
			assert.deepEqual(
				shop.store.list('nodes').map((node) => condition(node, 'Ready')?.split(' ')[0]),
				['True', 'True', 'Unknown'],
			);
		},
		recreate(shop) {
			shop.clock.advance(0.5 * second);
			assert.deepEqual(sizes(shop, 'checkout').filter(Boolean), []);
		},
		'autoscaler-fight'(shop) {
			shop.clock.advance(30 * second);
			assert.equal(deployment(shop, 'web').spec.replicas, 6);
		},
		'someone-elses-change'(shop) {
			shop.clock.advance(5 * second);
			const before = deployment(shop, 'web').metadata['generation'];
			shop.clock.advance(3 * second);
			assert.ok(deployment(shop, 'web').metadata['generation'] > before);
			const managers = deployment(shop, 'web').metadata['managedFields'].map(({manager}: Json) => manager);
			assert.ok(managers.includes('argocd-controller'));
		},
		heal(shop) {
			shop.clock.advance(30 * second);
			assert.equal(condition(deployment(shop, 'search'), 'Progressing'), 'True NewReplicaSetAvailable');
		},
	};
	assert.deepEqual(
		Object.keys(expectations),
		scenarios.map(({name}) => name),
	);
	for (const {name} of scenarios) {
		const shop = start(name);
		expectations[name]?.(shop);
		scenarios.find((scenario) => scenario.name === 'heal')?.start(shop.store);
		shop.clock.advance(120 * second);
		for (const each of ['web', 'cart', 'checkout', 'gateway', 'search']) {
			const {spec, status} = deployment(shop, each);
			assert.equal(status?.availableReplicas, spec.replicas, `${name}: ${each} after healing`);
			assert.equal(status?.updatedReplicas, spec.replicas, `${name}: ${each} after healing`);
		}
		assert.deepEqual(shop.broken, [], name);
	}
});

test('a scenario can start at once; one that is not there is a sentence', () => {
	const shop = run(openShop({scenario: 'missing-image'}));
	shop.clock.advance(5 * second);
	assert.deepEqual(waiting(shop, 'web'), ['ImagePullBackOff']);
	assert.throws(() => openShop({scenario: 'nothing'}), /There is no scenario "nothing"\. There are: good-rollout, /);
});

test('more pods run in a namespace of their own, on nodes enough for them', () => {
	const shop = openShop({pods: 250});
	const load = shop.store.list('pods', 'load') as readonly Pod[];
	assert.equal(load.length, 250);
	assert.ok(load.every((pod) => condition(pod, 'Ready') === 'True'));
	const all = shop.store.list('pods') as readonly Pod[];
	assert.equal(new Set(all.map(({status}) => status?.podIP)).size, all.length);
	const onNodes = new Map<string, number>();
	for (const {spec} of all) onNodes.set(spec.nodeName ?? '', (onNodes.get(spec.nodeName ?? '') ?? 0) + 1);
	assert.ok([...onNodes.values()].every((count) => count <= 110));
});

test('the same seed gives the same cluster, also after a while', () => {
	const states = [1, 2].map(() => {
		const shop = run(openShop({scenario: 'crash-loop'}));
		shop.clock.advance(45 * second);
		return JSON.stringify(
			['deployments', 'pods', 'events', 'endpointslices'].map((resource) => shop.store.list(resource)),
		);
	});
	assert.equal(states[0], states[1]);
	const other = openShop({seed: 2});
	assert.notDeepEqual(
		other.store.list('pods').map(({metadata}) => metadata.name),
		openShop()
			.store.list('pods')
			.map(({metadata}) => metadata.name),
	);
});
