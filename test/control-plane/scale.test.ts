import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {openDeck} from '../support/cluster-deck.ts';
import {eventually, makePlace} from '../support/cluster-place.ts';

suite('scale', {concurrency: true}, () => {
	test('with a number, with + and with -', async (t) => {
		const place = await makePlace(t, 'scale');
		const before = await place.deploy('web', {replicas: 1});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '3');
		await deck.shows(/enter apply/);
		await deck.press('enter');
		await deck.shows(/web: scaled to 3, complete (in|at once)/);
		await deck.shows(/^▸ web +3\/3 +1 +✓ complete/m);
		await deck.press('+');
		await deck.shows(/replicas +3 → 4.*[^]*enter apply/);
		await deck.press('enter');
		await deck.shows(/^▸ web +4\/4 +1 +✓ complete/m);
		await deck.press('-', '-');
		await deck.shows(/replicas +4 → 2.*[^]*enter apply/);
		await deck.press('enter');
		await deck.shows(/^▸ web +2\/2 +1 +✓ complete/m);
		const after = await place.deployment('web');
		assert.equal(after.spec.replicas, 2);
		assert.equal(after.metadata.uid, before.metadata.uid);
		const managers = after.metadata.managedFields?.filter(({subresource}) => subresource === 'scale');
		assert.deepEqual(
			managers?.map(({manager}) => manager),
			['rolldeck'],
		);
	});

	test('in the middle of a rollout shares the pods out as the dialog says', async (t) => {
		const place = await makePlace(t, 'share');
		await place.deploy('web', {replicas: 10});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await place.setGatedImage('web', 'web:2.0');
		await deck.shows(/ 2 new +5 +0 +0 +web:2\.0/);
		await deck.shows(/ 1 old +8 +8 +0 +web:1\.0/);
		for (const wanted of [15, 6]) {
			await deck.press('s');
			await deck.type(String(wanted));
			const [, , newSize, oldSize] = await deck.finds(
				new RegExp(`→ ${wanted}█[^]*new 2 (\\d+) → (\\d+), old 1 \\d+ → (\\d+)[^]*enter apply`),
			);
			await deck.press('enter');
			const sizes = await eventually('the controller has shared it out', async () => {
				const found = (await place.replicaSets('web')).map(({spec}) => spec.replicas ?? 0);
				return found.reduce((sum, one) => sum + one, 0) === wanted + Math.ceil(wanted / 4) && found;
			});
			assert.deepEqual(sizes, [Number(newSize), Number(oldSize)]);
			await deck.shows(new RegExp(` 2 new +${newSize} .*web:2\\.0`));
			await deck.shows(new RegExp(` 1 old +${oldSize} .*web:1\\.0`));
		}
	});

	test('past what an autoscaler allows: it says so, and so it comes', async (t) => {
		const place = await makePlace(t, 'scaler');
		await place.deploy('web', {replicas: 2});
		await place.create({
			apiVersion: 'autoscaling/v2',
			kind: 'HorizontalPodAutoscaler',
			metadata: {name: 'keeper'},
			spec: {scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'}, minReplicas: 1, maxReplicas: 3},
		});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '5');
		await deck.shows(/autoscaler keeper allows 1 to 3 and will set it to 3/);
		await deck.shows(/enter apply/);
		await deck.press('enter');
		await deck.shows(/^▸ web +\d\/5 /m);
		await deck.shows(/^▸ web +3\/3 /m);
	});

	test('to 0 wants the name typed; from there it comes back', async (t) => {
		const place = await makePlace(t, 'zero');
		await place.deploy('web', {replicas: 2});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '0');
		await deck.shows(/nothing will serve web/);
		await deck.shows(/enter waits: type web first/);
		await deck.type('web\r');
		await deck.shows(/web: scaled to 0, complete (in|at once)/);
		assert.deepEqual(await place.pods('web'), []);
		await deck.shows(/^▸ web +0\/0 /m);
		await deck.press('+');
		await deck.shows(/replicas +0 → 1[^]*enter apply/);
		await deck.press('enter');
		await deck.shows(/web: scaled to 1, complete/);
		await deck.shows(/^▸ web +1\/1 /m);
	});
});
