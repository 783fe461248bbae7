import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {openDeck} from '../support/cluster-deck.ts';
import {makePlace} from '../support/cluster-place.ts';
import {atSecondRevision} from '../support/held-undo.ts';

function imageOf({spec}: {spec: {template: {spec?: {containers: {image?: string}[]}}}}): string | undefined {
	return spec.template.spec?.containers[0]?.image;
}

suite('what happens between the painted dialog and Enter', {concurrency: true}, () => {
	test('the image of a healthy rollout is changed: Enter does not overwrite it, and the dialog asks anew', async (t) => {
		const place = await makePlace(t, 'changed');
		await atSecondRevision(place);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.shows(/^▸ web +2\/2 +2 +✓ complete/m);
		await deck.press('u');
		await deck.shows(/web:2\.0 → web:1\.0[^]*enter go back to 1/);
		await place.setImage('web', 'web:3.0');
		await deck.press('enter');
		await deck.shows(/it changed while you looked/);
		assert.equal(imageOf(await place.deployment('web')), 'web:3.0');
		assert.deepEqual(
			deck.audits.filter(({outcome}) => outcome === 'applied'),
			[],
		);
		// What is there now, and the way back from it.
		await deck.shows(/web:3\.0 → web:2\.0[^]*enter go back to 2/);
		await deck.press('enter');
		await deck.shows(/web: back at 2, complete/);
		assert.equal(imageOf(await place.deployment('web')), 'web:2.0');
	});

	test('the same, before the watch has told of it', async (t) => {
		const place = await makePlace(t, 'unseen');
		await atSecondRevision(place);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('u');
		await deck.shows(/enter go back to 1/);
		const letThrough = deck.holdWatches('deployments');
		await place.setImage('web', 'web:3.0');
		await deck.press('enter');
		await deck.shows(/changed/);
		await deck.shows(/Undo web/);
		assert.equal(imageOf(await place.deployment('web')), 'web:3.0');
		letThrough();
		await deck.shows(/web:3\.0 → web:2\.0[^]*enter go back to 2/);
		await deck.press('enter');
		await deck.shows(/web: back at 2, complete/);
		assert.deepEqual(
			deck.audits.map(({change, outcome}) => `${change} ${outcome}`),
			['2 → 1 failed', '3 → 2 applied'],
		);
	});

	test('the status changes alone: that is no reason to ask again', async (t) => {
		const place = await makePlace(t, 'status');
		await atSecondRevision(place);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('u');
		await deck.shows(/enter go back to 1/);
		const status = {conditions: [{type: 'example.com/seen', status: 'True', reason: 'Test', message: 'a new status'}]};
		const {metadata} = await place.change('web', {status}, 'status');
		await deck.has('deployments', metadata);
		assert.match(deck.text(), /enter go back to 1/);
		assert.doesNotMatch(deck.text(), /changed/);
		await deck.press('enter');
		await deck.shows(/web: back at 1, complete/);
		assert.equal(imageOf(await place.deployment('web')), 'web:1.0');
	});

	test('in the middle of a healthy rollout, whose status changes all the time, Enter goes through', async (t) => {
		const place = await makePlace(t, 'going');
		await place.deploy('web', {replicas: 6});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await place.setImage('web', 'web:2.0');
		await deck.shows(/^▸ web .* rolling/m);
		await deck.press('+');
		await deck.shows(/→ 7█[^]*enter apply/);
		await deck.press('enter');
		await deck.shows(/^▸ web +7\/7 +2 +✓ complete/m);
		assert.deepEqual(
			deck.audits.map(({change, outcome}) => `${change} ${outcome}`),
			['6 → 7 replicas applied'],
		);
	});

	test('it is deleted and made anew under the same name: nothing is sent to the new one', async (t) => {
		const place = await makePlace(t, 'anew');
		await place.deploy('web', {replicas: 2});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '5');
		await deck.shows(/enter apply/);
		await place.remove('deployments', 'web');
		const {metadata} = await place.deploy('web', {replicas: 2});
		await deck.shows(/web was deleted meanwhile/);
		await deck.has('deployments', metadata);
		await deck.press('enter');
		assert.match(await deck.shows(/web was deleted meanwhile/), /Scale web/);
		await deck.press('esc');
		await deck.shows(/deleted \d+s ago/);
		await deck.press('s');
		await deck.shows(/web was deleted: move the cursor to another row first/);
		assert.equal((await place.deployment('web')).metadata.generation, metadata.generation);
	});

	test('the same, before the watch has told of it', async (t) => {
		const place = await makePlace(t, 'anew-unseen');
		await place.deploy('web', {replicas: 2});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('s', '5');
		await deck.shows(/enter apply/);
		const letThrough = deck.holdWatches('deployments');
		await place.remove('deployments', 'web');
		await place.deploy('web', {replicas: 2});
		await deck.press('enter');
		await deck.shows(/changed/);
		assert.equal((await place.deployment('web')).spec.replicas, 2);
		letThrough();
		await deck.shows(/web was deleted meanwhile/);
		assert.deepEqual(
			deck.audits.filter(({outcome}) => outcome === 'applied'),
			[],
		);
	});
});

test('a Deployment that is deleted under the cursor leaves a ghost that refuses keys', async (t) => {
	const place = await makePlace(t, 'ghost');
	await place.deploy('web');
	await place.deploy('wiki');
	const deck = await openDeck(t, {flags: ['-n', place.name]});
	await deck.shows(/web .* complete[^]*wiki .* complete/);
	await deck.press('down', 'up');
	assert.match(deck.selected(), /web/);
	await place.remove('deployments', 'web');
	await deck.shows(/web +deleted \d+s ago/);
	await deck.press('u');
	await deck.shows(/web was deleted: move the cursor to another row first/);
});
