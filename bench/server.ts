// The bench's own API server, in a process of its own so that its work is not counted as rolldeck's: lists a world in pages,
// watches, and changes pods at a given rate. Speaks HTTP/2 and HTTP/1.1 over TLS and packs lists, as a real one does.
import {readFileSync} from 'node:fs';
import type {IncomingMessage, ServerResponse} from 'node:http';
import {createSecureServer, type ServerHttp2Session} from 'node:http2';
import type {AddressInfo} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {createGzip} from 'node:zlib';
import type {KubeObject} from '../source/objects.ts';
import {createChurn} from './churn.ts';
import {elapsed} from './clock.ts';
import type {FromServer, Life, ServerOptions, ToServer, Traffic, Trouble} from './messages.ts';
import {makeWorld, namespace} from './world.ts';

const {pods: podCount, perDeployment} = JSON.parse(process.argv[2] ?? '') as ServerOptions;
const {objects, pods} = makeWorld(podCount, perDeployment, Date.now());
const watchers = new Map<string, Set<ServerResponse>>([...objects.keys()].map((plural) => [plural, new Set()]));
/** Answers that were given before: reading a list must cost the server little beside what it costs the client. */
const packed = new Map<string, Promise<Buffer>>();
let version = 1000;
/** What was told last, for those who watch from an earlier version on. */
const past: {readonly version: number; readonly plural: string; readonly line: string}[] = [];
const remembered = 2000;
/** Those who watch and have not taken all that was written to them, and whoever waits until they have. */
const full = new Set<ServerResponse>();
let drained = () => {};
const churn = createChurn(objects, send, change, 2);

const certificate = (name: string) => readFileSync(new URL(`../test/support/tls/${name}`, import.meta.url));
const server = createSecureServer(
	{key: certificate('server.key'), cert: certificate('server.crt'), allowHTTP1: true},
	(request, response) => void answer(request as unknown as IncomingMessage, response as unknown as ServerResponse),
);
server.listen(0, '127.0.0.1', () => tell({port: (server.address() as AddressInfo).port}));
/** Connections, to be cut. */
const sessions = new Set<ServerHttp2Session>();
server.on('session', (session) => {
	sessions.add(session);
	session.on('close', () => sessions.delete(session));
});
process.on('message', ({traffic, life}: ToServer) => {
	if (traffic) startTraffic(traffic);
	if (life) void live(life).then(() => tell({lived: true}));
});
process.on('disconnect', () => process.exit());

function tell(message: FromServer): void {
	process.send?.(message);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const url = new URL(request.url ?? '/', 'https://bench');
	response.setHeader('content-type', 'application/json');
	if (request.method === 'POST') {
		response.statusCode = 201; // the one thing that is posted before anything is changed: may I?
		response.end('{"kind":"SelfSubjectAccessReview","status":{"allowed":true}}');
		return;
	}
	const path = url.pathname.split('/');
	const watching = watchers.get(path.at(-1) ?? '');
	if (!watching || path.at(-2) !== namespace) {
		response.end('{"gitVersion":"v1.37.2"}');
		return;
	}
	if (url.searchParams.has('watch')) {
		watching.add(response);
		const drain = () => {
			full.delete(response);
			if (full.size === 0) drained();
		};
		response.on('drain', drain);
		response.on('close', () => {
			watching.delete(response);
			drain();
		});
		response.flushHeaders();
		const from = Number(url.searchParams.get('resourceVersion'));
		for (const {version: at, plural, line} of past) if (at > from && plural === path.at(-1)) response.write(line);
		return;
	}
	const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding']));
	const start = Number(url.searchParams.get('continue') ?? 0);
	const limit = Number(url.searchParams.get('limit') ?? Number.POSITIVE_INFINITY);
	const key = `${url.pathname} ${start} ${limit} ${isPacked}`;
	let body = packed.get(key);
	if (!body) {
		body = pack(listText(path.at(-1) ?? '', start, limit), isPacked);
		packed.set(key, body);
	}
	if (isPacked) response.setHeader('content-encoding', 'gzip');
	response.end(await body);
}

function* listText(plural: string, start: number, limit: number): Generator<string> {
	const all = objects.get(plural) ?? [];
	const page = all.slice(start, start + limit);
	const remaining = all.length - start - page.length;
	const metadata = {
		resourceVersion: String(version),
		...(remaining > 0 && {continue: String(start + limit), remainingItemCount: remaining}),
	};
	yield `{"kind":"List","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[`;
	for (const [index, object] of page.entries()) yield (index === 0 ? '' : ',') + JSON.stringify(object);
	yield ']}\n';
}

async function pack(texts: Iterable<string>, isPacked: boolean): Promise<Buffer> {
	if (!isPacked) return Buffer.concat(Array.from(texts, (text) => Buffer.from(text)));
	const gzip = createGzip({level: 1}); // as kube-apiserver does
	const chunks: Buffer[] = [];
	gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
	const ended = new Promise((resolve) => gzip.once('end', resolve));
	for (const text of texts) if (!gzip.write(text)) await new Promise((resolve) => gzip.once('drain', resolve));
	gzip.end();
	await ended;
	return Buffer.concat(chunks);
}

/** The pod at `index` has restarted: the smallest change that can be seen in a row. */
function change(index: number, restarts?: number): void {
	const pod = pods[index];
	const [container, ...others] = pod?.status?.containerStatuses ?? [];
	if (!pod?.status || !container) return;
	const restartCount = restarts ?? (container.restartCount ?? 0) + 1;
	const status = {...pod.status, containerStatuses: [{...container, restartCount}, ...others]};
	pods[index] = send('pods', 'MODIFIED', {...pod, status});
}

const kinds: Readonly<Record<string, string>> = {
	pods: 'Pod',
	deployments: 'Deployment',
	events: 'Event',
	endpointslices: 'EndpointSlice',
};

/** Tells all who watch. Returns the object as it is now. */
function send<O extends KubeObject>(plural: string, type: string, object: O): O {
	version += 1;
	const next = {...object, metadata: {...object.metadata, resourceVersion: String(version)}};
	const line = `${JSON.stringify({type, object: {kind: kinds[plural], apiVersion: 'v1', ...next}})}\n`;
	past.push({version, plural, line});
	if (past.length > 2 * remembered) past.splice(0, remembered);
	for (const response of watchers.get(plural) ?? []) if (!response.write(line)) full.add(response);
	return next;
}

/** What happens in a cluster over hours, as quickly as it is taken. */
async function live({changes, churns, troubles, probed}: Life): Promise<void> {
	const probe = 2;
	const next = churns ? churn : () => change(probe + 1 + ((version * 7919) % (podCount - probe - 1)));
	for (const trouble of [...troubles, undefined]) {
		for (let made = 0; made < changes / (troubles.length + 1); made++) {
			next();
			if (full.size > 0)
				await new Promise<void>((resolve) => {
					drained = resolve;
				});
		}
		if (trouble !== undefined) await cause(trouble);
	}
	change(probe, probed);
}

async function cause(trouble: Trouble): Promise<void> {
	packed.clear();
	const old = [...watchers.values()].flatMap((watching) => [...watching]);
	if (trouble === 'cut') for (const session of sessions) session.destroy();
	else {
		const event = {
			ended: {type: 'BOOKMARK', object: {metadata: {resourceVersion: String(version)}}},
			expired: {type: 'ERROR', object: {kind: 'Status', code: 410, reason: 'Expired', message: 'too old'}},
		}[trouble];
		for (const response of old) response.end(`${JSON.stringify(event)}\n`);
	}
	// Until all watch again nothing happens: they are what is measured, and not how much they miss.
	while ([...watchers.values()].some((watching) => watching.size === 0 || old.some((one) => watching.has(one))))
		await delay(5);
}

let stopTraffic = () => {};

function startTraffic({rate, where, probe, probeEveryMs}: Traffic): void {
	stopTraffic();
	packed.clear();
	// The probe is one of the first Deployment's pods, which stand on the screen.
	const [from, to] = {
		'in view': [0, perDeployment],
		elsewhere: [perDeployment, podCount],
		everywhere: [0, podCount],
	}[where] as [number, number];
	const began = elapsed();
	let made = 0;
	const ticking = setInterval(() => {
		for (const due = ((elapsed() - began) * rate) / 1000; made < due; made++) {
			const index = from + ((made * 7919) % Math.max(1, to - from));
			if (index !== probe) change(index);
		}
	}, 5);
	let value = 100_000; // as wide from the first to the last, so that no column grows meanwhile
	let probing: NodeJS.Timeout | undefined;
	const send = () => {
		value += 1;
		tell({probed: {value, at: elapsed()}});
		change(probe, value);
		// At no fixed beat, so that no other beat is hit or missed every time.
		if (probeEveryMs > 0) probing = setTimeout(send, probeEveryMs * (0.5 + Math.random()));
	};
	if (probeEveryMs > 0) probing = setTimeout(send, probeEveryMs);
	stopTraffic = () => {
		clearInterval(ticking);
		clearTimeout(probing);
	};
}
