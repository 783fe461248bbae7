import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename} from 'node:path';
import manifest from './package.json' with {type: 'json'};
import {type Kubeconfig, loadKubeconfig, NoKubeconfigError} from './source/cluster/kubeconfig.ts';
import {failureOf} from './source/exit.ts';
import type {Outlet} from './source/headless/outlet.ts';
import {
	type ConfigFile,
	configPath,
	type DeckCommand,
	helpText,
	type Options,
	readOptions,
	UsageError,
} from './source/options.ts';

const {argv, env, stdin, stdout, stderr} = process;

for (const stream of [stdout, stderr])
	stream.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
		process.exit(0); // whoever read along (`| head`) has had enough
	});

try {
	process.exitCode = await run(readOptions({argv: argv.slice(2), env, config: readConfigFile()}));
} catch (error) {
	const {sentence, code} = failureOf(error);
	stderr.write(`${sentence}\n`);
	process.exitCode = code;
}

async function run(options: Options): Promise<number> {
	const {command} = options;
	switch (command.name) {
		case 'help':
			stdout.write(helpText(basename(argv[1] ?? '').startsWith('kubectl-') ? 'kubectl rolldeck' : 'rolldeck'));
			return 0;
		case 'version':
			stdout.write(`rolldeck ${manifest.version}\n`);
			return 0;
		case 'get':
			return (await import('./source/headless/get.ts')).get(command, ...(await surroundings(options)));
		case 'status':
			return (await import('./source/headless/status.ts')).status(command, ...(await surroundings(options)));
		case 'history':
			return (await import('./source/headless/revisions.ts')).printHistory(command, ...(await surroundings(options)));
		case 'diff':
			return (await import('./source/headless/revisions.ts')).printDiff(command, ...(await surroundings(options)));
		case 'undo':
		case 'scale':
		case 'restart':
		case 'pause':
		case 'resume':
			return (await import('./source/headless/change.ts')).change(command, ...(await surroundings(options)));
		case 'sandbox':
			return (await import('./source/headless/sandbox.ts')).sandbox(command, {stdout, stderr});
		case 'deck':
			return showDeck(options, command);
	}
	return command satisfies never;
}

/** What every command without a screen is given. */
async function surroundings(options: Options): Promise<[Options, Kubeconfig, Outlet]> {
	const {processOutlet} = await import('./source/headless/outlet.ts');
	return [options, loadKubeconfig({...options, env, home: homedir()}), processOutlet(process)];
}

async function showDeck(options: Options, command: DeckCommand): Promise<number> {
	if (!stdin.isTTY || !stdout.isTTY)
		throw new UsageError('rolldeck draws on a terminal, and this is none: for scripts there is `rolldeck get pods`.');
	if (command.sandbox !== undefined) return showPractice(options, command.sandbox, undefined);
	let kubeconfig: Kubeconfig;
	try {
		kubeconfig = loadKubeconfig({...options, env, home: homedir()});
	} catch (error) {
		if (!(error instanceof NoKubeconfigError)) throw error;
		const where = error.lookedIn.join(', ');
		return showPractice(
			options,
			'',
			`No kubeconfig in ${where}: this is a practice cluster. :scenario lets things happen.`,
		);
	}
	const {runApp} = await import('./source/run.ts');
	return runApp(options, kubeconfig);
}

async function showPractice(options: Options, scenario: string, note: string | undefined): Promise<number> {
	const {startPractice} = await import('./source/practice.ts');
	const {context, namespace} = options;
	// The cluster starts in its process while the screen is loaded in this one.
	const starting = startPractice(scenario, {env, context, namespace});
	const [practice, {runApp}] = await Promise.all([starting, import('./source/run.ts'), import('./source/app.tsx')]);
	try {
		return await runApp(options, practice.kubeconfig, {scenarios: practice.scenarios, note});
	} finally {
		practice.end();
	}
}

function readConfigFile(): ConfigFile | undefined {
	const path = configPath(env, homedir());
	try {
		return {path, text: readFileSync(path, 'utf8')};
	} catch (error) {
		const {code, message} = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
		throw new UsageError(`${path} cannot be read (${message}): mend it, or move it away.`);
	}
}
