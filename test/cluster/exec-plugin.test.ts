import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {tlsFile} from '../support/api-server.ts';
import {manualClock} from '../support/manual-clock.ts';
import {until} from '../support/until.ts';
import {ca, connectWith, failure, heard, start, temporaryFolder} from './connecting.ts';

/** A user who signs in through the tests' plugin, and what the plugin was given each time it ran. */
function plugin(context: TestContext, what: string, more: Record<string, unknown> = {}) {
	const folder = temporaryFolder(context);
	const log = join(folder, 'log');
	const file = join(folder, 'status');
	writeFileSync(log, '');
	const command = new URL('../support/exec-plugin.sh', import.meta.url).pathname;
	const env = Object.entries({PLUGIN: what, PLUGIN_LOG: log, PLUGIN_FILE: file}).map(([name, value]) => ({
		name,
		value,
	}));
	const exec = {
		apiVersion: 'client.authentication.k8s.io/v1',
		command,
		args: ['x', 'y'],
		env,
		...more,
	};
	return {
		user: {exec},
		file,
		runs: () =>
			readFileSync(log, 'utf8')
				.split('\n')
				.filter(Boolean)
				.map(
					(line) =>
						JSON.parse(line) as {
							info: {spec: {interactive: boolean; cluster?: Record<string, unknown>}};
							args: string[];
						},
				),
	};
}

test('a plugin runs once for any number of requests, with its own environment, and again before its token expires', async (context) => {
	const api = await start(context);
	const clock = manualClock();
	const expiry = (seconds: number): string => new Date(clock.now() + seconds * 1000).toISOString();
	const {user, runs, file} = plugin(context, JSON.stringify({token: 'one', expirationTimestamp: expiry(600)}));
	const connection = await connectWith(context, api.url, {user, options: {now: clock.now}});
	assert.equal(runs().length, 0, 'not before it is needed');
	await Promise.all(Array.from({length: 10}, () => connection.version()));
	assert.equal(runs().length, 1);
	assert.equal(heard(api, 'authorization'), 'Bearer one');
	assert.equal(runs()[0]?.args, 'x y');
	assert.equal(runs()[0]?.info.spec.interactive, false);
	assert.equal(runs()[0]?.info.spec.cluster, undefined);
	clock.advance(539_000);
	await connection.version();
	assert.equal(runs().length, 1);
	writeFileSync(file, JSON.stringify({token: 'two'}));
	clock.advance(1000);
	await connection.version();
	assert.equal(runs().length, 2);
	assert.equal(heard(api, 'authorization'), 'Bearer two');
	clock.advance(10 * 24 * 3_600_000);
	await connection.version();
	assert.equal(runs().length, 2, 'a token without an end lasts');
});

test('a 401 makes the plugin run again, once', async (context) => {
	const api = await start(context);
	const {user, runs} = plugin(context, 'count');
	const connection = await connectWith(context, api.url, {user});
	await connection.version();
	api.faults.answer(401);
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer token-2');
	api.faults.answer(401, {times: 2});
	assert.equal((await failure(connection.version())).reason, 'unauthorized');
	assert.equal(runs().length, 3);
});

test('a plugin that wants to know the cluster is told', async (context) => {
	const api = await start(context, {tls: 'h2'});
	const extensions = [{name: 'client.authentication.k8s.io/exec', extension: {audience: 'a'}}];
	const {user, runs} = plugin(context, '{"token":"t"}', {
		provideClusterInfo: true,
		apiVersion: 'client.authentication.k8s.io/v1beta1',
	});
	await (await connectWith(context, api.url, {user, cluster: {...ca, extensions}})).version();
	assert.deepEqual(runs()[0]?.info.spec.cluster, {
		server: api.url,
		'certificate-authority-data': readFileSync(tlsFile('ca.crt')).toString('base64'),
		config: {audience: 'a'},
	});
});

test("a plugin's client certificate is used, and a new one makes a new connection", async (context) => {
	const api = await start(context, {tls: 'h2'});
	const clock = manualClock();
	const certificate = {
		clientCertificateData: readFileSync(tlsFile('client.crt'), 'utf8'),
		clientKeyData: readFileSync(tlsFile('client.key'), 'utf8'),
	};
	const expirationTimestamp = new Date(clock.now() + 600_000).toISOString();
	const {user, file} = plugin(context, JSON.stringify({...certificate, expirationTimestamp}));
	const connection = await connectWith(context, api.url, {user, cluster: ca, options: {now: clock.now}});
	await connection.version();
	assert.equal(api.requests.at(-1)?.client, 'test-client');
	const before = api.connections();
	clock.advance(60_000);
	await connection.version();
	assert.equal(api.connections(), before, 'the same identity keeps its connection');
	writeFileSync(file, JSON.stringify({token: 'instead'}));
	clock.advance(600_000);
	await connection.version();
	assert.equal(api.requests.at(-1)?.client, undefined, 'the certificate that has expired is not shown any more');
	assert.equal(heard(api, 'authorization'), 'Bearer instead');
});

for (const [what, pattern, more] of [
	['fail', /^The sign-in plugin .* failed: the session has expired: run login$/, {}],
	['nonsense', /did not print JSON$/, {}],
	['{}', /gave neither a token nor a client certificate/, {}],
	['hang', /did not finish within 0\.3 seconds and was ended$/, {}],
	[
		'{"token":"t"}',
		/rolldeck-no-such-plugin is not installed$/,
		{command: 'rolldeck-no-such-plugin', installHint: 'brew install it'},
	],
	['{"token":"t"}', /needs the terminal, which the screen has$/, {interactiveMode: 'Always'}],
] as const) {
	test(`a plugin that goes wrong says so: ${pattern.source}`, async (context) => {
		const api = await start(context);
		const {user, runs} = plugin(context, what, more);
		const connection = await connectWith(context, api.url, {
			user,
			options: what === 'hang' ? {pluginTimeoutMs: 300} : {},
		});
		const errors = await Promise.all([failure(connection.version()), failure(connection.version())]);
		for (const error of errors) {
			assert.equal(error.reason, 'credentials');
			assert.match(error.message, pattern);
		}
		assert.equal(api.requests.length, 0);
		const before = runs().length;
		await failure(connection.version());
		assert.equal(runs().length, before, 'a failure holds for a while');
		connection.signInAgain();
		await failure(connection.version());
		assert.equal(runs().length, before * 2, 'until somebody asks for another try');
		if ('installHint' in more) {
			assert.equal(errors[0].hint, 'brew install it');
		}
	});
}

test('a plugin that asks although nobody can answer gets an empty input instead of hanging', async (context) => {
	const api = await start(context);
	const {user} = plugin(context, 'ask');
	await (await connectWith(context, api.url, {user})).version();
	assert.equal(heard(api, 'authorization'), 'Bearer typed-nothing');
});

test('what a plugin that takes long has to say is told as it says it, and that it has ended', async (context) => {
	const api = await start(context);
	const {user, file} = plugin(context, 'device');
	const told: (string | undefined)[] = [];
	const connection = await connectWith(context, api.url, {user, options: {tellSignIn: (line) => told.push(line)}});
	const version = connection.version();
	await until('its code is told', () => told.length > 0);
	assert.equal(told[0], 'Signing in through exec-plugin.sh: open https://example.com/device and enter AB-CD');
	writeFileSync(file, ''); // somebody has
	await version;
	assert.equal(heard(api, 'authorization'), 'Bearer device');
	assert.equal(told.at(-1), undefined);
});

test('a token that is past its time when it is given is not asked for again and again', async (context) => {
	const api = await start(context);
	const {user, runs} = plugin(context, JSON.stringify({token: 't', expirationTimestamp: '2020-01-01T00:00:00Z'}));
	const connection = await connectWith(context, api.url, {user, options: {now: manualClock().now}});
	for (let request = 0; request < 3; request++) {
		await connection.version();
	}
	assert.equal(runs().length, 1);
});

test('closing ends a plugin that is still running', async (context) => {
	const api = await start(context);
	const {user, runs} = plugin(context, 'hang');
	const connection = await connectWith(context, api.url, {user});
	const error = failure(connection.version());
	await until('it runs', () => runs().length === 1);
	await connection.close();
	assert.equal((await error).reason, 'aborted');
});

test('an interactive plugin runs before connect returns, with the terminal; later it cannot', async (context) => {
	const api = await start(context);
	const clock = manualClock();
	const expirationTimestamp = new Date(clock.now() + 600_000).toISOString();
	const {user, runs} = plugin(context, JSON.stringify({token: 'mine', expirationTimestamp}), {
		interactiveMode: 'Always',
	});
	const connection = await connectWith(context, api.url, {user, options: {terminal: true, now: clock.now}});
	assert.equal(runs().length, 1);
	assert.equal(runs()[0]?.info.spec.interactive, true);
	await connection.version();
	assert.equal(heard(api, 'authorization'), 'Bearer mine');
	clock.advance(600_000);
	assert.match((await failure(connection.version())).message, /needs the terminal/);
	assert.equal(runs().length, 1);
	const failing = plugin(context, 'fail', {interactiveMode: 'Always'});
	const refused = await failure(connectWith(context, api.url, {user: failing.user, options: {terminal: true}}));
	assert.equal(refused.reason, 'credentials');
});

test('a plugin that never asks does not get the terminal', async (context) => {
	const api = await start(context);
	const {user, runs} = plugin(context, '{"token":"t"}', {interactiveMode: 'Never'});
	await connectWith(context, api.url, {user, options: {terminal: true}});
	assert.equal(runs()[0]?.info.spec.interactive, false);
});

test('the time that a sign-in takes does not count against the request, and giving up does not wait for it', async (context) => {
	const api = await start(context);
	const slow = plugin(context, 'slow');
	await (await connectWith(context, api.url, {user: slow.user})).request({path: '/version', timeoutMs: 900});
	const hanging = plugin(context, 'hang');
	const connection = await connectWith(context, api.url, {user: hanging.user});
	const leaving = new AbortController();
	const left = failure(connection.request({path: '/version', signal: leaving.signal}));
	await until('it runs', () => hanging.runs().length === 1);
	leaving.abort();
	assert.equal((await left).reason, 'aborted');
});
