import {pipeline, type Readable} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {headerText, parseStatus, readAll, readRetryAfter, readWarnings} from './answer.ts';
import {createClockSkew} from './clock-skew.ts';
import {type Credentials, type Identity, makeCredentials} from './credentials.ts';
import {describeRequest, type Method} from './describe.ts';
import {ClusterError, errorFromStatus, toClusterError} from './errors.ts';
import {type ContextInfo, entriesOf, type Kubeconfig, KubeconfigError} from './kubeconfig.ts';
import {proxyFor} from './proxy.ts';
import {isSameTls, openTransport, type Transport} from './transport.ts';

/** One request to the API server. */
export interface ApiRequest {
	readonly method?: Method;
	/** From the server's root: `/apis/apps/v1/namespaces/shop/deployments`. Names in it are already percent-encoded. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
	/** Sent as JSON. */
	readonly body?: unknown;
	readonly contentType?: string;
	readonly accept?: string;
	/** Milliseconds: of `request` for all of it, of `stream` until the answer begins. 0: no limit. */
	readonly timeoutMs?: number;
	/** Milliseconds that the body of a `stream` may be silent; left out or 0: no limit. */
	readonly silenceMs?: number;
	readonly signal?: AbortSignal;
	/** The request in words, after "could not": `list pods in shop`. Left out: made from method and path. */
	readonly what?: string;
}

export interface StreamAnswer {
	/** Unpacked, if the server had packed it. Its errors are Node's: pass them through `toClusterError`. */
	readonly body: Readable;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer, with what the server warned of (Warning headers). */
export interface Warned<T> {
	readonly value: T;
	readonly warnings: readonly string[];
}

/** One context's way to its server: its own credentials, its own connections. */
export interface Connection {
	readonly context: ContextInfo;
	/** The answer's JSON. Throws ClusterError. */
	request<T>(request: ApiRequest): Promise<T>;
	/** As `request`, with the server's warnings. */
	requestWithWarnings<T>(request: ApiRequest): Promise<Warned<T>>;
	/** The answer as it comes, for lists, watches and logs. Throws ClusterError unless the server answers 2xx. */
	stream(request: ApiRequest): Promise<StreamAnswer>;
	/** The server's version: `v1.37.2`. */
	version(): Promise<string>;
	/** Milliseconds that the server's clock is ahead of ours, by its answers so far; up to two seconds count as 0. */
	clockSkewMs(): number;
	/** Forgets the credentials, and a failure to get them: the next request asks the plugin, file or provider again. */
	signInAgain(): void;
	/** What others remember for as long as the connection is open. */
	readonly memory: Map<string, unknown>;
	/** Writes a line to the log that `connect` was given. */
	log(line: string): void;
	/** Ends every request under way. */
	close(): Promise<void>;
}

export interface ConnectOptions {
	/** Left out: the current context. */
	readonly context?: string | undefined;
	/** Milliseconds for a request that names no limit of its own; 0 for none; 30 s if left out. */
	readonly requestTimeoutMs?: number | undefined;
	readonly log?: ((line: string) => void) | undefined;
	/** The terminal may be lent to an interactive sign-in plugin, which then runs before `connect` returns. */
	readonly terminal?: boolean | undefined;
	/** Gives that sign-in up. */
	readonly signal?: AbortSignal | undefined;
	readonly pluginTimeoutMs?: number | undefined;
	/** Told in words what a sign-in that takes long waits for, and undefined once it has ended. */
	readonly tellSignIn?: ((line: string | undefined) => void) | undefined;
	readonly env?: Record<string, string | undefined> | undefined;
	/** Milliseconds since the epoch, for the life of credentials. */
	readonly now?: (() => number) | undefined;
	/** For tests: see TransportOptions. */
	readonly pingMs?: number | undefined;
	readonly deadMs?: number | undefined;
}

/** Waits for work that cannot be stopped, but no longer than until the signal. */
async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
	signal.throwIfAborted();
	const {promise: left, reject} = Promise.withResolvers<never>();
	const leave = (): void => reject(signal.reason);
	signal.addEventListener('abort', leave);
	try {
		return await Promise.race([work(), left]);
	} finally {
		signal.removeEventListener('abort', leave);
	}
}

/**
 * Opens a context. Nothing is sent yet, unless `terminal` asks to sign in now; a server that is not there shows with the first
 * request.
 * @throws KubeconfigError if there is no such context, or none that can be used; ClusterError if an interactive sign-in fails.
 */
export async function connect(kubeconfig: Kubeconfig, options: ConnectOptions = {}): Promise<Connection> {
	const name = options.context ?? kubeconfig.current.name;
	const context =
		name === kubeconfig.current.name ? kubeconfig.current : kubeconfig.contexts.find((info) => info.name === name);
	if (context === undefined) {
		throw new KubeconfigError(
			`There is no context ${name}; there are: ${kubeconfig.contexts.map((info) => info.name).join(', ')}.`,
		);
	}
	const {cluster, user} = entriesOf(context, kubeconfig);
	const now = options.now ?? Date.now;
	const env = options.env ?? process.env;
	const server = new URL(cluster.server);
	const prefix = server.pathname.replace(/\/+$/, '');
	const own = user?.impersonation;
	const flags = kubeconfig.impersonation;
	const credentials: Credentials = makeCredentials(cluster, user, {
		impersonation: {
			user: flags.user ?? own?.user,
			uid: own?.uid,
			groups: flags.groups.length > 0 ? flags.groups : (own?.groups ?? []),
			extra: own?.extra ?? {},
		},
		terminal: options.terminal ?? false,
		pluginTimeoutMs: options.pluginTimeoutMs ?? 120_000,
		tell: options.tellSignIn,
		env,
		now,
	});
	const closing = new AbortController();
	const transports = new Set<Transport>();
	let transport: Transport | undefined;
	let latest: Identity | undefined;
	const skew = createClockSkew();

	/** New connections only when they would differ: those of a refused or renewed client certificate must go. */
	function transportFor(identity: Identity): Transport {
		const {tls} = identity;
		latest = identity;
		if (transport === undefined || (transport.tls !== tls && !isSameTls(transport.tls, tls))) {
			transport?.retire();
			transport = openTransport({
				server,
				proxy: proxyFor(server, cluster?.proxyUrl, env),
				tls,
				probe: () => ({path: `${prefix}/version`, headers: {...latest?.headers}}),
				...(options.pingMs !== undefined && {pingMs: options.pingMs}),
				...(options.deadMs !== undefined && {deadMs: options.deadMs}),
			});
			transports.add(transport);
		}
		return transport;
	}

	function learnClock(date: string | string[] | undefined, sentAt: number): void {
		const at = Date.parse(headerText(date));
		if (!Number.isNaN(at)) {
			skew.learn(at, sentAt, now());
		}
	}

	async function send(request: ApiRequest, what: string, signal: AbortSignal) {
		const query = new URLSearchParams();
		for (const [key, value] of Object.entries(request.query ?? {})) {
			if (value !== undefined) {
				query.set(key, String(value));
			}
		}
		const path = `${prefix}${request.path}${query.size > 0 ? `?${query.toString()}` : ''}`;
		for (let attempt = 1; ; attempt++) {
			const identity = await credentials.get();
			signal.throwIfAborted();
			const {pool} = transportFor(identity);
			const sentAt = now();
			const answer = await pool.request({
				path,
				method: request.method ?? 'GET',
				headers: {
					...identity.headers,
					accept: request.accept ?? 'application/json',
					// kube-apiserver packs long lists; of a watch every line must come at once.
					'accept-encoding': query.has('watch') || query.has('follow') ? 'identity' : 'gzip',
					'user-agent': 'rolldeck',
					...(request.body !== undefined && {'content-type': request.contentType ?? 'application/json'}),
				},
				body: request.body === undefined ? null : JSON.stringify(request.body),
				signal,
				headersTimeout: 0,
				bodyTimeout: request.silenceMs ?? 0,
			});
			learnClock(answer.headers['date'], sentAt);
			const body: Readable =
				answer.headers['content-encoding'] === 'gzip' ? pipeline(answer.body, createGunzip(), () => {}) : answer.body;
			if (answer.statusCode === 401) {
				// These credentials are no good, whoever gave them; once, fresh ones are worth a try.
				credentials.refuse(identity);
				if (attempt === 1) {
					await readAll(body);
					continue;
				}
			}
			if (answer.statusCode < 200 || answer.statusCode > 299) {
				const status = parseStatus(await readAll(body));
				throw errorFromStatus(answer.statusCode, status, what, readRetryAfter(answer.headers['retry-after'], now()));
			}
			return {body, headers: answer.headers};
		}
	}

	/** Runs `work` under the caller's signal, the connection's end and a time limit, and tells them apart when it fails. */
	async function limited<T>(request: ApiRequest, work: (signal: AbortSignal, what: string) => Promise<T>): Promise<T> {
		const what = request.what ?? describeRequest(request);
		const late = new AbortController();
		const timeoutMs = request.timeoutMs ?? options.requestTimeoutMs ?? 30_000;
		const signals = request.signal === undefined ? [closing.signal] : [closing.signal, request.signal];
		let timer: NodeJS.Timeout | undefined;
		try {
			// A sign-in has a limit of its own: a person may be typing a code somewhere.
			await unlessAborted(() => credentials.get(), AbortSignal.any(signals));
			timer = timeoutMs > 0 ? setTimeout(() => late.abort(), timeoutMs) : undefined;
			return await work(AbortSignal.any([...signals, late.signal]), what);
		} catch (thrown) {
			if (thrown instanceof ClusterError) {
				throw thrown;
			}
			if (closing.signal.aborted || request.signal?.aborted) {
				throw new ClusterError('aborted', `Gave up to ${what}`, {cause: thrown});
			}
			if (late.signal.aborted) {
				throw new ClusterError('timeout', `Could not ${what}: no answer within ${timeoutMs / 1000} s`, {cause: thrown});
			}
			throw toClusterError(thrown, what);
		} finally {
			clearTimeout(timer);
		}
	}

	async function requestWithWarnings<T>(request: ApiRequest): Promise<Warned<T>> {
		return limited(request, async (signal, what) => {
			const {body, headers} = await send(request, what, signal);
			const text = await readAll(body);
			try {
				return {value: JSON.parse(text) as T, warnings: readWarnings(headers['warning'])};
			} catch (error) {
				throw new ClusterError('unexpected', `Could not ${what}: what answers at ${server.host} is no Kubernetes API`, {
					cause: error,
				});
			}
		});
	}

	if (options.terminal) {
		const {signal = closing.signal} = options;
		signal.addEventListener('abort', credentials.close, {once: true});
		await unlessAborted(() => credentials.get(), signal);
	}
	return {
		context,
		requestWithWarnings,
		async request<T>(request: ApiRequest) {
			return (await requestWithWarnings<T>(request)).value;
		},
		stream: (request) => limited(request, (signal, what) => send(request, what, signal)),
		async version() {
			const version = await requestWithWarnings<{gitVersion?: string}>({
				path: '/version',
				what: "read the server's version",
			});
			return version.value.gitVersion ?? 'unknown';
		},
		clockSkewMs: () => skew.ms,
		signInAgain: () => credentials.reset(),
		memory: new Map(),
		log: options.log ?? (() => {}),
		async close() {
			closing.abort();
			credentials.close();
			await Promise.all([...transports].map((open) => open.destroy()));
		},
	};
}
