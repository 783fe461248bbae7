// Bundles the product into dist/. `npm start`, `npm pack` and the terminal tests all run what this makes.
import {chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

// What follows takes 300 ms off the start-up of the screen: each part is worth it by itself, and says why.

/** Puts what is in source/stand-ins/ in the place of what is slow to load. */
const standIns = {
	name: 'stand-ins',
	setup({onResolve}) {
		const files = {'yoga-layout': 'layout.ts', 'string-width': 'string-width.ts', undici: 'undici.ts'};
		onResolve({filter: /^(yoga-layout|string-width|undici)$/}, ({path, importer}) => {
			const standIn = fileURLToPath(new URL(`source/stand-ins/${files[path]}`, import.meta.url));
			return importer === standIn || importer.includes('@kubernetes') ? undefined : {path: standIn};
		});
	},
};

/**
 * Takes Node's own modules with `require`: for an `import` Node reads all their exports, and with them what is loaded only when
 * read (all of its undici for node:http, the streams of node:fs).
 */
const builtins = {
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
const lazyMeow = {
	name: 'lazy-meow',
	setup({onLoad}) {
		onLoad({filter: /meow\/build\/dependencies\.js$/}, ({path}) => {
			const eager =
				/var normalizeExports = (require\w+)\(\);\nconst normalizePackageData = (.+)\(normalizeExports\);\n/;
			const text = readFileSync(path, 'utf8');
			if (!eager.test(text)) throw new Error(`${path} has changed: mend lazyMeow in build.js, or take it out.`);
			return {contents: text.replace(eager, 'const normalizePackageData = (...given) => $2($1())(...given);\n')};
		});
	},
};

// Built beside dist/ and put in its place at the end: a build that takes long or fails takes nothing from what is running.
const fresh = `dist.${process.pid}`;
const old = `${fresh}.old`;
process.on('exit', () => {
	for (const folder of [fresh, old]) rmSync(folder, {recursive: true, force: true});
});
const {outputFiles} = await build({
	entryPoints: ['cli.tsx'],
	outdir: fresh,
	bundle: true,
	splitting: true, // what is loaded after the first paint (the Kubernetes client, the sandbox) goes into files of its own
	minify: true,
	format: 'esm',
	platform: 'node',
	target: 'node22',
	jsx: 'automatic',
	legalComments: 'linked',
	define: {
		'process.env.NODE_ENV': '"production"', // React's development build costs up to twice the CPU
		'Intl.Segmenter': 'LazySegmenter',
	},
	inject: ['source/stand-ins/segmenter.ts'],
	plugins: [standIns, builtins, lazyMeow],
	alias: {'react-devtools-core': 'node:process'}, // Ink imports it for its debugger only; marking it external fails at start
	banner: {
		js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
	},
	write: false,
	logLevel: 'warning',
});
mkdirSync(fresh);
for (const {path, text} of outputFiles) {
	// One character beyond ASCII (esbuild leaves those in regular expressions), and Node keeps the file at two bytes each.
	const ascii = text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
	writeFileSync(path, path.endsWith('.js') ? ascii : text);
}
copyFileSync('source/entry.js', `${fresh}/rolldeck.js`);
chmodSync(`${fresh}/rolldeck.js`, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
