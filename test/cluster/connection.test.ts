import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {createServer as createHttpServer} from 'node:http';
import {type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Socket} from 'node:net';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {connect} from '../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {silenceOf} from '../../source/cluster/network-errors.ts';
import {tlsFile} from '../support/api-server.ts';
import {oneContext} from '../support/kubeconfig.ts';
import {manualClock} from '../support/manual-clock.ts';
import {until} from '../support/until.ts';
import {ca, connectTo, connectWith, failure, heard, listen, start, temporaryFolder} from './connecting.ts';
import {pods, podsPath} from './watching.ts';

test('says who it is, what it wants, and reads JSON', async (context) => {
	const api = await start(context, {objects: pods(2)});
	const connection = await connectTo(api, context);
	const list = await connection.request<{items: unknown[]}>({path: podsPath, query: {limit: 1, watch: undefined}});
	assert.equal(list.items.length, 1);
	assert.equal(heard(api, 'authorization'), 'Bearer test-token');
	assert.equal(heard(api, 'user-agent'), 'rolldeck');
	assert.equal(heard(api, 'accept'), 'application/json');
	assert.equal(api.requests.at(-1)?.query.toString(), 'limit=1');
	assert.equal(await connection.version(), 'v1.37.0-rolldeck');
	assert.equal(connection.clockSkewMs(), 0);
	assert.equal(connection.context.namespace, 'shop');
});

test('a server behind a path, and a context of another name', async (context) => {
	const api = await start(context);
	const connection = await connectWith(context, `${api.url}/k8s/clusters/c-1/`);
	await failure(connection.request({path: '/version'}));
	assert.equal(api.requests.at(-1)?.path, '/k8s/clusters/c-1/version');
	const kubeconfig = loadKubeconfig({
		kubeconfig: api.kubeconfig(join(temporaryFolder(context), 'c')),
		env: {},
		home: '',
	});
	await assert.rejects(connect(kubeconfig, {context: 'other'}), /There is no context other; there are: test\./);
});

test('errors of the server are sentences that name the object', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	const missing = await failure(connection.request({path: `${podsPath}/gone`}));
	assert.equal(missing.message, 'Could not read pods/gone in shop: pods "gone" not found');
	assert.equal(missing.reason, 'not-found');
	assert.equal(missing.status?.code, 404);
	api.faults.answer(429, {retryAfter: 3});
	assert.equal((await failure(connection.request({path: podsPath}))).retryAfterSeconds, 3);
	api.faults.answer(200, {text: '<html>sign in</html>'});
	assert.match(
		(await failure(connection.request({path: '/version'}))).message,
		/what answers at 127\.0\.0\.1:\d+ is no Kubernetes API/,
	);
	api.faults.answer(502, {text: '<html>bad gateway</html>'});
	const gateway = await failure(connection.request({path: podsPath}));
	assert.equal(gateway.message, 'Could not list pods in shop: the server answered 502');
	assert.equal(gateway.reason, 'unavailable');
});

test('a time limit, giving up, and the end of the connection are told apart', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	api.faults.hang({times: 3});
	const late = await failure(connection.request({path: '/version', timeoutMs: 20}));
	assert.equal(late.reason, 'timeout');
	assert.match(late.message, /no answer within 0\.02 s/);
	const leaving = new AbortController();
	const before = api.requests.length; // under load the first may have given up before it was sent
	const left = failure(connection.request({path: '/version', signal: leaving.signal}));
	await until('it was asked', () => api.requests.length === before + 1);
	leaving.abort();
	assert.equal((await left).reason, 'aborted');
	const closed = failure(connection.stream({path: '/version'}));
	await until('it was asked again', () => api.requests.length === before + 2);
	await connection.close();
	assert.equal((await closed).reason, 'aborted');
	assert.equal((await failure(connection.request({path: '/version'}))).reason, 'aborted');
});

test('a server that is not there', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context);
	await api.close();
	const error = await failure(connection.request({path: podsPath}));
	assert.equal(error.reason, 'unreachable');
	assert.equal(error.message, 'Could not list pods in shop: connection refused');
	const nowhere = await connectWith(context, 'https://host.invalid:6443');
	assert.equal((await failure(nowhere.request({path: podsPath}))).reason, 'unreachable');
});

test('warnings of the server', async (context) => {
	const api = createHttpServer((_request, response) => {
		response.setHeader('warning', ['299 - "old \\"API\\""', '299 - "another, too"']);
		response.end('{}');
	});
	await new Promise<void>((resolve) => {
		api.listen(0, '127.0.0.1', resolve);
	});
	context.after(() => api.close());
	const connection = await connectWith(context, `http://127.0.0.1:${(api.address() as AddressInfo).port}`);
	const {warnings} = await connection.requestWithWarnings({path: '/'});
	assert.deepEqual(warnings, ['old "API"', 'another, too']);
});

test('a clock that goes wrong is measured by the server', async (context) => {
	const api = await start(context);
	const connection = await connectTo(api, context, {now: () => Date.now() - 3_600_000});
	await connection.version();
	assert.ok(Math.abs(connection.clockSkewMs() - 3_600_000) < 2000);
});

test('HTTP/2 where it is offered: fifty requests, one connection; HTTP/1.1 where not', async (context) => {
	for (const [tls, least, most] of [
		['h2', 1, 2],
		['http/1.1', 2, 50],
	] as const) {
		const api = await start(context, {tls});
		const connection = await connectTo(api, context);
		await Promise.all(Array.from({length: 50}, () => connection.version()));
		assert.ok(api.connections() >= least && api.connections() <= most, `${api.connections()} connections over ${tls}`);
		await connection.version();
		assert.ok(api.connections() <= most, 'kept alive');
	}
});

/** A server behind a relay, a watch over it, and a way to let nothing through any more. */
async function relayed(context: TestContext, pings: {pingMs: number; deadMs: number}, tls: 'h2' | 'http/1.1' = 'h2') {
	const api = await start(context, {tls});
	const upstreams = new Set<Socket>();
	let frozen = false;
	const relay = createTcpServer((client) => {
		const upstream = connectTcp(Number(new URL(api.url).port), '127.0.0.1');
		client.pipe(upstream).pipe(client);
		upstreams.add(upstream);
		if (frozen) upstream.unpipe();
		for (const socket of [client, upstream]) {
			socket.on('error', () => {});
			socket.once('close', () => (client.destroy(), upstream.destroy()));
		}
	});
	const port = await listen(context, relay);
	const connection = await connectWith(context, `https://127.0.0.1:${port}`, {cluster: ca, options: pings});
	const {body} = await connection.stream({path: podsPath, query: {watch: true}});
	const ended = new Promise<Error>((resolve) => {
		body.once('error', resolve);
	});
	return {
		connection,
		ended,
		opened: () => upstreams.size,
		api,
		/** Nothing comes through any more, on these connections or, if `all`, on new ones. */
		freeze({all = false} = {}) {
			frozen = all;
			for (const socket of upstreams) socket.unpipe();
		},
	};
}

test('an HTTP/2 connection that does not answer pings is dropped with all that is on it', async (context) => {
	const {connection, ended, freeze} = await relayed(context, {pingMs: 50, deadMs: 520});
	// Quiet, but alive: pings keep it.
	await connection.version();
	freeze();
	// The last answer may have come a look earlier than the one that noticed it: it is never said to be younger than it is.
	assert.ok(silenceOf(await ended) > 565, 'it says for how long nothing was heard');
	assert.equal(await connection.version(), 'v1.37.0-rolldeck', 'over a new connection');
});

test('an HTTP/1.1 connection that is silent is dropped once the server does not answer beside it, and not before', async (context) => {
	const {api, ended, freeze} = await relayed(context, {pingMs: 50, deadMs: 300}, 'http/1.1');
	let isOver = false;
	void ended.then(() => {
		isOver = true;
	});
	const asked = () => api.requests.filter(({path}) => path === '/version').length;
	await until('the server was asked again and again', () => asked() >= 3);
	assert.ok(!isOver, 'it answers: the watch is merely quiet');
	freeze({all: true});
	assert.ok(silenceOf(await ended) >= 300, 'it says for how long nothing was heard');
});

test('after the machine has slept a dead connection is dropped soon, with how long that was; a live one is kept', async (context) => {
	const hour = 3_600_000;
	context.mock.timers.enable({apis: ['Date'], now: Date.now()});
	const live = await relayed(context, {pingMs: 500, deadMs: 60_000});
	const dead = await relayed(context, {pingMs: 500, deadMs: 60_000});
	dead.freeze();
	context.mock.timers.setTime(Date.now() + hour);
	assert.ok(silenceOf(await dead.ended) >= hour);
	assert.equal(await live.connection.version(), 'v1.37.0-rolldeck');
	assert.equal(live.opened(), 1, 'over the same connection');
});

test('the identity of the server is checked as the kubeconfig says', async (context) => {
	const api = await start(context, {tls: 'h2'});
	const untrusted = await failure((await connectWith(context, api.url)).version());
	assert.equal(untrusted.reason, 'unreachable');
	assert.match(untrusted.message, /certificate is not trusted/);
	assert.match(untrusted.hint ?? '', /certificate-authority/);
	const data = {'certificate-authority-data': readFileSync(tlsFile('ca.crt')).toString('base64')};
	const right = [{cluster: ca}, {cluster: data}, {cluster: {'insecure-skip-tls-verify': true}}];
	for (const config of right) {
		assert.equal(
			await (await connectWith(context, api.url, config)).version(),
			'v1.37.0-rolldeck',
			JSON.stringify(config),
		);
	}
	const named = {cluster: {...ca, 'tls-server-name': 'kubernetes.example'}};
	assert.equal(await (await connectWith(context, api.url, named)).version(), 'v1.37.0-rolldeck');
	const wrong = {cluster: {...ca, 'tls-server-name': 'other.example'}};
	assert.match((await failure((await connectWith(context, api.url, wrong)).version())).hint ?? '', /another name/);
});

test('client certificates, from files and inline', async (context) => {
	const api = await start(context, {tls: 'h2'});
	const inline = {
		'client-certificate-data': readFileSync(tlsFile('client.crt')).toString('base64'),
		'client-key-data': readFileSync(tlsFile('client.key')).toString('base64'),
	};
	for (const user of [{'client-certificate': tlsFile('client.crt'), 'client-key': tlsFile('client.key')}, inline]) {
		const connection = await connectWith(context, api.url, {cluster: ca, user});
		await connection.version();
		assert.equal(api.requests.at(-1)?.client, 'test-client');
	}
	const missing = await connectWith(context, api.url, {
		cluster: ca,
		user: {'client-certificate': '/nowhere/a.crt', 'client-key': 'b'},
	});
	const error = await failure(missing.version());
	assert.equal(error.reason, 'credentials');
	assert.match(error.message, /\/nowhere\/a\.crt/);
});

test('a name and password, a token, and nobody at all over plain HTTP', async (context) => {
	const api = await start(context);
	await (await connectWith(context, api.url, {user: {username: 'a', password: 'b'}})).version();
	assert.equal(heard(api, 'authorization'), 'Basic YTpi');
	await (await connectWith(context, api.url, {user: {token: 't'}})).version();
	assert.equal(heard(api, 'authorization'), 'Bearer t');
	await (await connectWith(context, api.url)).version();
	assert.equal(heard(api, 'authorization'), undefined);
});

test('a token file is read again after a minute, and at once after a 401; it wins over a token', async (context) => {
	const api = await start(context);
	const clock = manualClock();
	const tokenFile = join(temporaryFolder(context), 'token');
	writeFileSync(tokenFile, 'first\n');
	const connection = await connectWith(context, api.url, {
		user: {tokenFile, token: 'inline'},
		options: {now: clock.now},
	});
	await connection.version();
	writeFileSync(tokenFile, 'second');
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer first');
	clock.advance(60_000);
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer second');
	writeFileSync(tokenFile, 'third');
	api.faults.answer(401);
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer third');
	writeFileSync(tokenFile, '');
	clock.advance(60_000);
	const error = await failure(connection.version());
	assert.equal(error.reason, 'credentials');
	assert.match(error.message, /The token file .*token is empty/);
});

test('a token that a login command has written into the kubeconfig counts after a 401, and when a person says so', async (context) => {
	const api = await start(context);
	const path = join(temporaryFolder(context), 'config');
	const logIn = (token: string): void => writeFileSync(path, oneContext({server: api.url}, {token}));
	logIn('first');
	const connection = await connect(loadKubeconfig({kubeconfig: path, env: {}, home: ''}), {env: {}});
	context.after(() => connection.close());
	await connection.version();
	logIn('second');
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer first', 'nobody has doubted it');
	api.faults.answer(401);
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer second');
	logIn('third');
	connection.signInAgain();
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer third');
	writeFileSync(path, 'users: [');
	connection.signInAgain();
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer third', 'a file that is half written says nothing');
});

test('impersonation with groups, uid and extras, from the kubeconfig and by flags', async (context) => {
	const api = await start(context);
	const user = {
		token: 't',
		as: 'jane',
		'as-uid': '7',
		'as-groups': ['a', 'b'],
		'as-user-extra': {'Example.com/Scope': ['x', 'y']},
	};
	await (await connectWith(context, api.url, {user})).version();
	assert.equal(heard(api, 'impersonate-user'), 'jane');
	assert.equal(heard(api, 'impersonate-uid'), '7');
	assert.equal(heard(api, 'impersonate-group'), 'a, b');
	assert.equal(heard(api, 'impersonate-extra-example.com%2fscope'), 'x, y');
	await (await connectWith(context, api.url, {user: {token: 't'}, as: 'joe', asGroups: ['g', 'h']})).version();
	assert.equal(heard(api, 'impersonate-user'), 'joe');
	assert.equal(heard(api, 'impersonate-group'), 'g, h');
	const error = await failure((await connectWith(context, api.url, {user: {'as-groups': ['a']}})).version());
	assert.match(error.message, /names no user to be/);
	assert.equal(error.reason, 'credentials');
});

test("credentials of one context never reach another's server", async (context) => {
	const [one, two] = [await start(context), await start(context)];
	const path = join(temporaryFolder(context), 'config');
	writeFileSync(
		path,
		JSON.stringify({
			clusters: [one, two].map(({url}, index) => ({name: `c${index}`, cluster: {server: url}})),
			users: [0, 1].map((index) => ({name: `u${index}`, user: {token: `token-${index}`}})),
			contexts: [0, 1].map((index) => ({name: `x${index}`, context: {cluster: `c${index}`, user: `u${index}`}})),
			'current-context': 'x0',
		}),
	);
	const kubeconfig = loadKubeconfig({kubeconfig: path, env: {}, home: ''});
	const first = await connect(kubeconfig);
	const second = await connect(kubeconfig, {context: 'x1'});
	context.after(() => Promise.all([first.close(), second.close()]));
	await Promise.all(Array.from({length: 20}, (_, index) => (index % 2 === 0 ? first : second).version()));
	for (const [index, api] of [one, two].entries()) {
		assert.equal(api.requests.length, 10);
		assert.ok(api.requests.every(({headers}) => headers.authorization === `Bearer token-${index}`));
	}
});
