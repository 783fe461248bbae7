import {spawn} from 'node:child_process';
import {extname} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import type {Connection} from './cluster/connection.ts';
import {type Kubeconfig, loadKubeconfig} from './cluster/kubeconfig.ts';
import {UsageError} from './options.ts';
import type {SessionOptions} from './session.ts';

/** A practice cluster in a process of its own, which ends with this one, however this one ends. */
export interface Practice {
	readonly kubeconfig: Kubeconfig;
	readonly scenarios: NonNullable<SessionOptions['scenarios']>;
	end(): void;
}

/** In the source and in the bundle alike it stands at the same place beside us. */
const program = fileURLToPath(new URL(`./sandbox/child${extname(import.meta.url)}`, import.meta.url));

/**
 * Starts the practice cluster and waits until its API server listens. The child hears of our end through its standard input, a
 * pipe that closes with us.
 * @param scenario '' for the usual one
 * @throws UsageError with the child's own sentence, e.g. for a scenario that is not there
 */
export async function startPractice(
	scenario: string,
	selection: {
		readonly env: NodeJS.ProcessEnv;
		readonly context?: string | undefined;
		readonly namespace?: string | undefined;
	},
): Promise<Practice> {
	const options = JSON.stringify(scenario === '' ? {} : {scenario});
	const child = spawn(process.execPath, [...process.execArgv, program, options], {
		stdio: ['pipe', 'pipe', 'pipe'],
		env: selection.env,
		// Ctrl-c and ctrl-z go to the whole group of the terminal: the cluster must neither end nor stop with them.
		detached: true,
	});
	let complaints = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		complaints = (complaints + text).slice(-2000);
	});
	const first = await new Promise<string | undefined>((resolve) => {
		const lines = createInterface({input: child.stdout});
		lines.once('line', resolve);
		// Its end, once all that it said has been read, and not that of its stdout: the reason stands on stderr.
		child.once('close', () => resolve(undefined)).once('error', () => resolve(undefined));
	});
	if (first === undefined)
		throw new UsageError(complaints.trim() || 'The practice cluster did not start, and did not say why.');
	// It lives as long as we do, and we do not live for it.
	child.unref();
	for (const pipe of [child.stdin, child.stdout, child.stderr]) (pipe as unknown as {unref(): void}).unref();

	const {kubeconfig: path} = JSON.parse(first) as {kubeconfig: string};
	const kubeconfig = loadKubeconfig({...selection, kubeconfig: path, env: {}, home: ''});
	let connecting: Promise<Connection> | undefined;
	// As its administrator, whichever context the screen is in.
	const admin = () => {
		connecting ??= import('./cluster/connection.ts').then(({connect}) =>
			connect(kubeconfig, {context: 'sandbox', env: {}}),
		);
		return connecting;
	};
	return {
		kubeconfig,
		scenarios: {
			async list() {
				const {items} = await (await admin()).request<{items: {name: string; title: string}[]}>({
					path: '/rolldeck/scenarios',
				});
				return items;
			},
			async start(name) {
				await (await admin()).request({method: 'POST', path: `/rolldeck/scenarios/${encodeURIComponent(name)}`});
			},
		},
		end: () => child.stdin.destroy(),
	};
}
