import {writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build, type Plugin} from 'esbuild';

/**
 * Bundles a program of the bench as build.js bundles the product, behind an entry that turns the compile cache on.
 * @param program relative to `bench/`
 * @param plugins those of the product, for what it has a part of
 * @returns the path of the entry
 */
export async function bundle(program: string, folder: string, plugins: readonly Plugin[] = []): Promise<string> {
	await build({
		entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
		outdir: folder,
		bundle: true,
		splitting: true,
		minify: true,
		format: 'esm',
		platform: 'node',
		target: 'node22',
		define: {'process.env.NODE_ENV': '"production"'},
		plugins: [...plugins],
		alias: {'react-devtools-core': 'node:process'},
		banner: {
			js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);",
		},
		logLevel: 'warning',
	});
	const entry = join(folder, 'entry.js');
	const bundled = `./${basename(program, '.ts')}.js`;
	writeFileSync(
		entry,
		`const {enableCompileCache} = await import('node:module');\nenableCompileCache();\nawait import('${bundled}');\n`,
	);
	return entry;
}
