import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {after, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {transformSync} from 'esbuild';
import manifest from '../package.json' with {type: 'json'};
import {pods} from './cluster/watching.ts';
import {startApi, tlsFile} from './support/api-server.ts';
import {oneContext} from './support/kubeconfig.ts';

const program = fileURLToPath(new URL('../dist/rolldeck.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'rolldeck-home-'));
after(() => rmSync(home, {recursive: true}));

function begin(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
	return spawn(process.execPath, [program, ...args], {
		env: {PATH: process.env.PATH, HOME: home, ...env},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** The exit code, and what stood on stdout and stderr. */
async function run(...[args, env]: Parameters<typeof begin>): Promise<readonly [number | null, string, string]> {
	const child = begin(args, env);
	assert.ok(child.stdout && child.stderr);
	const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	return [child.exitCode, stdout, stderr];
}

function file(name: string, content: string): string {
	const path = join(home, name);
	writeFileSync(path, content);
	return path;
}

suite('the process', () => {
	test('--version and --help', async () => {
		assert.deepEqual(await run(['--version']), [0, `rolldeck ${manifest.version}\n`, '']);
		const [code, help] = await run(['--help']);
		assert.equal(code, 0);
		assert.match(help, /^Exit codes$/m);
	});

	test('a Node.js that is too old gets one sentence, and can read as far as that', async () => {
		const old = `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '12.22.9'}})`;
		const [code, stdout, stderr] = await run(['get', 'pods'], {
			NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}`,
		});
		assert.deepEqual([code, stdout], [2, '']);
		assert.match(
			stderr,
			/^rolldeck needs Node\.js 22\.19 or newer, and this is 12\.22\.9: install a newer one, [^\n]*\n$/,
		);
		const entry = readFileSync(program, 'utf8');
		// Nothing in it is newer than Node.js 10: translated to what that reads, it stays as it is.
		const made = (target: string) => transformSync(entry, {target, supported: {'dynamic-import': true}}).code;
		assert.equal(made('node10'), made('esnext'));
	});

	test('no terminal: names what there is for scripts', async () => {
		assert.deepEqual(await run([]), [
			2,
			'',
			'rolldeck draws on a terminal, and this is none: for scripts there is `rolldeck get pods`.\n',
		]);
	});

	const folder = join(home, 'folder');
	mkdirSync(folder);
	const clusterless = 'contexts: [{name: a, context: {cluster: none}}]\ncurrent-context: a\n';
	const mistakes: readonly (readonly [string, readonly string[], RegExp])[] = [
		['an unknown flag', ['get', 'pods', '--namespac=x'], /^There is no flag --namespac: did you mean --namespace\?/],
		['no kubeconfig', ['get', 'pods'], /^No kubeconfig was found: looked in .*\/\.kube\/config\. /],
		[
			'a missing kubeconfig',
			['get', 'pods', '--kubeconfig', join(home, 'none')],
			/^There is no kubeconfig .*\/none\. /,
		],
		['a folder', ['get', 'pods', '--kubeconfig', folder], /folder.* is a folder/],
		['an empty kubeconfig', ['get', 'pods', '--kubeconfig', file('empty', '')], /empty.* is empty\. /],
		['broken YAML', ['get', 'pods', '--kubeconfig', file('broken', 'a: 1\nb: [\n')], /broken.* line 3/],
		[
			'a context that is not there',
			['get', 'pods', '--kubeconfig', file('some', clusterless), '--context', 'b'],
			/no context b/,
		],
	];
	for (const [what, args, sentence] of mistakes) {
		test(`${what} is one sentence and exit code 2`, async () => {
			const [code, stdout, stderr] = await run(args);
			assert.match(stderr, sentence);
			assert.deepEqual([code, stdout, stderr.trimEnd().split('\n').length], [2, '', 1]);
		});
	}

	test('a scenario that is not there, and a port that is taken', async (context) => {
		assert.match(
			(await run(['sandbox', 'nothing'])).join(),
			/^2,,There is no scenario "nothing"\. There are: good-rollout, [^\n]*\n$/,
		);
		const other = createServer().listen(0, '127.0.0.1');
		context.after(() => other.close());
		await once(other, 'listening');
		const {port} = other.address() as AddressInfo;
		assert.deepEqual(await run(['sandbox', '--port', String(port)]), [
			1,
			'',
			`Something else listens on port ${port}: choose another one, or leave --port out.\n`,
		]);
	});

	test('a config file that is wrong, or no file', async () => {
		mkdirSync(join(home, 'wrong', 'rolldeck'), {recursive: true});
		file('wrong/rolldeck/config.yaml', '\nreadonly: true\n');
		const [code, , stderr] = await run(['get', 'pods'], {XDG_CONFIG_HOME: join(home, 'wrong')});
		assert.equal(code, 2);
		assert.match(stderr, /config\.yaml line 2: readonly is no setting: did you mean readOnly\?\n$/);
		mkdirSync(join(home, 'other', 'rolldeck', 'config.yaml'), {recursive: true});
		const [otherCode, , otherError] = await run(['get', 'pods'], {XDG_CONFIG_HOME: join(home, 'other')});
		assert.equal(otherCode, 2);
		assert.match(otherError, /config\.yaml cannot be read \(EISDIR/);
	});
});

suite('the process, with a server', () => {
	test('rows on stdout; whoever stops reading ends it quietly; ctrl-c is 130', async (context) => {
		const api = await startApi({objects: pods(2000)});
		context.after(() => api.close());
		const env = {KUBECONFIG: api.kubeconfig(join(home, 'config'))};
		const [code, stdout, stderr] = await run(['get', 'pods', '-o', 'name'], env);
		assert.deepEqual([code, stderr, stdout.split('\n').length], [0, '', 2001]);

		const piped = begin(['get', 'pods', '-o', 'json'], env);
		assert.ok(piped.stdout && piped.stderr);
		const complaint = text(piped.stderr);
		piped.stdout.once('data', () => piped.stdout?.destroy());
		await once(piped, 'close');
		assert.deepEqual([piped.exitCode, await complaint], [0, '']);

		const watching = begin(['get', 'pods', '-w', '-o', 'name'], env);
		assert.ok(watching.stdout);
		await once(watching.stdout, 'data');
		watching.stdout.resume();
		watching.kill('SIGINT');
		await once(watching, 'close');
		assert.equal(watching.exitCode, 130);
	});

	test('a server whose authority nobody names is trusted if the machine trusts it, as under kubectl', async (context) => {
		const api = await startApi({objects: pods(1), tls: 'h2'});
		context.after(() => api.close());
		const path = file('no-authority', oneContext({server: api.url}, undefined, 'shop'));
		const args = ['get', 'pods', '-o', 'name', '--kubeconfig', path];
		const [code, stdout, stderr] = await run(args);
		assert.deepEqual([code, stdout], [3, '']);
		assert.match(stderr, /certificate is not trusted/);
		assert.deepEqual((await run(args, {SSL_CERT_FILE: tlsFile('ca.crt')})).slice(0, 2), [0, 'pod/pod-00000\n']);
	});
});
