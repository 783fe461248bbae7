import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {TrafficFacts} from '../../source/rollout/facts.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, type Recording, recorded} from '../objects/recorded.ts';
import {edited} from './make.ts';

function traffic(recording: Recording): Map<string, TrafficFacts> {
	return new Map(rolloutFacts(inputOf(recording)).traffic.map((facts) => [facts.service.metadata.name, facts]));
}

test('a complete rollout: one Service, all of the present revision, and the route to it', () => {
	const {ports, ready, notReady, draining, byLane, warnings, routes} = traffic(recorded('complete')).get('web')!;
	assert.deepEqual(
		{ports, ready, notReady, draining, warnings, routes},
		{
			ports: '80→8080',
			ready: 3,
			notReady: 0,
			draining: 0,
			warnings: [],
			routes: ['shop.example.com/'],
		},
	);
	assert.deepEqual(byLane, [{revision: 3, ready: 3, serving: 3, terminating: 0, notReady: 0}]);
});

test('in the middle the old pods serve and the new ones do not yet', () => {
	const {byLane, notReady} = traffic(recorded('missing')).get('web')!;
	assert.deepEqual(byLane, [
		{revision: 2, ready: 0, serving: 0, terminating: 0, notReady: 3},
		{revision: 1, ready: 4, serving: 4, terminating: 0, notReady: 0},
	]);
	assert.equal(notReady, 3);
});

test('old pods that stop still drain', () => {
	const {byLane, draining, ready} = traffic(recorded('leftovers')).get('web')!;
	assert.deepEqual([ready, draining], [2, 2]);
	assert.deepEqual(byLane, [
		{revision: 2, ready: 2, serving: 2, terminating: 0, notReady: 0},
		{revision: 1, ready: 0, serving: 2, terminating: 2, notReady: 0},
	]);
});

test('ready endpoints of pods that are not ready: they get traffic, and it says so', () => {
	const services = traffic(recorded('unready-published'));
	const direct = services.get('direct')!;
	const fresh = direct.byLane.find(({revision}) => revision === 2)!;
	assert.deepEqual([fresh.ready, fresh.serving], [1, 0]);
	assert.match(direct.warnings.join(), /publishNotReadyAddresses/);
	assert.equal(services.get('web')!.byLane.find(({revision}) => revision === 2)!.ready, 0);
});

describe('Services that are not quite right', () => {
	const services = traffic(recorded('shared'));
	test('one that other pods share', () => {
		assert.deepEqual(services.get('both')!.warnings, ['1 endpoint behind it is not of this Deployment.']);
		assert.equal(services.get('both')!.ready, 4);
		assert.equal(services.get('both')!.byLane[0]!.ready, 3);
	});
	test('one with a port that no container has', () => {
		assert.match(services.get('typo')!.warnings.join(), /port 80 leads to a port named web, which no container has/);
	});
	test('one that fits no pod of this Deployment is not shown', () => {
		assert.deepEqual([...services.keys()].sort(), ['both', 'typo']);
	});
	test('one that fits the old pods only', () => {
		const old = edited('missing', ({services: [web], deployment, replicaSets}) => {
			web!.spec.selector = {app: 'web', version: '1'};
			for (const set of replicaSets)
				set.spec.template!.metadata!.labels!['version'] = set.spec.replicas === 4 ? '1' : '2';
			deployment.spec.template.metadata!.labels!['version'] = '2';
		});
		assert.match(traffic(old).get('web')!.warnings.join(), /fits the old pods but not the new ones/);
	});
	test('one of the same name that fits none', () => {
		const none = edited('complete', ({services: [web], endpointSlices}) => {
			web!.spec.selector = {app: 'wbe'};
			for (const slice of endpointSlices) slice.endpoints = null;
		});
		assert.deepEqual(traffic(none).get('web')!.warnings, [
			'Its selector fits none of these pods: they get no traffic from it.',
			'No endpoint is ready: it reaches nobody.',
		]);
	});
	test('session affinity is told', () => {
		const sticky = edited('complete', ({services: [web]}) => (web!.spec.sessionAffinity = 'ClientIP'));
		assert.match(traffic(sticky).get('web')!.warnings.join(), /session affinity/);
	});
});

test('a pod that stands in two slices for a moment counts once, as the better of the two', () => {
	const recording = edited('complete', ({endpointSlices}) => {
		const twin = structuredClone(endpointSlices[0]!);
		twin.metadata.uid = 'twin';
		twin.endpoints![0]!.conditions = {ready: false, serving: false, terminating: false};
		endpointSlices.unshift(twin);
	});
	assert.deepEqual([traffic(recording).get('web')!.ready, traffic(recording).get('web')!.notReady], [3, 0]);
});

test('conditions that are absent have their meaning: ready, serving, not terminating', () => {
	const recording = edited('complete', ({endpointSlices}) => {
		for (const endpoint of endpointSlices[0]!.endpoints ?? []) delete endpoint.conditions;
	});
	assert.deepEqual(traffic(recording).get('web')!.byLane, [
		{revision: 3, ready: 3, serving: 3, terminating: 0, notReady: 0},
	]);
});

test('without Services or slices nothing is told, not even that nothing serves', () => {
	for (const hidden of [{services: undefined}, {endpointSlices: undefined}]) {
		const {traffic: told, lanes} = rolloutFacts({...inputOf(recorded('complete')), ...hidden});
		assert.deepEqual([told, lanes[0]!.serving], [[], undefined]);
	}
});

test('objects of another namespace do not count', () => {
	const recording = edited('complete', ({services, endpointSlices}) => {
		for (const {metadata} of [...services, ...endpointSlices]) metadata.namespace = 'another';
	});
	assert.deepEqual([...traffic(recording).keys()], []);
});

describe('what steers clients', () => {
	test('session affinity with its time, and zones with what is ready in each', () => {
		assert.deepEqual(traffic(recorded('zoned')).get('near')!.warnings, [
			'Clients stay with their pod as long as it is there, for 3h after their last request (session affinity).',
			'Clients stay in their zone as long as that has a ready endpoint (PreferSameZone): ready are 3 in zone-0 and 3 in zone-1.',
		]);
	});
	test('a zone without a ready endpoint', () => {
		const recording = edited('zoned', ({endpointSlices}) => {
			for (const {endpoints} of endpointSlices)
				for (const endpoint of endpoints ?? [])
					if (endpoint.zone === 'zone-1') endpoint.conditions = {ready: false, serving: false};
		});
		assert.match(traffic(recording).get('near')!.warnings[1]!, /ready are 3 in zone-0 and none in zone-1\.$/);
	});
	test('traffic policies', () => {
		const recording = edited('zoned', ({services}) => {
			for (const {spec} of services)
				Object.assign(spec, {
					internalTrafficPolicy: 'Local',
					externalTrafficPolicy: 'Local',
					trafficDistribution: 'PreferSameNode',
				});
		});
		assert.equal(traffic(recording).get('near')!.warnings.length, 4);
	});
});
