import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {openDeck} from '../support/cluster-deck.ts';
import {borrowPlace, makePlace} from '../support/cluster-place.ts';

suite('who may do what', {concurrency: true}, () => {
	test('viewer reads everything, and is told that nothing may be changed', async (t) => {
		const place = await makePlace(t, 'viewer');
		const before = await place.deploy('web', {replicas: 2});
		await place.setImage('web', 'web:2.0');
		await place.rolledOut('web');
		const deck = await openDeck(t, {flags: ['-n', place.name, '--context', 'viewer']});
		await deck.shows(/● live/);
		await deck.shows(/^▸ web +2\/2 +2 +✓ complete/m);
		for (const [key, resource] of [
			['s', 'deployments/scale'],
			['u', 'deployments'],
			['r', 'deployments'],
			['p', 'deployments'],
		] as const) {
			await deck.press(key);
			await deck.shows(/ esc leave/);
			if (key === 's') await deck.press('5');
			await deck.shows(new RegExp(`You may not patch ${resource} in ${place.name}`));
			await deck.press('enter', 'esc');
			await deck.hides(/You may not patch/);
		}
		assert.deepEqual(deck.audits, []);
		assert.equal((await place.deployment('web')).metadata.generation, (before.metadata.generation ?? 0) + 1);
	});

	test('team-a sees and changes its own namespace', async (t) => {
		const name = `own-${process.pid}`;
		const place = await borrowPlace(t, 'team-a');
		await place.deploy(name, {replicas: 1});
		place.atEnd(() => place.remove('deployments', name));
		const deck = await openDeck(t, {flags: ['--context', 'team-a']});
		await deck.shows(/team-a +● live/);
		await deck.type(`/${name}\r`);
		await deck.shows(new RegExp(`^▸ ${name} +1/1 +1 +✓ complete`, 'm'));
		await deck.press('s', '2');
		await deck.shows(/enter apply/);
		await deck.press('enter');
		await deck.shows(new RegExp(`^▸ ${name} +2/2 +1 +✓ complete`, 'm'));

		await deck.type(':ns\r');
		await deck.shows(/may not list/);
		await deck.press('esc');
		await deck.type(':ns team-b\r');
		await deck.shows(/team-a may not list deployments in team-b/);
		await deck.type(':ns team-a\r');
		await deck.shows(new RegExp(`^. ${name} +2/2 +1 +✓ complete`, 'm'));
	});

	test('team-a falls back to what it may read where all namespaces are asked for', async (t) => {
		const name = `all-${process.pid}`;
		const place = await borrowPlace(t, 'team-a');
		await place.deploy(name, {replicas: 1});
		place.atEnd(() => place.remove('deployments', name));
		const deck = await openDeck(t, {flags: ['--context', 'team-a', '-A']});
		await deck.shows(/You may not list in all namespaces: showing team-a/);
		await deck.shows(new RegExp(`^. team-a +${name} +1/1 +1 +✓ complete`, 'm'));
	});

	test('nobody is told so in every pane', async (t) => {
		const place = await makePlace(t, 'nobody');
		await place.deploy('web');
		const deck = await openDeck(t, {flags: ['-n', place.name, '--context', 'nobody']});
		for (const kind of ['deployments', 'replicasets', 'services', 'pods']) {
			await deck.shows(new RegExp(`nobody may not list ${kind} in ${place.name}`));
		}
		await deck.shows(/✗ not allowed/);
		for (const key of ['s', 'u', 'enter']) {
			await deck.press(key);
			await deck.shows(/There is no row under the cursor to act on/);
		}
	});
});
