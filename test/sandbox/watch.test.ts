import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, suite, test} from 'node:test';
import type {Json} from '../../source/sandbox/store.ts';
import {until} from '../support/until.ts';
import {type Api, by, pod, pods, startApi, type Watching} from './support/api.ts';

const types = ({events}: Watching) => events.map(({type, object}) => `${type} ${object.metadata.name ?? ''}`.trim());

suite('watching', () => {
	let api: Api;
	before(async () => {
		api = await startApi({remembered: 20});
		api.store.create('pods', pod('a'), by);
	});
	after(() => api.close());

	test('from a version: every change after it, in order; a deletion carries its own version', async () => {
		const from = api.store.version();
		api.store.create('pods', pod('b'), by);
		const watching = await api.watch(`${pods}?watch=true&resourceVersion=${from}`);
		api.store.remove('pods', 'shop', 'b');
		await watching.until(2);
		assert.deepEqual(types(watching), ['ADDED b', 'DELETED b']);
		const [added, deleted] = watching.events.map(({object}) => Number(object.metadata.resourceVersion));
		assert.ok(deleted! > added!);
		watching.close();
	});

	test('without a version: what is there, then what changes', async () => {
		const watching = await api.watch(`${pods}?watch=true`);
		await watching.until(1);
		assert.deepEqual(types(watching), ['ADDED a']);
		watching.close();
	});

	test('WatchList: what is there, a bookmark that says so, then what changes', async () => {
		const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
		const watching = await api.watch(`${pods}?${query}`);
		await watching.until(2);
		api.store.create('pods', pod('c'), by);
		await watching.until(3);
		assert.deepEqual(types(watching), ['ADDED a', 'BOOKMARK', 'ADDED c']);
		const bookmark: Json = watching.events[1]!.object;
		assert.equal(bookmark.metadata.annotations['k8s.io/initial-events-end'], 'true');
		watching.close();
		api.store.remove('pods', 'shop', 'c');
		const wrong = await api.call(`${pods}?watch=1&sendInitialEvents=true`);
		assert.equal(wrong.code, 422);
		assert.match(wrong.body.message, /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan$/);
	});

	test('an object that begins or ceases to match a selector comes or goes', async () => {
		const watching = await api.watch(`${pods}?watch=1&labelSelector=app%3Dblue&resourceVersion=${api.store.version()}`);
		const relabel = (app: string) => {
			const object: Json = api.store.get('pods', 'shop', 'a');
			api.store.update('pods', {...object, metadata: {...object.metadata, labels: {app}}}, by);
		};
		for (const colour of ['green', 'blue', 'red']) relabel(colour);
		await watching.until(2);
		assert.deepEqual(types(watching), ['ADDED a', 'DELETED a']);
		assert.equal(watching.events[1]!.object.metadata['labels'].app, 'blue', 'the state that last matched');
		watching.close();
	});

	test('tables: only the first event says what the columns are', async () => {
		const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
		const watching = await api.watch(`${pods}?watch=1`, {headers: {accept}});
		api.store.create('pods', pod('t'), by);
		await watching.until(2);
		const [first, second] = watching.events.map(({object}) => object);
		assert.equal(first!['columnDefinitions'][0].name, 'Name');
		assert.equal(second!['columnDefinitions'], null);
		assert.equal(second!['rows'][0].cells[0], 't');
		watching.close();
		api.store.remove('pods', 'shop', 't');
	});

	test('it ends in its time, with a bookmark', async () => {
		const watching = await api.watch(
			`${pods}?watch=1&resourceVersion=${api.store.version()}&timeoutSeconds=1&allowWatchBookmarks=1`,
		);
		await watching.ended;
		assert.deepEqual(types(watching), ['BOOKMARK']);
	});

	test('a version that is forgotten: an error in the stream', async () => {
		const from = api.store.version();
		for (let i = 0; i < 60; i++) api.store.create('configmaps', {metadata: {name: `x${i}`, namespace: 'shop'}}, by);
		const watching = await api.watch(`/api/v1/namespaces/shop/configmaps?watch=1&resourceVersion=${from}`);
		await watching.ended;
		const [event] = watching.events as Json[];
		assert.deepEqual(
			[watching.code, event.type, event.object.code, event.object.reason],
			[200, 'ERROR', 410, 'Expired'],
		);
		const still = await api.watch(
			`/api/v1/namespaces/shop/configmaps?watch=1&resourceVersion=${api.store.version() - 5}`,
		);
		await still.until(5);
		still.close();
	});

	test('after a compaction every earlier version is forgotten', async () => {
		const from = api.store.version();
		api.store.create('pods', pod('late'), by);
		api.store.compact();
		const watching = await api.watch(`${pods}?watch=1&resourceVersion=${from}`);
		await watching.ended;
		assert.equal((watching.events as Json[])[0].object.code, 410);
	});
});

test('a forgotten version can be refused with the HTTP status instead', async () => {
	const api = await startApi({expired: 'status'});
	const {code, body} = await api.call(`${pods}?watch=1&resourceVersion=1`);
	assert.deepEqual([code, body.reason], [410, 'Expired']);
	await api.close();
});

test('a watcher that does not read is dropped, the others hear everything', async () => {
	const api = await startApi({remembered: 10});
	const {port} = new URL(api.server.url);
	const socket = connect(Number(port), '127.0.0.1');
	const token = api.server.users[0]!.token;
	socket.write(`GET /api/v1/configmaps?watch=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
	let dropped = false;
	socket.on('close', () => {
		dropped = true;
	});
	socket.on('error', () => {});
	await new Promise((resolve) => {
		socket.once('readable', resolve);
	});
	const good = await api.watch(`/api/v1/configmaps?watch=1&resourceVersion=${api.store.version()}`);
	const data = {big: 'x'.repeat(1_000_000)};
	for (let i = 0; i < 40; i++) {
		api.store.create('configmaps', {metadata: {name: `big-${i}`, namespace: 'shop'}, data}, by);
		// Each turn of the event loop is one write to the watchers.
		await good.until(i + 1);
	}
	socket.resume();
	await until('the slow one is dropped', () => dropped);
	assert.equal(good.events.length, 40);
	await api.close();
});
