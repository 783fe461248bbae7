import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Deployment, KubeObject} from '../source/objects.ts';
import type {Asked} from './support/api-faults.ts';
import {type Deck, startDeck} from './support/deck.ts';
import {healthyShop, noon, retold, stuckShop} from './support/estate.ts';
import {until} from './support/until.ts';

const second = 1000;

const isChange = ({method, query}: Asked) => method === 'PATCH' && !query.has('dryRun');
const isDryRun = ({method, query}: Asked) => method === 'PATCH' && query.has('dryRun');
const changes = ({api}: Deck) => api.requests.filter(isChange);

function deployment({api}: Deck, name: string): Deployment {
	const found = api.get('deployments', 'shop', name);
	assert.ok(found, name);
	return found as Deployment;
}

/** As another person's kubectl would do it. */
async function change(deck: Deck, name: string, spec: Partial<Deployment['spec']>): Promise<void> {
	const before = deployment(deck, name);
	deck.api.put({
		...before,
		metadata: {...before.metadata, generation: (before.metadata.generation ?? 0) + 1},
		spec: {...before.spec, ...spec},
	} as KubeObject);
	await deck.caughtUp();
}

suite('a change', () => {
	test('is sent with its precondition and followed to its end', async (t) => {
		const deck = await startDeck(t, {objects: retold('deadline', {name: 'checkout'})});
		await deck.press('u');
		assert.match(deck.text(), /enter go back to 1/);
		await deck.press('enter');
		const [sent] = changes(deck);
		assert.equal(sent?.headers['content-type'], 'application/json-patch+json');
		const operations = JSON.parse(sent?.body ?? '') as {op: string; path: string}[];
		const tests = operations.filter(({op}) => op === 'test').map(({path}) => path);
		assert.ok(tests.includes('/metadata/uid') && tests.includes('/spec/template'), String(tests));
		await deck.caughtUp();
		await deck.pass(3 * second);
		assert.match(deck.text(), /checkout: going back to 1, asked 3s ago/);

		const undone = retold('undone', {name: 'checkout', ago: -40 * second});
		const pods = new Set(undone.map(({metadata}) => metadata.uid));
		for (const pod of deck.api.list('pods', 'shop')) if (!pods.has(pod.metadata.uid)) deck.api.remove(pod);
		for (const object of undone) deck.api.put(object);
		await deck.caughtUp();
		assert.match(deck.text(), /checkout: back at 1, complete in 3s/);
		await deck.pass(2 * 60 * second);
		assert.doesNotMatch(deck.text(), /back at 1/, 'news does not stay for ever');
	});

	test('leaves one line in the audit log', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5', 'enter');
		assert.deepEqual(deck.audits, [
			{
				object: 'deployment/cart',
				namespace: 'shop',
				uid: deployment(deck, 'cart').metadata.uid,
				action: 'scale',
				change: '3 → 5 replicas',
				outcome: 'applied',
				context: 'test',
			},
		]);
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
	});

	test('does not happen when u and Enter come as one chunk; the next Enter counts', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop()});
		await deck.type('u\r');
		assert.deepEqual(changes(deck), []);
		assert.match(deck.text(), /enter go back to 1/);
		await deck.press('enter');
		assert.equal(changes(deck).length, 1);
	});

	test('does not happen while its checks are out', async (t) => {
		const deck = await startDeck(t, {
			objects: stuckShop(),
			before: ({faults}) => faults.hang({which: isDryRun}),
		});
		deck.terminal.send('u');
		await deck.shows(/asking the server/);
		deck.terminal.send('\r');
		await deck.shows(/enter waits: checking/);
		assert.deepEqual(changes(deck), []);
	});

	test('waits for a second after the object has changed under the dialog', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5');
		await change(deck, 'cart', {replicas: 4});
		assert.match(deck.text(), /replicas +4 → 5/);
		assert.match(deck.text(), /enter waits: it has just changed/);
		await deck.press('enter');
		assert.deepEqual(changes(deck), []);
		await deck.pass(second);
		assert.match(deck.text(), /enter apply/);
		await deck.press('enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
	});

	test('that second begins once a slow line has shown the change', async (t) => {
		let line = Promise.withResolvers<void>();
		line.resolve();
		const deck = await startDeck(t, {objects: healthyShop(), drawn: () => line.promise});
		await deck.press('s', '5');
		line = Promise.withResolvers();
		const before = deployment(deck, 'cart');
		deck.api.put({...before, spec: {...before.spec, replicas: 4}} as KubeObject);
		await deck.shows(/enter waits: it has just changed/);
		deck.clock.advance(5 * second);
		deck.terminal.send('\r');
		await until('the key is read', () => deck.terminal.isRead);
		assert.match(deck.text(), /enter waits: it has just changed/);
		line.resolve();
		await deck.idle();
		assert.match(deck.text(), /enter waits: it has just changed/);
		await deck.pass(second);
		assert.match(deck.text(), /enter apply/);
		assert.deepEqual(changes(deck), []);
		await deck.press('enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
	});

	test('what changes nothing of the question leaves Enter alone', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5');
		await change(deck, 'cart', {minReadySeconds: 7});
		assert.match(deck.text(), /enter apply/);
	});

	test('its object is deleted under the dialog', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5');
		deck.api.remove(deployment(deck, 'cart'));
		await deck.caughtUp();
		assert.match(deck.text(), /cart was deleted meanwhile/);
		await deck.pass(2 * second);
		await deck.press('enter');
		assert.deepEqual(changes(deck), []);
		await deck.press('esc');
		assert.doesNotMatch(deck.text(), /Scale/);
	});

	test('esc leaves, and nothing is sent', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5', 'esc');
		assert.doesNotMatch(deck.text(), /Scale cart/);
		assert.deepEqual(changes(deck), []);
		assert.deepEqual(deck.audits, []);
	});
});

suite('a refusal is a sentence where the key was pressed', () => {
	test('read-only mode', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['--read-only']});
		await deck.press('s');
		assert.match(deck.text(), /Read-only mode is on for test, so nothing is changed/);
		assert.doesNotMatch(deck.text(), /Scale cart/);
		assert.doesNotMatch(deck.text(), /s scale/, 'no hint for what cannot be done');
	});

	test('no permission, asked beforehand', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), may: ({verb}) => verb !== 'patch'});
		await deck.press('s', '5');
		assert.match(deck.text(), /You may not patch deployments\/scale in shop/);
		await deck.press('enter');
		assert.deepEqual(changes(deck), []);
	});

	test('an access review that fails forbids nothing', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) => faults.answer(500, {which: 'selfsubjectaccessreviews', times: 100}),
		});
		await deck.press('s', '5');
		assert.match(deck.text(), /enter apply/);
	});

	test('the server would not take it', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			admit: ({kind}, isDry) =>
				isDry && kind === 'Deployment'
					? {code: 403, message: 'admission webhook "policy.example" denied the request: at most 4 replicas here'}
					: undefined,
		});
		await deck.press('s', '5');
		assert.match(deck.words(), /refused Not allowed: .* denied the request: at most 4 replicas here/);
		assert.match(deck.text(), /enter waits: it is refused .* esc leave/);
		await deck.press('enter');
		assert.deepEqual(changes(deck), []);
	});

	test('a webhook that cannot do dry runs blocks nothing', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) =>
				faults.answer(400, {
					which: isDryRun,
					times: 100,
					reason: 'BadRequest',
					message: 'admission webhook "audit.example" does not support dry run',
				}),
		});
		await deck.press('s', '5');
		assert.match(deck.text(), /not checked: a webhook there cannot do dry runs/);
		await deck.press('enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
	});

	test('a dry run that nobody answered is said to be that', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) => faults.answer(503, {which: isDryRun, times: 100}),
		});
		await deck.press('s', '5');
		assert.match(deck.text(), /not checked: the server did not answer the dry run/);
		assert.doesNotMatch(deck.text(), /webhook/);
	});

	test('the server refuses after Enter', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			admit: (_object, isDry) => (isDry ? undefined : {code: 403, message: 'exceeded quota: small, requested: pods=2'}),
		});
		await deck.press('s', '5', 'enter');
		assert.match(deck.words(), /refused .* exceeded quota: small/);
		assert.match(deck.text(), /enter close/);
		assert.equal(deck.audits[0]?.['outcome'], 'failed');
		await deck.press('enter');
		assert.doesNotMatch(deck.text(), /Scale cart/);
	});
});

suite('what happens on the way', () => {
	test('someone else was faster: the new state is shown, and asked anew', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5');
		// The change is stored, and the watch has not told of it yet.
		deck.api.faults.muteWatches('/deployments');
		const before = deployment(deck, 'cart');
		const stored = deck.api.put({...before, spec: {...before.spec, replicas: 7}} as KubeObject);
		await deck.press('enter');
		assert.match(deck.text(), /changed/);
		assert.match(deck.text(), /Scale cart/);
		assert.equal(deployment(deck, 'cart').spec.replicas, 7);
		// The watch comes back.
		deck.api.faults.endWatches('/deployments');
		await deck.pass(5 * second);
		await until(
			'the watch is back',
			() =>
				deck.app.board.objects.deployments.get(stored.metadata.uid)?.metadata.resourceVersion ===
				stored.metadata.resourceVersion,
		);
		await deck.idle();
		assert.match(deck.text(), /replicas +7 → 5/);
		await deck.pass(second);
		await deck.press('enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
	});

	test('it is deleted, and the watch has not told of it yet: a sentence, and nothing to go on with', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '5');
		deck.api.faults.muteWatches('/deployments');
		deck.api.remove(deployment(deck, 'cart'));
		await deck.press('enter');
		assert.match(
			deck.words(),
			/refused cart was deleted meanwhile: there is nothing to change\. enter close esc leave/,
		);
		assert.equal(deck.audits[0]?.['outcome'], 'failed');
	});

	test('the answer is lost, but the change has arrived', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		deck.api.faults.loseAnswer({which: isChange});
		await deck.press('s', '5', 'enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
		assert.match(deck.text(), /cart: scaling 3 → 5/, 'it is followed like any other');
		assert.equal(deck.audits[0]?.['outcome'], 'applied');
	});

	test('the connection is lost before the change arrives', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		deck.api.faults.reset({which: isChange});
		await deck.press('s', '5', 'enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 3);
		assert.match(deck.text(), /The change did not arrive/);
		assert.equal(deck.audits[0]?.['outcome'], 'failed');
	});

	test('ctrl-c with a request in flight', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		deck.api.faults.hang({which: isChange});
		await deck.press('s', '5');
		deck.terminal.send('\r');
		await until('the change is sent', () => changes(deck).length === 1);
		assert.ok(deck.app.session.gate.inFlight);
		deck.terminal.send('\u0003');
		assert.equal(await deck.app.ended, 130);
	});
});

suite('scale', () => {
	test('to 0 wants the name typed', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('s', '0', 'enter');
		assert.match(deck.text(), /nothing will serve cart/);
		assert.match(deck.text(), /enter waits: type cart first/);
		assert.deepEqual(changes(deck), []);
		await deck.press('c', 'a', 'r', 'enter');
		assert.deepEqual(changes(deck), []);
		await deck.press('t', 'enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 0);
	});

	test('from 0, where the server leaves the count out', async (t) => {
		const deck = await startDeck(t, {objects: retold('zero', {name: 'mail'})});
		await deck.press('+');
		assert.match(deck.text(), /replicas +0 → 1/);
		assert.match(deck.text(), /enter apply/);
		await deck.press('enter');
		assert.equal(deployment(deck, 'mail').spec.replicas, 1);
	});

	test('+ and - are one step on from where it is', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('+');
		assert.match(deck.text(), /replicas +3 → 4/);
		await deck.press('+');
		assert.match(deck.text(), /replicas +3 → 5/);
		await deck.press('-', '-', '-');
		assert.match(deck.text(), /replicas +3 → 2/);
	});

	test('several at once are listed, and each is told of', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			admit: ({metadata}, isDry) =>
				!isDry && metadata.name === 'checkout' ? {code: 403, message: 'exceeded quota: small'} : undefined,
		});
		await deck.press('space', 'space', 's', '5');
		assert.match(deck.text(), /Scale 2 Deployments/);
		await deck.press('enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
		assert.equal(deployment(deck, 'checkout').spec.replicas, 3);
		assert.equal(deployment(deck, 'search').spec.replicas, 3, 'the cursor is on it, but it is not marked');
		assert.match(deck.text(), /checkout.*exceeded quota/);
		assert.deepEqual(
			deck.audits.map(({object, outcome}) => [object, outcome]),
			[
				['deployment/cart', 'applied'],
				['deployment/checkout', 'failed'],
			],
		);
	});

	test('several of which one is refused beforehand: nothing is sent, and it says what to do', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			admit: ({metadata}) =>
				metadata.name === 'checkout' ? {code: 403, message: 'at most 4 replicas here'} : undefined,
		});
		await deck.press('space', 'space', 's', '5');
		assert.match(deck.words(), /cart 3 → 5 replicas checkout 3 → 5 replicas Not allowed: .* at most 4 replicas here/);
		assert.match(deck.words(), /one of them is refused: leave, and unmark it \(space\) for the others/);
		await deck.press('enter');
		assert.deepEqual(changes(deck), []);
		await deck.press('esc', 'up', 'space', 's', '5', 'enter');
		assert.equal(deployment(deck, 'cart').spec.replicas, 5);
		assert.equal(changes(deck).length, 1);
	});

	test('to 0 of several wants the namespace typed', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('space', 'space', 's', '0');
		assert.match(deck.text(), /type shop first/);
		await deck.type('shop');
		await deck.press('enter');
		assert.deepEqual(
			changes(deck).map(({path}) => path.split('/').at(-2)),
			['cart', 'checkout'],
		);
	});
});

suite('undo', () => {
	test('masks what looks like a credential until x', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('u');
		const masked = deck.text();
		assert.match(masked, /DB_PASSWORD/);
		assert.match(masked, /masked: x shows them/);
		await deck.press('x');
		assert.notEqual(deck.text(), masked);
		assert.doesNotMatch(deck.text(), /masked: x shows them/);
		await deck.press('enter');
		const secrets = JSON.stringify(deployment(deck, 'cart').spec.template).match(/"DB_PASSWORD","value":"([^"]+)"/);
		assert.ok(secrets?.[1]);
		assert.ok(!JSON.stringify(deck.audits).includes(secrets[1]));
	});

	test('masks it in the annotations that it replaces and in change causes, too', async (t) => {
		const objects = healthyShop().map((object) => {
			if (!object.metadata.name.startsWith('cart') || !/^(Deployment|ReplicaSet)$/.test(object.kind ?? ''))
				return object;
			const annotations = {
				...object.metadata.annotations,
				'kubernetes.io/change-cause': `kubectl set env deployment/cart DB_PASSWORD=hunter-${object.kind} --record=true`,
				...(object.kind === 'Deployment' && {'example.com/api-token': 'hunter2'}),
			};
			return {...object, metadata: {...object.metadata, annotations}};
		});
		const deck = await startDeck(t, {objects, columns: 160, rows: 40});
		await deck.press('u');
		assert.match(deck.words(), /replaces .* annotation example\.com\/api-token: •••• → removed/);
		assert.match(deck.words(), /change-cause: kubectl set env deployment\/cart DB_PASSWORD=•••• --record=true →/);
		assert.doesNotMatch(deck.text(), /hunter/);
		await deck.press('x');
		assert.match(deck.words(), /api-token: hunter2 → removed/);
		await deck.press('esc', 'h');
		assert.match(deck.text(), /DB_PASSWORD=••••/);
		assert.doesNotMatch(deck.text(), /hunter/);
	});

	test('a revision whose cause takes two lines has one cursor', async (t) => {
		const objects = retold('complete', {name: 'cart'});
		for (const object of objects.filter(({kind}) => kind === 'ReplicaSet'))
			object.metadata.annotations = {
				...object.metadata.annotations,
				'kubernetes.io/change-cause': 'fix: prices with two currencies, as they were asked for in the last release',
			};
		const deck = await startDeck(t, {objects});
		await deck.press('u');
		const dialog = deck.text().slice(deck.text().indexOf('─Undo cart'));
		assert.match(dialog, /asked for in/);
		assert.equal(dialog.match(/▸/g)?.length, 1);
	});

	test('however much differs, what has to be known stays on a small screen', async (t) => {
		const many = Array.from({length: 40}, (_, index) => ({name: `VARIABLE_${index}`, value: 'x'.repeat(50)}));
		const objects = healthyShop().map((object) => {
			if (object.kind !== 'Deployment' || object.metadata.name !== 'cart') return object;
			const changed = structuredClone(object) as Deployment;
			changed.spec.template.spec!.containers[0]!.env!.push(...many);
			return changed;
		});
		const deck = await startDeck(t, {
			objects,
			admit: (_object, isDry) => (isDry ? undefined : {code: 403, message: 'exceeded quota: small'}),
		});
		await deck.press('u');
		assert.match(deck.words(), /changes .* 34 more: d .* careful It was made with kubectl apply/);
		await deck.press('d');
		assert.match(deck.words(), /VARIABLE_0 .* more lines: pgdn careful It was made with kubectl apply/);
		assert.doesNotMatch(deck.text(), /VARIABLE_39/);
		for (let page = 0; page < 20; page++) await deck.press('pagedown');
		assert.match(deck.words(), /VARIABLE_39 .* the end of \d+ lines: pgup careful It was made with kubectl apply/);
		await deck.press('enter');
		assert.match(deck.words(), /refused Not allowed: .* exceeded quota: small/);
	});

	test('goes to the revision that the arrows choose', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('u');
		assert.match(deck.text(), /enter go back to 2/);
		await deck.press('down');
		assert.match(deck.text(), /enter go back to 1/);
		await deck.press('enter');
		assert.match(JSON.stringify(deployment(deck, 'cart').spec.template), /cart:1\.0/);
	});

	test('nothing to go back to is said at once', async (t) => {
		const deck = await startDeck(t, {objects: retold('zero', {name: 'mail'})});
		await deck.press('u');
		assert.doesNotMatch(deck.text(), /enter go back/);
		await deck.press('enter');
		assert.deepEqual(changes(deck), []);
	});
});

suite('restart and pause', () => {
	test("restart writes kubectl's annotation, with the time that was shown", async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('r');
		await deck.pass(5 * second);
		await deck.press('enter');
		assert.equal(
			deployment(deck, 'cart').spec.template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt'],
			new Date(noon).toISOString().replace('.000Z', 'Z'),
		);
	});

	test('a second restart within a second would change nothing, and is refused', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('r', 'enter');
		await deck.caughtUp();
		await deck.press('r');
		assert.match(deck.text(), /cart was restarted this very second/);
		await deck.press('enter');
		assert.equal(changes(deck).length, 1);
		await deck.press('esc');
		await deck.pass(second);
		await deck.press('r', 'enter');
		assert.equal(changes(deck).length, 2);
	});

	test('pause, then resume', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('p', 'enter');
		assert.equal(deployment(deck, 'cart').spec.paused, true);
		await deck.caughtUp();
		assert.match(deck.text(), /p resume/);
		const paused = deployment(deck, 'cart');
		deck.api.put({
			...paused,
			status: {...paused.status, observedGeneration: paused.metadata.generation},
		} as KubeObject);
		await deck.caughtUp();
		assert.match(deck.text(), /cart: paused/);
		await deck.press('p', 'enter');
		assert.equal(deployment(deck, 'cart').spec.paused, undefined);
	});
});
