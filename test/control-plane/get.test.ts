import assert from 'node:assert/strict';
import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {text} from 'node:stream/consumers';
import {after, before, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const program = fileURLToPath(new URL('../../dist/rolldeck.js', import.meta.url));
const kubeconfig = process.env.ROLLDECK_TEST_KUBECONFIG ?? '';
const namespace = `rolldeck-get-${process.pid}`;
const env = {PATH: process.env.PATH, HOME: '/', KUBECONFIG: kubeconfig};

const execute = promisify(execFile);

async function kubectl(...args: string[]): Promise<string> {
	return (await execute('kubectl', args, {env})).stdout;
}

function rolldeck(...args: string[]): ChildProcess {
	return spawn(process.execPath, [program, ...args], {env, stdio: ['ignore', 'pipe', 'pipe']});
}

async function run(...args: string[]): Promise<readonly [number | null, string, string]> {
	const child = rolldeck(...args);
	assert.ok(child.stdout && child.stderr);
	const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	return [child.exitCode, stdout, stderr];
}

/** The two are not asked in the same second: ages are left out, with the spaces after them. */
function withoutAges(table: string): string {
	return table.replaceAll(/(?<= )\d+[smhd](?:\d+[smhd])? *|(?<= AGE) +/g, '');
}

suite('rolldeck get, beside kubectl', () => {
	before(async () => {
		await kubectl('create', 'namespace', namespace);
		await kubectl('create', 'deployment', 'web', '--image=web:1.0', '--replicas=2', '-n', namespace);
		await kubectl('expose', 'deployment', 'web', '--port=80', '-n', namespace);
		await kubectl('rollout', 'status', 'deployment/web', '--timeout=60s', '-n', namespace);
	});
	after(() => kubectl('delete', 'namespace', namespace, '--wait=false'));

	for (const kind of ['deployments', 'replicasets', 'pods', 'endpoints', 'services']) {
		for (const output of ['', '-owide', '-oname']) {
			test(`${kind} ${output}, byte for byte but the ages`, async () => {
				const args = ['get', kind, '-n', namespace, ...(output ? [output] : [])];
				const [theirs, [code, ours, complaint]] = await Promise.all([kubectl(...args), run(...args)]);
				assert.deepEqual([code, complaint], [0, '']);
				assert.equal(withoutAges(ours), withoutAges(theirs));
			});
		}
	}

	for (const args of [
		['deployment', 'web'],
		['deployment.apps/web', '-owide'],
		['pods', '-l', 'app in (web), pod-template-hash', '-owide'],
		['pods', '-l', 'app=none'],
		['pods', '-l', 'app=none', '-owide'],
		['pods', '-l', 'app=none', '-oname'],
	]) {
		test(`${args.join(' ')}: the rows, and what is said without any`, async () => {
			const all = ['get', ...args, '-n', namespace];
			const [theirs, [code, ours, complaint]] = await Promise.all([execute('kubectl', all, {env}), run(...all)]);
			assert.equal(code, 0);
			assert.deepEqual([withoutAges(ours), complaint], [withoutAges(theirs.stdout), theirs.stderr]);
		});
	}

	test('who may not is told so, with exit code 3', async () => {
		const [code, stdout, stderr] = await run('get', 'pods', '-n', namespace, '--as', 'rolldeck-stranger');
		assert.deepEqual([code, stdout], [3, '']);
		assert.match(stderr, new RegExp(`^Not allowed: rolldeck-stranger may not list pods in ${namespace}\\. `));
	});

	test('a rollout is followed to its end', async () => {
		const watching = rolldeck('get', 'deployments', '-w', '-orollout', '-n', namespace);
		assert.ok(watching.stdout);
		let rows = '';
		watching.stdout.setEncoding('utf8');
		await new Promise<void>((resolve, reject) => {
			watching.stdout?.on('data', (chunk: string) => {
				if (rows === '') kubectl('set', 'image', 'deployment/web', 'web=web:2.0', '-n', namespace).catch(reject);
				rows += chunk;
				if (/ 2 +complete/.test(rows)) resolve();
			});
			watching.on('close', () => reject(new Error(`it ended by itself after:\n${rows}`)));
		}).finally(() => watching.kill('SIGINT'));
		assert.match(rows, /^NAME +READY .* ROLLOUT\nweb .* 1 +complete.*\n(?:web .*\n)*web .* 2 +rolling .*\n/);
	});
});
