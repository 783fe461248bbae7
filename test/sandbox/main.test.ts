import assert from 'node:assert/strict';
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {existsSync, readFileSync, statSync} from 'node:fs';
import {get} from 'node:https';
import {createInterface} from 'node:readline';
import {suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import type {Json} from '../../source/sandbox/store.ts';

const program = fileURLToPath(new URL('../../dist/sandbox/child.js', import.meta.url));

interface Running {
	child: ChildProcess;
	kubeconfig: string;
	exited: Promise<void>;
}

/** A sandbox in a process of its own, as the screen starts it. */
async function start(): Promise<Running> {
	const child = spawn(process.execPath, [program, JSON.stringify({seed: 1})], {stdio: ['pipe', 'pipe', 'inherit']});
	const exited = new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
	});
	for await (const line of createInterface(child.stdout)) {
		return {child, kubeconfig: (JSON.parse(line) as {kubeconfig: string}).kubeconfig, exited};
	}
	throw new Error('the sandbox said nothing');
}

function fetchNodes(kubeconfig: string): Promise<Json> {
	const config: Json = JSON.parse(readFileSync(kubeconfig, 'utf8'));
	const [{cluster}] = config.clusters;
	const ca = Buffer.from(cluster['certificate-authority-data'], 'base64');
	const headers = {authorization: `Bearer ${config.users[0].user.token}`};
	return new Promise((resolve, reject) => {
		get(`${cluster.server}/api/v1/nodes`, {ca, headers, agent: false}, (response) => {
			let text = '';
			response.setEncoding('utf8').on('data', (chunk: string) => {
				text += chunk;
			});
			response.on('end', () => resolve(JSON.parse(text)));
		}).on('error', reject);
	});
}

suite('a sandbox of one’s own', () => {
	test('serves a cluster over TLS that its kubeconfig vouches for, and ends with its parent', async () => {
		const {child, kubeconfig, exited} = await start();
		assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
		const config: Json = JSON.parse(readFileSync(kubeconfig, 'utf8'));
		assert.equal(config['current-context'], 'sandbox');
		assert.deepEqual(
			config.contexts.map((one: Json) => [one.name, one.context.namespace]),
			[
				['sandbox', 'shop'],
				['viewer', 'shop'],
				['team-a', 'team-a'],
			],
		);
		assert.match(config.clusters[0].cluster.server, /^https:\/\/127\.0\.0\.1:\d+$/);
		assert.ok((await fetchNodes(kubeconfig)).items.length > 0);
		child.stdin!.destroy();
		await exited;
		assert.equal(existsSync(kubeconfig), false);
	});

	test('says which scenarios there are to whoever wants another', () => {
		const {status, stderr} = spawnSync(process.execPath, [program, '{"scenario":"nothing"}'], {encoding: 'utf8'});
		assert.deepEqual([status, stderr.split('\n').length], [2, 2]);
		assert.match(stderr, /^There is no scenario "nothing"\. There are: good-rollout, /);
	});

	test('ends on a signal and leaves nothing behind', async () => {
		const {child, kubeconfig, exited} = await start();
		child.kill('SIGTERM');
		await exited;
		assert.equal(existsSync(kubeconfig), false);
	});
});
