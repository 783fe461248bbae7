import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestContext} from 'node:test';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {type App, startApp} from '../../source/app.tsx';
import {connect} from '../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import type {KindId, KubeObject} from '../../source/objects.ts';
import {readOptions} from '../../source/options.ts';
import type {SessionOptions} from '../../source/session.ts';
import type {State} from '../../source/state/state.ts';
import {mergeInterval, type StoreTimers} from '../../source/state/store.ts';
import {type Api, type ApiOptions, startApi} from './api-server.ts';
import type {Emulator} from './emulator.ts';
import {noon} from './estate.ts';
import {type ManualClock, manualClock} from './manual-clock.ts';
import {createTerminal, type Terminal} from './terminal.ts';
import {until} from './until.ts';

// Clock times on the screen are those of the reader.
process.env['TZ'] = 'UTC';

export interface DeckOptions extends ApiOptions {
	readonly columns?: number;
	readonly rows?: number;
	/** As on the command line: `['--ascii', '-n', 'shop']`. */
	readonly flags?: readonly string[];
	readonly colour?: boolean;
	/** Prepares the server before the deck connects to it. */
	readonly before?: (api: Api) => void;
	/** Milliseconds that this machine's clock is behind the server's. */
	readonly behind?: number;
	/** Left out: returns once all lists are in. Else as soon as this is on the screen. */
	readonly until?: RegExp;
	readonly scenarios?: SessionOptions['scenarios'];
	/** When the process last ran, as told to the deck after a pause. */
	readonly awaySince?: () => number | undefined;
	/** Resolves once the terminal has shown all that has been drawn so far. */
	readonly drawn?: () => Promise<void>;
}

/** The whole program on a terminal of this process, against an API server of this process, with a clock that stands still. */
export interface Deck {
	readonly api: Api;
	readonly app: App;
	readonly terminal: Terminal;
	readonly screen: Emulator;
	readonly clock: ManualClock;
	/** What was written to the audit log, and to the other one. */
	readonly audits: readonly Readonly<Record<string, string>>[];
	readonly log: readonly string[];
	/** How often the process was stopped, as by ctrl-z. */
	readonly stops: number;
	/** Presses keys one after the other, each as a chunk of its own, and waits until all is idle: `j`, `enter`, `ctrl-c`. */
	press(...keys: string[]): Promise<void>;
	/** Sends text as one chunk, as a slow line does it, and waits until all is idle. */
	type(text: string): Promise<void>;
	paste(text: string): Promise<void>;
	resize(columns: number, rows: number): Promise<void>;
	/** Lets time go by, in milliseconds. */
	pass(milliseconds: number): Promise<void>;
	/** Waits until keys, requests, checks and drawing are done. */
	idle(): Promise<void>;
	/** Waits until all that the server has is on the screen. */
	caughtUp(): Promise<void>;
	/** Waits until this is on the screen. */
	shows(text: RegExp): Promise<void>;
	text(): string;
	/** The text in one line, so that a sentence can be looked for wherever it is broken. */
	words(): string;
}

const keys: Readonly<Record<string, string>> = {
	enter: '\r',
	// A lone escape byte is only known for one after a while; terminals that can say which key it was send this.
	esc: '\u001B[27u',
	tab: '\t',
	'shift-tab': '\u001B[Z',
	space: ' ',
	backspace: '\u007F',
	up: '\u001B[A',
	down: '\u001B[B',
	right: '\u001B[C',
	left: '\u001B[D',
	home: '\u001B[H',
	end: '\u001B[F',
	pageup: '\u001B[5~',
	pagedown: '\u001B[6~',
};

/** The bytes that a terminal sends for a key. */
export function bytesOf(key: string): string {
	const control = /^ctrl-([a-z])$/.exec(key)?.[1];
	return control === undefined ? (keys[key] ?? key) : String.fromCharCode(control.charCodeAt(0) - 96);
}

const kinds: readonly KindId[] = [
	'deployments',
	'replicasets',
	'pods',
	'services',
	'endpointslices',
	'horizontalpodautoscalers',
	'events',
];

/** Starts a deck that ends with the test. */
export async function startDeck(test: TestContext, options: DeckOptions = {}): Promise<Deck> {
	const api = await startApi(options);
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-deck-'));
	test.after(async () => {
		await api.close();
		rmSync(folder, {recursive: true});
	});
	options.before?.(api);
	const clock = manualClock(noon);
	const terminal = createTerminal(options.columns ?? 80, options.rows ?? 24);
	const {screen} = terminal;
	const chosen = readOptions({
		argv: ['--kubeconfig', api.kubeconfig(join(folder, 'kubeconfig')), ...(options.flags ?? [])],
		env: {LANG: 'C.UTF-8'},
	});
	const kubeconfig = loadKubeconfig({...chosen, env: {}, home: folder});
	const audits: Readonly<Record<string, string>>[] = [];
	const log: string[] = [];
	let stops = 0;
	const app = startApp({
		options: chosen,
		kubeconfig,
		stdin: terminal.stdin,
		stdout: terminal.stdout,
		colour: options.colour ?? true,
		timers: timersOf(clock),
		watching: {now: clock.now, delay: clock.delay, random: () => 0.5},
		connect: (context) =>
			connect(kubeconfig, {
				context,
				env: {},
				log: (line) => log.push(line),
				...(options.behind !== undefined && {now: () => Date.now() - (options.behind ?? 0)}),
			}),
		...(options.scenarios && {scenarios: options.scenarios}),
		effects: {
			now: clock.now,
			...(options.drawn && {drawn: options.drawn}),
			...(options.awaySince && {awaySince: options.awaySince}),
			log: (line) => log.push(line),
			audit: (entry) => audits.push(entry),
			async stopProcess() {
				stops += 1;
			},
		},
	});
	test.after(async () => {
		app.leave(0);
		try {
			await app.ended;
		} finally {
			await app.session.stop();
		}
	});

	const drawn = async () => {
		await app.flushed();
		await screen.parsed();
	};
	const idle = async () => {
		for (;;) {
			await until('the keys are read', () => terminal.isRead);
			await nextTurn();
			const before = app.store.get();
			await app.session.idle();
			await until('the dialog is checked', () => isSettled(app.store.get()));
			await drawn();
			if (terminal.isRead && app.store.get() === before) return;
		}
	};
	const shows = async (text: RegExp) => {
		const end = performance.now() + 20_000;
		for (;;) {
			await drawn();
			if (text.test(screen.text())) return;
			if (performance.now() > end) throw new Error(`waited in vain for ${text} on the screen:\n${screen.text()}`);
			await nextTurn();
		}
	};
	const deck: Deck = {
		api,
		app,
		terminal,
		screen,
		clock,
		audits,
		log,
		get stops() {
			return stops;
		},
		async press(...pressed) {
			for (const key of pressed) {
				terminal.send(bytesOf(key));
				await idle();
			}
		},
		async type(text) {
			terminal.send(text);
			await idle();
		},
		async paste(text) {
			terminal.send(`\u001B[200~${text}\u001B[201~`);
			await idle();
		},
		async resize(columns, rows) {
			terminal.resize(columns, rows);
			await idle();
		},
		async pass(milliseconds) {
			clock.advance(milliseconds);
			// Those that were woken act in turns of their own.
			await nextTurn();
			await idle();
		},
		idle,
		async caughtUp() {
			const {namespace} = app.store.get().scope;
			await until('the deck has what the server has', () => kinds.every((kind) => isSame(api, app, kind, namespace)));
			await idle();
		},
		shows,
		text: screen.text,
		words: () => screen.text().replaceAll(/\s+/g, ' '),
	};
	if (options.until) await shows(options.until);
	else {
		await until(
			'all lists are in',
			() =>
				app.store.get().link.phase === 'failed' ||
				kinds.every((kind) => !['off', 'loading'].includes(app.store.get().freshness[kind].phase)),
		);
		await idle();
	}
	return deck;
}

/** What waits for the next publication comes with the next turn; all that takes longer, when the clock gets there. */
function timersOf(clock: ManualClock): StoreTimers {
	return {
		now: clock.now,
		after(milliseconds, task) {
			const cancelled = new AbortController();
			const wait = milliseconds <= mergeInterval ? nextTurn() : clock.delay(milliseconds, cancelled.signal);
			void wait.then(() => {
				if (!cancelled.signal.aborted) task();
			});
			return () => cancelled.abort();
		},
	};
}

function isSettled({dialog}: State): boolean {
	if (!dialog || dialog.phase === 'finished') return true;
	return (
		dialog.phase === 'asking' &&
		dialog.painted &&
		dialog.armedAt !== Number.POSITIVE_INFINITY &&
		dialog.checks.every(({why, dryRun}) => why !== undefined || dryRun !== undefined)
	);
}

function isSame(api: Api, {board}: App, kind: KindId, namespace: string | undefined): boolean {
	const theirs: readonly KubeObject[] = api.list(kind, namespace);
	if (kind === 'events') return theirs.every(({metadata}) => board.objects.events.get(metadata.uid) !== undefined);
	return (
		theirs.length === board.objects[kind].size &&
		theirs.every(
			({metadata}) => board.objects[kind].get(metadata.uid)?.metadata.resourceVersion === metadata.resourceVersion,
		)
	);
}
