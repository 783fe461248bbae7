import {parseArguments} from './options/arguments.ts';
import {type Command, commandWord, readCommand, readSandbox, type Scope} from './options/command.ts';
import {type ConfigFile, type ContextRules, parseConfig} from './options/config.ts';
import {parseDuration} from './options/duration.ts';
import {collectSettings, converted, type Environment, isOn, type Settings, text} from './options/settings.ts';
import {UsageError} from './options/usage-error.ts';

export type {Command, DeckCommand, GetCommand, GetOutput, SandboxCommand} from './options/command.ts';
export {type ConfigFile, type ContextRules, configPath} from './options/config.ts';
export {helpText} from './options/help.ts';
export type {
	ChangeCommand,
	DiffCommand,
	HistoryCommand,
	RolloutOutput,
	StatusCommand,
	Waiting,
} from './options/rollout-commands.ts';
export {UsageError} from './options/usage-error.ts';

/** Everything that was asked for, from the command line, the environment and the config file, in this order. Frozen. */
export interface Options extends Scope {
	readonly command: Command;
	/** A path as it was written; undefined: as kubectl looks for it. */
	readonly kubeconfig: string | undefined;
	readonly context: string | undefined;
	readonly as: string | undefined;
	readonly asGroups: readonly string[];
	/** Milliseconds; 0: never give up; undefined: rolldeck's own time. */
	readonly requestTimeoutMs: number | undefined;
	readonly readOnly: boolean;
	readonly ascii: boolean;
	readonly color: boolean;
	/** No bell, no notification. */
	readonly quiet: boolean;
	/** By context name; see `rulesOf`. */
	readonly contexts: Readonly<Record<string, ContextRules>>;
}

export interface OptionsInput {
	/** What follows the program's own name. */
	readonly argv: readonly string[];
	readonly env: Environment;
	readonly config?: ConfigFile | undefined;
}

/**
 * Makes the options of a run. Pure.
 * @throws {UsageError} For anything that cannot be meant, as a sentence that says what to do instead.
 */
export function readOptions({argv, env, config: configFile}: OptionsInput): Options {
	const parsed = parseArguments(argv);
	const command = commandWord(parsed);
	const isQuestion = command === 'help' || command === 'version'; // always answered, whatever else is wrong
	const settings: Settings = isQuestion ? new Map() : collectSettings(parsed, env, command);
	const config = parseConfig(isQuestion ? undefined : configFile);
	const scope = readScope(settings);
	const asGroups = settings.get('as-group')?.values ?? [];
	const as = text(settings, 'as');
	if (asGroups.length > 0 && as === undefined)
		throw new UsageError(`${settings.get('as-group')?.from} needs a user to go with it: add --as USER.`);
	if (readSandbox(text(settings, 'sandbox')) !== undefined && command !== 'deck' && command !== 'sandbox')
		// Never the real cluster in its place.
		throw new UsageError(
			`${settings.get('sandbox')?.from} opens the screen on a practice cluster, and \`rolldeck ${command}\` has none: run \`rolldeck sandbox\`, and set KUBECONFIG as it says.`,
		);
	const action = readCommand(command, parsed, settings, scope);
	return deepFreeze({
		command: action,
		kubeconfig: text(settings, 'kubeconfig'),
		context: text(settings, 'context'),
		...(isOneObject(action) ? {...scope, allNamespaces: false, selector: undefined} : scope),
		as,
		asGroups,
		requestTimeoutMs: converted(settings, 'request-timeout', parseDuration, 'a time such as 5s, 1m30s or 0'),
		readOnly: isOn(settings, 'read-only') ?? config.readOnly ?? false,
		ascii: isOn(settings, 'ascii') ?? config.ascii ?? isAsciiLocale(env),
		color: !(isOn(settings, 'no-color') ?? Boolean(env.NO_COLOR)),
		quiet: isOn(settings, 'quiet') ?? false,
		contexts: config.contexts,
	});
}

/** What may be done in a context: the config file's word for it, made stricter by `--read-only` and never laxer. */
export function rulesOf(options: Options, context: string): ContextRules {
	const rules = Object.hasOwn(options.contexts, context) ? options.contexts[context] : undefined;
	return {readOnly: options.readOnly || (rules?.readOnly ?? false), confirm: rules?.confirm ?? 'enter'};
}

/** `-A` and `-n` exclude one another; what is on the command line goes before what is in the environment. */
function readScope(settings: Settings): Scope {
	const namespace = text(settings, 'namespace');
	const all = isOn(settings, 'all-namespaces') ?? false;
	const selector = text(settings, 'selector');
	const [one, every] = [settings.get('namespace'), settings.get('all-namespaces')];
	if (namespace === undefined || !all || !one || !every) return {namespace, allNamespaces: all, selector};
	if (one.onCommandLine === every.onCommandLine)
		throw new UsageError(`${one.from} and ${every.from} exclude one another: leave one of them out.`);
	return {namespace: one.onCommandLine ? namespace : undefined, allNamespaces: every.onCommandLine, selector};
}

function isOneObject(command: Command): boolean {
	return 'deployment' in command
		? command.deployment !== undefined
		: 'object' in command && command.object !== undefined;
}

/** A locale that names a character set other than UTF-8. None at all is what containers have: their terminals are UTF-8. */
function isAsciiLocale(env: Environment): boolean {
	const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
	return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}

function deepFreeze<T extends object>(value: T): T {
	for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
	return Object.freeze(value);
}
