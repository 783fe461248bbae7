import {readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {fileURLToPath} from 'node:url';
import type {Plugin} from 'esbuild';

// What the bundle leaves out of the start-up of the screen: half of its processor time. Each part is worth it by itself.

const places: Readonly<Record<string, string>> = {
	'yoga-layout': 'layout.ts',
	'string-width': 'string-width.ts',
	undici: 'undici.ts',
};

/** Puts what is in this folder in the place of what is slow to load. */
export const standIns: Plugin = {
	name: 'stand-ins',
	setup({onResolve}) {
		onResolve({filter: /^(yoga-layout|string-width|undici)$/}, ({path, importer}) => {
			const standIn = fileURLToPath(new URL(places[path] ?? '', import.meta.url));
			return importer === standIn || importer.includes('@kubernetes') ? undefined : {path: standIn};
		});
	},
};

/**
 * Takes Node's own modules with `require`: for an `import` Node reads all their exports, and with them what is loaded only when
 * read (all of its undici for node:http, the streams of node:fs).
 */
export const builtins: Plugin = {
	name: 'builtins',
	setup({onResolve, onLoad}) {
		const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
		onResolve({filter: /./}, ({path, kind}) =>
			names.has(path) && kind === 'import-statement' ? {path, namespace: 'builtin'} : undefined,
		);
		onLoad({filter: /./, namespace: 'builtin'}, ({path}) => ({contents: `module.exports = require('${path}')`}));
	},
};

/** Has meow load what checks package.json files (semver and its expressions, 24 ms) when it reads one: it is given ours. */
export const lazyMeow: Plugin = {
	name: 'lazy-meow',
	setup({onLoad}) {
		onLoad({filter: /meow\/build\/dependencies\.js$/}, ({path}) => {
			const eager =
				/var normalizeExports = (require\w+)\(\);\nconst normalizePackageData = (.+)\(normalizeExports\);\n/;
			const text = readFileSync(path, 'utf8');
			if (!eager.test(text))
				throw new Error(`${path} has changed: mend lazyMeow in ${import.meta.url}, or take it out.`);
			return {contents: text.replace(eager, 'const normalizePackageData = (...given) => $2($1())(...given);\n')};
		});
	},
};
