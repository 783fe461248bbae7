import type {IncomingMessage, ServerResponse} from 'node:http';

/** A request, as faults choose by it. */
export interface Asked {
	readonly method: string;
	readonly path: string;
	readonly query: URLSearchParams;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
	/** The common name in the client's certificate, if it showed one. */
	readonly client: string | undefined;
}

/** Which requests: those whose path contains a text, or that a function picks; left out: all. */
export type Which = string | ((asked: Asked) => boolean);

/** Picks watches only; with a text, those whose path contains it. */
export function watchesOf(text = ''): Which {
	return ({path, query}) => query.has('watch') && path.includes(text);
}

/** Picks lists only; with a text, those whose path contains it. */
export function listsOf(text = ''): Which {
	return ({method, path, query}) => method === 'GET' && !query.has('watch') && path.includes(text);
}

/** A watch that is open on the server's side. */
interface OpenWatch {
	readonly asked: Asked;
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	/** Writes past `isMuted`. */
	readonly write: ServerResponse['write'];
	/** The connection looks alive, but nothing comes through. */
	isMuted: boolean;
}

interface Rule {
	readonly which: Which;
	/** Takes the request over, or only the answer to it. */
	readonly takes: 'request' | 'answer';
	readonly act: (request: IncomingMessage, response: ServerResponse) => void;
	left: number;
}

function isMeant(which: Which, asked: Asked): boolean {
	return typeof which === 'string' ? asked.path.includes(which) : which(asked);
}

/** Ends the TCP connection with a reset: every request on it fails. */
function cut(request: IncomingMessage): void {
	// Over HTTP/2 `socket` is a proxy that forbids this; the session, unless it is gone already, has the real one.
	const {stream} = request as {stream?: {session?: {destroy(): void}}};
	if (stream !== undefined) {
		stream.session?.destroy();
	} else {
		request.socket.resetAndDestroy();
	}
}

/**
 * What can go wrong with an API server: a layer in front of one, which knows nothing of what is served. Faults on
 * requests wait for their request and happen `times` times; faults on watches happen once to those that are open.
 */
export class Faults {
	readonly watches = new Set<OpenWatch>();
	#rules: Rule[] = [];

	/** Answers with an error status and a Status body (or `text`, as a proxy would), instead of the server. */
	answer(
		status: number,
		options: {
			which?: Which;
			times?: number;
			reason?: string;
			message?: string;
			retryAfter?: number;
			text?: string;
		} = {},
	): void {
		const {reason = '', message = `made to fail with ${status}`, retryAfter, text} = options;
		this.#add(options, (_request, response) => {
			response.writeHead(status, {
				'content-type': text === undefined ? 'application/json' : 'text/html',
				...(retryAfter !== undefined && {'retry-after': String(retryAfter)}),
			});
			response.end(
				text ?? JSON.stringify({kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, reason, message}),
			);
		});
	}

	/** Resets the connection when the request comes; nothing of it is done. */
	reset(options: {which?: Which; times?: number} = {}): void {
		this.#add(options, cut);
	}

	/** Takes the request and never answers; nothing of it is done. */
	hang(options: {which?: Which; times?: number} = {}): void {
		this.#add(options, () => {});
	}

	/** Does what is asked, but resets the connection instead of answering. */
	loseAnswer(options: {which?: Which; times?: number} = {}): void {
		this.#add(options, cut, 'answer');
	}

	/** No more faults on requests. */
	heal(): void {
		this.#rules = [];
	}

	/** Ends watches as a server does whose time for them is up. */
	endWatches(which: Which = ''): void {
		this.#each(which, ({response}) => response.end());
	}

	/** Resets the connections of watches, after the bytes in `partial`, if any: the beginning of a line. */
	resetWatches(which: Which = '', partial = ''): void {
		this.#each(which, ({request, write}) => {
			if (partial === '') cut(request);
			else write(partial, () => setImmediate(cut, request));
		});
	}

	/** Half-open: the connections stay, and nothing comes through any more. */
	muteWatches(which: Which = ''): void {
		this.#each(which, (watch) => {
			watch.isMuted = true;
		});
	}

	/** Writes bytes into watches: a line that is no JSON, an event that the server never sent. */
	writeToWatches(text: string | Buffer, which: Which = ''): void {
		this.#each(which, ({write}) => write(text));
	}

	/** Sends a bookmark of a version to those that are not muted. */
	bookmark(version: number): void {
		const object = {kind: 'Bookmark', apiVersion: 'v1', metadata: {resourceVersion: String(version)}};
		this.#each('', ({response}) => response.write(`${JSON.stringify({type: 'BOOKMARK', object})}\n`));
	}

	/** Sends an ERROR event; the connection stays open, as it does on a real server now and then. */
	sendError(code: number, reason: string, which: Which = ''): void {
		const object = {
			kind: 'Status',
			apiVersion: 'v1',
			status: 'Failure',
			code,
			reason,
			message: `made to fail with ${code}`,
		};
		this.writeToWatches(`${JSON.stringify({type: 'ERROR', object})}\n`, which);
	}

	/** For the layer: true if a fault has taken the request over. */
	takes(asked: Asked, request: IncomingMessage, response: ServerResponse): boolean {
		const rule = this.#rules.find(
			({left, takes, which}) => left > 0 && isMeant(which, asked) && !(takes === 'answer' && asked.query.has('watch')),
		);
		if (rule) rule.left--;
		if (rule?.takes === 'answer') {
			// What the server says goes nowhere.
			response.writeHead = () => response;
			response.end = () => {
				rule.act(request, response);
				return response;
			};
		} else rule?.act(request, response);
		if (rule?.takes !== 'request' && asked.query.has('watch')) this.#follow(asked, request, response);
		return rule?.takes === 'request';
	}

	/** Puts itself between the server and a watch. */
	#follow(asked: Asked, request: IncomingMessage, response: ServerResponse): void {
		const write = response.write.bind<ServerResponse['write']>(response);
		const watch: OpenWatch = {asked, request, response, write, isMuted: false};
		response.write = ((text: string) => watch.isMuted || write(text)) as typeof response.write;
		this.watches.add(watch);
		response.once('close', () => this.watches.delete(watch));
	}

	#add({which = '', times = 1}: {which?: Which; times?: number}, act: Rule['act'], takes: Rule['takes'] = 'request') {
		this.#rules.push({which, takes, act, left: times});
	}

	/** Acts on the watches that are open, behind what the server has written to them: it writes once a turn. */
	#each(which: Which, act: (watch: OpenWatch) => void): void {
		const meant = [...this.watches].filter(({asked}) => isMeant(which, asked));
		setImmediate(() => meant.forEach(act));
	}
}
