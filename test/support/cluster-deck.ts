import {PassThrough, type Readable} from 'node:stream';
import type {TestContext} from 'node:test';
import {setTimeout as delay, setImmediate as nextTurn} from 'node:timers/promises';
import {type App, startApp} from '../../source/app.tsx';
import {type Connection, type ConnectOptions, connect} from '../../source/cluster/connection.ts';
import type {WatchOptions} from '../../source/cluster/watcher.ts';
import type {KindId, ObjectMeta} from '../../source/objects.ts';
import {realTimers} from '../../source/state/store.ts';
import {readClusterConfig} from './cluster-place.ts';
import {bytesOf} from './deck.ts';
import {createTerminal} from './terminal.ts';
import {until} from './until.ts';

export interface LiveDeckOptions {
	/** As on the command line: `['-n', 'shop', '--context', 'viewer']`. */
	readonly flags: readonly string[];
	/** Another kubeconfig than the test cluster's own. */
	readonly kubeconfig?: string;
	readonly columns?: number;
	readonly rows?: number;
	readonly connecting?: Pick<ConnectOptions, 'pingMs' | 'deadMs' | 'requestTimeoutMs'>;
	readonly watching?: WatchOptions;
}

/** The whole program on a terminal of this process, against the test cluster and by the real clock. */
export interface LiveDeck {
	readonly app: App;
	/** What was written to the audit log. */
	readonly audits: readonly Readonly<Record<string, string>>[];
	readonly log: readonly string[];
	/** Presses keys one after the other, each as a chunk of its own: `j`, `enter`, `ctrl-c`. */
	press(...keys: readonly string[]): Promise<void>;
	/** Sends text as one chunk, as a slow line does it. */
	type(text: string): Promise<void>;
	/** Waits until this is on the screen, and returns the screen. */
	shows(text: RegExp): Promise<string>;
	/** As `shows`, and returns the match with its groups. */
	finds(text: RegExp): Promise<readonly string[]>;
	/** Waits until this is on the screen no more. */
	hides(text: RegExp): Promise<string>;
	/** Waits until the deck knows this state of an object or a later one, and has drawn it. */
	has(kind: KindId, metadata: ObjectMeta): Promise<void>;
	text(): string;
	/** The part of the screen that is under the cursor. */
	selected(): string;
	/** What was asked to be listed and watched, in order: `list PATH`, `watch PATH`. */
	readonly asked: readonly string[];
	/** What the watches of these objects (`deployments`) hear from now on is kept from the deck; the returned function lets it through. */
	holdWatches(plural: string): () => void;
}

/** A busy machine and pods that take seconds: long enough for both. */
const patience = 60_000;

/** Starts a deck that ends with the test. Returns once it is connected and all lists are in or refused. */
export async function openDeck(test: TestContext, options: LiveDeckOptions): Promise<LiveDeck> {
	const {options: chosen, kubeconfig} = readClusterConfig(options.flags, options.kubeconfig);
	const terminal = createTerminal(options.columns ?? 120, options.rows ?? 40);
	const {screen} = terminal;
	const audits: Readonly<Record<string, string>>[] = [];
	const log: string[] = [];
	const holds = createHolds();
	const app = startApp({
		options: chosen,
		kubeconfig,
		stdin: terminal.stdin,
		stdout: terminal.stdout,
		colour: true,
		timers: realTimers(),
		...(options.watching && {watching: options.watching}),
		connect: async (context) =>
			holds.around(await connect(kubeconfig, {context, env: {}, log: (line) => log.push(line), ...options.connecting})),
		effects: {
			now: Date.now,
			log: (line) => log.push(line),
			audit: (entry) => audits.push(entry),
			async stopProcess() {},
		},
	});
	test.after(async () => {
		app.leave(0);
		await app.ended;
		await app.session.stop();
	});

	const waitFor = async (what: string, isSo: () => boolean) => {
		const end = performance.now() + patience;
		for (;;) {
			await app.flushed();
			await screen.parsed();
			if (isSo()) return screen.text();
			if (performance.now() > end) throw new Error(`waited in vain for ${what}:\n${screen.text()}`);
			await delay(10);
		}
	};
	const deck: LiveDeck = {
		app,
		audits,
		log,
		async press(...keys) {
			for (const key of keys) await deck.type(bytesOf(key));
		},
		async type(text) {
			terminal.send(text);
			await until('the keys are read', () => terminal.isRead);
			await nextTurn();
			await app.flushed();
			await screen.parsed();
		},
		shows: (text) => waitFor(`${text} on the screen`, () => text.test(screen.text())),
		async finds(text) {
			return (await deck.shows(text)).match(text) ?? [];
		},
		hides: (text) => waitFor(`the end of ${text} on the screen`, () => !text.test(screen.text())),
		async has(kind, {uid, resourceVersion}) {
			await waitFor(
				`version ${resourceVersion} of ${uid}`,
				() => Number(app.board.objects[kind].get(uid)?.metadata.resourceVersion) >= Number(resourceVersion),
			);
			await waitFor('the frame', () => true);
		},
		text: screen.text,
		selected: screen.selected,
		holdWatches: holds.hold,
		asked: holds.asked,
	};
	await waitFor(
		'the first lists',
		() =>
			Object.values(app.store.get().freshness).every(({phase}) => phase !== 'loading') &&
			app.store.get().freshness.deployments.phase !== 'off',
	);
	return deck;
}

/** Stands between a connection and its watches, so that what the server tells can be made to come late. */
function createHolds() {
	const asked: string[] = [];
	const open = new Set<{readonly path: string; readonly body: Readable; readonly held: PassThrough}>();
	const holding = new Set<string>();
	return {
		asked,
		around(connection: Connection): Connection {
			return {
				...connection,
				async stream(request) {
					asked.push(request.query?.['watch'] === true ? `watch ${request.path}` : `list ${request.path}`);
					const answer = await connection.stream(request);
					if (request.query?.['watch'] !== true) return answer;
					const held = new PassThrough();
					const watch = {path: request.path, body: answer.body, held};
					open.add(watch);
					answer.body.on('error', (error) => held.destroy(error));
					answer.body.on('aborted', () => held.destroy());
					held.on('close', () => {
						open.delete(watch);
						answer.body.destroy();
					});
					if (![...holding].some((plural) => request.path.endsWith(`/${plural}`))) answer.body.pipe(held);
					return {...answer, body: held};
				},
			};
		},
		hold(plural: string) {
			const mine = () => [...open].filter(({path}) => path.endsWith(`/${plural}`));
			holding.add(plural);
			for (const {body, held} of mine()) body.unpipe(held);
			return () => {
				holding.delete(plural);
				for (const {body, held} of mine()) body.pipe(held);
			};
		},
	};
}
