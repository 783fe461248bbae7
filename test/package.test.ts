import assert from 'node:assert/strict';
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {after, before, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import manifest from '../package.json' with {type: 'json'};

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packed = ['package.json', 'build.js', 'cli.tsx', 'source', 'tsconfig.json', 'LICENSE', 'README.md'];

suite('the package', () => {
	let scratch: string;
	let files: string[];

	before(() => {
		scratch = mkdtempSync(join(tmpdir(), 'rolldeck-package-'));
		// Packed from a copy: packing builds anew, and other tests run what stands in dist/.
		const copy = join(scratch, 'copy');
		mkdirSync(copy);
		for (const name of packed) cpSync(join(root, name), join(copy, name), {recursive: true});
		symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
		const [report] = JSON.parse(npm(copy, 'pack', '--json', '--pack-destination', scratch)) as [PackReport];
		files = report.files.map(({path}) => path);
		// As `npm install --global` lays it out, without the registry: the bundle needs none of its dependencies.
		execFileSync('tar', ['-xzf', join(scratch, report.filename), '-C', scratch]);
		mkdirSync(join(scratch, 'bin'));
		for (const [name, file] of Object.entries(manifest.bin))
			symlinkSync(join(scratch, 'package', file), join(scratch, 'bin', name));
	});
	after(() => rmSync(scratch, {recursive: true, force: true}));

	test('it holds the bundle, the readme and the licence', () => {
		for (const name of ['dist/rolldeck.js', 'dist/cli.js', 'LICENSE', 'README.md', 'package.json'])
			assert.ok(files.includes(name), name);
		const others = files.filter(
			(path) => !/^(dist\/(sandbox\/)?[\w-]+\.js(\.LEGAL\.txt)?|README\.md|LICENSE|package\.json)$/.test(path),
		);
		assert.deepEqual(others, []);
	});

	for (const [bin, name] of [
		['rolldeck', 'rolldeck'],
		['kubectl-rolldeck', 'kubectl rolldeck'],
	] as const) {
		test(`${bin} runs in an empty folder`, () => {
			const empty = mkdtempSync(join(scratch, 'empty-'));
			const run = (...args: string[]) =>
				spawnSync(join(scratch, 'bin', bin), args, {cwd: empty, encoding: 'utf8', env: {PATH: process.env.PATH}});
			assert.equal(run('--version').stdout, `rolldeck ${manifest.version}\n`);
			const help = run('--help');
			assert.equal(help.status, 0);
			assert.ok(help.stdout.startsWith(`${name} shows the Deployments`));
		});
	}
});

interface PackReport {
	readonly filename: string;
	readonly files: readonly {readonly path: string}[];
}

function npm(cwd: string, ...args: string[]): string {
	return execFileSync('npm', args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}
