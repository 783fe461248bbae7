import meow from 'meow';
import {type Flag, type FlagName, flags} from './table.ts';
import {nearest, UsageError} from './usage-error.ts';

/** What stands on a command line: words, and for each flag that is given its values in their order (a switch: `true` or `false`). */
export interface Arguments {
	readonly words: readonly string[];
	readonly given: ReadonlyMap<FlagName, readonly string[]>;
}

type Known = Flag & {readonly name: FlagName};

/**
 * Takes a command line apart as kubectl does (`-oyaml`, `-n=shop`, `-Aw`, `--sandbox` with or without a value).
 * @param argv What follows the program's own name.
 * @throws {UsageError} A flag that does not exist, lacks its value, or is given a value that it does not take.
 */
export function parseArguments(argv: readonly string[]): Arguments {
	const {input, flags: parsed} = meow({
		importMeta: import.meta,
		pkg: {name: 'rolldeck'},
		argv: spellOut(argv),
		autoHelp: false,
		autoVersion: false,
		allowUnknownFlags: false,
		flags: Object.fromEntries(flags.map(({name}) => [camelCase(name), {type: 'string', isMultiple: true} as const])),
	});
	const given = new Map<FlagName, readonly string[]>();
	for (const {name} of flags) {
		const values = parsed[camelCase(name)] ?? [];
		if (values.length > 0) given.set(name, values);
	}
	return {words: input.map(String), given};
}

/**
 * Rewrites every flag as `--name=value`. It is done before meow sees them, because meow would take `-oyaml` for five
 * switches, `--read-only=1` for "off", a flag without its value for one that was not given, and would end the process on
 * a flag that it does not know.
 */
function spellOut(argv: readonly string[]): string[] {
	const spelled: string[] = [];
	const rest = [...argv];
	for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
		if (word === '--') return [...spelled, word, ...rest];
		if (!word.startsWith('-') || word === '-') {
			spelled.push(word);
			continue;
		}
		const [, name = '', inline] = /^(-[^-]|--[^=]*)(.*)$/s.exec(word) ?? [];
		const flag = find(name);
		if (flag.value === undefined && !name.startsWith('--') && inline && !inline.startsWith('=')) {
			rest.unshift(`-${inline}`); // `-Aw` is `-A -w`
			spelled.push(`--${flag.name}=true`);
			continue;
		}
		const value = inline ? inline.replace(/^=/, '') : undefined;
		const spelledValue = flag.value === undefined ? switchValue(name, value) : textValue(flag, name, value, rest);
		if (spelledValue === '')
			spelled.push(`--${flag.name}`, ''); // meow loses `--sandbox=` at the end
		else spelled.push(`--${flag.name}=${spelledValue}`);
	}
	return spelled;
}

function switchValue(written: string, value: string | undefined): string {
	const on = readSwitch(value ?? 'true');
	if (on === undefined)
		throw new UsageError(`${written} is a switch: give it alone, or as ${written}=false, not =${value}.`);
	return String(on);
}

function textValue(flag: Known, written: string, inline: string | undefined, rest: string[]): string {
	if (flag.optionalValue) return inline ?? '';
	const value = inline ?? (rest[0]?.startsWith('-') ? undefined : rest.shift());
	if (!value) throw new UsageError(`${written} needs a value: ${written} ${flag.value}.`);
	return value;
}

function find(written: string): Known {
	const known: readonly Known[] = flags;
	const flag = known.find(({name, short}) => written === `--${name}` || written === `-${short}`);
	if (flag) return flag;
	const meant = nearest(
		written,
		known.map(({name}) => `--${name}`),
	);
	throw new UsageError(
		`There is no flag ${written}${meant ? `: did you mean ${meant}?` : '.'} All of them are listed by --help.`,
	);
}

/** What a switch may be set to, on the command line and in the environment; undefined for anything else. */
export function readSwitch(text: string): boolean | undefined {
	if (/^(1|true|yes|on)$/i.test(text)) return true;
	if (/^(0|false|no|off)$/i.test(text)) return false;
	return undefined;
}

function camelCase(name: string): string {
	return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
