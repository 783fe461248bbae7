import {readFileSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createSecureServer, type ServerHttp2Session} from 'node:http2';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo, Socket} from 'node:net';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import type {TLSSocket} from 'node:tls';
import type {KubeObject} from '../../source/objects.ts';
import {userOf} from '../../source/sandbox/http/users.ts';
import {makeHandler} from '../../source/sandbox/server.ts';
import {type Asked, Faults} from './api-faults.ts';
import {type Admit, type ApiState, createState} from './api-state.ts';

export interface ApiOptions {
	/** With `apiVersion` and `kind`, whole or cut; more may be put later. Namespaces count only if they are among them. */
	readonly objects?: readonly KubeObject[];
	/** HTTPS with HTTP/2, as a real server; left out: plain HTTP/1.1. */
	readonly tls?: 'h2' | 'http/1.1';
	/** What SelfSubjectAccessReview says, and nothing else: to refuse requests too, see `faults`. Left out: yes. */
	readonly may?: (query: {verb: string; group?: string; resource: string; namespace?: string}) => boolean;
	/** A webhook. */
	readonly admit?: Admit;
}

/** A small API server in this process, over real connections. */
export interface Api extends Omit<ApiState, 'store'> {
	readonly url: string;
	readonly faults: Faults;
	/** Every request that came, oldest first, those that a fault took too. */
	readonly requests: Asked[];
	/** How many connections were made to it. */
	readonly connections: () => number;
	/** Writes a kubeconfig for it and returns the path: context `test`, namespace `shop`, token `test-token`. */
	kubeconfig(path: string): string;
	/** Sends a bookmark to all watches. */
	bookmark(): void;
	/** Forgets old versions: a watch from one is answered by an ERROR event with code 410. */
	compact(): void;
	/** Goes down: connections are reset, new ones refused. */
	stop(): Promise<void>;
	/** Comes back on the same port. */
	start(): Promise<void>;
	close(): Promise<void>;
}

const tlsFolder = new URL('tls/', import.meta.url);

/** A certificate or key of the tests: `ca.crt`, `server.crt`, `client.crt`, … */
export function tlsFile(name: string): string {
	return new URL(name, tlsFolder).pathname;
}

function clientOf({socket}: IncomingMessage): string | undefined {
	// Over HTTP/2 the socket is a proxy of the TLS socket, on which this may be asked.
	const name = (socket as Partial<TLSSocket>).getPeerCertificate?.()?.subject?.CN;
	return Array.isArray(name) ? name[0] : name;
}

/**
 * Starts the API server of the practice cluster over objects in memory, without controllers and behind other doors: over HTTP/2 too,
 * for everyone, whatever token or certificate they show. What it does wrong is in `faults`.
 */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
	const {store, ...state} = createState(options.objects ?? [], options.admit);
	const everyone = userOf({name: 'tester', groups: ['system:masters', 'system:authenticated']});
	const serve = makeHandler({store}, () => everyone);
	const faults = new Faults();
	const requests: Asked[] = [];

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://server');
		const asked: Asked = {
			method: request.method ?? 'GET',
			path: decodeURIComponent(url.pathname),
			query: url.searchParams,
			headers: request.headers,
			body: await text(request),
			client: clientOf(request),
		};
		requests.push(asked);
		if (faults.takes(asked, request, response)) return;
		if (options.may && asked.path.endsWith('/selfsubjectaccessreviews')) {
			const {spec} = JSON.parse(asked.body) as {spec: {resourceAttributes: Parameters<typeof options.may>[0]}};
			const status = {allowed: options.may(spec.resourceAttributes)};
			response.writeHead(201, {'content-type': 'application/json'});
			response.end(JSON.stringify({kind: 'SelfSubjectAccessReview', spec, status}));
			return;
		}
		const {method, url: path, headers} = request;
		serve(
			Object.assign(Readable.from(asked.body ? [Buffer.from(asked.body)] : []), {method, url: path, headers}),
			response,
		);
	}

	const listener = (request: IncomingMessage, response: ServerResponse): void => {
		handle(request, response).catch(() => response.destroy()); // the client went away in the middle
	};
	const sockets = new Set<Socket>();
	const sessions = new Set<ServerHttp2Session>();
	let connections = 0;
	let port = 0;
	let server: Server | ReturnType<typeof createSecureServer> | undefined;

	async function start(): Promise<void> {
		const tls = {cert: readFileSync(tlsFile('server.crt')), key: readFileSync(tlsFile('server.key'))};
		const mutual = {ca: readFileSync(tlsFile('ca.crt')), requestCert: true, rejectUnauthorized: false};
		const opened =
			options.tls === undefined
				? createServer(listener)
				: options.tls === 'h2'
					? createSecureServer({...tls, ...mutual}, listener as never)
					: createTlsServer({...tls, ...mutual}, listener);
		opened.on('connection', (socket: Socket) => {
			connections++;
			sockets.add(socket);
			socket.on('error', () => {}); // resets are what faults make
			socket.once('close', () => sockets.delete(socket));
		});
		opened.on('session', (session: ServerHttp2Session) => {
			sessions.add(session);
			session.on('error', () => {});
			session.once('close', () => sessions.delete(session));
		});
		await new Promise<void>((resolve) => {
			opened.listen(port, '127.0.0.1', resolve);
		});
		({port} = opened.address() as AddressInfo);
		server = opened;
	}

	async function stop(): Promise<void> {
		const closing = server;
		server = undefined;
		if (closing !== undefined) {
			const closed = new Promise((resolve) => {
				closing.close(resolve);
			});
			for (const session of sessions) {
				session.destroy();
			}
			for (const socket of sockets) {
				socket.destroy();
			}
			await closed;
		}
	}

	await start();
	const url = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
	return {
		url,
		faults,
		requests,
		connections: () => connections,
		kubeconfig(path) {
			const ca = options.tls === undefined ? {} : {'certificate-authority': tlsFile('ca.crt')};
			const config = {
				apiVersion: 'v1',
				kind: 'Config',
				clusters: [{name: 'test', cluster: {server: url, ...ca}}],
				users: [{name: 'tester', user: {token: 'test-token'}}],
				contexts: [{name: 'test', context: {cluster: 'test', user: 'tester', namespace: 'shop'}}],
				'current-context': 'test',
			};
			writeFileSync(path, JSON.stringify(config, undefined, '\t'), {mode: 0o600});
			return path;
		},
		...state,
		bookmark: () => faults.bookmark(store.version()),
		compact() {
			// What is newest was not: something else has changed since.
			store.put({
				apiVersion: 'coordination.k8s.io/v1',
				kind: 'Lease',
				metadata: {name: 'clock', namespace: 'kube-system'},
			});
			store.compact();
		},
		start,
		stop,
		close: stop,
	};
}
