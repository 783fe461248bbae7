import {request as requestHttp} from 'node:http';
import {request as requestHttps} from 'node:https';
import {connect, type Socket} from 'node:net';
import {ClusterError} from './errors.ts';
import {networkReason} from './network-errors.ts';

/** Long enough for a proxy on the other side of the world, short enough for a person. */
const timeoutMs = 10_000;

/** What was to go through the tunnel has not left. The proxy's password is never told. */
function refused(proxy: URL, why: string, cause?: unknown): ClusterError {
	const reason = cause === undefined ? '' : `: ${networkReason(cause)}`;
	return new ClusterError('unreachable', `The proxy ${proxy.host} ${why}${reason}`, {cause, arrived: 'no'});
}

function authorization(proxy: URL): Record<string, string> {
	if (proxy.username === '') {
		return {};
	}
	const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
	return {'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}`};
}

function openHttpTunnel(proxy: URL, host: string, port: number): Promise<Socket> {
	const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
	const send = proxy.protocol === 'https:' ? requestHttps : requestHttp;
	return new Promise((resolve, reject) => {
		const request = send({
			host: proxy.hostname.replace(/^\[(.+)\]$/, '$1'),
			port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
			method: 'CONNECT',
			path: target,
			headers: {host: target, ...authorization(proxy)},
			agent: false,
			timeout: timeoutMs,
		});
		request.once('connect', (response, socket) => {
			if (response.statusCode === 200) {
				socket.setTimeout(0);
				resolve(socket);
				return;
			}
			socket.destroy();
			reject(refused(proxy, `answered ${response.statusCode} ${response.statusMessage ?? ''}`.trimEnd()));
		});
		request.once('response', (response) => {
			response.resume();
			reject(refused(proxy, `answered ${response.statusCode}`));
		});
		request.once('timeout', () => request.destroy(refused(proxy, 'did not answer')));
		request.once('error', (error) => reject(refused(proxy, 'cannot be used', error)));
		request.end();
	});
}

/** Collects exactly as many bytes as the next answer of a SOCKS proxy has. */
function makeReader(socket: Socket): (length: number) => Promise<Buffer> {
	return async (length) => {
		for (;;) {
			const chunk = socket.read(length) as Buffer | null;
			if (chunk !== null) {
				if (chunk.length < length) {
					throw new Error('it closed the connection');
				}
				return chunk;
			}
			if (socket.readableEnded || socket.destroyed) {
				throw socket.errored ?? new Error('it closed the connection');
			}
			await new Promise<void>((resolve) => {
				const done = (): void => {
					for (const event of ['readable', 'end', 'error', 'close']) {
						socket.off(event, done);
					}
					resolve();
				};
				for (const event of ['readable', 'end', 'error', 'close']) {
					socket.once(event, done);
				}
			});
		}
	};
}

const socksRefusals = [
	'',
	'it failed',
	'its rules forbid it',
	'the network cannot be reached',
	'the server cannot be reached',
	'connection refused',
	'no answer in time',
];

/** RFC 1928 and 1929: the proxy looks the name up. */
async function openSocksTunnel(proxy: URL, host: string, port: number): Promise<Socket> {
	const socket = connect({host: proxy.hostname.replace(/^\[(.+)\]$/, '$1'), port: Number(proxy.port) || 1080});
	socket.setTimeout(timeoutMs, () => socket.destroy(new Error('it does not answer')));
	socket.on('error', () => {}); // the reader tells it
	const read = makeReader(socket);
	try {
		const user = Buffer.from(decodeURIComponent(proxy.username));
		const password = Buffer.from(decodeURIComponent(proxy.password));
		socket.write(user.length > 0 ? Buffer.from([5, 2, 0, 2]) : Buffer.from([5, 1, 0]));
		const [, method] = await read(2);
		if (method === 2) {
			socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
			if ((await read(2))[1] !== 0) {
				throw new Error('it does not accept the name and password');
			}
		} else if (method !== 0) {
			throw new Error('it wants another way to sign in');
		}
		const name = Buffer.from(host);
		socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]));
		const [, code = 1, , type] = await read(4);
		if (code !== 0) {
			throw new Error(socksRefusals[code] ?? 'it failed');
		}
		// The address it bound, which nobody needs: IPv4, a name, or IPv6, and two bytes of port.
		const length = type === 1 ? 4 : type === 4 ? 16 : ((await read(1))[0] ?? 0);
		await read(length + 2);
		socket.setTimeout(0);
		return socket;
	} catch (error) {
		socket.destroy();
		throw refused(proxy, 'cannot be used', error);
	}
}

/**
 * A connection through a proxy, up to the point where TLS can begin.
 * @throws ClusterError whose message names the proxy, without its password.
 */
export async function openTunnel(proxy: URL, host: string, port: number): Promise<Socket> {
	if (proxy.protocol === 'http:' || proxy.protocol === 'https:') {
		return openHttpTunnel(proxy, host, port);
	}
	if (proxy.protocol.startsWith('socks5') || proxy.protocol === 'socks:') {
		return openSocksTunnel(proxy, host, port);
	}
	throw refused(proxy, `is of a kind that is not known: ${proxy.protocol.slice(0, -1)}`);
}
