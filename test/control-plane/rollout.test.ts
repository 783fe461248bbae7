import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {openDeck} from '../support/cluster-deck.ts';
import {makePlace, service} from '../support/cluster-place.ts';
import {essenceOf} from '../support/twins.ts';

suite('a rollout', {concurrency: true}, () => {
	test('is watched from start to end', async (t) => {
		const place = await makePlace(t, 'watch');
		await place.create(service('web'));
		await place.deploy('web', {replicas: 3});
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.shows(/^▸ web +3\/3 +1 +✓ complete/m);
		await deck.shows(/ 1 new +3 +3 +3 +web:1\.0/);

		await place.setGatedImage('web', 'web:2.0');
		await deck.shows(/^▸ web +3\/3 +2 +↻ rolling 0\/3/m);
		await deck.shows(/ 2 new +1 +0 +0 +web:2\.0/);
		await deck.shows(/ 1 old +3 +3 +3 +web:1\.0/);
		assert.match(await deck.shows(/1 rolling/), /1 deployment /);

		await place.letServe('web', 1);
		await deck.shows(/^▸ web +3\/3 +2 +↻ rolling 1\/3/m);
		await deck.shows(/ 2 new +2 +1 +1 +web:2\.0/);
		await deck.shows(/ 1 old +2 +2 +2 +web:1\.0/);
		await place.letServe('web', 1);
		await deck.shows(/^▸ web +3\/3 +2 +↻ rolling 2\/3/m);
		await place.letServe('web', 1);
		await deck.shows(/^▸ web +3\/3 +2 +✓ complete/m);
		await deck.shows(/ 2 new +3 +3 +3 +web:2\.0/);
		await deck.shows(/ 1 +0 +0 +0 +web:1\.0/);
		await deck.shows(/^ {2}web +80→8080 +3 +0 +0$/m);
	});

	test('that cannot pull its image is named, and goes back with u and Enter as with kubectl', async (t) => {
		const place = await makePlace(t, 'missing');
		// Behind it in the alphabet, so that `web` stays the first row.
		const other = 'web-kubectl';
		for (const name of ['web', other]) {
			await place.deploy(name, {replicas: 2, annotations: notes('one')});
			await place.change(name, {...release('web:2.0'), metadata: {annotations: notes('two')}});
			await place.rolledOut(name);
		}
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		for (const name of ['web', other]) {
			await place.change(name, {...release('web:missing'), metadata: {annotations: notes('three')}});
		}
		await deck.shows(/^. web .* stuck .*image not found/m);
		await deck.shows(/2 stuck/);
		await deck.shows(/Why web waits[^]*cannot pull web:missing: not found/);
		await deck.press('u');
		await deck.shows(/enter go back to 2/);
		await deck.press('enter');
		await place.kubectl('rollout', 'undo', `deployment/${other}`);
		await deck.shows(/web: back at 2, complete (in \d+s|at once)/);
		await deck.shows(/^▸ web +2\/2 +4 +✓ complete/m);
		await place.rolledOut(other);

		const [web, twin] = await Promise.all([essenceOf(place, 'web'), essenceOf(place, other)]);
		assert.deepEqual(web, twin);
		assert.equal(web.annotations?.['example.com/note'], 'two');
		assert.deepEqual(
			deck.audits.map(({action, change, outcome}) => ({action, change, outcome})),
			[{action: 'undo', change: '3 → 2', outcome: 'applied'}],
		);
	});
});

function notes(text: string): Record<string, string> {
	return {'kubernetes.io/change-cause': `release ${text}`, 'example.com/note': text};
}

function release(image: string): object {
	return {spec: {template: {spec: {containers: [{name: 'web', image}]}}}};
}
