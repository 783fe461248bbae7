import {EVENT_ID, getScalarValue, load, parseEvents, YAMLException} from 'js-yaml';
import {either, nearest, UsageError} from './usage-error.ts';

/** What may be done in one context, from the config file. */
export interface ContextRules {
	readonly readOnly: boolean;
	/** `typed`: every change there wants the object's name typed, not Enter alone. */
	readonly confirm: 'enter' | 'typed';
}

/** `config.yaml`, as far as it says something. */
export interface Config {
	readonly readOnly?: boolean;
	readonly ascii?: boolean;
	readonly contexts: Readonly<Record<string, ContextRules>>;
}

/** The config file as it was found. */
export interface ConfigFile {
	readonly path: string;
	readonly text: string;
}

/** Where the config file is looked for: `$XDG_CONFIG_HOME/rolldeck/config.yaml`, by default under `~/.config`. */
export function configPath(env: Readonly<Record<string, string | undefined>>, home: string): string {
	return `${env.XDG_CONFIG_HOME || `${home}/.config`}/rolldeck/config.yaml`;
}

/**
 * Reads a config file's text. No file and an empty file mean the same: nothing is set.
 * @throws {UsageError} With the path and the line: YAML that cannot be read, a key that does not exist, a value of the wrong type.
 */
export function parseConfig(file: ConfigFile | undefined): Config {
	if (!file || isEmpty(file.text)) return {contexts: {}};
	const root = asMap(file, [], parseYaml(file), ['readOnly', 'ascii', 'contexts']);
	const contexts: Record<string, ContextRules> = {};
	for (const [name, value] of Object.entries(asMap(file, ['contexts'], root.contexts))) {
		const path = ['contexts', name];
		const rules = asMap(file, path, value, ['readOnly', 'confirm']);
		if (rules.confirm !== undefined && rules.confirm !== 'enter' && rules.confirm !== 'typed')
			throw wrong(file, [...path, 'confirm'], 'may be enter or typed');
		contexts[name] = {
			readOnly: asSwitch(file, [...path, 'readOnly'], rules.readOnly) ?? false,
			confirm: rules.confirm ?? 'enter',
		};
	}
	const readOnly = asSwitch(file, ['readOnly'], root.readOnly);
	const ascii = asSwitch(file, ['ascii'], root.ascii);
	return {...(readOnly !== undefined && {readOnly}), ...(ascii !== undefined && {ascii}), contexts};
}

function parseYaml(file: ConfigFile): unknown {
	try {
		return load(file.text);
	} catch (error) {
		if (!(error instanceof YAMLException)) throw error;
		const line = error.mark ? ` line ${error.mark.line + 1}` : '';
		throw new UsageError(
			`${file.path}${line} is not YAML that can be read (${error.reason}): mend it, or move it away.`,
		);
	}
}

function asMap(file: ConfigFile, path: string[], value: unknown, known?: readonly string[]): Record<string, unknown> {
	if (value === undefined || value === null) return {};
	if (typeof value !== 'object' || Array.isArray(value)) throw wrong(file, path, 'has to be a map of settings');
	for (const key of Object.keys(value)) {
		if (!known || known.includes(key)) continue;
		const meant = nearest(key, known);
		throw wrong(
			file,
			[...path, key],
			`is no setting: ${meant ? `did you mean ${meant}?` : `it may be ${either(known)}`}`,
		);
	}
	return {...value};
}

function asSwitch(file: ConfigFile, path: string[], value: unknown): boolean | undefined {
	if (value === undefined || typeof value === 'boolean') return value;
	throw wrong(file, path, 'has to be true or false');
}

function wrong(file: ConfigFile, path: readonly string[], what: string): UsageError {
	const line = lineOf(file.text, path);
	const subject = path.length > 0 ? `${path.join('.')} ` : 'it ';
	return new UsageError(`${file.path} line ${line}: ${subject}${what}${what.endsWith('?') ? '' : '.'}`);
}

/** The line, from 1, on which the key of this path stands. */
function lineOf(text: string, path: readonly string[]): number {
	const open: {isMap: boolean; key: string | undefined}[] = [];
	for (const event of parseEvents(text, {})) {
		if (event.type === EVENT_ID.POP) open.pop();
		const parent = open.at(-1);
		if (event.type === EVENT_ID.SCALAR && parent?.isMap && parent.key === undefined) {
			parent.key = getScalarValue(text, event);
			const keys = open.filter(({isMap}) => isMap).map(({key}) => key);
			if (keys.join('\n') === path.join('\n')) return text.slice(0, event.valueStart).split('\n').length;
		} else if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS || event.type === EVENT_ID.POP) {
			if (parent) parent.key = undefined; // that was the value of the key before
		} else open.push({isMap: event.type === EVENT_ID.MAPPING, key: undefined});
	}
	return 1;
}

function isEmpty(text: string): boolean {
	return text.split('\n').every((line) => /^\s*(#|$)/.test(line));
}
