import assert from 'node:assert/strict';
import {globSync, readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {dirname, join} from 'node:path';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';

/** What one room of the house may import. Rooms are the folders of `source/` and the files beside them. */
interface Room {
	/** Rooms whose code it may run. */
	readonly runs: readonly string[];
	/** Rooms it may take types from, beside those that it runs. */
	readonly types?: readonly string[];
	/** Packages and Node's own modules (`node:*` for all of them). */
	readonly packages?: readonly string[];
	/** Its result depends on its arguments alone: no clock, no chance, no timer, no process. */
	readonly pure?: true;
}

/** Where the parts are put together: it may run all of them, but draws nothing. */
const composition: Room = {runs: ['*'], packages: ['node:*']};

/**
 * `objects` and `role` are types that all rooms speak, all but the sandbox. A file beside the folders that is not listed is
 * a place of composition; a folder that is not listed belongs nowhere.
 */
const rooms: Readonly<Record<string, Room>> = {
	objects: {runs: [], pure: true},
	role: {runs: [], pure: true},
	format: {runs: [], packages: ['string-width'], pure: true},
	rollout: {runs: ['format'], types: ['resources'], pure: true},
	resources: {runs: ['format'], types: ['rollout'], pure: true},
	state: {runs: ['format'], types: ['resources', 'rollout']},
	board: {runs: ['format', 'resources', 'rollout', 'state'], pure: true},
	options: {runs: ['exit'], packages: ['meow', 'js-yaml'], pure: true},
	exit: {runs: ['cluster', 'options'], pure: true},
	cluster: {
		runs: ['format'],
		packages: ['node:*', '@kubernetes/client-node', '@kubernetes/client-node/*', 'undici', 'js-yaml'],
	},
	commands: {runs: ['cluster', 'rollout', 'state', 'format', 'board'], types: ['resources'], pure: true},
	dialog: {runs: ['board', 'commands', 'format', 'resources', 'rollout', 'state'], pure: true},
	ui: {
		runs: ['board', 'commands', 'dialog', 'format', 'resources', 'rollout', 'state'],
		packages: ['ink', 'react', 'react/*', 'chalk', 'node:*'],
	},
	terminal: {runs: ['format'], packages: ['node:*']},
	sandbox: {runs: [], packages: ['node:*', 'js-yaml']},
	headless: {
		runs: [
			'board',
			'changes',
			'checked-change',
			'cluster',
			'commands',
			'exit',
			'format',
			'ground',
			'log',
			'options',
			'resources',
			'rollout',
			'sandbox',
			'state',
		],
		packages: ['node:*'],
	},
	'stand-ins': {runs: [], packages: ['esbuild', 'node:*', 'string-width', 'undici/*']},
	app: {...composition, packages: ['ink', 'react', 'react/*']},
	cli: {...composition, packages: ['node:*', 'ink', 'react', 'react/*']},
};

interface Import {
	readonly specifier: string;
	readonly isType: boolean;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const files = globSync(['cli.tsx', 'source/**/*.{ts,tsx}'], {cwd: root}).sort();

/** Every import of a module: static, re-exported, dynamic, and in types (`typeof import('…')`). */
function importsOf(code: string): Import[] {
	const statics = code.matchAll(
		/^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s*from\s*)?'([^']+)'(?:\s+with\s+\{[^}]*\})?;/gm,
	);
	const dynamics = code.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'/g);
	return [
		...Array.from(statics, ([, type, names = '', specifier = '']) => ({
			specifier,
			isType:
				type !== undefined || (/^\{.*\}$/s.test(names) && namesIn(names).every((name) => name.startsWith('type '))),
		})),
		...Array.from(dynamics, ([, type, specifier = '']) => ({specifier, isType: type !== undefined})),
	];
}

function withoutComments(code: string): string {
	return code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

function namesIn(braces: string): string[] {
	return braces
		.slice(1, -1)
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
}

/** The room of a file, by its path from the project's root. */
function roomOf(path: string): string {
	return path.replace(/^source\//, '').replace(/(\/.*|\.tsx?)$/s, '');
}

function isCovered(name: string, patterns: readonly string[]): boolean {
	return patterns.some(
		(pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
	);
}

/** Why this import breaks a wall; undefined if it does not. */
function objection(file: string, {specifier, isType}: Import): string | undefined {
	const from = roomOf(file);
	const room = rooms[from] ?? (file.startsWith(`source/${from}.`) ? composition : undefined);
	if (!room) return `the room ${from} is not in the table`;
	if (!specifier.startsWith('.')) {
		if (builtinModules.includes(specifier)) return `${specifier} has to be written node:${specifier}`;
		const allowed = isType ? ['@kubernetes/client-node', ...(room.packages ?? [])] : (room.packages ?? []);
		return isCovered(specifier, allowed) ? undefined : `${from} may not import the package ${specifier}`;
	}
	const target = join(dirname(file), specifier);
	if (target === 'package.json') return undefined;
	const to = roomOf(target);
	if (to === from) return undefined;
	if (from !== 'sandbox' && (to === 'objects' || to === 'role')) return undefined;
	if (to === 'sandbox')
		return target === 'source/sandbox/main.ts' && isCovered('sandbox', room.runs)
			? undefined
			: 'only the entry of the sandbox may be imported';
	if (isCovered(to, room.runs) || (isType && isCovered(to, room.types ?? []))) return undefined;
	return `${from} may not import ${isType ? 'types of' : 'from'} ${to}`;
}

suite('the walls of the house', () => {
	for (const file of files) {
		test(file, () => {
			const code = withoutComments(readFileSync(join(root, file), 'utf8'));
			const objections = importsOf(code)
				.map((each) => ({each, why: objection(file, each)}))
				.filter(({why}) => why !== undefined);
			assert.deepEqual(
				objections.map(({each, why}) => `${each.specifier}: ${why}`),
				[],
			);
			assert.doesNotMatch(code, /^(?:export )?(?:let|var) /m, 'no module-level mutable state');
			if (rooms[roomOf(file)]?.pure) {
				const effect =
					/\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bset(?:Timeout|Interval|Immediate)\(|\bprocess\.|\bconsole\./;
				assert.doesNotMatch(code, effect, 'this room has no effects: pass it in');
			}
		});
	}
});

suite('how they are looked at', () => {
	test('every kind of import is seen', () => {
		const code = `
import a from 'a';
import type {B} from './b.ts';
import {type C, type D} from './c.ts';
import {type E, f} from './e.ts';
import {
	type G,
	h,
} from './g.ts';
import 'i';
import * as j from 'j';
import k from './k.json' with {type: 'json'};
export * from './l.ts';
export type {M} from './m.ts';
// import n from 'n';
/* import {o} from 'o'; */
const p = await import('./p.ts');
let q: typeof import('q');
`;
		const seen = importsOf(withoutComments(code)).map(
			({specifier, isType}) => `${specifier}${isType ? ' (type)' : ''}`,
		);
		assert.deepEqual(seen, [
			'a',
			'./b.ts (type)',
			'./c.ts (type)',
			'./e.ts',
			'./g.ts',
			'i',
			'j',
			'./k.json',
			'./l.ts',
			'./m.ts (type)',
			'./p.ts',
			'q (type)',
		]);
	});

	const judged: readonly (readonly [string, Import, string | undefined])[] = [
		['source/format/age.ts', {specifier: 'node:fs', isType: false}, 'format may not import the package node:fs'],
		['source/format/age.ts', {specifier: '../objects.ts', isType: true}, undefined],
		['source/state/table.ts', {specifier: '../resources/resource.ts', isType: true}, undefined],
		[
			'source/state/table.ts',
			{specifier: '../resources/pods.ts', isType: false},
			'state may not import from resources',
		],
		['source/ui/line.tsx', {specifier: '../cluster/errors.ts', isType: true}, 'ui may not import types of cluster'],
		['source/ui/line.tsx', {specifier: 'ink', isType: false}, undefined],
		['source/session.ts', {specifier: 'ink', isType: false}, 'session may not import the package ink'],
		['source/commands/undo.ts', {specifier: '../ui/line.tsx', isType: true}, 'commands may not import types of ui'],
		['source/rollout/undo.ts', {specifier: '@kubernetes/client-node', isType: true}, undefined],
		[
			'source/rollout/undo.ts',
			{specifier: '@kubernetes/client-node', isType: false},
			'rollout may not import the package @kubernetes/client-node',
		],
		['source/cluster/watcher.ts', {specifier: 'chalk', isType: false}, 'cluster may not import the package chalk'],
		['source/cluster/watcher.ts', {specifier: 'fs', isType: false}, 'fs has to be written node:fs'],
		['source/sandbox/server.ts', {specifier: '../objects.ts', isType: true}, 'sandbox may not import types of objects'],
		[
			'source/session.ts',
			{specifier: './sandbox/store.ts', isType: false},
			'only the entry of the sandbox may be imported',
		],
		['source/session.ts', {specifier: './sandbox/main.ts', isType: false}, undefined],
		[
			'source/ui/line.tsx',
			{specifier: '../sandbox/main.ts', isType: false},
			'only the entry of the sandbox may be imported',
		],
		['source/helpers/a.ts', {specifier: '../objects.ts', isType: true}, 'the room helpers is not in the table'],
		['cli.tsx', {specifier: './source/app.tsx', isType: false}, undefined],
		['cli.tsx', {specifier: './package.json', isType: false}, undefined],
	];
	for (const [file, each, expected] of judged)
		test(`${file} imports ${each.specifier}`, () => assert.equal(objection(file, each), expected));
});
