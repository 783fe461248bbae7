import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {listsOf, watchesOf} from '../support/api-faults.ts';
import {type Api, type ApiOptions, startApi} from '../support/api-server.ts';
import {until} from '../support/until.ts';
import {connectTo} from './connecting.ts';
import {pod, pods, podsPath, type Watching, watchPods} from './watching.ts';

async function start(context: TestContext, options: ApiOptions = {objects: pods(3)}): Promise<Api> {
	const api = await startApi(options);
	context.after(() => api.close());
	return api;
}

/** A watch that is live, of a server with three pods. */
async function live(context: TestContext, options: ApiOptions = {objects: pods(3)}): Promise<[Api, Watching]> {
	const api = await start(context, options);
	const watching = await watchPods(api, context);
	await watching.right();
	return [api, watching];
}

/** Waits for the watch to be stale and to wait, and checks that the rows are still there. */
async function stale({states, rows, clock}: Watching): Promise<void> {
	await until('it is stale and waits', () => states.at(-1)?.phase === 'stale' && clock.waiting().length === 1);
	assert.equal(rows.size, 3, 'old rows stay');
}

/** What changes while nobody looks: one pod goes, one comes, one changes, one is replaced under its name. */
function changeMuch(api: Api): void {
	const [first, second, third] = api.list('pods', 'shop');
	assert.ok(first && second && third);
	api.remove(first);
	api.put({...second, metadata: {...second.metadata, labels: {changed: 'yes'}}});
	api.put({...third, metadata: {name: third.metadata.name, namespace: 'shop', uid: 'uid-replaced'}});
	api.put(pod('new'));
}

test('lists, says that it is live, and follows what is added, changed and deleted', async (context) => {
	const [api, watching] = await live(context);
	assert.deepEqual([...new Set(watching.states.map(({phase}) => phase))], ['listing', 'live']);
	changeMuch(api);
	await watching.right();
	assert.deepEqual(watching.names(), ['new', 'pod-00001', 'pod-00002']);
	const watched = api.requests.find(({query}) => query.has('watch'));
	assert.equal(watched?.query.get('allowWatchBookmarks'), 'true');
	assert.equal(watched?.query.get('resourceVersion'), '1003');
	assert.equal(watched?.query.get('timeoutSeconds'), '450', 'half way between 300 and 600, as the dice say');
});

test('an empty list is a complete one', async (context) => {
	const [, watching] = await live(context, {});
	assert.equal(watching.rows.size, 0);
});

test('reads a long list page by page, packed, with the next page asked for early, and tells how far it is', async (context) => {
	const annotations = {note: 'x'.repeat(500)};
	const objects = pods(1200).map((object) => ({...object, metadata: {...object.metadata, annotations}}));
	const [api, {states, rows}] = await live(context, {objects});
	assert.equal(rows.size, 1200);
	assert.deepEqual(
		api.requests.filter(({query}) => query.has('limit')).map(({query}) => [query.get('limit'), query.has('continue')]),
		[
			['500', false],
			['500', true],
			['500', true],
		],
	);
	const listing = states.filter((state) => state.phase === 'listing');
	assert.ok(
		listing.some(({loaded, remaining}) => loaded <= 500 && remaining === 700),
		'the first page is told before the others are there',
	);
	assert.deepEqual(listing.at(-1), {phase: 'listing', loaded: 1200, remaining: undefined});
});

test('a page that has expired is answered by one list without pages', async (context) => {
	const api = await start(context, {objects: pods(1200)});
	api.faults.answer(410, {which: ({query}) => query.has('continue'), reason: 'Expired'});
	const watching = await watchPods(api, context);
	await watching.right();
	assert.equal(watching.rows.size, 1200);
	assert.ok(api.requests.some(({query}) => !query.has('limit') && !query.has('watch')));
});

test('passes selectors to the list and to the watch', async (context) => {
	const labelled = {...pod('chosen'), metadata: {...pod('chosen').metadata, labels: {app: 'web'}}};
	const api = await start(context, {objects: [labelled, pod('other')]});
	const {names, phase} = await watchPods(api, context, {target: {query: {labelSelector: 'app=web'}}});
	await until('it is live', () => phase() === 'live');
	assert.deepEqual(names(), ['chosen']);
	api.put(pod('another'));
	api.put({...labelled, metadata: {...labelled.metadata, name: 'second', uid: 'uid-second'}});
	await until('the second came', () => names().length === 2);
	assert.deepEqual(names(), ['chosen', 'second']);
});

test('cuts managed fields before parsing, unless the projection needs them', async (context) => {
	const managedFields = [{manager: 'kubectl', fieldsV1: {'f:a': {'k:{"b":"]"}': {}}}}];
	const object = {...pod('managed'), metadata: {...pod('managed').metadata, managedFields}};
	const api = await start(context, {objects: [object, pod('second')]});
	const cutting = await watchPods(api, context);
	const keeping = await watchPods(api, context, {target: {needsManagedFields: true}});
	for (const [watching, expected] of [
		[cutting, []],
		[keeping, managedFields],
	] as const) {
		await watching.right();
		assert.deepEqual(watching.rows.get('uid-managed')?.metadata.managedFields, expected);
	}
	api.put({...object, metadata: {...object.metadata, labels: {a: 'b'}}});
	await Promise.all([cutting.right(), keeping.right()]);
	assert.deepEqual(cutting.rows.get('uid-managed')?.metadata.managedFields, []);
	assert.deepEqual(keeping.rows.get('uid-managed')?.metadata.managedFields, managedFields);
});

test('a watch that ends is taken up again at once, from the last version, and nobody notices', async (context) => {
	const [api, watching] = await live(context);
	api.put(pod('event'));
	await watching.right();
	watching.clock.advance(20_000);
	const told = watching.states.length;
	api.faults.endWatches();
	await until('it watches again', () => api.requests.filter(({query}) => query.has('watch')).length === 2);
	assert.equal(api.requests.at(-1)?.query.get('resourceVersion'), '1004');
	api.put(pod('later'));
	await watching.right();
	assert.equal(watching.states.length, told);
	assert.equal(api.requests.filter(({query}) => query.has('limit')).length, 1, 'no second list');
});

test('a bookmark moves the version on, so that a long silence does not make it too old', async (context) => {
	const [api, watching] = await live(context);
	api.put({apiVersion: 'v1', kind: 'Service', metadata: {name: 'other', namespace: 'shop', uid: 'other'}});
	api.bookmark();
	watching.clock.advance(60_000);
	api.compact();
	api.bookmark();
	// The bookmarks are in once an event behind them is.
	api.put(pod('behind'));
	await watching.right();
	api.faults.endWatches();
	await until('it watches again', () => api.requests.filter(({query}) => query.has('watch')).length === 2);
	assert.equal(api.requests.at(-1)?.query.get('resourceVersion'), '1006');
});

test('a version known by a bookmark alone is enough to go on from', async (context) => {
	const [api, watching] = await live(context);
	api.compact();
	api.bookmark();
	api.put({apiVersion: 'v1', kind: 'Service', metadata: {name: 'other', namespace: 'shop', uid: 'other'}});
	api.faults.writeToWatches('\n'); // an empty line is nothing
	watching.clock.advance(20_000);
	api.faults.endWatches();
	await until('it watches again', () => api.requests.filter(({query}) => query.has('watch')).length === 2);
	assert.equal(api.requests.at(-1)?.query.get('resourceVersion'), '1004');
	assert.equal(api.requests.filter(({query}) => query.has('limit')).length, 1, 'no second list');
});

test('a watch that ends as soon as it begins is not begun again and again without a pause', async (context) => {
	const [api, watching] = await live(context);
	api.faults.endWatches();
	await stale(watching);
	watching.clock.advance(800);
	await watching.right();
});

for (const [name, partial] of [
	['a reset', ''],
	['a reset in the middle of a line', '{"type":"MODIFIED","object":{"metadata":{"uid":"uid-po'],
] as const) {
	test(`${name}: rows stay, stale since then, and come right by themselves`, async (context) => {
		const [api, watching] = await live(context);
		const before = watching.clock.now();
		api.faults.resetWatches('', partial);
		await stale(watching);
		const state = watching.states.at(-1);
		assert.ok(state?.phase === 'stale');
		assert.equal(state.since, before);
		assert.equal(state.retryAt, before + 400, 'half of 0.8 s, as the dice say');
		assert.equal(state.error.reason, 'unreachable');
		changeMuch(api);
		watching.clock.advance(400);
		await watching.right();
		assert.equal(api.requests.filter(({query}) => query.has('limit')).length, 1, 'the history was enough');
	});
}

test('a half-open connection is noticed after 150 s of silence, and stale since it was last heard of', async (context) => {
	const [api, watching] = await live(context);
	watching.clock.advance(60_000);
	api.bookmark();
	api.put(pod('heard'));
	await watching.right();
	const heard = watching.clock.now();
	api.faults.muteWatches();
	changeMuch(api);
	watching.clock.advance(149_000);
	assert.equal(watching.phase(), 'live');
	await until('it waits for the rest', () => watching.clock.waiting()[0] === 1000);
	watching.clock.advance(1000);
	await until('it is stale', () => watching.phase() === 'stale');
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'stale');
	assert.equal(state.since, heard);
	assert.equal(state.error.reason, 'timeout');
	await until('it waits', () => watching.clock.waiting().length === 1);
	watching.clock.advance(400);
	await watching.right();
});

test('after a pause of this process live rows are stale until the server has answered, and go on without a new list', async (context) => {
	const [api, watching] = await live(context);
	const lists = () => api.requests.filter(({query}) => query.has('limit')).length;
	const before = lists();
	const paused = watching.clock.now();
	watching.clock.advance(60_000);
	watching.watch.doubt(paused);
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'stale', 'at once');
	assert.equal(state.since, paused);
	changeMuch(api);
	await watching.right();
	assert.equal(lists(), before);
});

test('after a pause over a server that is gone rows stay stale since before it, and are asked for at once when doubted again', async (context) => {
	const [api, watching] = await live(context);
	const paused = watching.clock.now();
	await api.stop();
	watching.clock.advance(60_000);
	watching.watch.doubt(paused);
	await until('it waits', () => watching.clock.waiting().length === 1);
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'stale' && state.since === paused);
	await api.start();
	watching.watch.doubt(watching.clock.now());
	await watching.right();
});

test('410 as an ERROR event: lists anew at once and compares by uid', async (context) => {
	const [api, watching] = await live(context);
	api.faults.muteWatches();
	changeMuch(api);
	api.compact();
	api.faults.sendError(410, 'Expired');
	await watching.right();
	assert.deepEqual(watching.names(), ['new', 'pod-00001', 'pod-00002']);
	assert.equal(watching.rows.has('uid-replaced'), true, 'the same name is another pod now');
	assert.equal(watching.rows.has('uid-pod-00002'), false);
});

test('410 on beginning to watch, as the real server sends it: an event on a stream that ends', async (context) => {
	const [api, watching] = await live(context);
	api.faults.resetWatches();
	await stale(watching);
	changeMuch(api);
	api.compact();
	watching.clock.advance(400);
	await watching.right();
});

test('410 as a status: lists anew at once; again and again: with pauses', async (context) => {
	const [api, watching] = await live(context);
	api.faults.answer(410, {which: watchesOf(), reason: 'Expired', times: 3});
	api.faults.muteWatches();
	changeMuch(api);
	watching.clock.advance(20_000);
	api.faults.endWatches();
	await until('it waits after the second', () => watching.clock.waiting().length === 1 && watching.phase() === 'stale');
	assert.deepEqual(watching.names(), ['new', 'pod-00001', 'pod-00002'], 'the first was followed by a list');
	watching.clock.advance(400);
	await until('it waits after the third', () => watching.clock.waiting()[0] === 800);
	watching.clock.advance(800);
	await watching.right();
});

test('401 once: fresh credentials, and nobody notices', async (context) => {
	const api = await start(context);
	api.faults.answer(401, {which: listsOf('pods')});
	const watching = await watchPods(api, context);
	await watching.right();
	assert.ok(watching.states.every(({phase}) => phase !== 'signed-out'));
	const told = watching.states.length;
	watching.clock.advance(20_000);
	api.faults.answer(401, {which: watchesOf('pods')});
	api.faults.endWatches();
	await until(
		'it watches again',
		() => api.faults.watches.size === 1 && api.requests.at(-1)?.query.has('watch') === true,
	);
	assert.equal(watching.states.length, told);
});

test('401 for good: signed out, rows stay; tried again each minute and on demand', async (context) => {
	const [api, watching] = await live(context);
	api.faults.answer(401, {times: 4});
	watching.clock.advance(20_000);
	api.faults.endWatches();
	await until('it is signed out', () => watching.phase() === 'signed-out');
	assert.equal(watching.rows.size, 3);
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'signed-out');
	assert.match(state.error.message, /^Signed out/);
	assert.match(state.error.hint ?? '', /ctrl-r/);
	await until('it waits', () => watching.clock.waiting().length === 1);
	assert.deepEqual(watching.clock.waiting(), [60_000]);
	watching.clock.advance(60_000);
	await until('it asked again', () => api.requests.length === 6);
	await until('it waits again', () => watching.clock.waiting().length === 1);
	changeMuch(api);
	watching.watch.retryNow();
	await watching.right();
});

test('403 at the start: denied in the words of who may not what; asked again each minute', async (context) => {
	const api = await start(context);
	const message =
		'pods is forbidden: User "team-a" cannot list resource "pods" in API group "" in the namespace "shop"';
	api.faults.answer(403, {which: listsOf('pods'), reason: 'Forbidden', message});
	const watching = await watchPods(api, context);
	await until('it is denied', () => watching.phase() === 'denied');
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'denied');
	assert.equal(state.error.message, 'Not allowed: team-a may not list pods in shop');
	await until('it waits', () => watching.clock.waiting().length === 1);
	watching.clock.advance(60_000);
	await watching.right();
});

test('403 later: denied, rows stay, and right again once it is allowed', async (context) => {
	const [api, watching] = await live(context);
	api.faults.answer(403, {which: watchesOf(), reason: 'Forbidden'});
	watching.clock.advance(20_000);
	api.faults.endWatches();
	await until('it is denied', () => watching.phase() === 'denied' && watching.clock.waiting().length === 1);
	assert.equal(watching.rows.size, 3);
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'denied');
	assert.equal(state.since, watching.clock.now(), 'its rows were fresh until now');
	changeMuch(api);
	watching.clock.advance(60_000);
	await watching.right();
});

test('one who may list but not watch is told so, and gets a new list each minute', async (context) => {
	const api = await start(context, {objects: pods(3)});
	api.faults.answer(403, {which: watchesOf(), reason: 'Forbidden', times: 2});
	const watching = await watchPods(api, context);
	await until('it waits', () => watching.clock.waiting().length === 1);
	assert.equal(watching.phase(), 'denied');
	assert.equal(watching.rows.size, 3);
	changeMuch(api);
	watching.clock.advance(60_000);
	await until('it was refused again', () => api.requests.length === 4 && watching.clock.waiting().length === 1);
	assert.deepEqual(watching.names(), ['new', 'pod-00001', 'pod-00002']);
	const state = watching.states.at(-1);
	assert.ok(state?.phase === 'denied');
	assert.equal(state.since, watching.clock.now(), 'as fresh as the list');
});

test('429 with Retry-After: waits as long as asked, even on the list', async (context) => {
	const api = await start(context);
	api.faults.answer(429, {which: listsOf(), retryAfter: 7});
	const watching = await watchPods(api, context);
	await until('it waits', () => watching.clock.waiting().length === 1);
	assert.deepEqual(watching.clock.waiting(), [7000]);
	watching.clock.advance(7000);
	await watching.right();
});

for (const code of [500, 503]) {
	test(`${code}: waits longer each time, with jitter, and comes right`, async (context) => {
		const api = await start(context);
		api.faults.answer(code, {times: 7});
		const watching = await watchPods(api, context);
		const pauses: number[] = [];
		for (let times = 0; times < 7; times++) {
			await until('it waits', () => watching.clock.waiting().length === 1);
			pauses.push(...watching.clock.waiting());
			watching.clock.advance(pauses.at(-1) ?? 0);
		}
		assert.deepEqual(pauses, [400, 800, 1600, 3200, 6400, 12_800, 15_000]);
		await watching.right();
	});

	test(`${code} as an ERROR event on an open connection: back-off, then on from the same version`, async (context) => {
		const [api, watching] = await live(context);
		api.faults.sendError(code, 'InternalError');
		await stale(watching);
		changeMuch(api);
		watching.clock.advance(400);
		await watching.right();
		assert.equal(api.requests.filter(({query}) => query.has('limit')).length, 1);
	});
}

test('a version that fails three times is given up for a new list', async (context) => {
	const [api, watching] = await live(context);
	api.faults.answer(500, {which: watchesOf(), times: 2});
	api.faults.sendError(500, 'InternalError');
	for (const pause of [400, 800, 1600]) {
		await until('it waits', () => watching.clock.waiting()[0] === pause);
		watching.clock.advance(pause);
	}
	await watching.right();
	assert.equal(api.requests.filter(({query}) => query.has('limit')).length, 2);
});

test('an API server that goes away and comes back', async (context) => {
	const [api, watching] = await live(context);
	await api.stop();
	await stale(watching);
	watching.clock.advance(400);
	await until('it has tried in vain', () => {
		const state = watching.states.at(-1);
		return (
			state?.phase === 'stale' &&
			/connection refused/.test(state.error.message) &&
			watching.clock.waiting().length === 1
		);
	});
	const since = watching.states.map((state) => (state.phase === 'stale' ? state.since : undefined)).filter(Boolean);
	assert.equal(new Set(since).size, 1, 'stale since the first loss, however often it is tried');
	changeMuch(api);
	api.compact();
	await api.start();
	watching.clock.advance(30_000);
	await watching.right();
});

test('a server that is not there at first', async (context) => {
	const api = await start(context);
	await api.stop();
	const watching = await watchPods(api, context);
	await until('it waits', () => watching.clock.waiting().length === 1);
	await api.start();
	watching.watch.retryNow();
	await watching.right();
});

test('a line that is no JSON: on from the last version, nothing lost', async (context) => {
	const [api, watching] = await live(context);
	api.faults.muteWatches();
	changeMuch(api);
	api.faults.writeToWatches('<html>502 Bad Gateway</html>\n');
	await stale(watching);
	watching.clock.advance(400);
	await watching.right();
});

test('a list that is a page of a proxy, or ends in the middle, is not taken for an empty one', async (context) => {
	const [api, watching] = await live(context);
	api.faults.answer(200, {which: listsOf(), text: '<html>please sign in</html>'});
	api.faults.answer(200, {which: listsOf(), text: '{"kind":"PodList","metadata":{"resourceVersion":"1003"},"items":['});
	watching.watch.retryNow();
	await stale(watching);
	watching.clock.advance(400);
	await until('it waits again', () => watching.clock.waiting()[0] === 800);
	assert.equal(watching.rows.size, 3);
	watching.clock.advance(800);
	await watching.right();
});

test('U+2028 in a line, an object of 1 MB, and lines in pieces', async (context) => {
	const [api, watching] = await live(context);
	const strange = pod('strange', {note: 'a\u2028b\u2029c"}{\\'});
	// JSON.stringify leaves U+2028 as it is, as Go does not; the splitter must not care.
	api.put(strange);
	api.put(pod('large', {note: 'ü'.repeat(1_000_000)}));
	await watching.right();
	assert.equal((watching.rows.get('uid-strange') as unknown as {note: string}).note, 'a\u2028b\u2029c"}{\\');
	const object = pod('piecemeal');
	const line = Buffer.from(`${JSON.stringify({type: 'ADDED', object: {...object, note: 'äöü'}})}\n`);
	for (const byte of line) {
		api.faults.writeToWatches(Buffer.from([byte]));
	}
	await until('it is there', () => watching.rows.has('uid-piecemeal'));
	assert.equal((watching.rows.get('uid-piecemeal') as unknown as {note: string}).note, 'äöü');
});

test('an event of a kind that is not known, or without an object, loses nothing', async (context) => {
	const [api, watching] = await live(context);
	api.faults.writeToWatches('{"type":"FUTURE","object":{"metadata":{}}}\n');
	api.put(pod('after'));
	await watching.right();
	api.faults.writeToWatches('{"type":"ADDED"}\n');
	await until('it waits', () => watching.phase() === 'stale' && watching.clock.waiting().length === 1);
	watching.clock.advance(400);
	await watching.right();
});

test('a kind that the server does not have is absent, and asked for again each minute', async (context) => {
	const api = await start(context);
	const watching = await watchPods(api, context, {target: {path: '/apis/example.com/v1/namespaces/shop/things'}});
	await until('it waits', () => watching.clock.waiting().length === 1);
	assert.equal(watching.phase(), 'absent');
	assert.deepEqual(watching.clock.waiting(), [60_000]);
});

test('what a handler or a projection throws is logged and stops nothing', async (context) => {
	const api = await start(context);
	const watching = await watchPods(api, context, {
		onChange() {
			throw new Error('handler broke');
		},
		target: {
			project(object) {
				if (object.metadata.name === 'pod-00001') {
					throw new Error('projection broke');
				}
				return object;
			},
		},
	});
	await until('it is live', () => watching.phase() === 'live');
	api.put(pod('later'));
	await until('the later one is there', () => watching.rows.has('uid-later'));
	assert.deepEqual(watching.names(), ['later', 'pod-00000', 'pod-00002']);
	assert.ok(watching.log.some((line) => line.includes('handler broke')));
	assert.ok(watching.log.some((line) => line.includes('projection broke')));
});

test('a new list reports what changed and nothing else', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	const watching = await watchPods(api, context, {connection});
	await watching.right();
	const before = [...watching.rows.values()];
	api.faults.muteWatches();
	changeMuch(api);
	watching.watch.retryNow();
	await watching.right();
	assert.equal(before.filter((object) => watching.rows.get(object.metadata.uid) === object).length, 0);
	watching.watch.retryNow();
	const kept = [...watching.rows.values()];
	await until(
		'it listed again',
		() => api.requests.filter(({query}) => query.has('limit')).length === 3 && watching.isRight(),
	);
	assert.deepEqual([...watching.rows.values()], kept);
});

test('stop in any moment ends it, and nothing is called after', async (context) => {
	const moments: [string, (api: Api, watching: Watching) => Promise<void> | void][] = [
		['at once', () => {}],
		['while the list hangs', (api) => until('it asked', () => api.requests.length === 1)],
		[
			'while it waits to try again',
			({faults}, {clock}) => (faults.answer(500), until('it waits', () => clock.waiting().length === 1)),
		],
		['while it is live', (_api, watching) => watching.right()],
	];
	for (const [name, moment] of moments) {
		const api = await start(context);
		if (name.includes('hangs')) {
			api.faults.hang();
		}
		const watching = await watchPods(api, context);
		await moment(api, watching);
		watching.watch.stop();
		const told = watching.states.length;
		const rows = watching.rows.size;
		changeMuch(api);
		await until(`nothing is open (${name})`, () => api.faults.watches.size === 0);
		watching.clock.advance(600_000);
		assert.equal(watching.states.length, told, name);
		assert.equal(watching.rows.size, rows, name);
		assert.deepEqual(watching.clock.waiting(), [], name);
	}
});

test('ten watches share the connections over HTTP/2', async (context) => {
	const api = await start(context, {objects: pods(3), tls: 'h2'});
	const connection = await connectTo(api, context);
	const all = await Promise.all(Array.from({length: 10}, () => watchPods(api, context, {connection})));
	await Promise.all(all.map((watching) => watching.right()));
	assert.ok(api.connections() <= 2, `${api.connections()} connections`);
	changeMuch(api);
	await Promise.all(all.map((watching) => watching.right()));
	api.faults.resetWatches();
	await until('all wait', () =>
		all.every(({clock, states}) => states.at(-1)?.phase === 'stale' && clock.waiting().length === 1),
	);
	for (const {clock} of all) {
		clock.advance(400);
	}
	await Promise.all(all.map((watching) => watching.right()));
	assert.equal(api.requests.filter(({path, query}) => path === podsPath && query.has('limit')).length, 10);
});
