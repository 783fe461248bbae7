import {selfSigned} from './certificate.ts';
import {realClock} from './clock.ts';
import {type Controllers, startControllers} from './controllers/index.ts';
import {seededRandom} from './controllers/random.ts';
import {kubeconfigOf, writeKubeconfig} from './kubeconfig.ts';
import {createStore} from './memory-store.ts';
import {findScenario, seed as plant, scenarios} from './scenarios/index.ts';
import {startServer} from './server.ts';

export interface SandboxOptions {
	/** On 127.0.0.1; any free one by default. */
	port?: number;
	/** The scenario that is under way from the start; see `scenarios`. */
	scenario?: string;
	/** How many pods run besides the shop's. */
	pods?: number;
	/** The same seed gives the same names and addresses; another one each time by default. */
	seed?: number;
	/** Called as soon as it can be connected to; what is asked then is answered once the shop is there. */
	onListening?: (sandbox: Sandbox) => void;
}

export interface Sandbox {
	readonly url: string;
	/** Readable by its owner alone; gone when the sandbox is. */
	readonly kubeconfigPath: string;
	close(): Promise<void>;
}

/**
 * Starts a practice cluster in this process: state, controllers and API server, on 127.0.0.1 alone and behind random tokens.
 * Throws an ApiError for a scenario that is not there, and what `listen` throws for a port that is taken.
 */
export async function serveSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const {port = 0, pods = 0, seed = Math.floor(Math.random() * 2 ** 31), onListening} = options;
	const scenario = options.scenario === undefined ? undefined : findScenario(options.scenario);
	const clock = realClock();
	const store = createStore({clock, random: seededRandom(seed), report: complain});
	const tls = selfSigned(clock.now());
	let controllers: Controllers;
	const server = await startServer({
		store,
		port,
		tls,
		scenarios: scenarios.map(({name, title, start}) => ({name, title, start: () => start(store)})),
		readLog: (...asked) => controllers.logs(...asked),
		beforeRead: (resource) => controllers.beforeRead(resource),
	});
	const kubeconfig = writeKubeconfig(kubeconfigOf(server.url, server.users, tls.certificate));
	process.once('exit', kubeconfig.remove);
	const sandbox: Sandbox = {
		url: server.url,
		kubeconfigPath: kubeconfig.path,
		async close() {
			controllers.stop();
			await server.close();
			kubeconfig.remove();
			process.off('exit', kubeconfig.remove);
		},
	};
	onListening?.(sandbox);
	// In the same turn: whoever connects meanwhile waits for it, and has used the time.
	plant(store, {seed, pods, ...(scenario && {scenario})});
	controllers = startControllers(store, {seed});
	return sandbox;
}

/** A mistake of the sandbox's own must not end it: a person may be practising on it. */
function complain(error: unknown): void {
	process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
}

/**
 * The whole life of a process that is nothing but a sandbox. Its first line of output is JSON: `{"kubeconfig": PATH, "url": URL}`.
 * It ends with its standard input, which the parent holds open: a pipe closes however the parent ends.
 */
export async function runSandbox(options: SandboxOptions): Promise<void> {
	await serveSandbox({
		...options,
		onListening(sandbox) {
			process.on('uncaughtException', complain);
			process.on('unhandledRejection', complain);
			const end = () => {
				void sandbox.close().finally(() => process.exit(0));
			};
			for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
			// The parent may be gone already, or go while it still reads.
			process.stdout.on('error', end);
			process.stdin.on('end', end).on('close', end).on('error', end).resume();
			process.stdout.write(`${JSON.stringify({kubeconfig: sandbox.kubeconfigPath, url: sandbox.url})}\n`);
		},
	});
}
