import assert from 'node:assert/strict';
import {chmodSync, existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:https';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {type TestContext, test} from 'node:test';
import {connect} from '../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {tlsFile} from '../support/api-server.ts';
import {failure, heard, listen, start, temporaryFolder} from './connecting.ts';

/** Where the clock of these tests stands, in seconds. */
const now = 1_800_000_000;

function idToken(exp: number): string {
	const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
	return `${part({alg: 'none'})}.${part({exp})}.c2ln`;
}

type Answer = (form: URLSearchParams, authorization: string | undefined) => Record<string, unknown>;

/** A provider whose token endpoint answers so; an answer with an `error` is a refusal. */
async function provider(context: TestContext, answer: Answer) {
	const forms: string[] = [];
	const server = createServer({cert: readFileSync(tlsFile('server.crt')), key: readFileSync(tlsFile('server.key'))});
	const port = await listen(context, server);
	const issuer = `https://localhost:${port}/realm`;
	server.on('request', (request, response) => {
		void text(request).then((body) => {
			if (request.url === '/realm/.well-known/openid-configuration') {
				response.end(JSON.stringify({issuer, token_endpoint: `https://localhost:${port}/token`}));
				return;
			}
			forms.push(body);
			const said = answer(new URLSearchParams(body), request.headers.authorization);
			response.statusCode = 'error' in said ? 401 : 200;
			response.end(JSON.stringify(said));
		});
	});
	return {issuer, forms};
}

/** A kubeconfig with one OIDC user, which a person wrote by hand, and a connection with it. */
async function signIn(context: TestContext, server: string, config: Readonly<Record<string, string>>) {
	const path = join(temporaryFolder(context), 'config');
	const fields = Object.entries({'idp-certificate-authority': tlsFile('ca.crt'), 'client-id': 'me', ...config});
	writeFileSync(
		path,
		`# mine
current-context: x
contexts: [{name: x, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "${server}"}}]
users:
- name: u
  user:
    auth-provider:
      name: oidc
      config:
${fields.map(([key, value]) => `        ${key}: ${value}\n`).join('')}`,
	);
	chmodSync(path, 0o600);
	const connection = await connect(loadKubeconfig({kubeconfig: path, env: {}, home: ''}), {
		env: {},
		now: () => now * 1000,
	});
	context.after(() => connection.close());
	return {path, connection};
}

test('an id token is used as long as it lasts', async (context) => {
	const api = await start(context);
	const {issuer, forms} = await provider(context, () => ({error: 'unexpected'}));
	const good = idToken(now + 3600);
	const {connection} = await signIn(context, api.url, {'idp-issuer-url': issuer, 'id-token': good});
	await connection.version();
	assert.equal(heard(api, 'authorization'), `Bearer ${good}`);
	assert.deepEqual(forms, []);
});

test('an id token that has expired is renewed once, and the kubeconfig keeps what kubectl needs next', async (context) => {
	const api = await start(context);
	const renewed = idToken(now + 3600);
	const {issuer, forms} = await provider(context, (_, authorization) => {
		assert.equal(authorization, `Basic ${Buffer.from('me:s3cret%2F').toString('base64')}`);
		return {id_token: renewed, refresh_token: 'second'};
	});
	const {connection, path} = await signIn(context, api.url, {
		'idp-issuer-url': issuer,
		'client-secret': 's3cret/',
		'id-token': idToken(now + 5),
		'refresh-token': 'first',
	});
	await Promise.all([connection.version(), connection.version()]);
	assert.equal(heard(api, 'authorization'), `Bearer ${renewed}`);
	assert.deepEqual(forms, ['grant_type=refresh_token&refresh_token=first']);
	const written = readFileSync(path, 'utf8');
	assert.match(written, /^# mine\n/, 'all else stays');
	assert.ok(written.includes(`id-token: ${renewed}\n`) && written.includes('refresh-token: second\n'), written);
	assert.equal(statSync(path).mode & 0o777, 0o600);
	assert.equal(existsSync(`${path}.lock`), false);
});

test('a provider that takes the secret in the form only, and a client that has none', async (context) => {
	const api = await start(context);
	const {issuer, forms} = await provider(context, (form, authorization) =>
		authorization === undefined ? {id_token: idToken(now + 3600)} : {error: 'invalid_client', form: form.toString()},
	);
	const old = {'idp-issuer-url': issuer, 'id-token': idToken(1), 'refresh-token': 'r'};
	await (await signIn(context, api.url, {...old, 'client-secret': 's'})).connection.version();
	await (await signIn(context, api.url, old)).connection.version();
	assert.deepEqual(
		forms.map((form) => form.replace('grant_type=refresh_token&refresh_token=r', '')),
		['', '&client_id=me&client_secret=s', '&client_id=me'],
	);
});

test('what kubectl has renewed meanwhile is taken from the kubeconfig, and nothing is asked', async (context) => {
	const api = await start(context);
	const {issuer, forms} = await provider(context, () => ({error: 'used twice'}));
	const [old, fresh] = [idToken(1), idToken(now + 3600)];
	const {connection, path} = await signIn(context, api.url, {
		'idp-issuer-url': issuer,
		'id-token': old,
		'refresh-token': 'r',
	});
	writeFileSync(path, readFileSync(path, 'utf8').replace(old, fresh));
	await connection.version();
	assert.equal(heard(api, 'authorization'), `Bearer ${fresh}`);
	assert.deepEqual(forms, []);
});

test('a sign-in that cannot be renewed says why, and nothing is sent without it', async (context) => {
	const api = await start(context);
	const refusing = await provider(context, () => ({error: 'invalid_grant', error_description: 'session not active'}));
	const old = {'idp-issuer-url': refusing.issuer, 'id-token': idToken(1)};
	for (const [config, sentence] of [
		[old, /^The id token of this user has expired, and there is no refresh token$/],
		[
			{...old, 'refresh-token': 'r'},
			/^The OIDC provider https:\/\/localhost:\d+\/realm did not renew .*: session not active$/,
		],
		[{...old, 'refresh-token': 'r', 'idp-issuer-url': 'https://127.0.0.1:1'}, /127\.0\.0\.1:1 .*: connection refused$/],
		[
			{...old, 'refresh-token': 'r', 'idp-certificate-authority': '/none'},
			/\/none cannot be read: there is no such file$/,
		],
	] as const) {
		const {connection} = await signIn(context, api.url, config);
		const error = await failure(connection.version());
		assert.equal(error.reason, 'credentials');
		assert.match(error.message, sentence);
	}
	assert.equal(api.requests.length, 0);
});
