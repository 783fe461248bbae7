// Bundles the product into dist/. `npm start`, `npm pack` and the terminal tests all run what this makes.
import {chmodSync, copyFileSync, mkdirSync, rmSync} from 'node:fs';
import {build} from 'esbuild';

rmSync('dist', {recursive: true, force: true});
mkdirSync('dist', {recursive: true});
await build({
	entryPoints: ['cli.tsx'],
	outdir: 'dist',
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
copyFileSync('source/entry.js', 'dist/rolldeck.js');
chmodSync('dist/rolldeck.js', 0o755);
