import {type Arguments, readSwitch} from './arguments.ts';
import {type FlagName, flags, variableOf} from './table.ts';
import {either, UsageError} from './usage-error.ts';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of one flag and how they were given: `--namespace` or `ROLLDECK_NAMESPACE`. */
export interface Setting {
	readonly values: readonly string[];
	readonly from: string;
	readonly onCommandLine: boolean;
}
export type Settings = ReadonlyMap<FlagName, Setting>;

/**
 * What is set, by flag; a variable counts where the flag is not given and goes with the command.
 * @throws {UsageError} A flag that does not go with the command.
 */
export function collectSettings({given}: Arguments, env: Environment, command: string): Settings {
	const settings = new Map<FlagName, Setting>();
	for (const flag of flags) {
		const only: readonly string[] = 'only' in flag ? flag.only : [command];
		const values = given.get(flag.name);
		if (values && !only.includes(command))
			throw new UsageError(`--${flag.name} goes with \`rolldeck ${either(only)}\` only.`);
		const variable = variableOf(flag.name);
		const inherited = variable && only.includes(command) ? env[variable] : undefined;
		if (values) settings.set(flag.name, {values, from: `--${flag.name}`, onCommandLine: true});
		else if (variable && inherited)
			settings.set(flag.name, {
				values: 'repeatable' in flag ? inherited.split(',') : [inherited],
				from: variable,
				onCommandLine: false,
			});
	}
	return settings;
}

/** The last value, as in kubectl. */
export function text(settings: Settings, name: FlagName): string | undefined {
	return settings.get(name)?.values.at(-1);
}

/** @throws {UsageError} A variable that is neither on nor off. */
export function isOn(settings: Settings, name: FlagName): boolean | undefined {
	return converted(settings, name, readSwitch, '1 or 0');
}

/** @throws {UsageError} Where `convert` gives undefined: the setting has to be `what`. */
export function converted<T>(
	settings: Settings,
	name: FlagName,
	convert: (text: string) => T | undefined,
	what: string,
): T | undefined {
	const written = text(settings, name);
	if (written === undefined) return undefined;
	const value = convert(written);
	if (value === undefined) throw new UsageError(`${settings.get(name)?.from} has to be ${what}, not ${written}.`);
	return value;
}
