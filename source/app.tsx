import {render, useApp, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect} from 'react';
import {type Board, createBoard} from './board/board.ts';
import type {Connection} from './cluster/connection.ts';
import type {Kubeconfig} from './cluster/kubeconfig.ts';
import type {WatchOptions} from './cluster/watcher.ts';
import {createDispatcher, type Dispatcher} from './dispatcher.ts';
import {type Options, rulesOf} from './options.ts';
import {createSession, type Session, type SessionEffects, type SessionOptions} from './session.ts';
import {initialState} from './state/initial.ts';
import type {State} from './state/state.ts';
import {createStore, type Store, type StoreTimers} from './state/store.ts';
import {keyNames} from './ui/keys.ts';
import {createPainter} from './ui/painter.ts';
import {createScreenMaker} from './ui/screen.ts';
import {Shell, type ShellSource} from './ui/shell.tsx';

/** All that the deck needs of the world around it, so that it runs on any terminal and any clock. */
export interface AppInput {
	readonly options: Options;
	readonly kubeconfig: Kubeconfig;
	readonly stdin: NodeJS.ReadableStream;
	readonly stdout: NodeJS.WritableStream & {readonly columns: number; readonly rows: number};
	/** Draws the lines of the screen in Ink's place. */
	readonly draw?: (lines: readonly string[]) => void;
	/** Whether the terminal has colours and they are wanted. */
	readonly colour: boolean;
	readonly effects: Pick<SessionEffects, 'now' | 'log' | 'audit'> & {
		/** Resolves once the terminal shows what has been written to it. */
		drawn?(): Promise<void>;
		/** Lets the terminal come to rest before it is given back, for a while or for good. */
		settleTerminal?(): Promise<void>;
		/** Stops the process as ctrl-z does, and resolves once it goes on. The terminal is given back meanwhile. */
		stopProcess(): Promise<void>;
		/** When this process last ran (milliseconds since the epoch), if it has not run for a while since this was last asked. */
		awaySince?(): number | undefined;
	};
	readonly timers: StoreTimers;
	/** What can happen in the practice cluster, if the kubeconfig is that of one. */
	readonly scenarios?: SessionOptions['scenarios'];
	/** Clock and chance of the watches; left out: the real ones. */
	readonly watching?: WatchOptions;
	connect(context: string): Promise<Connection>;
}

/** The deck while it is on the screen. */
export interface App {
	readonly store: Store<State>;
	readonly board: Board;
	readonly session: Session;
	/** Resolves to the exit code once the terminal is given back; rejects with what made the drawing fail. */
	readonly ended: Promise<number>;
	leave(code: number): void;
	/** Resolves once everything that is known has been written to the terminal. */
	flushed(): Promise<void>;
}

/** Wires connection, session, store and screen, and draws. The session is left to be stopped by the caller. */
export function startApp(input: AppInput): App {
	const {options, kubeconfig, effects, timers, stdin, stdout, scenarios} = input;
	const {current} = kubeconfig;
	const {now} = effects;
	const rules = (context: string) => rulesOf(options, context);
	const board = createBoard({ascii: options.ascii});
	const store = createStore<State>(
		initialState({
			scope: {
				context: current.name,
				namespace: options.allNamespaces ? undefined : current.namespace,
				selector: options.selector,
			},
			size: {columns: stdout.columns, rows: stdout.rows},
			now: now(),
			readOnly: rules(current.name).readOnly,
			typedConfirm: rules(current.name).confirm === 'typed',
			sandbox: scenarios !== undefined,
		}),
		timers,
	);
	store.change((state) => board.tick(board.follow(state)));

	let hooks: AppHooks | undefined;
	/** Before anything is drawn again: after sleep, or a stop, what was live is not. */
	const doubt = () => {
		const since = effects.awaySince?.();
		if (since !== undefined) session.doubt(since);
	};
	const stopProcess = async () => {
		await effects.stopProcess();
		doubt();
	};
	const settled = effects.settleTerminal ?? (async () => {});
	const left = Promise.withResolvers<never>();
	const leave = (code: number) =>
		void settled()
			.then(() => hooks?.exit(code))
			.catch(left.reject);
	const maker = createScreenMaker(createPainter({ascii: options.ascii, colour: input.colour}));
	const session = createSession({
		store,
		board,
		kubeconfig,
		connect: input.connect,
		rules,
		page: maker.page,
		deployment: options.command.name === 'deck' ? options.command.deployment : undefined,
		...(scenarios && {scenarios}),
		...(input.watching && {watching: input.watching}),
		effects: {
			...effects,
			copy: (text) => stdout.write(`\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`),
			// A bell, and a notification (OSC 9) where the terminal shows them.
			notify: (text) => void (options.quiet || stdout.write(`\u0007\u001B]9;${text}\u0007`)),
			quit: leave,
			suspend: () => void settled().then(() => hooks?.suspendTerminal(stopProcess)),
		},
	});
	const dispatcher = createDispatcher(session, now);
	const source: ShellSource = {
		subscribe: store.subscribe,
		lines: () => maker.lines(session.context(), session.now()),
		size: () => store.get().size,
		...(input.draw && {draw: input.draw}),
		picture: () => store.get().dialog?.picture,
		painted: (picture) => void (effects.drawn?.() ?? Promise.resolve()).then(() => session.gate.painted(picture)),
	};

	const instance = render(
		<Root
			source={source}
			store={store}
			dispatcher={dispatcher}
			onMount={(mounted) => {
				hooks = mounted;
			}}
		/>,
		{
			stdin,
			stdout,
			alternateScreen: true,
			incrementalRendering: true,
			maxFps: 60,
			exitOnCtrlC: false,
			interactive: true,
		},
	);
	// The first picture waits for nothing; what it says of the connection is true by then.
	void instance.waitUntilRenderFlush().then(session.start);
	let cancelTick: () => void;
	const tickLater = () => {
		cancelTick = timers.after(1000, () => {
			doubt();
			store.merge((state) => board.tick({...state, now: session.now()}));
			tickLater();
		});
	};
	tickLater();
	return {
		store,
		board,
		session,
		// Whoever cannot leave in order ends all the same.
		ended: Promise.race([instance.waitUntilExit(), left.promise])
			.then((code) => Number(code ?? 0))
			.finally(() => cancelTick()),
		leave,
		flushed: instance.waitUntilRenderFlush,
	};
}

type AppHooks = Pick<ReturnType<typeof useApp>, 'exit' | 'suspendTerminal'>;

interface RootProps {
	readonly source: ShellSource;
	readonly store: Store<State>;
	readonly dispatcher: Dispatcher;
	onMount(hooks: AppHooks): void;
}

/** The one place that hears keys, pastes and the window's size. */
function Root({source, store, dispatcher, onMount}: RootProps) {
	const {exit, suspendTerminal} = useApp();
	const {columns, rows} = useWindowSize();

	useInput((input, key) => {
		for (const name of keyNames(input, key)) dispatcher.press(name);
	});
	usePaste((text) => dispatcher.paste(text));
	useEffect(() => {
		store.change((state) =>
			state.size.columns === columns && state.size.rows === rows ? state : {...state, size: {columns, rows}},
		);
	}, [columns, rows, store]);
	useEffect(() => {
		onMount({exit, suspendTerminal});
		// Only once: all of these are the same for the life of the app.
		// oxlint-disable-next-line react/exhaustive-deps
	}, []);
	return <Shell source={source} />;
}
