// Bundles the product into dist/. `npm start`, `npm pack` and the terminal tests all run what this makes.
import {chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';
import {builtins, lazyMeow, standIns} from './source/stand-ins/plugins.ts';

// Built beside dist/ and put in its place at the end: a build that takes long or fails takes nothing from what is running.
const fresh = `dist.${process.pid}`;
const old = `${fresh}.old`;
process.on('exit', () => {
	for (const folder of [fresh, old]) rmSync(folder, {recursive: true, force: true});
});
const {outputFiles} = await build({
	entryPoints: {cli: 'cli.tsx', 'sandbox/child': 'source/sandbox/child.ts'},
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
mkdirSync(`${fresh}/sandbox`, {recursive: true});
for (const {path, text} of outputFiles) {
	// One character beyond ASCII (esbuild leaves those in regular expressions), and Node keeps the file at two bytes each.
	const ascii = text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
	writeFileSync(path, path.endsWith('.js') ? ascii : text);
}
copyFileSync('source/entry.js', `${fresh}/rolldeck.js`);
chmodSync(`${fresh}/rolldeck.js`, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
