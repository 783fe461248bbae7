import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {findScenario} from '../../../source/sandbox/scenarios/index.ts';
import {condition, second} from '../controllers/cluster.ts';
import {deployment, openShop, pods, run, sizes, waiting} from './shop.ts';

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
		...['endpointslices', 'endpoints', 'services']
			.flatMap((resource) => shop.store.list(resource))
			.filter(({metadata}) => !metadata.name.startsWith('gateway')),
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

test('what has been told of an image that is missing is as old as the trouble', () => {
	const shop = openShop();
	const [event] = shop.store.list('events', 'shop').filter(({message}) => message === 'Error: ImagePullBackOff');
	assert.ok(event);
	const minutes = (shop.clock.now() - Date.parse(event.firstTimestamp)) / (60 * second);
	assert.ok(minutes > 25 && minutes < 27, `${minutes} minutes`);
	assert.ok(event.count > 5);
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
		const shop = run(openShop({scenario: findScenario('crash-loop')}));
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
