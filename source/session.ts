import {createAlertWatch} from './board/alerts.ts';
import type {Board} from './board/board.ts';
import {settleMessages} from './board/following.ts';
import {applyChange, dryRunChange, readMetadata} from './changes.ts';
import {mayI} from './cluster/access.ts';
import type {Connection} from './cluster/connection.ts';
import {ClusterError, withHint} from './cluster/errors.ts';
import type {Kubeconfig} from './cluster/kubeconfig.ts';
import {readLogEnd, whyUnreadable} from './cluster/logs.ts';
import {listNamespaces, readableNamespaces} from './cluster/namespaces.ts';
import type {WatchOptions} from './cluster/watcher.ts';
import type {CommandContext} from './commands/command.ts';
import {skewSentence} from './format/time.ts';
import {sanitize} from './format/width.ts';
import type {Gate, GateCalls} from './gate.ts';
import {createGate} from './gate.ts';
import {createLastWordsReader} from './last-words.ts';
import {followNamespace} from './missing-namespace.ts';
import {logEnd} from './rollout/last-words.ts';
import {freshnessOf, freshPanes} from './state/initial.ts';
import type {Freshness, Message, News, PaneId, State} from './state/state.ts';
import type {Store} from './state/store.ts';
import {type Watches, watchDeck} from './watches.ts';

/** What the session does to the world outside the cluster. */
export interface SessionEffects {
	/** Milliseconds since the epoch, by this machine's clock. */
	now(): number;
	copy(text: string): void;
	/** Calls a person back who looks elsewhere. */
	notify(text: string): void;
	/** Leaves with this exit code. */
	quit(code: number): void;
	suspend(): void;
	/** A line for the log file; never a credential. */
	log(line: string): void;
	audit(entry: Readonly<Record<string, string>>): void;
}

export interface SessionOptions {
	readonly store: Store<State>;
	readonly board: Board;
	readonly kubeconfig: Kubeconfig;
	readonly effects: SessionEffects;
	/** Opens a context. Given from outside, where it has begun before the screen was loaded. */
	connect(context: string): Promise<Connection>;
	/** What may be done in a context, and how it is confirmed. */
	readonly rules: (context: string) => {readonly readOnly: boolean; readonly confirm: 'enter' | 'typed'};
	/** The Deployment whose rollout to open as soon as it is there. */
	readonly deployment?: string | undefined;
	/** Rows that a page is in what has the keys. */
	page(): number;
	readonly scenarios?: CommandContext['scenarios'];
	/** Clock and chance of the watches; left out: the real ones. */
	readonly watching?: WatchOptions;
}

/** Ties state, commands and cluster together: the place where things are started, stopped, and their errors told. */
export interface Session {
	readonly gate: Gate;
	/** Milliseconds since the epoch, by the server's clock: the one that all the objects' times are told by. */
	now(): number;
	/** Connects and begins to watch. Errors become state: it never throws. */
	start(): Promise<void>;
	/** Everything a command may look at and do, as things stand now. */
	context(): CommandContext;
	say(message: News): void;
	/** Shows what a sign-in waits for, since a person may have to do it; undefined: it has ended. */
	tellSignIn(line: string | undefined): void;
	/** Runs something a person asked for; what it throws becomes a message. The only catch there is. */
	run(task: () => void | Promise<void>): void;
	/**
	 * This process did not run since then (milliseconds since the epoch, by this machine's clock): nothing counts as fresh until
	 * the server has answered again.
	 */
	doubt(since: number): void;
	stop(): Promise<void>;
	/** Resolves once nothing that a person asked for is under way. */
	idle(): Promise<void>;
}

export function createSession(options: SessionOptions): Session {
	const {store, board, kubeconfig, effects} = options;
	let connection: Connection | undefined;
	let watches: Watches | undefined;
	let epoch = 0;
	let looks = 0;
	let messageId = 0;
	let wanted = options.deployment;
	const tasks = new Set<Promise<void>>();

	const now = () => effects.now() + (connection?.clockSkewMs() ?? 0);

	const say: Session['say'] = (message) => {
		messageId += 1;
		const made: Message = {...message, id: messageId, at: now()};
		store.change((state) => ({...state, messages: [...state.messages.slice(-199), made]}));
	};

	let signIn: {readonly line: string; readonly messageId: number} | undefined;
	const tellSignIn: Session['tellSignIn'] = (line) => {
		const before = signIn;
		if (line !== undefined) say({role: 'waiting', text: line, sticky: true});
		signIn = line === undefined ? undefined : {line, messageId};
		store.change((state) => {
			const isOurs = state.notice === before?.line; // or there is none
			// Before there are rows all of the screen is free for it; a message has a few lines.
			const hasRoom = line === undefined || state.freshness.deployments.phase === 'loading';
			return {
				...state,
				...(isOurs && hasRoom && {notice: line}),
				...(line === undefined && {dismissed: Math.max(state.dismissed, before?.messageId ?? 0)}),
			};
		});
	};

	const run: Session['run'] = (task) => {
		const done = (async () => {
			try {
				await task();
			} catch (error) {
				say({role: 'failed', text: sentenceOf(error), sticky: true});
			}
		})();
		tasks.add(done);
		void done.then(() => tasks.delete(done));
	};

	const calls: GateCalls = {
		mayI: async (query) => (connection ? mayI(connection, query) : 'unknown'),
		dryRun: async (request) => dryRunChange(connected(), request),
		apply: async (request) => applyChange(connected(), request),
		readMetadata: async (namespace, reference) => readMetadata(connected(), namespace, reference),
		copy: (text) => effects.copy(text),
		audit: (entry) => effects.audit({...entry, context: store.get().scope.context}),
	};
	const gate = createGate(store, board, calls, now, say);

	const connected = (): Connection => {
		if (!connection) throw new Error('There is no connection to the cluster yet: wait for it, or press ctrl-r.');
		return connection;
	};

	const stopWatching = () => {
		watches?.stop();
		watches = undefined;
	};

	/** Begins anew in a scope: nothing of the old one is shown as part of it. */
	const enter = (scope: Partial<State['scope']>) => {
		stopWatching();
		wanted = undefined;
		store.flush();
		store.change((state) => {
			board.clear();
			const next: State = {
				...state,
				scope: {...state.scope, readable: undefined, ...scope},
				freshness: freshnessOf({phase: 'off'}),
				panes: freshPanes(),
				marks: new Set(),
				views: [{id: 'deck'}],
				dialog: undefined,
				lastWords: undefined,
				notice: undefined,
				version: state.version + 1,
			};
			return board.follow(next);
		});
	};

	const watchScope = (started: number) => {
		const {scope} = store.get();
		const live = connected();
		watches = watchDeck(live, [scope.namespace], scope.selector, store, board, now, options.watching);
		// Both wait for the server's own answer, however long it does not come: nobody waits for them.
		void openWanted(started);
		void lookForTrouble(live, started);
	};

	/** Resolves once the server has said one of these of the Deployments; false: somebody has gone elsewhere meanwhile. */
	const answered = async (started: number, ...phases: readonly Freshness['phase'][]) => {
		await store.until(({freshness}) => phases.includes(freshness.deployments.phase) || started !== epoch);
		return started === epoch;
	};

	/** Finds out what an empty or a refused list means: no such namespace, or no right to list everywhere. */
	const lookForTrouble = async (live: Connection, started: number) => {
		looks += 1;
		const mine = looks;
		if (!(await answered(started, 'live', 'denied'))) return;
		const {scope, freshness} = store.get();
		if (freshness.deployments.phase === 'denied' && scope.namespace === undefined) await watchReadable(live, started);
		if (scope.namespace !== undefined)
			await followNamespace(live, store, board, scope.namespace, () => started !== epoch || mine !== looks);
	};

	/** Where all namespaces may not be listed: watches those that may be. */
	const watchReadable = async (live: Connection, started: number) => {
		const names = await readableNamespaces(live, kubeconfig);
		if (started !== epoch || names.length === 0) return;
		const which = names.length === 1 ? names[0] : `the ${names.length} you may read`;
		say({role: 'waiting', text: `You may not list in all namespaces: showing ${which}.`, sticky: true});
		enter({readable: names});
		watches = watchDeck(live, names, store.get().scope.selector, store, board, now, options.watching);
	};

	/** Opens the rollout that was asked for on the command line, once it is known which there are. */
	const openWanted = async (started: number) => {
		if (wanted === undefined || !(await answered(started, 'live'))) return;
		const {namespace} = store.get().scope;
		const found = board.objects.deployments.named(namespace, wanted);
		if (found)
			store.change((state) => ({
				...state,
				views: [{id: 'deck'}, {id: 'rollout', uid: found.metadata.uid, cursor: undefined}],
			}));
		else say({role: 'failed', text: `There is no Deployment ${wanted} in ${namespace}.`, sticky: true});
		wanted = undefined;
	};

	const open = async () => {
		epoch += 1;
		const started = epoch;
		store.change((state) => ({...state, link: {phase: 'connecting'}}));
		try {
			const made = await options.connect(store.get().scope.context);
			if (started !== epoch) {
				await made.close();
				return;
			}
			connection = made;
			store.change((state) => ({...state, link: {phase: 'connected'}}));
			watchScope(started);
		} catch (error) {
			if (started !== epoch) return;
			store.change((state) => ({...state, link: {phase: 'failed', why: sentenceOf(error)}}));
		}
	};

	const leave = async () => {
		stopWatching();
		const old = connection;
		connection = undefined;
		await old?.close();
	};

	/** With the first answers it is known what the server's clock says; from then on that one counts. */
	const followClock = () => {
		const clockSkew = connection?.clockSkewMs() ?? 0;
		if (clockSkew === store.get().clockSkew) return;
		store.change((state) => board.tick({...state, clockSkew, now: now()}));
		if (clockSkew === 0) return;
		const text = `Server time is shown: ${skewSentence(clockSkew)}.`;
		say({role: 'waiting', text, sticky: false});
	};

	// What rests on the objects is looked at after every publication: dialogs made anew, followed changes settled.
	const alerts = createAlertWatch();
	const lastWords = createLastWordsReader(
		store,
		board,
		async (crashed, signal) => readLogEnd(connected(), crashed, logEnd, signal),
		async (error) => whyUnreadable(error),
	);
	let looking = false;
	const unsubscribe = store.subscribe(() => {
		if (looking) return;
		looking = true;
		try {
			followClock();
			const state = store.get();
			const messages = settleMessages(state.messages, board, now());
			if (messages !== state.messages) store.change((present) => ({...present, messages}));
			for (const {name, what} of alerts.look(state, board)) effects.notify(sanitize(`${name}: ${what}`));
			lastWords.look();
			gate.refresh();
		} finally {
			looking = false;
		}
	});

	return {
		gate,
		now,
		say,
		tellSignIn,
		run,
		start: open,
		context: () => ({
			state: store.get(),
			board,
			change: (recipe) => store.change((state) => board.follow(recipe(state))),
			say: (text, role = 'ok') => say({role, text, sticky: role === 'failed'}),
			ask(action, deployments, argument) {
				store.change((state) => holdCursor(holdCursor(state, board, 'deployments'), board, state.focus));
				gate.open(action, deployments, argument);
			},
			async goToNamespace(namespace) {
				enter({namespace});
				epoch += 1;
				watchScope(epoch);
			},
			async goToContext(name) {
				const found = kubeconfig.contexts.find((context) => context.name === name);
				if (!found) {
					throw new Error(
						`There is no context ${name}: there are ${kubeconfig.contexts.map((context) => context.name).join(', ')}.`,
					);
				}
				await leave();
				enter({context: name, namespace: found.namespace});
				const {readOnly, confirm} = options.rules(name);
				store.change((state) => ({...state, readOnly, typedConfirm: confirm === 'typed'}));
				await open();
			},
			namespaces: async () => listNamespaces(connected()),
			contexts: () =>
				kubeconfig.contexts.map(({name, cluster, namespace}) => ({name, detail: `${cluster}, namespace ${namespace}`})),
			retry() {
				if (store.get().link.phase === 'failed') run(open);
				else {
					connection?.signInAgain();
					watches?.retryNow();
					if (connection) void lookForTrouble(connection, epoch);
				}
			},
			copy: effects.copy,
			quit: (code = 0) => effects.quit(code),
			suspend: effects.suspend,
			page: options.page(),
			...(options.scenarios && {scenarios: options.scenarios}),
		}),
		doubt: (since) => watches?.doubt(since),
		async stop() {
			epoch += 1;
			unsubscribe();
			lastWords.stop();
			await leave();
			store.close();
		},
		async idle() {
			while (tasks.size > 0) await Promise.all(tasks);
			await store.idle();
		},
	};
}

/** A row that was acted on is the cursor's, as if it had been moved there: it must not slide onto another one. */
function holdCursor(state: State, board: Board, pane: PaneId): State {
	return state.panes[pane].cursor === undefined
		? {...state, panes: {...state.panes, [pane]: board.moveCursor(state, pane, 0)}}
		: state;
}

function sentenceOf(error: unknown): string {
	if (error instanceof ClusterError) return withHint(error);
	return error instanceof Error ? error.message : String(error);
}
