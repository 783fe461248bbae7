import assert from 'node:assert/strict';
import {test} from 'node:test';
import {findScenario, scenarios} from '../../../source/sandbox/scenarios/index.ts';
import type {Json} from '../../../source/sandbox/store.ts';
import {condition, second} from '../controllers/cluster.ts';
import {deployment, openShop, run, type Shop, sizes, waiting} from './shop.ts';

function start(name: string): Shop {
	const shop = run(openShop());
	// The rollout that goes on at first is over by then; only these need that.
	if (['never-ready', 'out-of-quota'].includes(name)) shop.clock.advance(90 * second);
	scenarios.find((scenario) => scenario.name === name)?.start(shop.store);
	return shop;
}

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
		shop.clock.advance(90 * second);
		for (const each of ['web', 'cart', 'checkout', 'gateway', 'search']) {
			const {spec, status} = deployment(shop, each);
			assert.equal(status?.availableReplicas, spec.replicas, `${name}: ${each} after healing`);
			assert.equal(status?.updatedReplicas, spec.replicas, `${name}: ${each} after healing`);
		}
		assert.deepEqual(shop.broken, [], name);
	}
});

test('a scenario can start at once; one that is not there is a sentence', () => {
	const shop = run(openShop({scenario: findScenario('missing-image')}));
	shop.clock.advance(5 * second);
	assert.deepEqual(waiting(shop, 'web'), ['ImagePullBackOff']);
	assert.throws(() => findScenario('nothing'), /There is no scenario "nothing"\. There are: good-rollout, /);
});
