import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {openDeck} from '../../support/cluster-deck.ts';
import {makePlace} from '../../support/cluster-place.ts';
import {noServerProcess, serverProcess} from '../../support/cluster-server.ts';
import {atSecondRevision, holdUndo} from '../../support/held-undo.ts';

const staleSince = /stale since \d\d:\d\d:\d\d/;

/** Waits that can be made to last until they are released. */
function createWait() {
	let held: PromiseWithResolvers<void> | undefined;
	return {
		async delay(milliseconds: number, signal: AbortSignal): Promise<void> {
			const aborted = delay(held ? 600_000 : milliseconds, undefined, {signal, ref: false}).catch(() => {});
			await (held ? Promise.race([held.promise, aborted]) : aborted);
		},
		hold() {
			held = Promise.withResolvers();
		},
		release() {
			held?.resolve();
			held = undefined;
		},
	};
}

suite('an API server that goes away', {skip: noServerProcess}, () => {
	test('and comes back with other objects: rows are stale, then right, and the cursor is on its own', async (t) => {
		const place = await makePlace(t, 'killed');
		for (const name of ['a', 'b', 'c']) await place.deploy(name);
		const server = serverProcess();
		place.atEnd(server.start);
		// The deck tries again when the test says so: by then more has happened than a watch could tell of.
		const wait = createWait();
		const deck = await openDeck(t, {flags: ['-n', place.name], watching: {delay: wait.delay}});
		await deck.shows(/^▸ a .* complete[^]*b .* complete[^]*c .* complete/m);
		await deck.press('down');
		assert.match(deck.selected(), /^▸ b /);
		// What is written after the last version that the deck's watch has heard of.
		await place.create({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'other'}});

		wait.hold();
		await server.kill();
		const screen = await deck.shows(staleSince);
		assert.match(screen, /1 Deployments 3 .*stale since/);
		assert.match(screen, /^ {2}a .*\n▸ b .*\n {2}c /m, 'the old rows stay');
		await server.forgetHistory();
		await server.start();
		await place.remove('deployments', 'a');
		await place.deploy('aa', {replicas: 2});
		await place.setImage('c', 'web:missing');
		const asked = deck.asked.length;
		wait.release();
		await deck.shows(/● live/);
		await deck.shows(/^ {2}c .* stuck .*image not found/m);
		await deck.shows(/^ {2}aa +2\/2 +1 +✓ complete/m);
		assert.doesNotMatch(deck.text(), /^. a /m);
		assert.match(deck.selected(), /^▸ b /);
		// The version that the watch stood at was unknown to the new server (410), so all was listed anew.
		assert.deepEqual(
			deck.asked
				.slice(asked)
				.filter((request) => request.endsWith('/deployments'))
				.map((request) => request.split(' ')[0]),
			['watch', 'list', 'watch'],
		);
	});

	test('or stands still with its connections open, and goes on', async (t) => {
		const place = await makePlace(t, 'frozen');
		await place.deploy('web', {replicas: 2});
		const server = serverProcess();
		const opened = Date.now();
		const deck = await openDeck(t, {flags: ['-n', place.name], connecting: {pingMs: 500, deadMs: 2000}});
		await deck.shows(/^▸ web .* complete/m);
		server.freeze();
		const frozen = Date.now();
		place.atEnd(async () => server.thaw());
		await deck.shows(staleSince);
		assert.match(deck.text(), /^▸ web +2\/2/m, 'the old rows stay');
		const {deployments} = deck.app.store.get().freshness;
		assert.ok(deployments.phase === 'stale');
		assert.ok(
			deployments.since >= opened && deployments.since <= frozen,
			'since it was last heard of, not since that was noticed',
		);
		await deck.press('s', '5');
		await deck.shows(/enter waits: checking/);
		await deck.press('enter', 'esc');
		server.thaw();
		await deck.shows(/● live/);
		await place.setImage('web', 'web:2.0');
		await deck.shows(/^▸ web +2\/2 +2 +✓ complete/m);
		assert.deepEqual(deck.audits, []);
	});

	test('while an undo is on its way to it: the undo is done once, or said not to be', async (t) => {
		const place = await makePlace(t, 'undo-frozen');
		const before = await atSecondRevision(place);
		const server = serverProcess();
		place.atEnd(server.start);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await deck.press('u');
		await deck.shows(/enter go back to 1/);
		server.freeze();
		await deck.press('enter');
		assert.ok(deck.app.session.gate.inFlight);
		await server.kill();
		await server.start();
		await deck.press('ctrl-r');
		await deck.shows(/The change did not arrive|web: back at 1, complete/);
		await deck.shows(/● live/);
		const after = await place.deployment('web');
		const [{outcome} = {}] = deck.audits;
		const undone = outcome === 'applied';
		assert.equal(after.metadata.generation, (before.metadata.generation ?? 0) + (undone ? 1 : 0));
		assert.equal(after.spec.template.spec?.containers[0]?.image, undone ? 'web:1.0' : 'web:2.0');
		assert.equal(deck.audits.length, 1);
	});

	test('once an undo has arrived, with its answer: it is followed to its end, and done once', async (t) => {
		const place = await makePlace(t, 'undo-answered');
		const server = serverProcess();
		place.atEnd(server.start);
		const {deck, tunnel, before} = await holdUndo(t, place);
		await server.kill();
		tunnel.cut();
		await server.start();
		await deck.press('ctrl-r');
		await deck.shows(/web: back at 1, complete/);
		const after = await place.deployment('web');
		assert.equal(after.metadata.generation, (before.metadata.generation ?? 0) + 1);
		assert.equal(after.spec.template.spec?.containers[0]?.image, 'web:1.0');
		assert.deepEqual(
			deck.audits.map(({outcome}) => outcome),
			['applied'],
		);
	});
});
