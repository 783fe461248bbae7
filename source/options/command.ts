import {type Arguments, readSwitch} from './arguments.ts';
import {type RolloutCommand, readRolloutCommand} from './rollout-commands.ts';
import {converted, isOn, type Settings, text} from './settings.ts';
import {type FlagName, type SubcommandName, subcommands} from './table.ts';
import {either, nearest, UsageError} from './usage-error.ts';

/** Which objects are meant. */
export interface Scope {
	/** undefined: the context's. */
	readonly namespace: string | undefined;
	readonly allNamespaces: boolean;
	readonly selector: string | undefined;
}

/** What to do, with the words and flags that belong to it alone. */
export type Command =
	| {readonly name: 'help'}
	| {readonly name: 'version'}
	| DeckCommand
	| GetCommand
	| RolloutCommand
	| SandboxCommand;

/** The practice cluster, in the foreground. */
export interface SandboxCommand {
	readonly name: 'sandbox';
	readonly scenario: string | undefined;
	readonly port: number | undefined;
	readonly pods: number | undefined;
	readonly seed: number | undefined;
}

/** The screen. */
export interface DeckCommand {
	readonly name: 'deck';
	/** The Deployment to open. */
	readonly deployment: string | undefined;
	/** Wants the practice cluster, in this scenario; '' for the usual one. */
	readonly sandbox: string | undefined;
}

/** Rows for scripts. */
export interface GetCommand {
	readonly name: 'get';
	/** The word for the kind as it was written, e.g. `deploy`. */
	readonly kind: string;
	readonly object: string | undefined;
	readonly output: GetOutput;
	readonly watch: boolean;
}

const getOutputs = ['table', 'wide', 'rollout', 'name', 'json'] as const;
export type GetOutput = (typeof getOutputs)[number];

export type CommandWord = SubcommandName | 'deck' | 'help' | 'version';

/** Which command the words ask for; what is no subcommand belongs to the screen. */
export function commandWord({words, given}: Arguments): CommandWord {
	if (words[0] === 'help' || given.get('help')?.at(-1) === 'true') return 'help';
	if (words[0] === 'version' || given.get('version')?.at(-1) === 'true') return 'version';
	return subcommands.find(({name}) => name === words[0])?.name ?? 'deck';
}

/**
 * The command with its own words and flags.
 * @throws {UsageError} Words that the command does not take.
 */
export function readCommand(name: CommandWord, {words}: Arguments, settings: Settings, scope: Scope): Command {
	if (name === 'help' || name === 'version') return {name};
	if (name === 'deck') {
		const deployment = words.length === 0 ? undefined : readDeployment(words);
		if (deployment !== undefined) checkNamed(deployment, settings, scope);
		return {name, deployment, sandbox: readSandbox(text(settings, 'sandbox'))};
	}
	if (name === 'sandbox') {
		const [, scenario, ...more] = words;
		if (more.length > 0) throw new UsageError(`rolldeck sandbox plays one scenario, not ${words.length - 1}.`);
		const count = (flag: FlagName, most = 999_999_999) =>
			converted(settings, flag, (text) => parseCount(text, most), `a whole number up to ${most}`);
		return {
			name,
			scenario,
			port: count('port', 65_535),
			pods: count('pods', 100_000), // more than its memory is made for
			seed: count('seed'),
		};
	}
	if (name === 'get') return readGet(words, settings, scope);
	const deployment = readSubject(name, words.slice(1));
	checkNamed(deployment, settings, scope);
	return readRolloutCommand(name, deployment, settings);
}

/** `ROLLDECK_SANDBOX=1` wants the usual scenario, and `=0` none; anything else is a scenario's name. */
export function readSandbox(written: string | undefined): string | undefined {
	if (written === undefined) return undefined;
	const isOn = readSwitch(written);
	return isOn === undefined ? written : isOn ? '' : undefined;
}

function readGet(words: readonly string[], settings: Settings, scope: Scope): GetCommand {
	const usage = 'rolldeck get KIND [NAME], e.g. `rolldeck get pods`';
	const [kind, object, ...more] = words.slice(1).flatMap((word, index) => (index === 0 ? word.split('/') : [word]));
	if (!kind) throw new UsageError(`Say what to get: ${usage}.`);
	if (more.length > 0 || object === '')
		throw new UsageError(`${words.slice(1).join(' ')} is not one kind and one name: ${usage}.`);
	const output = text(settings, 'output') ?? 'table';
	if (!isOutput(output))
		throw new UsageError(`${settings.get('output')?.from} may be ${either(getOutputs)}, not ${output}.`);
	if (object !== undefined) checkNamed(object, settings, scope);
	return {name: 'get', kind, object, output, watch: isOn(settings, 'watch') ?? false};
}

/** One object is meant. What the environment says of scope in general gives way to that; what the command line says may not. */
function checkNamed(object: string, settings: Settings, scope: Scope): void {
	if (scope.allNamespaces && settings.get('all-namespaces')?.onCommandLine)
		throw new UsageError(`A name is looked for in one namespace: give -n NAME instead of -A, or leave ${object} out.`);
	if (settings.get('selector')?.onCommandLine)
		throw new UsageError(`A name and a selector exclude one another: leave ${object} or -l out.`);
}

const deploymentName = /^(?:deployments?|deploy|dp)(?:\.apps)?\/([^/]+)$/;

/** The name in `deployment/NAME` or `deployment NAME`, behind a subcommand. */
function readSubject(name: RolloutCommand['name'], words: readonly string[]): string {
	const [, deployment] = deploymentName.exec(words.join('/')) ?? [];
	if (deployment !== undefined) return deployment;
	const written = words.length === 0 ? 'Say which Deployment' : `${words.join(' ')} is not one Deployment`;
	throw new UsageError(`${written}: rolldeck ${name} deployment/NAME.`);
}

/** The name in `deployment/NAME`. */
function readDeployment([word = '', ...more]: readonly string[]): string {
	const [, name] = deploymentName.exec(word) ?? [];
	if (name !== undefined && more.length === 0) return name;
	if (name !== undefined) throw new UsageError(`rolldeck opens one Deployment at a time: leave out ${more.join(' ')}.`);
	if (word.includes('/'))
		throw new UsageError(`rolldeck opens Deployments only: write deployment/NAME instead of ${word}.`);
	const known = subcommands.map(({name}) => name);
	const meant = nearest(word, known);
	throw new UsageError(
		`There is no command ${word}: ${meant ? `did you mean ${meant}?` : `for the Deployment of that name write deployment/${word}.`} All commands are listed by --help.`,
	);
}

function parseCount(text: string, most: number): number | undefined {
	return /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function isOutput(text: string): text is GetOutput {
	return (getOutputs as readonly string[]).includes(text);
}
