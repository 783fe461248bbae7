import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Pod} from '../../source/objects.ts';
import {type Deck, startDeck} from '../support/deck.ts';
import {healthyShop, retold} from '../support/estate.ts';

function remove({api}: Deck, plural: string, name: string): void {
	const object = api.get(plural, 'shop', name);
	assert.ok(object, name);
	api.remove(object);
}

suite('the cursor', () => {
	test('stays on its object while rows come and go above it', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('down', 'down');
		assert.match(deck.screen.selected(), /^▸ search/);
		for (const object of retold('complete', {name: 'before'})) deck.api.put(object);
		await deck.caughtUp();
		assert.match(deck.text(), /5 deployments/);
		assert.match(deck.screen.selected(), /^▸ search/);
		remove(deck, 'deployments', 'before');
		remove(deck, 'deployments', 'cart');
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /^▸ search/);
	});

	test('stays on the object that was first once all had come, whatever comes before it', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		assert.match(deck.screen.selected(), /^▸ cart/);
		for (const object of retold('complete', {name: 'before'})) deck.api.put(object);
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /^▸ cart/);
		assert.match(deck.screen.lines()[2] ?? '', /^ {2}before/);
	});

	test('in a list longer than its pane keeps its place on the screen', async (t) => {
		const [deployment, ...rest] = retold('complete', {name: 'cart'});
		const pod = rest.find(({kind}) => kind === 'Pod') as Pod;
		const named = (name: string): Pod => ({...pod, metadata: {...pod.metadata, name, uid: name}});
		const pods = Array.from({length: 60}, (_, index) => named(`cart-${String(index + 100)}`));
		assert.ok(deployment);
		const deck = await startDeck(t, {objects: [deployment, ...rest.filter(({kind}) => kind !== 'Pod'), ...pods]});
		await deck.press('4', 'G');
		assert.match(deck.screen.selected(), /▸ cart-159/);
		assert.match(deck.text(), /4 Pods \d+–60 of 60/);
		await deck.press('k', 'k', 'k');
		const row = () => deck.screen.lines().findIndex((line) => line.startsWith('▸ cart-156'));
		const before = row();
		for (const name of ['cart-000', 'cart-001', 'cart-002']) deck.api.put(named(name));
		remove(deck, 'pods', 'cart-100');
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /▸ cart-156/);
		assert.equal(row(), before);
		await deck.press('g');
		assert.match(deck.screen.selected(), /▸ cart-000/);
	});

	test('of a pane below goes back to its first row with another subject', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('4', 'down', 'down', '1', 'down', '4');
		assert.match(deck.screen.selected(), /▸ checkout-\S+ +3 +1\/1/);
	});
});

suite('a ghost', () => {
	test('stays under the cursor when its object is deleted, and refuses', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('down');
		remove(deck, 'deployments', 'checkout');
		await deck.caughtUp();
		await deck.pass(3000);
		assert.match(deck.screen.selected(), /^▸ checkout +deleted 3s ago/);
		for (const key of ['s', 'u', 'r', 'p', '+', 'space', 'enter']) {
			await deck.press(key);
			assert.match(deck.text(), /checkout was deleted: move the cursor to another row first/, key);
			assert.doesNotMatch(deck.text(), /─(Scale|Undo|Restart|Pause) /);
		}
		assert.ok(!deck.api.requests.some(({method}) => method === 'PATCH'));
		await deck.press('down');
		assert.match(deck.screen.selected(), /^▸ search/, 'the row that took its place');
		assert.doesNotMatch(deck.text(), /checkout +deleted/);
	});

	test('of a Deployment shows what it leaves behind, until that is gone too', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		const left = (plural: string) =>
			deck.api.list(plural, 'shop').filter(({metadata}) => metadata.name.startsWith('cart-'));
		const pods = left('pods') as Pod[];
		const replicaSets = left('replicasets');
		assert.ok(replicaSets.length > 0 && pods.length > 0);
		remove(deck, 'deployments', 'cart');
		await deck.caughtUp();
		assert.match(deck.text(), new RegExp(`2 ReplicaSets ${replicaSets.length} [^]*4 Pods ${pods.length} `));
		for (const {metadata} of replicaSets) remove(deck, 'replicasets', metadata.name);
		for (const {metadata, ...rest} of pods)
			deck.api.put({...rest, metadata: {...metadata, deletionTimestamp: '2026-01-01T00:00:00Z'}});
		await deck.caughtUp();
		assert.match(deck.text(), new RegExp(`2 ReplicaSets 0 [^]*4 Pods ${pods.length} [^]*Terminating`));
		await deck.press('4', 's');
		assert.doesNotMatch(deck.text(), /─Scale /);
		for (const {metadata} of pods) remove(deck, 'pods', metadata.name);
		await deck.caughtUp();
		assert.match(deck.text(), /4 Pods 0 [^]*It was deleted\./);
	});

	test('of the last row is left upwards', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('G');
		remove(deck, 'deployments', 'mail');
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /^▸ mail +deleted/);
		await deck.press('up');
		assert.match(deck.screen.selected(), /^▸ search/);
	});

	test('is there for what does not match the filter any more', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('/complete\r');
		await deck.press('down');
		assert.match(deck.screen.selected(), /^▸ checkout/);
		const checkout = deck.api.get('deployments', 'shop', 'checkout');
		assert.ok(checkout);
		deck.api.put({...checkout, spec: {...(checkout as {spec?: object}).spec, paused: true}} as typeof checkout);
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /^▸ checkout +does not match the filter any more/);
		await deck.press('s');
		assert.match(deck.text(), /checkout does not match the filter any more: move the cursor/);
	});

	test('that comes back under its uid is a row again', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('down');
		const checkout = deck.api.get('deployments', 'shop', 'checkout');
		assert.ok(checkout);
		deck.api.remove(checkout);
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /deleted/);
		deck.api.put(checkout);
		await deck.caughtUp();
		assert.match(deck.screen.selected(), /^▸ checkout +3\/3/);
	});
});

suite('marks', () => {
	test('belong to objects and are cleared with the namespace', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('space', 'space');
		assert.match(deck.text(), /2 marked/);
		assert.match(deck.text(), /^ •cart/m);
		for (const object of retold('complete', {name: 'before'})) deck.api.put(object);
		await deck.caughtUp();
		assert.match(deck.text(), /^ •cart/m);
		assert.doesNotMatch(deck.text(), /•before/);
		await deck.type(':ns other\r');
		await deck.type(':ns shop\r');
		await deck.caughtUp();
		assert.doesNotMatch(deck.text(), /marked|•/);
	});

	test('are for Deployments', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('4', 'space');
		assert.match(deck.text(), /Only Deployments are marked/);
	});
});
