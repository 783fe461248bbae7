import {readFileSync, writeFileSync} from 'node:fs';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {createSecureServer, type ServerHttp2Session} from 'node:http2';
import type {AddressInfo, Socket} from 'node:net';
import type {TLSSocket} from 'node:tls';
import {gzipSync} from 'node:zlib';
import type {KubeObject} from '../../source/objects.ts';
import {type Asked, Faults, type OpenWatch} from './api-faults.ts';
import {ApiObjects, type Change, isSelected, kindOf} from './api-objects.ts';
import {jsonPatch, mergePatch, type PatchStep} from './json-patch.ts';

export interface ApiOptions {
	/** With `apiVersion` and `kind`, whole or cut; more may be put later. Namespaces count only if they are among them. */
	readonly objects?: readonly KubeObject[];
	/** HTTPS with HTTP/2, as a real server; left out: plain HTTP/1.1. */
	readonly tls?: 'h2' | 'http/1.1';
	/** What SelfSubjectAccessReview says, and nothing else: to refuse requests too, see `faults`. Left out: yes. */
	readonly may?: (query: {verb: string; group?: string; resource: string; namespace?: string}) => boolean;
	/** Looks at every change before it is stored, dry runs too; what it returns is the refusal. */
	readonly admit?: (
		object: KubeObject,
		isDryRun: boolean,
	) => {code: number; reason?: string; message: string} | undefined;
}

/** A small API server in this process, over real connections. */
export interface Api {
	readonly url: string;
	readonly faults: Faults;
	/** Every request that came, oldest first, those that a fault took too. */
	readonly requests: Asked[];
	/** How many connections were made to it. */
	readonly connections: () => number;
	/** Writes a kubeconfig for it and returns the path: context `test`, namespace `shop`, token `test-token`. */
	kubeconfig(path: string): string;
	/** Creates or replaces an object and tells the watches; returns it as stored. */
	put(object: KubeObject): KubeObject;
	remove(object: KubeObject): void;
	get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined;
	list(plural: string, namespace: string | undefined): KubeObject[];
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

/** The field selectors and pages of a list that is being read. */
interface Listing {
	readonly items: readonly KubeObject[];
	readonly version: string;
}

class Refusal extends Error {
	readonly code: number;
	readonly reason: string;

	constructor(code: number, reason: string, message: string) {
		super(message);
		this.code = code;
		this.reason = reason;
	}
}

function notFound(plural: string, name: string): Refusal {
	return new Refusal(404, 'NotFound', `${plural} "${name}" not found`);
}

function specOf(object: KubeObject | undefined): string {
	return JSON.stringify((object as {spec?: unknown} | undefined)?.spec);
}

function clientOf({socket}: IncomingMessage): string | undefined {
	// Over HTTP/2 the socket is a proxy of the TLS socket, on which this may be asked.
	const name = (socket as Partial<TLSSocket>).getPeerCertificate?.()?.subject?.CN;
	return Array.isArray(name) ? name[0] : name;
}

async function readBody(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request.setEncoding('utf8')) {
		body += String(chunk);
	}
	return body;
}

/** A Deployment or ReplicaSet as its scale subresource shows it. */
function asScale({metadata, ...rest}: KubeObject): KubeObject {
	const {spec, status} = rest as {spec?: {replicas?: number}; status?: {replicas?: number}};
	const {name, namespace, uid, resourceVersion} = metadata;
	return {
		kind: 'Scale',
		apiVersion: 'autoscaling/v1',
		metadata: {
			name,
			uid,
			...(namespace !== undefined && {namespace}),
			...(resourceVersion !== undefined && {resourceVersion}),
		},
		spec: {replicas: spec?.replicas ?? 1},
		status: {replicas: status?.replicas ?? 0},
	} as KubeObject;
}

function applyPatch(object: KubeObject, contentType: string, body: string): KubeObject {
	if (!contentType.includes('json-patch')) {
		return mergePatch(object, JSON.parse(body));
	}
	try {
		return jsonPatch(object, JSON.parse(body) as PatchStep[]);
	} catch {
		throw new Refusal(422, 'Invalid', 'the server rejected our request due to an error in our request');
	}
}

function reply(request: IncomingMessage, response: ServerResponse, status: number, value: unknown): void {
	const body = JSON.stringify(value);
	// As the real one: long answers are packed, if that is asked for.
	const isPacked = body.length > 128 * 1024 && String(request.headers['accept-encoding']).includes('gzip');
	response.writeHead(status, {'content-type': 'application/json', ...(isPacked && {'content-encoding': 'gzip'})});
	response.end(isPacked ? gzipSync(body, {level: 1}) : body);
}

/**
 * Starts a server that keeps objects in memory and answers as kube-apiserver does: lists in pages, watches with history and
 * bookmarks, JSON and merge patches, dry runs, scale, preconditions, access reviews. What it does wrong is in `faults`.
 */
export async function startApi(options: ApiOptions = {}): Promise<Api> {
	const objects = new ApiObjects();
	for (const object of options.objects ?? []) {
		objects.put(object);
	}
	const faults = new Faults();
	const requests: Asked[] = [];
	const listings = new Map<string, Listing>();

	function store(object: KubeObject, before: KubeObject | undefined, asked: Asked): KubeObject {
		const isDryRun = asked.query.get('dryRun') === 'All';
		const refused = options.admit?.(object, isDryRun);
		if (refused !== undefined) {
			throw new Refusal(refused.code, refused.reason ?? 'Forbidden', refused.message);
		}
		const {metadata} = object;
		if (
			before !== undefined &&
			metadata.resourceVersion &&
			metadata.resourceVersion !== before.metadata.resourceVersion
		) {
			throw new Refusal(
				409,
				'Conflict',
				'the object has been modified; please apply your changes to the latest version',
			);
		}
		const isSpecChanged = specOf(object) !== specOf(before);
		const generation = (before?.metadata.generation ?? 0) + (isSpecChanged ? 1 : 0);
		const stored = {...object, metadata: {...metadata, generation}};
		return isDryRun ? stored : objects.put(stored);
	}

	function change(object: KubeObject, asked: Asked, subresource: string | undefined): KubeObject {
		const contentType = String(asked.headers['content-type']);
		const patch = (from: KubeObject): KubeObject =>
			asked.method === 'PUT' ? (JSON.parse(asked.body) as KubeObject) : applyPatch(from, contentType, asked.body);
		if (subresource !== 'scale') {
			const changed = patch(object);
			if (changed.metadata.uid !== object.metadata.uid) {
				throw new Refusal(422, 'Invalid', `metadata.uid: Invalid value: "${changed.metadata.uid}": field is immutable`);
			}
			return store(changed, object, asked);
		}
		const {replicas} = (patch(asScale(object)) as unknown as {spec: {replicas: number}}).spec;
		if (!(replicas >= 0)) {
			throw new Refusal(
				422,
				'Invalid',
				`spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`,
			);
		}
		return asScale(store(mergePatch(object, {spec: {replicas}}), object, asked));
	}

	function list(asked: Asked, plural: string, namespace: string | undefined, apiVersion: string, kind: string) {
		const {query} = asked;
		const token = query.get('continue') ?? '';
		const known = listings.get(token);
		if (token !== '' && known === undefined) {
			throw new Refusal(
				410,
				'Expired',
				'The provided continue parameter is too old to display a consistent list result.',
			);
		}
		const {items, version} = known ?? {
			items: objects
				.list(plural, namespace)
				.filter((object) => isSelected(object, query.get('labelSelector'), query.get('fieldSelector'))),
			version: String(objects.version),
		};
		const limit = Number(query.get('limit')) || items.length;
		const rest = items.slice(limit);
		const next = rest.length > 0 ? `${version}-${rest.length}-${listings.size}` : '';
		if (next !== '') {
			listings.set(next, {items: rest, version});
		}
		return {
			kind: `${kind}List`,
			apiVersion,
			metadata: {resourceVersion: version, ...(next !== '' && {continue: next, remainingItemCount: rest.length})},
			// As in the real lists of typed kinds, metadata comes first and the items do not say what they are.
			items: items
				.slice(0, limit)
				.map(({apiVersion: _version, kind: _kind, metadata, ...others}) => ({metadata, ...others})),
		};
	}

	function watch(
		asked: Asked,
		request: IncomingMessage,
		response: ServerResponse,
		plural: string,
		namespace: string | undefined,
	): void {
		const {query} = asked;
		const open: OpenWatch = {asked, request, response, muted: false};
		response.writeHead(200, {'content-type': 'application/json'});
		response.flushHeaders();
		const from = query.get('resourceVersion') ?? '0';
		if (Number(from) < objects.compacted) {
			const object = {
				kind: 'Status',
				status: 'Failure',
				code: 410,
				reason: 'Expired',
				message: `too old resource version: ${from}`,
			};
			response.end(`${JSON.stringify({type: 'ERROR', object})}\n`);
			return;
		}
		const tell = ({type, object, plural: of}: Change): void => {
			const isMeant = of === plural && (namespace === undefined || object.metadata.namespace === namespace);
			if (isMeant && !open.muted && isSelected(object, query.get('labelSelector'), query.get('fieldSelector'))) {
				response.write(`${JSON.stringify({type, object})}\n`);
			}
		};
		for (const past of objects.since(from)) {
			tell(past);
		}
		const stopListening = objects.listen(tell);
		faults.watches.add(open);
		response.once('close', () => {
			stopListening();
			faults.watches.delete(open);
		});
	}

	function answer(
		asked: Asked,
		request: IncomingMessage,
		response: ServerResponse,
	): {status: number; value: unknown} | undefined {
		const {method, path} = asked;
		if (path === '/version') {
			return {status: 200, value: {major: '1', minor: '37', gitVersion: 'v1.37.2'}};
		}
		if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') {
			const review = JSON.parse(asked.body) as {
				spec: {resourceAttributes: Parameters<NonNullable<ApiOptions['may']>>[0]};
			};
			return {
				status: 201,
				value: {...review, status: {allowed: options.may?.(review.spec.resourceAttributes) ?? true}},
			};
		}
		const match =
			/^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/(?:namespaces\/([^/]+)\/(?=\w))?([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
				path,
			);
		const [, root = '', namespace, plural = '', name, subresource] = match ?? [];
		const kind = kindOf(root, plural);
		if (kind === undefined) {
			throw new Refusal(404, 'NotFound', 'the server could not find the requested resource');
		}
		if (name === undefined && method === 'GET') {
			if (asked.query.has('watch')) {
				watch(asked, request, response, plural, namespace);
				return undefined;
			}
			return {status: 200, value: list(asked, plural, namespace, root.replace(/^\/apis?\//, ''), kind)};
		}
		if (name === undefined) {
			return {status: 201, value: store(JSON.parse(asked.body) as KubeObject, undefined, asked)};
		}
		const object = objects.get(plural, namespace, name);
		if (object === undefined) {
			throw notFound(plural, name);
		}
		if (method === 'GET') {
			return {status: 200, value: subresource === 'scale' ? asScale(object) : object};
		}
		if (method === 'PATCH' || method === 'PUT') {
			return {status: 200, value: change(object, asked, subresource)};
		}
		const {preconditions} = JSON.parse(asked.body || '{}') as {preconditions?: {uid?: string}};
		if (preconditions?.uid !== undefined && preconditions.uid !== object.metadata.uid) {
			throw new Refusal(409, 'Conflict', `Precondition failed: UID in precondition: ${preconditions.uid}`);
		}
		if (asked.query.get('dryRun') !== 'All') {
			objects.remove(object);
		}
		return {status: 200, value: object};
	}

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', 'http://server');
		const asked: Asked = {
			method: request.method ?? 'GET',
			path: decodeURIComponent(url.pathname),
			query: url.searchParams,
			headers: request.headers,
			body: await readBody(request),
			client: clientOf(request),
		};
		requests.push(asked);
		if (faults.takes(asked, request, response)) {
			return;
		}
		let result: {status: number; value: unknown} | undefined;
		try {
			result = answer(asked, request, response);
		} catch (error) {
			const {code, reason, message} =
				error instanceof Refusal ? error : {code: 500, reason: 'InternalError', message: String(error)};
			result = {status: code, value: {kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message}};
		}
		if (result !== undefined && !faults.takesAnswer(asked, request, response)) {
			reply(request, response, result.status, result.value);
		}
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
				: createSecureServer({...tls, ...mutual, allowHTTP1: true, ALPNProtocols: [options.tls]}, listener as never);
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
		put: (object) => objects.put(object),
		remove: (object) => objects.remove(object),
		get: (plural, namespace, name) => objects.get(plural, namespace, name),
		list: (plural, namespace) => objects.list(plural, namespace),
		bookmark() {
			const object = {kind: 'Bookmark', apiVersion: 'v1', metadata: {resourceVersion: String(objects.version)}};
			for (const {response, muted} of faults.watches) {
				if (!muted) {
					response.write(`${JSON.stringify({type: 'BOOKMARK', object})}\n`);
				}
			}
		},
		compact() {
			objects.compact();
			listings.clear();
		},
		start,
		stop,
		close: stop,
	};
}
