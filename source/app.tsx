import {join} from 'node:path';
import process from 'node:process';
import {inspect} from 'node:util';
import {render, useApp, useInput, usePaste, useWindowSize} from 'ink';
import {useEffect} from 'react';
import {createBoard} from './board/board.ts';
import {type Kubeconfig, needsTerminal} from './cluster/kubeconfig.ts';
import {createDispatcher, type Dispatcher} from './dispatcher.ts';
import {openLog, stateFolder} from './log.ts';
import {type Options, rulesOf} from './options.ts';
import {createSession, type Session, type SessionOptions} from './session.ts';
import {initialState} from './state/initial.ts';
import type {State} from './state/state.ts';
import {createStore, realTimers, type Store} from './state/store.ts';
import {keyNames} from './ui/keys.ts';
import {createPainter} from './ui/painter.ts';
import {createScreenMaker} from './ui/screen.ts';
import {Shell, type ShellSource} from './ui/shell.tsx';

/**
 * Shows the deck until a person leaves it. Resolves to the exit code; the terminal is then as it was before.
 * @param sandbox what can happen there, if the kubeconfig is that of the practice cluster
 */
export async function runApp(
	options: Options,
	kubeconfig: Kubeconfig,
	sandbox?: SessionOptions['scenarios'],
): Promise<number> {
	const folder = stateFolder(process.env);
	const log = openLog(join(folder, 'rolldeck.log'));
	const audit = openLog(join(folder, 'audit.log'));
	const {current} = kubeconfig;
	const board = createBoard({ascii: options.ascii});
	const store = createStore<State>(
		initialState({
			scope: {
				context: current.name,
				namespace: options.allNamespaces ? undefined : current.namespace,
				selector: options.selector,
			},
			size: {columns: process.stdout.columns, rows: process.stdout.rows},
			now: Date.now(),
			readOnly: rulesOf(options, current.name).readOnly,
			sandbox: sandbox !== undefined,
		}),
		realTimers(),
	);
	store.change((state) => board.tick(board.follow(state)));

	const connect: SessionOptions['connect'] = async (context) => {
		const {connect: open} = await import('./cluster/connection.ts');
		return open(kubeconfig, {context, requestTimeoutMs: options.requestTimeoutMs, log: log.write});
	};
	// A sign-in that asks questions needs the terminal to itself: before the screen is taken, or not at all.
	const early = needsTerminal(kubeconfig, current.name)
		? await import('./cluster/connection.ts').then(({connect: open}) =>
				open(kubeconfig, {requestTimeoutMs: options.requestTimeoutMs, log: log.write, terminal: true}),
			)
		: undefined;

	let leave: (code: number) => void = () => {};
	let suspend = () => {};
	const session = createSession({
		store,
		board,
		kubeconfig,
		connect: async (context) => (context === current.name && early ? early : connect(context)),
		isReadOnly: (context) => rulesOf(options, context).readOnly,
		deployment: options.command.name === 'deck' ? options.command.deployment : undefined,
		...(sandbox && {scenarios: sandbox}),
		effects: {
			now: Date.now,
			copy: (text) => process.stdout.write(`\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`),
			quit: (code) => leave(code),
			suspend: () => suspend(),
			log: log.write,
			audit: (entry) => audit.write(JSON.stringify(entry)),
		},
	});
	const dispatcher = createDispatcher(session, Date.now);
	const maker = createScreenMaker(
		createPainter({ascii: options.ascii, colour: options.color && process.env['TERM'] !== 'dumb'}),
	);
	const source: ShellSource = {
		subscribe: store.subscribe,
		lines: () => maker.lines(session.context(), Date.now()),
		size: () => store.get().size,
		dialogId: () => store.get().dialog?.id,
		painted: (id) => session.gate.painted(id),
	};

	const instance = render(
		<App
			source={source}
			store={store}
			dispatcher={dispatcher}
			onReady={(app) => {
				leave = app.exit;
				suspend = app.suspend;
				void session.start();
			}}
		/>,
		{alternateScreen: true, incrementalRendering: true, maxFps: 60, exitOnCtrlC: false, interactive: true},
	);
	const clock = setInterval(() => store.merge((state) => board.tick({...state, now: Date.now()})), 1000);
	let crash: unknown;
	const crashed = (error: unknown) => {
		crash ??= error;
		leave(1);
	};
	process.on('uncaughtException', crashed);
	process.on('unhandledRejection', crashed);
	let code = 0;
	try {
		code = Number((await instance.waitUntilExit()) ?? 0);
	} catch (error) {
		crash ??= error;
	} finally {
		clearInterval(clock);
		process.off('uncaughtException', crashed);
		process.off('unhandledRejection', crashed);
	}
	if (session.gate.inFlight)
		process.stderr.write('A change was sent, and its result is not known: look before you try again.\n');
	await endSession(session);
	if (crash !== undefined) {
		log.write(inspect(crash));
		process.stderr.write(`rolldeck has stopped because of a fault of its own; what happened is in ${log.path}.\n`);
		return 1;
	}
	return code;
}

/** Closes what is open; a server that does not answer must not keep a person waiting for their prompt. */
async function endSession(session: Session): Promise<void> {
	await Promise.race([session.stop(), new Promise((resolve) => setTimeout(resolve, 300).unref())]);
}

interface AppProps {
	readonly source: ShellSource;
	readonly store: Store<State>;
	readonly dispatcher: Dispatcher;
	/** Called once, after the first paint. */
	onReady(app: {exit(code: number): void; suspend(): void}): void;
}

/** The one place that hears keys, pastes and the window's size. */
function App({source, store, dispatcher, onReady}: AppProps) {
	const {exit, waitUntilRenderFlush, suspendTerminal} = useApp();
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
		const suspend = () => {
			void suspendTerminal(
				() =>
					new Promise<void>((resolve) => {
						process.once('SIGCONT', () => resolve());
						// The whole group, so that `npm start` around us stops as well and the shell has its prompt back.
						process.kill(0, 'SIGTSTP');
					}),
			);
		};
		void waitUntilRenderFlush().then(() => onReady({exit, suspend}));
		// Only once: all of these are the same for the life of the app.
		// oxlint-disable-next-line react/exhaustive-deps
	}, []);
	return <Shell source={source} />;
}
