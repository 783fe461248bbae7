import type {Socket} from 'node:net';
import {buildConnector, Pool} from 'undici';
import type {TlsMaterial} from './tls-material.ts';
import {openTunnel} from './tunnel.ts';

export interface TransportOptions {
	readonly server: URL;
	readonly proxy: URL | undefined;
	readonly tls: TlsMaterial;
	/** A request that any server answers, whatever it says: asked for where a connection cannot be pinged (HTTP/1.1). */
	readonly probe?: () => {readonly path: string; readonly headers: Readonly<Record<string, string | string[]>>};
	/** How often an HTTP/2 connection is asked whether it lives, and after how much silence it does not. Milliseconds. */
	readonly pingMs?: number;
	readonly deadMs?: number;
}

/** The connections to one server with one client certificate. */
export interface Transport {
	readonly pool: Pool;
	readonly tls: TlsMaterial;
	/** Lets go of the connections as the requests on them end. */
	retire(): void;
	/** Ends everything now. */
	destroy(): Promise<void>;
}

/** Windows large enough for a long list at 50 ms: undici's own 256 kB would carry 5 MB/s. */
const streamWindow = 16 * 1024 * 1024;
const connectionWindow = 32 * 1024 * 1024;

/**
 * A pool that speaks HTTP/2 where the server offers it (then all requests share one connection) and HTTP/1.1 otherwise (one
 * connection for every request that is under way). An HTTP/2 connection that does not answer pings is dropped, so that its
 * watches fail and start anew. HTTP/1.1 has no pings: while nothing comes, the server is asked something beside, and if that gets
 * no answer the silent connections are dropped as well; one that is dead alone is noticed by its watch.
 */
export function openTransport(options: TransportOptions): Transport {
	const {server, proxy, tls, probe, pingMs = 5000, deadMs = 15_000} = options;
	const connector = buildConnector({
		ca: tls.ca,
		cert: tls.cert,
		key: tls.key,
		rejectUnauthorized: tls.rejectUnauthorized,
		...(tls.servername !== undefined && {servername: tls.servername}),
		preferH2: true,
		timeout: 10_000,
		keepAlive: true,
		keepAliveInitialDelay: 30_000,
	});
	/** Of each connection: how much had been read, and when (by both clocks) that was last seen to grow. */
	const alive = new Map<Socket, {pings: boolean; read: number; at: number; wall: number}>();

	const connect: typeof connector = (request, callback) => {
		const finish: typeof callback = (...result) => {
			const [, socket] = result;
			// On failure undici leaves the socket out, whatever its types say.
			if (socket) {
				const pings = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
				alive.set(socket, {pings, read: 0, at: performance.now(), wall: Date.now()});
				socket.once('close', () => alive.delete(socket));
			}
			callback(...result);
		};
		// Undici derives the name from the Host header; what the kubeconfig says counts more.
		const named = tls.servername === undefined ? request : {...request, servername: tls.servername};
		if (proxy === undefined) {
			connector(named, finish);
		} else {
			void throughProxy(proxy, named, finish);
		}
	};
	const throughProxy = async (via: URL, ...[request, finish]: Parameters<typeof connector>): Promise<void> => {
		const isTls = request.protocol === 'https:';
		const host = request.hostname.replace(/^\[(.+)\]$/, '$1');
		let tunnel: Socket;
		try {
			tunnel = await openTunnel(via, host, Number(request.port) || (isTls ? 443 : 80));
		} catch (error) {
			finish(error as Error, null);
			return;
		}
		if (isTls) {
			connector({...request, httpSocket: tunnel}, finish);
		} else {
			finish(null, tunnel);
		}
	};

	const pool = new Pool(server.origin, {
		connect,
		keepAliveTimeout: 60_000,
		bodyTimeout: 0,
		h2Options: {
			initialWindowSize: streamWindow,
			connectionWindowSize: connectionWindow,
			// A server may allow fewer; it is the most that Go's servers allow.
			maxConcurrentStreams: 250,
			pingInterval: pingMs,
		},
	} as ConstructorParameters<typeof Pool>[1]);

	const drop = (socket: Socket, heard: {readonly at: number; readonly wall: number}) => {
		// What a look noticed came up to one look earlier: nothing is called fresh that may have been stale.
		const silent = {code: 'ETIMEDOUT', silentMs: msSince(heard) + pingMs};
		socket.destroy(Object.assign(new Error('the connection is dead'), silent));
	};
	let probing = false;
	let retired = false;
	/** Whether the server answers at all: then silence over HTTP/1.1 is that of a cluster in which nothing happens. */
	const ask = async (question: ReturnType<NonNullable<typeof probe>>) => {
		probing = true;
		const silent = [...alive].filter(([socket, {pings, read}]) => !pings && socket.bytesRead === read);
		try {
			const answer = await pool.request({...question, method: 'GET', signal: AbortSignal.timeout(deadMs)});
			await answer.body.dump();
			for (const [, seen] of silent) Object.assign(seen, {at: performance.now(), wall: Date.now()});
		} catch {
			for (const [socket, seen] of silent) {
				if (!retired && socket.bytesRead === seen.read) drop(socket, seen);
			}
		}
		probing = false;
	};

	let looked = {at: performance.now(), wall: Date.now()};
	const watch = setInterval(() => {
		const now = {at: performance.now(), wall: Date.now()};
		// After a pause of our own (ctrl-z, sleep, a busy machine) answers may lie unread: once more they are waited for.
		const wasAway = msSince(looked) > 2 * pingMs;
		// What has come was there before the pause, for all that is known.
		const heard = wasAway ? looked : now;
		looked = now;
		for (const [socket, seen] of alive) {
			if (socket.bytesRead !== seen.read) {
				alive.set(socket, {...seen, read: socket.bytesRead, ...heard});
			} else if (!wasAway && msSince(seen) > deadMs) {
				if (seen.pings) drop(socket, seen);
				else if (probe && !probing && !retired) void ask(probe());
			}
		}
	}, pingMs);
	watch.unref();

	return {
		pool,
		tls,
		retire() {
			retired = true;
			pool.close().then(
				() => clearInterval(watch),
				() => clearInterval(watch),
			);
		},
		async destroy() {
			clearInterval(watch);
			await pool.destroy();
		},
	};
}

/** A machine that sleeps stops the one clock, and somebody who sets the other makes it jump. */
function msSince({at, wall}: {readonly at: number; readonly wall: number}): number {
	return Math.max(performance.now() - at, Date.now() - wall);
}

function isSame(a: string | Buffer | undefined, b: string | Buffer | undefined): boolean {
	return a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(Buffer.from(b)));
}

/** True if connections made with one would be the same as those made with the other. */
export function isSameTls(a: TlsMaterial, b: TlsMaterial): boolean {
	return (
		isSame(a.ca, b.ca) &&
		isSame(a.cert, b.cert) &&
		isSame(a.key, b.key) &&
		a.rejectUnauthorized === b.rejectUnauthorized &&
		a.servername === b.servername
	);
}
