import {selfSigned} from './certificate.ts';
import {realClock} from './clock.ts';
import {startControllers} from './controllers/index.ts';
import {seededRandom} from './controllers/random.ts';
import {kubeconfigOf, writeKubeconfig} from './kubeconfig.ts';
import {createStore} from './memory-store.ts';
import {seed as plant, scenarios} from './scenarios/index.ts';
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
	const {port = 0, scenario, pods = 0, seed = Math.floor(Math.random() * 2 ** 31)} = options;
	const clock = realClock();
	const store = createStore({clock, random: seededRandom(seed), report: complain});
	plant(store, {seed, pods, ...(scenario !== undefined && {scenario})});
	const controllers = startControllers(store, {seed});
	const tls = selfSigned(clock.now());
	const served = scenarios.map(({name, title, start}) => ({name, title, start: () => start(store)}));
	const {logs: readLog, beforeRead} = controllers;
	const server = await startServer({store, port, tls, scenarios: served, readLog, beforeRead});
	const kubeconfig = writeKubeconfig(kubeconfigOf(server.url, server.users, tls.certificate));
	process.once('exit', kubeconfig.remove);
	return {
		url: server.url,
		kubeconfigPath: kubeconfig.path,
		async close() {
			controllers.stop();
			await server.close();
			kubeconfig.remove();
			process.off('exit', kubeconfig.remove);
		},
	};
}

/** A mistake of the sandbox's own must not end it: a person may be practising on it. */
function complain(error: unknown): void {
	process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
}

/**
 * The whole life of a process that is nothing but a sandbox. Its first line of output is JSON: `{"kubeconfig": PATH, "url": URL}`.
 * With `child` it ends with its standard input, which the parent holds open: a pipe closes however the parent ends.
 */
export async function runSandbox(options: SandboxOptions & {child?: boolean}): Promise<void> {
	process.on('uncaughtException', complain);
	process.on('unhandledRejection', complain);
	const sandbox = await serveSandbox(options);
	const end = () => {
		void sandbox.close().finally(() => process.exit(0));
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
	if (options.child) {
		// The parent may be gone already, or go while it still reads.
		process.stdout.on('error', end);
		process.stdin.on('end', end).on('close', end).on('error', end).resume();
	}
	process.stdout.write(`${JSON.stringify({kubeconfig: sandbox.kubeconfigPath, url: sandbox.url})}\n`);
}
