import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Asked, listsOf} from './support/api-faults.ts';
import {startDeck} from './support/deck.ts';
import {healthyShop, namespace, retold, stuckShop} from './support/estate.ts';
import {until} from './support/until.ts';

suite('when the server goes away', () => {
	test('rows stay, dimmed, with since when; they come right by themselves', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		assert.ok(!deck.screen.style('checkout ').dim);
		await deck.api.stop();
		await deck.shows(/stale since 12:00:00/);
		await deck.shows(/4 Pods 3 · ○ stale/);
		assert.ok(deck.screen.style('checkout ').dim);
		const gone = deck.api.get('deployments', 'shop', 'mail');
		assert.ok(gone);
		deck.api.remove(gone);
		await deck.api.start();
		await until('the watches are back', () => {
			deck.clock.advance(1000);
			return Object.values(deck.app.store.get().freshness).every(({phase}) => phase !== 'stale');
		});
		await deck.caughtUp();
		assert.match(deck.text(), /● live {3}3 deployments/);
		assert.doesNotMatch(deck.text(), /mail/);
		assert.ok(!deck.screen.style('checkout ').dim);
	});

	test('a rollout that is open says so in the title of every section, and is dim; so does its history', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop(), rows: 40});
		await deck.press('enter');
		assert.ok(!deck.screen.style('cannot pull').dim);
		await deck.api.stop();
		await until('all have noticed', () =>
			Object.values(deck.app.store.get().freshness).every(({phase}) => phase !== 'live'),
		);
		await deck.shows(/Rolling update 1 → 2 · ○ stale since 12:00:00/);
		for (const section of ['Why it waits', 'Traffic', 'Changed 1 → 2', 'Timeline'])
			assert.match(deck.text(), new RegExp(`─${section} · ○ stale since 12:00:00`));
		assert.ok(deck.screen.style('cannot pull').dim);
		await deck.press('h');
		assert.match(deck.text(), /History of \S+ · ○ stale since 12:00:00/);
	});

	test('what happened meanwhile stands in the timeline, as found afterwards', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), rows: 40});
		await deck.press('enter');
		const [pod] = deck.api.list('pods', 'shop').filter(({metadata}) => metadata.name.startsWith('cart-'));
		assert.ok(pod);
		await deck.api.stop();
		await until('all have noticed', () =>
			Object.values(deck.app.store.get().freshness).every(({phase}) => phase !== 'live'),
		);
		deck.api.remove(pod);
		await deck.api.start();
		for (let second = 0; second < 5; second++) deck.clock.advance(1000);
		await until('the watches are back', () => {
			deck.clock.advance(1000);
			return Object.values(deck.app.store.get().freshness).every(({phase}) => phase !== 'stale');
		});
		await deck.caughtUp();
		assert.match(deck.text(), /rolldeck +the connection was down for \d+s/);
		assert.match(deck.text(), /kubelet node-\d +while the connection was down: \w+ gone/);
		assert.equal(deck.text().match(/while the connection/g)?.length, 1);
	});

	test('the header says why', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.api.stop();
		await deck.shows(/again: connection (lost|refused)/);
	});

	test('after sleep or a stop nothing is called live until the server has answered again', async (t) => {
		for (const key of ['the clock', 'ctrl-z']) {
			let since: number | undefined;
			const awaySince = () => {
				const told = since;
				since = undefined;
				return told;
			};
			const deck = await startDeck(t, {objects: healthyShop(), awaySince});
			const states = new Set<string>();
			deck.api.faults.muteWatches();
			deck.api.faults.hang({times: 1000});
			deck.app.store.subscribe(() => states.add(deck.app.store.get().freshness.pods.phase));
			since = deck.clock.now() - 3_600_000;
			if (key === 'ctrl-z') await deck.press('ctrl-z');
			else deck.clock.advance(1000);
			await deck.shows(/stale since 11:00:00/);
			assert.ok(!states.has('live'), key);
			deck.api.faults.heal();
			await deck.press('ctrl-r');
			await deck.shows(/● live/);
		}
	});

	test('ctrl-r does not wait', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.api.stop();
		await until('all have noticed', () =>
			Object.values(deck.app.store.get().freshness).every(({phase}) => phase !== 'live'),
		);
		await deck.api.start();
		await deck.press('ctrl-r');
		await deck.shows(/● live {3}4 deployments/);
	});

	test('the token has expired: signed out, in words', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		deck.api.faults.answer(401, {times: 1000, reason: 'Unauthorized', message: 'Unauthorized'});
		deck.api.faults.endWatches();
		await until('the watches have asked again', () => {
			deck.clock.advance(1000);
			return Object.values(deck.app.store.get().freshness).some(({phase}) => phase === 'signed-out');
		});
		await deck.shows(/✗ signed out\. Run your login command, then try again/);
		assert.match(deck.text(), /▸ cart/);
		await deck.shows(/1 Deployments 4 · ○ stale since 12:00:\d\d, ✗ signed out/);
	});

	test('never signed in: the pane says why, the header what to do', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: (api) => api.faults.answer(401, {times: 1000, reason: 'Unauthorized', message: 'Unauthorized'}),
			until: /1 Deployments 0 · ✗ signed out/,
		});
		await deck.shows(/✗ signed out\. Run your login command, then/);
		await deck.shows(
			/Signed out: the server does not accept these credentials .*[^]*then try again \(ctrl-r\)[^]*2 ReplicaSets/,
		);
	});

	test('what a renewed sign-in waits for stands on the message line until it has ended, over no rows', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		deck.app.session.tellSignIn('Signing in through login: enter the code AB-CD');
		await deck.shows(/▸ cart[^]*Signing in through login: enter the code AB-CD/);
		deck.app.session.tellSignIn(undefined);
		await until('it is gone', () => !deck.text().includes('Signing in'));
	});

	test('a right that is taken away: the rows are those of then, and say so', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), columns: 130});
		assert.ok(!deck.screen.style('Running').dim);
		const message =
			'pods is forbidden: User "team-a" cannot list resource "pods" in API group "" in the namespace "shop"';
		deck.api.faults.answer(403, {which: '/pods', times: 1000, reason: 'Forbidden', message});
		deck.api.faults.resetWatches('/pods');
		await until('the watch has asked again', () => {
			deck.clock.advance(1000);
			return deck.app.store.get().freshness.pods.phase === 'denied';
		});
		await deck.shows(/4 Pods 3 · ○ stale since 12:00:\d\d: Not allowed: team-a may not list pods in shop/);
		assert.ok(deck.screen.style('Running').dim);
		assert.match(deck.text(), /▸ cart .* pods not visible/);
		deck.api.faults.heal();
		await deck.press('ctrl-r');
		await deck.shows(/4 Pods 3 ─/);
		await deck.shows(/▸ cart .* complete/);
		assert.ok(!deck.screen.style('Running').dim);
	});
});

suite('where we look', () => {
	const everywhere = ({method, path}: Asked) =>
		method === 'GET' && !path.includes('/namespaces/') && !path.endsWith('/namespaces');

	test('what may not be listed is said in its pane, the others go on', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) =>
				faults.answer(403, {
					which: listsOf('/services'),
					times: 1000,
					reason: 'Forbidden',
					message:
						'services is forbidden: User "team-a" cannot list resource "services" in API group "" in the namespace "shop"',
				}),
		});
		assert.match(deck.text(), /3 Endpoints 0 · not allowed ─/);
		assert.match(deck.words(), /Not allowed: team-a may not list services in shop\. A role that allows it/);
		assert.match(deck.text(), /4 Pods 3/);
	});

	test('no right to list everywhere: those it may read', async (t) => {
		const deck = await startDeck(t, {
			objects: [...healthyShop(), namespace('team-a'), ...retold('complete', {name: 'api', namespace: 'team-a'})],
			flags: ['-A'],
			may: ({namespace: where}) => where === 'shop',
			before: ({faults}) =>
				faults.answer(403, {
					which: everywhere,
					times: 1000,
					reason: 'Forbidden',
					message:
						'deployments.apps is forbidden: User "team-a" cannot list resource "deployments" at the cluster scope',
				}),
			until: /4 deployments/,
		});
		await deck.shows(/You may not list in all namespaces: showing shop/);
		assert.match(deck.text(), /▸ shop +cart/);
		assert.doesNotMatch(deck.text(), /team-a +api/);
		// The message goes with the next key; that others are left out does not.
		await deck.press('j');
		assert.doesNotMatch(deck.text(), /You may not list/);
		assert.match(deck.text(), /test {2}shop only {2}● live/);
		await deck.type(':ns shop\r');
		await deck.shows(/test {2}shop {2}● live {3}4 deployments/);
	});

	test('and where there is nothing in those, no word of the cluster', async (t) => {
		const deck = await startDeck(t, {
			objects: [...healthyShop(), namespace('team-a'), namespace('team-b')],
			flags: ['-A'],
			may: ({namespace: where}) => where === 'team-a' || where === 'team-b',
			before: ({faults}) => faults.answer(403, {which: everywhere, times: 1000, reason: 'Forbidden'}),
			until: /2 namespaces only {2}● live/,
		});
		await deck.shows(/No Deployments in team-a, team-b, which is all you may read\./);
	});

	test('what may not be listed is not counted as none', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) => faults.answer(403, {which: listsOf('/deployments'), times: 1000, reason: 'Forbidden'}),
		});
		assert.match(deck.text(), /1 Deployments 0 · not allowed/);
		assert.doesNotMatch(deck.text(), /\d deployments/);
	});

	test('a namespace that does not exist, and one that does', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-n', 'shpo']});
		await deck.shows(/There is no namespace shpo in test/);
		await deck.type(':ns shop\r');
		await deck.caughtUp();
		assert.doesNotMatch(deck.text(), /There is no namespace/);
		assert.match(deck.text(), /▸ cart/);
	});

	test('a namespace that is made meanwhile is no longer said to be missing once something is in it', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-n', 'later']});
		await deck.shows(/There is no namespace later in test/);
		for (const object of [namespace('later'), ...retold('complete', {name: 'api', namespace: 'later'})])
			deck.api.put(object);
		await deck.shows(/▸ api/);
		assert.doesNotMatch(deck.text(), /There is no namespace/);
	});

	test('nor if somebody presses ctrl-r', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-n', 'later']});
		await deck.shows(/There is no namespace later in test/);
		deck.api.put(namespace('later'));
		await deck.press('ctrl-r');
		await deck.shows(/No Deployments in later\./);
		assert.doesNotMatch(deck.text(), /There is no namespace/);
	});

	test('nor once time has gone by, though nothing is in it', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-n', 'later']});
		await deck.shows(/There is no namespace later in test/);
		deck.api.put(namespace('later'));
		await until('it was asked for again', () => {
			deck.clock.advance(1000);
			return deck.app.store.get().notice === undefined;
		});
		await deck.shows(/No Deployments in later\./);
	});

	test('a namespace that is deleted while it is looked at is said to be gone, and none is that only became empty', async (t) => {
		const deck = await startDeck(t, {
			objects: [...retold('complete', {name: 'api', namespace: 'brief'}), namespace('brief')],
			flags: ['-n', 'brief'],
		});
		await deck.shows(/▸ api/);
		for (const kind of ['deployments', 'replicasets', 'pods'] as const)
			for (const object of deck.api.list(kind, 'brief')) deck.api.remove(object);
		await deck.caughtUp();
		await until('it was asked for', () => deck.api.requests.some(({path}) => path === '/api/v1/namespaces/brief'));
		assert.doesNotMatch(deck.text(), /namespace brief/);
		const brief = deck.api.get('namespaces', undefined, 'brief');
		assert.ok(brief);
		const says = (sentence: RegExp) =>
			until(`the deck says ${sentence}`, () => {
				deck.clock.advance(1000);
				return sentence.test(deck.app.store.get().notice ?? '');
			});
		deck.api.remove(brief);
		await says(/There is no namespace brief in test/);
		await deck.shows(/There is no namespace brief in test/);
	});

	test('a namespace is picked by a part of its name', async (t) => {
		const deck = await startDeck(t, {
			objects: [...healthyShop(), namespace('team-a'), ...retold('complete', {name: 'api', namespace: 'team-a'})],
		});
		await deck.type(':ns\r');
		assert.match(deck.screen.selected(), /▸ shop +here/);
		await deck.type('eam');
		assert.match(deck.screen.selected(), /▸ team-a/);
		await deck.press('enter');
		await deck.caughtUp();
		assert.match(deck.text(), /test {2}team-a {2}● live/);
		assert.match(deck.screen.selected(), /▸ api/);
	});

	test('no right to list namespaces: the one that is wanted is typed', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) =>
				faults.answer(403, {
					which: ({path}) => path === '/api/v1/namespaces',
					times: 1000,
					reason: 'Forbidden',
					message: 'namespaces is forbidden: User "team-a" cannot list resource "namespaces" at the cluster scope',
				}),
		});
		await deck.type(':ns\r');
		assert.match(deck.text(), /You may not list namespaces here: type the one you want/);
		await deck.type(':ns all\r');
		await deck.shows(/test {2}all namespaces {2}● live {3}4 deployments/);
	});

	test('an unknown context is named, with those there are', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type(':ctx nowhere\r');
		assert.match(deck.text(), /There is no context nowhere: there are test/);
		assert.match(deck.text(), /● live {3}4 deployments/);
	});

	test('the same context again is a new beginning', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.type(':ctx test\r');
		await deck.caughtUp();
		assert.match(deck.text(), /● live {3}4 deployments/);
	});

	test('deployment/NAME opens its rollout; one that is not there is said', async (t) => {
		const there = await startDeck(t, {objects: healthyShop(), flags: ['deployment/checkout']});
		await there.shows(/─checkout · Rolling update/);
		const not = await startDeck(t, {objects: healthyShop(), flags: ['deployment/nothing']});
		await not.shows(/There is no Deployment nothing in shop/);
	});

	test('deployment/NAME is looked for once the server answers, and not said to be missing before', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			flags: ['deployment/checkout'],
			before: ({faults}) => faults.answer(503, {which: listsOf('/deployments')}),
			until: /not loaded/,
		});
		assert.doesNotMatch(deck.text(), /There is no Deployment/);
		await deck.press('ctrl-r');
		await deck.shows(/─checkout · Rolling update/);
	});

	test('a namespace that does not exist is said so also if the server answers late', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			flags: ['-n', 'shpo'],
			before: ({faults}) => faults.answer(503, {which: listsOf('/deployments')}),
			until: /not loaded/,
		});
		await deck.press('ctrl-r');
		await deck.shows(/There is no namespace shpo in test/);
	});

	test('a long selector leaves room for how fresh it is', async (t) => {
		const selector = `app in (${'abcdefghij'.split('').join(',')}, mail), app notin (search, cart, checkout)`;
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-l', selector], until: /● live.* 1 deployment /});
		assert.match(deck.text(), /-l app in \(a,b/);
	});

	test('none with the labels of -l are not none at all', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-l', 'app=nothing'], until: /● live {2}-l/});
		await deck.shows(/No Deployments with -l app=nothing in shop: others are not shown\./);
	});

	test('-l picks Deployments', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), flags: ['-l', 'app=mail'], until: /1 deployment /});
		assert.match(deck.text(), /-l app=mail/);
		assert.match(deck.text(), /▸ mail/);
	});
});

suite('an old server without EndpointSlices', () => {
	test('is asked for Endpoints, once', async (t) => {
		const deck = await startDeck(t, {
			objects: healthyShop(),
			before: ({faults}) => faults.answer(404, {which: '/endpointslices', times: 1000, reason: 'NotFound'}),
			until: /4 Pods 3/,
		});
		const asked = () => deck.api.requests.filter(({path, query}) => path.endsWith('/endpoints') && query.has('watch'));
		await until('Endpoints are watched', () => asked().length === 1);
		for (let minute = 0; minute < 3; minute++) {
			const slices = () => deck.api.requests.filter(({path}) => path.includes('/endpointslices')).length;
			const before = slices();
			await deck.pass(61_000);
			await until('slices were asked for again, or never will be', () => slices() > before || asked().length === 1);
			await deck.idle();
		}
		assert.equal(asked().length, 1);
	});
});

suite('a clock that is wrong', () => {
	/** Within the half second that the header of an answer leaves open. */
	const about14 = '1[345]s';

	test('is told, and everything goes by the server', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop(), behind: 14_000, columns: 120});
		assert.match(deck.text(), new RegExp(`clock here ${about14} behind 12:00$`, 'm'));
		assert.match(
			deck.text(),
			new RegExp(`Server time is shown: this machine's clock is ${about14} behind the server's\\.`),
		);
		// At noon it would be four seconds since, and 9m56s left.
		assert.match(deck.text(), /checkout .*stuck 1[789]s: image not found/);
		await deck.press('enter');
		assert.match(deck.text(), /gives up in 9m4[123]s/);
		assert.match(deck.text(), new RegExp(`─Timeline · this machine's clock is ${about14} behind the server's ─`));
		await deck.api.stop();
		await deck.shows(/stale since 12:00:1[345], (trying again|again in 1s)/);
	});

	test('ahead, and what was said of a later time is said anew', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop(), behind: -3_600_000});
		assert.match(deck.text(), /clock here 60m ahead 1[01]:/);
		assert.match(deck.text(), /checkout .*stuck 0s: image not found/);
	});

	test('by less than two seconds is no matter', async (t) => {
		const deck = await startDeck(t, {objects: stuckShop(), behind: 900});
		assert.doesNotMatch(deck.text(), /clock/);
	});
});

suite('small things', () => {
	test('c copies the name, C the command', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.press('c');
		assert.equal(deck.screen.clipboard, 'cart');
		assert.match(deck.text(), /Copied cart/);
		await deck.press('s', '5', 'C');
		assert.equal(deck.screen.clipboard, 'kubectl -n shop scale deployment/cart --replicas=5');
	});

	test('a resize is drawn at once', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.resize(120, 40);
		assert.equal(deck.screen.lines()[1]?.length, 120);
		assert.match(deck.screen.lines().at(-1) ?? '', /\? keys$/);
		await deck.resize(50, 10);
		assert.match(deck.text(), /^rolldeck needs 60x12, this is 50x10/);
		await deck.resize(60, 12);
		assert.match(deck.text(), /▸ cart/);
	});

	test('nothing is written while nothing changes but the clock', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop()});
		await deck.pass(1000);
		deck.terminal.countBytes();
		for (let second = 0; second < 10; second++) await deck.pass(1000);
		assert.equal(deck.terminal.countBytes(), 0);
		await deck.pass(60_000);
		assert.match(deck.text(), /12:01/);
		assert.ok(deck.terminal.countBytes() < 1000);
	});

	test('one changed cell costs few bytes', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), columns: 200, rows: 60});
		const cart = deck.api.get('deployments', 'shop', 'cart');
		assert.ok(cart);
		deck.terminal.countBytes();
		deck.api.put({...cart, status: {...(cart as {status?: object}).status, readyReplicas: 2}} as typeof cart);
		await deck.caughtUp();
		assert.match(deck.text(), /2\/3/);
		assert.ok(deck.terminal.countBytes() < 1200);
	});
});
