import assert from 'node:assert/strict';
import {createServer as createHttpServer} from 'node:http';
import {connect as connectTcp, createServer as createTcpServer, type Socket} from 'node:net';
import {type TestContext, test} from 'node:test';
import {ca, connectWith, failure, listen, start} from './connecting.ts';
import {pod} from './watching.ts';

/** An HTTP proxy that knows CONNECT; tells whom it was asked for. */
async function httpProxy(
	context: TestContext,
	answer = 200,
): Promise<{url: string; targets: string[]; authorizations: unknown[]}> {
	const targets: string[] = [];
	const authorizations: unknown[] = [];
	const server = createHttpServer();
	server.on('connect', (request, client: Socket) => {
		targets.push(request.url ?? '');
		authorizations.push(request.headers['proxy-authorization']);
		if (answer !== 200) {
			client.end(`HTTP/1.1 ${answer} Nope\r\n\r\n`);
			return;
		}
		const [host = '', port = ''] = (request.url ?? '').split(':');
		const upstream = connectTcp(Number(port), host, () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			client.pipe(upstream).pipe(client);
		});
		for (const socket of [client, upstream]) {
			socket.on('error', () => {});
			socket.once('close', () => (client.destroy(), upstream.destroy()));
		}
	});
	const port = await listen(context, server);
	return {url: `http://name:pass%20word@127.0.0.1:${port}`, targets, authorizations};
}

test('through an HTTP proxy: of the kubeconfig, or of the environment', async (context) => {
	const api = await start(context, {tls: 'h2', objects: [pod('a')]});
	const proxy = await httpProxy(context);
	const host = new URL(api.url).host;
	const connection = await connectWith(context, api.url, {cluster: {...ca, 'proxy-url': proxy.url}});
	await Promise.all(Array.from({length: 10}, () => connection.version()));
	assert.ok(proxy.targets.length <= 2 && proxy.targets.every((target) => target === host));
	assert.equal(proxy.authorizations[0], `Basic ${Buffer.from('name:pass word').toString('base64')}`);
	const plain = await start(context);
	await (await connectWith(context, plain.url, {cluster: {'proxy-url': proxy.url}})).version();
	assert.equal(proxy.targets.at(-1), new URL(plain.url).host);
	const before = proxy.targets.length;
	await (await connectWith(context, api.url, {cluster: ca, options: {env: {HTTPS_PROXY: proxy.url}}})).version();
	assert.equal(proxy.targets.length, before, 'this machine itself is never reached through a proxy of the environment');
});

test('a proxy that refuses, and one that is not there, are named without their password', async (context) => {
	const api = await start(context, {tls: 'h2'});
	const refusing = await httpProxy(context, 407);
	const refused = await failure(
		(await connectWith(context, api.url, {cluster: {...ca, 'proxy-url': refusing.url}})).version(),
	);
	assert.match(refused.message, /The proxy 127\.0\.0\.1:\d+ answered 407/);
	assert.doesNotMatch(refused.message, /pass/);
	const absent = await failure(
		(await connectWith(context, api.url, {cluster: {...ca, 'proxy-url': 'http://a:b@127.0.0.1:1'}})).version(),
	);
	assert.match(absent.message, /The proxy 127\.0\.0\.1:1 cannot be used/);
});

test('through a SOCKS proxy, with and without a password', async (context) => {
	const api = await start(context, {tls: 'h2'});
	const seen: string[] = [];
	const server = createTcpServer((client) => {
		client.on('error', () => {});
		void (async () => {
			const read = async (): Promise<Buffer> =>
				(await new Promise((resolve) => {
					client.once('data', resolve);
				})) as Buffer;
			const greeting = await read();
			if (greeting.includes(2, 2)) {
				client.write(Buffer.from([5, 2]));
				const login = await read();
				seen.push(login.toString('latin1', 2));
				client.write(Buffer.from([1, 0]));
			} else {
				client.write(Buffer.from([5, 0]));
			}
			const asked = await read();
			const length = asked[4] ?? 0;
			const host = asked.toString('latin1', 5, 5 + length);
			seen.push(host);
			const upstream = connectTcp(asked.readUInt16BE(5 + length), host, () => {
				client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
				client.pipe(upstream).pipe(client);
			});
			upstream.on('error', () => {});
			client.once('close', () => upstream.destroy());
			upstream.once('close', () => client.destroy());
		})();
	});
	const port = await listen(context, server);
	for (const credentials of ['', 'me:secret@']) {
		const cluster = {...ca, 'proxy-url': `socks5://${credentials}127.0.0.1:${port}`};
		assert.match(await (await connectWith(context, api.url, {cluster})).version(), /^v1\.37\./);
	}
	assert.deepEqual(seen, ['127.0.0.1', 'me\u0006secret', '127.0.0.1']);
});
