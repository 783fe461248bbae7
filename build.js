// Bundles the product into dist/. `npm start`, `npm pack` and the terminal tests all run what this makes.
import {chmodSync, copyFileSync, existsSync, renameSync, rmSync} from 'node:fs';
import {build} from 'esbuild';

// Built beside dist/ and put in its place at the end: a build that takes long or fails takes nothing from what is running.
const fresh = `dist.${process.pid}`;
const old = `${fresh}.old`;
process.on('exit', () => {
	for (const folder of [fresh, old]) rmSync(folder, {recursive: true, force: true});
});
await build({
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
	define: {'process.env.NODE_ENV': '"production"'}, // React's development build costs up to twice the CPU
	alias: {'react-devtools-core': 'node:process'}, // Ink imports it for its debugger only; marking it external fails at start
	banner: {
		js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
	},
	logLevel: 'warning',
});
copyFileSync('source/entry.js', `${fresh}/rolldeck.js`);
chmodSync(`${fresh}/rolldeck.js`, 0o755);
if (existsSync('dist')) renameSync('dist', old);
renameSync(fresh, 'dist');
