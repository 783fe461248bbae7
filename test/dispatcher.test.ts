import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Asked} from './support/api-faults.ts';
import {startDeck} from './support/deck.ts';
import {healthyShop, namespace, retold, stuckShop} from './support/estate.ts';

const isPatch = ({method}: Asked) => method === 'PATCH';

suite('going back and leaving', () => {
	test('q on the deck quits', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		deck.terminal.send('q');
		assert.equal(await deck.app.ended, 0);
		await deck.screen.parsed();
		assert.equal(deck.screen.buffer, 'normal');
		assert.ok(deck.screen.isCursorShown);
		assert.ok(!deck.screen.isPasteMarked);
		assert.ok(!deck.terminal.isRaw);
	});

	test('q q from habit does not quit; half a second later it does', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('?');
		await deck.type('qq');
		assert.match(deck.text(), /1 Deployments/);
		assert.equal(deck.screen.buffer, 'alternate');
		await deck.pass(500);
		deck.terminal.send('q');
		assert.equal(await deck.app.ended, 0);
	});

	test('q that leaves a dialog is such a habit too', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s');
		await deck.type('qq');
		assert.equal(deck.screen.buffer, 'alternate');
		assert.doesNotMatch(deck.text(), /Scale/);
	});

	test('ctrl-c leaves from a dialog, a prompt and a page, with 130', async (t) => {
		for (const before of ['s', ':', '?', '/']) {
			const deck = await startDeck(t, {objects: healthyShop()});
			await deck.press(before);
			deck.terminal.send('\u0003');
			assert.equal(await deck.app.ended, 130, `after ${before}`);
		}
	});

	test('esc goes back one step: page, zoom, filter, marks', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('space', '/', 'c', 'enter', 'z', '?');
		await deck.press('esc');
		assert.doesNotMatch(deck.text(), /Keys of this place/);
		assert.doesNotMatch(deck.text(), /2 ReplicaSets/, 'still zoomed');
		await deck.press('esc');
		assert.match(deck.text(), /2 ReplicaSets/);
		assert.match(deck.text(), /\/c \(/);
		await deck.press('esc');
		assert.doesNotMatch(deck.text(), /\/c \(/);
		assert.match(deck.text(), /1 marked/);
		await deck.press('esc');
		assert.doesNotMatch(deck.text(), /marked/);
		await deck.press('esc');
		assert.match(deck.text(), /1 Deployments/);
	});

	test('q types q in a text field', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('/', 'q');
		assert.match(deck.text(), /\/q█/);
	});

	test('ctrl-z stops the process and comes back to a whole screen', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		const before = deck.text();
		await deck.press('ctrl-z');
		assert.equal(deck.stops, 1);
		assert.equal(deck.screen.buffer, 'alternate');
		assert.equal(deck.text(), before);
	});
});

suite('a page', () => {
	test('is what the pane shows, and skips nothing', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop(), rows: 18});
		await deck.press('4');
		const last = Number(/4 Pods 1–(\d+) of 7/.exec(deck.text())?.[1]);
		assert.ok(last < 6);
		await deck.press('pagedown');
		const selected = deck.screen.selected();
		await deck.press('g', ...Array.from({length: last}, () => 'j'));
		assert.equal(deck.screen.selected(), selected);
		await deck.press('z', 'g', 'pagedown');
		assert.match(deck.text(), /4 Pods 7 /);
		await deck.press('?', 'pagedown', 'pageup');
		assert.match(deck.text(), /Change the Deployment of the row/);
	});
});

suite('what is typed ahead', () => {
	test(':ns NAME and its Enter in one chunk', async (t) => {
		const deck = await startDeck(t, {
			objects: [...healthyShop(), namespace('team-a'), ...retold('crash', {name: 'api', namespace: 'team-a'})],
		});
		await deck.type(':ns team-a\r');
		await deck.caughtUp();
		assert.match(deck.text(), /test {2}team-a {2}● live {3}1 deployment /);
		assert.match(deck.screen.selected(), /^▸ api/);
	});

	test('Escape and Enter in one chunk leave a dialog, and do not apply it', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop()});
		await deck.press('u');
		assert.match(deck.text(), /enter go back to 1/);
		await deck.type('\u001B\r');
		assert.doesNotMatch(deck.text(), /─Undo checkout/);
		assert.deepEqual(deck.audits, []);
		await deck.press('q');
		await deck.type('/c\u001B:ns shop\r');
		await deck.caughtUp();
		assert.match(deck.text(), /1 Deployments 4 ─/);
		assert.doesNotMatch(deck.text(), /─(Scale|Undo|Restart)/);
	});

	test('several moves in one chunk are several moves', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('jjk');
		assert.match(deck.screen.selected(), /^▸ checkout/);
	});

	test('tab completes a command, and its argument', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type(':ctx\tt');
		assert.match(deck.text(), /:context t█|:ctx t█/);
		await deck.press('tab');
		assert.match(deck.text(), /test/);
		await deck.press('esc');
		assert.doesNotMatch(deck.text(), /█/);
	});

	test('an unknown command is named', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type(':frobnicate now\r');
		assert.match(deck.text(), /There is no command frobnicate/);
		await deck.press('j');
		assert.doesNotMatch(deck.text(), /frobnicate/, 'a key takes the error away');
	});
});

suite('a paste', () => {
	test('is never a command', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop()});
		const before = deck.text();
		await deck.paste('q\ru\r:q\r');
		assert.equal(deck.text(), before);
		assert.equal(deck.screen.buffer, 'alternate');
	});

	test('is never an answer to a dialog', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop()});
		await deck.press('u');
		await deck.paste('\r');
		assert.deepEqual(
			deck.api.requests.filter((asked) => isPatch(asked) && !asked.query.has('dryRun')),
			[],
		);
	});

	test('is text in the field of a dialog, its first line, and never its keys', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('i', 'ctrl-u');
		const asked = deck.api.requests.length;
		await deck.paste('registry.example/shop/cart:9.9\n');
		assert.match(deck.text(), /→ registry\.example\/shop\/cart:9\.9█/);
		assert.match(deck.text(), /enter roll out/);
		assert.ok(deck.api.requests.length - asked <= 2, 'it is checked once, not once a letter');
		await deck.press('ctrl-u');
		await deck.paste('enter');
		assert.match(deck.text(), /→ enter█/);
		assert.deepEqual(deck.audits, []);
	});

	test('is text in a prompt, its first line', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('/');
		await deck.paste('cart\nq');
		assert.match(deck.text(), /\/cart█/);
		assert.match(deck.text(), /1 Deployments 1 /);
	});
});

suite('a filter', () => {
	test('is live, and esc puts the old one back', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('/car');
		assert.match(deck.text(), /1 Deployments 1 .*\(3 hidden\)/);
		await deck.press('enter');
		await deck.type('/\u007F\u007F\u007Fmail');
		assert.match(deck.text(), /▸ mail/);
		await deck.press('esc');
		assert.match(deck.text(), /\/car \(3 hidden\)/);
		assert.match(deck.text(), /▸ cart/);
	});

	test('leaves the cursor on its object, also when it goes', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('/mail\r');
		assert.match(deck.screen.selected(), /^▸ mail/);
		await deck.press('esc');
		assert.match(deck.text(), /1 Deployments 4 ─/);
		assert.match(deck.screen.selected(), /^▸ mail/);
		await deck.type('/a');
		assert.match(deck.screen.selected(), /^▸ mail/, 'it matches this, too');
		await deck.type('rt');
		assert.match(deck.screen.selected(), /^▸ cart/);
		await deck.press('esc');
		assert.match(deck.screen.selected(), /^▸ mail/, 'as it was before');
	});

	test('that cannot be read is not taken for one that is in force', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('/-l app in (\r');
		assert.match(deck.text(), /\/-l app in \(█/, 'it is still being typed');
		assert.match(deck.text(), /The label selector "app in \(" needs its values in brackets|cannot be read/);
		await deck.type('mail)\r');
		assert.match(deck.text(), /▸ mail/);
		assert.doesNotMatch(deck.text(), /█/);
	});

	test('!text leaves out, -l asks for labels', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('/!complete\r');
		assert.match(deck.text(), /1 Deployments 1 .*\(3 hidden\)/);
		assert.match(deck.text(), /▸ mail/);
		await deck.press('esc');
		await deck.type('/-l app=search\r');
		assert.match(deck.text(), /▸ search/);
		assert.match(deck.text(), /\(3 hidden\)/);
	});

	test('that matches nothing says so, and a change is refused', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type('/nothing-like-it\r');
		assert.match(deck.text(), /Nothing here matches \/nothing-like-it/);
		await deck.press('s');
		assert.match(deck.text(), /There is no row under the cursor/);
	});

	test('marks go with what they were on', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('space');
		assert.match(deck.text(), /1 marked/);
		const cart = deck.api.get('deployments', 'shop', 'cart');
		assert.ok(cart);
		deck.api.remove(cart);
		await deck.caughtUp();
		assert.doesNotMatch(deck.text(), /marked/);
		await deck.press('s');
		assert.match(deck.text(), /─Scale checkout in shop/);
	});

	test('hides marks, and they are counted', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('space');
		await deck.type('/search\r');
		assert.match(deck.text(), /1 marked, 1 hidden/);
	});
});

suite('a, all of the namespace', () => {
	test('leaves the cursor on its pod', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), rows: 40});
		await deck.press('4', 'j');
		const name = /cart-\S+/.exec(deck.screen.selected())?.[0] ?? 'none';
		await deck.press('a');
		assert.match(deck.text(), /4 Pods \d+ all/);
		assert.ok(deck.screen.selected().includes(name));
		await deck.press('a');
		assert.ok(deck.screen.selected().includes(name));
	});
});

suite('a window that is too small', () => {
	test('takes no keys but those that leave: nothing is done unseen', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop()});
		await deck.press('u');
		await deck.resize(40, 10);
		await deck.press('enter', 'esc', 'q', 's', '5', 'enter');
		await deck.paste('text');
		assert.match(deck.text(), /^rolldeck needs 60x12, this is 40x10\.$/);
		await deck.resize(80, 24);
		assert.match(deck.text(), /─Undo checkout/);
		assert.deepEqual(deck.audits, []);
		await deck.resize(40, 10);
		deck.terminal.send('\u0003');
		assert.equal(await deck.app.ended, 130);
	});
});

suite('what is too long for its line', () => {
	test('a refusal is broken, not cut, and so is the page of messages', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), columns: 60});
		await deck.press('3', 's');
		assert.match(deck.words(), /A Service is not scaled .* \(keys 1, 2, 4\)\./);
		await deck.press('m');
		assert.match(deck.words(), /A Service is not scaled .* \(keys 1, 2, 4\)\./);
	});

	test('the help is, too', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), columns: 60, rows: 100});
		await deck.press('?');
		assert.doesNotMatch(deck.text(), /…/);
	});
});

suite('habits from k9s', () => {
	for (const key of ['s', 'p', '-']) {
		test(`${key} on a pod is refused with a sentence`, async (t) => {
			const deck = await startDeck(t, {objects: healthyShop()});
			await deck.press('4', key);
			assert.match(deck.text(), new RegExp(` ${key} changes no single pod \\(in k9s it is .*\\): press 1`));
			assert.doesNotMatch(deck.text(), /─(Scale|Pause)/);
		});
	}

	test(':po and :dp go to the panes', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type(':po\r');
		assert.match(deck.screen.selected(), /^▸ cart-/m);
		await deck.type(':dp\r');
		assert.match(deck.screen.selected(), /^▸ cart /);
	});
});

suite('marks in several namespaces', () => {
	test('are told apart in the dialog', async (t) => {
		const other = retold('complete', {name: 'card', namespace: 'team-a'});
		const deck = await startDeck(t, {objects: [...healthyShop(), namespace('team-a'), ...other], flags: ['-A']});
		await deck.type('/car\r');
		await deck.press('space', 'space', 's', '5');
		assert.match(deck.text(), /─Scale 2 Deployments/);
		assert.match(deck.text(), / shop\/cart {2}3 → 5/);
		assert.match(deck.text(), / team-a\/card {2}\d → 5/);
	});
});
