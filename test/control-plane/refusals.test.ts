import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {openDeck} from '../support/cluster-deck.ts';
import {eventually, makePlace} from '../support/cluster-place.ts';
import {denyIn} from '../support/cluster-policy.ts';
import {openTunnel} from '../support/cluster-tunnel.ts';
import {holdUndo} from '../support/held-undo.ts';

suite('refusals', {concurrency: true}, () => {
	test('an admission policy: its sentence stands in the dialog before Enter', async (t) => {
		const place = await makePlace(t, 'policy');
		await place.deploy('web', {replicas: 2});
		await denyIn(place, {
			rule: {
				apiGroups: ['apps'],
				apiVersions: ['v1'],
				operations: ['UPDATE'],
				resources: ['deployments', 'deployments/scale'],
			},
			expression: 'object.spec.replicas <= 4',
			message: 'at most 4 replicas here',
			probe: {
				method: 'PATCH',
				path: `/apis/apps/v1/namespaces/${place.name}/deployments/web/scale`,
				contentType: 'application/merge-patch+json',
				body: {spec: {replicas: 5}},
			},
		});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '5');
		await deck.shows(/refused [^]*at most 4 replicas here/);
		await deck.press('enter');
		assert.deepEqual(deck.audits, []);
		await deck.press('-');
		await deck.shows(/→ 4█[^]*enter apply/);
		await deck.press('enter');
		await deck.shows(/web: scaled to 4, complete/);
	});

	test('a quota: the scaling is taken, and the deck says why it waits', async (t) => {
		const place = await makePlace(t, 'quota');
		await place.create({apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'small'}, spec: {hard: {pods: '2'}}});
		await place.deploy('web', {replicas: 2});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '4');
		await deck.shows(/enter apply/);
		await deck.press('enter');
		await deck.shows(/web: scaling 2 → 4, asked .* ago, waits: .*quota/);
		await deck.shows(/Why web waits[^]*quota.*small/);
	});
});

suite('an answer that is lost', {concurrency: true}, () => {
	test('the change has arrived: it is followed like any other', async (t) => {
		const place = await makePlace(t, 'lost');
		await place.deploy('web', {replicas: 2});
		const tunnel = await openTunnel(t);
		const deck = await openDeck(t, {flags: ['-n', place.name], kubeconfig: tunnel.kubeconfig});
		await deck.press('s', '3');
		await deck.shows(/enter apply/);
		tunnel.holdAnswers();
		await deck.press('enter');
		await eventually('the change has arrived', async () => (await place.deployment('web')).spec.replicas === 3);
		assert.ok(deck.app.session.gate.inFlight);
		tunnel.cut();
		await deck.shows(/web: scaled to 3, complete/);
		assert.deepEqual(
			deck.audits.map(({outcome}) => outcome),
			['applied'],
		);
	});

	test('of an undo, after which the controller writes at once', async (t) => {
		const place = await makePlace(t, 'lost-undo');
		const {deck, tunnel} = await holdUndo(t, place);
		tunnel.cut();
		await deck.shows(/web: back at 1, complete/);
		assert.deepEqual(
			deck.audits.map(({outcome}) => outcome),
			['applied'],
		);
	});

	test('the change has not arrived: it says so', async (t) => {
		const place = await makePlace(t, 'unsent');
		await place.deploy('web', {replicas: 2});
		const tunnel = await openTunnel(t);
		const deck = await openDeck(t, {flags: ['-n', place.name], kubeconfig: tunnel.kubeconfig});
		await deck.press('s', '3');
		await deck.shows(/enter apply/);
		tunnel.holdRequests();
		await deck.press('enter');
		assert.ok(deck.app.session.gate.inFlight);
		tunnel.cut();
		await deck.shows(/The change did not arrive/);
		assert.equal((await place.deployment('web')).spec.replicas, 2);
		assert.deepEqual(
			deck.audits.map(({outcome}) => outcome),
			['failed'],
		);
	});
});
