import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {basename} from 'node:path';
import manifest from './package.json' with {type: 'json'};
import {loadKubeconfig, NoKubeconfigError} from './source/cluster/kubeconfig.ts';
import {failureOf} from './source/exit.ts';
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
		case 'get': {
			const kubeconfig = loadKubeconfig({...options, env, home: homedir()});
			const {get} = await import('./source/headless/get.ts');
			return get(command, options, kubeconfig, {
				stdout,
				stderr,
				now: Date.now,
				terminal: stdin.isTTY,
				signal: interrupted(),
			});
		}
		case 'sandbox':
			return (await import('./source/headless/sandbox.ts')).sandbox(command, {stdout, stderr});
		case 'deck':
			return showDeck(options, command);
	}
	return command satisfies never;
}

async function showDeck(options: Options, command: DeckCommand): Promise<number> {
	if (!stdin.isTTY || !stdout.isTTY)
		throw new UsageError('rolldeck draws on a terminal, and this is none: for scripts there is `rolldeck get pods`.');
	const {runApp, runPractice} = await import('./source/run.ts');
	if (command.sandbox !== undefined) return runPractice(options, command.sandbox, undefined);
	try {
		return await runApp(options, loadKubeconfig({...options, env, home: homedir()}));
	} catch (error) {
		if (!(error instanceof NoKubeconfigError)) throw error;
		return runPractice(
			options,
			'',
			`No kubeconfig in ${error.lookedIn.join(', ')}: this is a practice cluster. :scenario lets things happen.`,
		);
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

/** A signal that ctrl-c aborts; a second one ends the process at once. */
function interrupted(): AbortSignal {
	const controller = new AbortController();
	process.once('SIGINT', () => controller.abort());
	return controller.signal;
}
