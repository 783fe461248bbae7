import {createServer, type Server, type ServerResponse} from 'node:http';
import {createServer as createSecureServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {ApiError, badRequest} from './api-error.ts';
import type {ReadLog} from './container-log.ts';
import {send, sendError, sendText} from './http/answer.ts';
import type {Call, Incoming} from './http/call.ts';
import {catalogueOf, sendDiscovery} from './http/discovery.ts';
import {serveHealth} from './http/health.ts';
import {keepPages} from './http/list.ts';
import {openApiPaths, openApiV2, openApiV3} from './http/openapi.ts';
import {review, reviewKinds} from './http/reviews.ts';
import {authorize, authorizePath} from './http/rights.ts';
import {type Services, serveResource} from './http/route.ts';
import {type ServedScenario, serveScenarios} from './http/scenarios.ts';
import {type Account, authenticate, makeUsers, type User} from './http/users.ts';
import type {WatchSettings} from './http/watch.ts';
import type {MemoryStore} from './memory-store.ts';

/** What is served, however it is reached. */
export interface ApiSettings {
	store: MemoryStore;
	readLog?: ReadLog;
	scenarios?: readonly ServedScenario[];
	/** Called before objects of a resource are read: for those that a real cluster writes on and on, and this one when somebody looks. */
	beforeRead?: (resource: string) => void;
	/** How watches from a forgotten version are refused; inside the stream by default. */
	expired?: WatchSettings['expired'];
}

export interface ServerSettings extends ApiSettings {
	/** 0 for any free port. */
	port?: number;
	/** Key and certificate in PEM. Without them it is plain HTTP, over which kubectl sends no token. */
	tls?: {key: string; certificate: string};
}

/** Answers a request, of HTTP/1.1 or of HTTP/2; what goes wrong is answered too. */
export type Handler = (request: Incoming, response: ServerResponse) => void;

export interface SandboxServer {
	readonly url: string;
	/** The administrator first. */
	readonly users: readonly Account[];
	/** Ends every connection and frees the port. */
	close(): Promise<void>;
}

const version = {
	major: '1',
	minor: '37',
	gitVersion: 'v1.37.0-rolldeck',
	gitCommit: '',
	gitTreeState: '',
	buildDate: '1970-01-01T00:00:00Z',
	goVersion: '',
	compiler: '',
	platform: `${process.platform}/${process.arch}`,
};

/** kubectl reads the old document, and only as protobuf, to check a kind that the new ones do not have: it has none of those. */
const openApiProtobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** Field 1, swagger: "2.0". */
const emptyOpenApi = Buffer.from([0x0a, 3, 0x32, 0x2e, 0x30]);

/** Throws 403 where the user may not use a path that is no resource's. */
function mayAsk({request, user}: Call, path: string): void {
	const verbs: Record<string, string> = {GET: 'get', PATCH: 'patch', POST: 'post', PUT: 'put', DELETE: 'delete'};
	authorizePath(user, verbs[request.method ?? ''] ?? '', path);
}

/** A path without its escapes and final slashes. 400 for escapes that are none. */
function decodePath(path: string): string {
	try {
		return decodeURIComponent(path).replace(/\/+$/, '') || '/';
	} catch {
		throw badRequest(`invalid URL escape in ${JSON.stringify(path)}`);
	}
}

/** The API over a store. `identify` says who asks; it throws a 401 for whoever is not known. */
export function makeHandler(settings: ApiSettings, identify: (request: Incoming) => User): Handler {
	const {store, scenarios = [], readLog} = settings;
	const catalogue = catalogueOf(store.kinds);
	const services: Services = {
		pages: keepPages(),
		watch: {expired: settings.expired ?? 'event'},
		...(readLog && {readLog}),
		...(settings.beforeRead && {beforeRead: settings.beforeRead}),
	};
	const documents = new Map<string, string>();

	/** A document that never changes, made when it is first asked for. */
	function once(path: string, make: () => unknown): string {
		let text = documents.get(path);
		if (text === undefined) documents.set(path, (text = JSON.stringify(make())));
		return text;
	}

	async function serve(request: Incoming, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://sandbox');
		const path = decodePath(url.pathname);
		if (serveHealth(response, path, url.searchParams)) return;
		const call: Call = {
			store,
			request,
			response,
			query: url.searchParams,
			user: identify(request),
			warnings: [],
		};
		const [root, ...rest] = path.slice(1).split('/');
		if (root === 'api' || root === 'apis') return serveApi(call, root, rest);
		if (root === 'rolldeck') return serveScenarios(call, rest, scenarios);
		mayAsk(call, path);
		if (path === '/openapi/v2' && request.headers.accept?.startsWith(openApiProtobuf)) {
			response.writeHead(200, {'Content-Type': openApiProtobuf.replace('@', '.')}).end(emptyOpenApi);
			return;
		}
		const text = path === '/version' ? JSON.stringify(version) : openApi(path);
		if (text === undefined) return sendText(response, 404, '404 page not found\n');
		send(call, 200, text);
	}

	function openApi(path: string): string | undefined {
		if (path === '/openapi/v2') return once(path, () => openApiV2(store.kinds));
		if (path === '/openapi/v3') {
			return once(path, () => ({
				paths: Object.fromEntries(
					openApiPaths(store.kinds).map((one) => [
						one,
						{serverRelativeURL: `/openapi/v3/${one}?hash=${version.gitVersion}`},
					]),
				),
			}));
		}
		const group = /^\/openapi\/v3\/(.+)$/.exec(path)?.[1];
		if (!group || !openApiPaths(store.kinds).includes(group)) return undefined;
		return once(path, () => openApiV3(store.kinds, group));
	}

	async function serveApi(call: Call, root: string, rest: string[]): Promise<void> {
		const named = root === 'apis';
		const [group = '', groupVersion] = named ? rest : ['', rest[0]];
		const path = rest.slice(named ? 2 : 1);
		if (groupVersion === undefined || path.length === 0) {
			mayAsk(call, `/${[root, ...rest].join('/')}`);
			if (call.request.method !== 'GET')
				throw new ApiError(
					405,
					'MethodNotAllowed',
					'the server does not allow this method on the requested resource',
					{},
				);
			return sendDiscovery(call, catalogue, root, rest);
		}
		if (!catalogue.groups.some((one) => one.name === group && one.version === groupVersion)) {
			return sendText(call.response, 404, '404 page not found\n');
		}
		if (group in reviewKinds) {
			const [resource = ''] = path;
			if (!Object.hasOwn(reviewKinds[group]!, resource) || call.request.method !== 'POST' || path.length > 1) {
				throw new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
			}
			authorize(call.user, {verb: 'create', group, resource});
			return review(call, group, resource);
		}
		await serveResource(call, services, group ? `${group}/${groupVersion}` : groupVersion, path);
	}

	return (request, response) => {
		response.on('error', () => {});
		serve(request, response).catch((error: unknown) => sendError({request, response, warnings: []}, error));
	};
}

/** Serves a store as a Kubernetes API over HTTP/1.1 on 127.0.0.1. */
export async function startServer(settings: ServerSettings): Promise<SandboxServer> {
	const {port = 0, tls} = settings;
	const users = makeUsers();
	const handle = makeHandler(settings, (request) => authenticate(users, request.headers));
	const server = tls ? createSecureServer({key: tls.key, cert: tls.certificate}, handle) : createServer(handle);
	server.on('tlsClientError', () => {});
	server.on('clientError', (_error, socket) => {
		if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
	});
	// Watches last for hours; half requests must not.
	server.requestTimeout = 60_000;
	// Clients keep connections for their next request; one that is closed just then is an error to them.
	server.keepAliveTimeout = 90_000;
	await listen(server, port);
	return {
		url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
		users,
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

function listen(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => {
			server.off('error', reject);
			resolve();
		});
	});
}
