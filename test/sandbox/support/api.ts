import {type IncomingMessage, request} from 'node:http';
import {createStore, type MemoryStore, type StoreSettings} from '../../../source/sandbox/memory-store.ts';
import {type SandboxServer, type ServerSettings, startServer} from '../../../source/sandbox/server.ts';
import {type Json, type Obj, type TestClock, testClock} from '../../../source/sandbox/store.ts';

export const by = {manager: 'test'};

/** A Deployment that every rule accepts. */
export function deployment(name = 'web', spec: object = {}): Json {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name, namespace: 'shop'},
		spec: {
			selector: {matchLabels: {app: name}},
			template: {metadata: {labels: {app: name}}, spec: {containers: [{name: 'main', image: `${name}:1`}]}},
			...spec,
		},
	};
}

export function pod(name = 'web-1', spec: object = {}, labels: object = {app: 'web'}): Json {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {name, namespace: 'shop', labels},
		spec: {containers: [{name: 'main', image: 'web:1'}], ...spec},
	};
}

/** A store at rest with the namespaces shop and team-a, and a clock to drive it. */
export function shopStore(settings: StoreSettings = {}): {store: MemoryStore; clock: TestClock} {
	const clock = testClock();
	const store = createStore({clock, ...settings});
	for (const name of ['shop', 'team-a']) store.create('namespaces', {metadata: {name}}, by);
	return {store, clock};
}

export interface Answer {
	code: number;
	headers: IncomingMessage['headers'];
	text: string;
	/** The body as JSON. */
	body: Json;
}

export interface Call {
	method?: string;
	body?: Json;
	/** Sent as it is. */
	raw?: string | Buffer;
	type?: string;
	user?: string;
	headers?: Record<string, string>;
}

/** A running API server, and how to talk to it. */
export interface Api {
	readonly store: MemoryStore;
	readonly clock: TestClock;
	readonly server: SandboxServer;
	call(path: string, call?: Call): Promise<Answer>;
	/** Opens a watch; `events` grows as it speaks. */
	watch(path: string, call?: Call): Promise<Watching>;
	close(): Promise<void>;
}

export interface Watching {
	readonly code: number;
	readonly events: {type: string; object: Obj}[];
	/** Resolves once there are so many events. */
	until(count: number): Promise<void>;
	/** Resolves when the server has ended it. */
	readonly ended: Promise<void>;
	close(): void;
}

function send(server: SandboxServer, path: string, call: Call): Promise<IncomingMessage> {
	const {method = call.body === undefined && call.raw === undefined ? 'GET' : 'POST', user = 'admin'} = call;
	const token = server.users.find((one) => one.name === user)?.token ?? user;
	const headers: Record<string, string> = {
		authorization: `Bearer ${token}`,
		'user-agent': 'tester/1.0',
		...call.headers,
	};
	const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
	if (body !== undefined) {
		headers['content-type'] = call.type ?? 'application/json';
		headers['content-length'] = String(Buffer.byteLength(body));
	}
	return new Promise((resolve, reject) => {
		const sent = request(new URL(path, server.url), {method, headers, agent: false}, resolve);
		sent.on('error', reject);
		sent.end(body);
	});
}

async function read(response: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

function parse(text: string): Json {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Starts an API server over a store with the namespaces shop and team-a. */
export async function startApi(settings: Partial<ServerSettings> & {remembered?: number} = {}): Promise<Api> {
	const {remembered, ...rest} = settings;
	const {store, clock} = shopStore(remembered === undefined ? {} : {remembered});
	const server = await startServer({store, ...rest});
	return {
		store,
		clock,
		server,
		async call(path, call = {}) {
			const response = await send(server, path, call);
			const bytes = await read(response);
			const text = bytes.toString('utf8');
			return {code: response.statusCode ?? 0, headers: response.headers, text, body: parse(text)};
		},
		async watch(path, call = {}) {
			const response = await send(server, path, call);
			const events: Watching['events'] = [];
			const waiting = new Set<{count: number; done: () => void}>();
			let rest = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => {
				const lines = (rest + chunk).split('\n');
				rest = lines.pop() ?? '';
				for (const line of lines) events.push(JSON.parse(line));
				for (const one of waiting) if (events.length >= one.count) one.done();
			});
			const ended = new Promise<void>((resolve) => {
				response.on('close', resolve);
			});
			return {
				code: response.statusCode ?? 0,
				events,
				ended,
				until: (count) =>
					new Promise((resolve) => {
						if (events.length >= count) resolve();
						else waiting.add({count, done: resolve});
					}),
				close: () => response.destroy(),
			};
		},
		close: () => server.close(),
	};
}

export const deployments = '/apis/apps/v1/namespaces/shop/deployments';
export const pods = '/api/v1/namespaces/shop/pods';
