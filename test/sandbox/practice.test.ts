import assert from 'node:assert/strict';
import {type ChildProcess, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {get} from 'node:https';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, suite, test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {type Connection, connect} from '../../source/cluster/connection.ts';
import {type Kubeconfig, loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {applyJsonPatch} from '../../source/cluster/request.ts';
import type {Deployment, Pod, ReplicaSet} from '../../source/objects.ts';
import {startPractice} from '../../source/practice.ts';
import {planUndo} from '../../source/rollout/undo.ts';

const parentFile = fileURLToPath(new URL('../support/practice-parent.ts', import.meta.url));
const web = '/apis/apps/v1/namespaces/shop/deployments/web';

async function eventually(what: string, look: () => Promise<boolean> | boolean): Promise<void> {
	const end = performance.now() + 20_000;
	while (!(await look())) {
		if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
		await delay(20);
	}
}

/** The paths of the files in a folder and its folders. */
function filesIn(folder: string): string[] {
	return readdirSync(folder, {recursive: true, withFileTypes: true})
		.filter((entry) => entry.isFile())
		.map(({parentPath, name}) => join(parentPath, name));
}

/** The HTTP status that a request with this token gets, or how it failed. */
function knock({clusters, current}: Kubeconfig, authorization?: string): Promise<number | string> {
	const {server, tls} = {...clusters.get(current.cluster), tls: {rejectUnauthorized: false}};
	return new Promise((resolve) => {
		const headers = authorization === undefined ? {} : {authorization};
		get(`${server}/api/v1/nodes`, {...tls, headers, agent: false}, (response) => {
			response.resume();
			resolve(response.statusCode ?? 0);
		}).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
	});
}

suite('the practice cluster of the screen', () => {
	let folder = '';
	let parent: ChildProcess;
	let lines: AsyncIterator<string>;
	let path = '';
	let kubeconfig: Kubeconfig;
	let connection: Connection;

	before(async () => {
		// What the sandbox writes, it writes here.
		folder = mkdtempSync(join(tmpdir(), 'rolldeck-practice-'));
		parent = spawn(process.execPath, ['--import=tsx', parentFile], {
			stdio: ['pipe', 'pipe', 'inherit'],
			env: {...process.env, TMPDIR: folder, XDG_RUNTIME_DIR: folder},
		});
		assert.ok(parent.stdout);
		lines = createInterface({input: parent.stdout})[Symbol.asyncIterator]();
		assert.match((await lines.next()).value ?? '', /\bmissing-image\b/);
		path = filesIn(folder).find((file) => file.includes('kubeconfig')) ?? '';
		kubeconfig = loadKubeconfig({kubeconfig: path, env: {}, home: ''});
		connection = await connect(kubeconfig, {env: {}});
	});

	after(async () => {
		parent.kill('SIGKILL');
		await connection.close();
		rmSync(folder, {recursive: true, force: true});
	});

	test('keeps its kubeconfig for its owner, and its doors shut without a token', async () => {
		assert.equal(statSync(path).mode & 0o777, 0o600);
		assert.equal(await knock(kubeconfig), 401);
		assert.equal(await knock(kubeconfig, 'Bearer of-bad-news'), 401);
		assert.match(kubeconfig.clusters.get(kubeconfig.current.cluster)?.server ?? '', /^https:\/\/127\.0\.0\.1:\d+$/);
	});

	test('breaks by a scenario, and heals by an undo', async () => {
		const {metadata} = await connection.request<Deployment>({path: web});
		parent.stdin?.write('missing-image\n');
		assert.equal((await lines.next()).value, 'started missing-image');
		await eventually('a new pod cannot pull its image', async () => {
			const query = {labelSelector: 'app=web'};
			const {items} = await connection.request<{items: Pod[]}>({path: '/api/v1/namespaces/shop/pods', query});
			return items.some(({status}) =>
				status?.containerStatuses?.some(({state}) => state?.waiting?.reason === 'ErrImagePull'),
			);
		});
		const {items} = await connection.request<{items: ReplicaSet[]}>({
			path: '/apis/apps/v1/namespaces/shop/replicasets',
			query: {labelSelector: 'app=web'},
		});
		const plan = planUndo(await connection.request<Deployment>({path: web}), items);
		assert.ok(plan.kind === 'ready');
		await applyJsonPatch(connection, web, plan.patch, {fieldManager: 'rolldeck'});
		await eventually('web is as it was', async () => {
			const healed = await connection.request<Deployment>({path: web});
			const {observedGeneration = 0, replicas, updatedReplicas, availableReplicas} = healed.status ?? {};
			return (
				observedGeneration >= (healed.metadata.generation ?? 0) &&
				[replicas, updatedReplicas, availableReplicas].every((count) => count === healed.spec.replicas)
			);
		});
		const healed = await connection.request<Deployment>({path: web});
		const cause = 'kubernetes.io/change-cause';
		assert.equal(healed.metadata.annotations?.[cause], metadata.annotations?.[cause]);
	});

	test('ends with the screen, however that ends, and takes its kubeconfig along', async () => {
		parent.kill('SIGKILL');
		await eventually('its kubeconfig is gone', () => !existsSync(path));
		await eventually('nobody listens', async () => (await knock(kubeconfig)) === 'ECONNREFUSED');
	});
});

test('a scenario that is not there is a mistake of whoever wrote it, in one sentence', async () => {
	await assert.rejects(startPractice('nothing', {env: process.env}), {
		name: 'UsageError',
		message: /^There is no scenario "nothing"\. There are: good-rollout, /,
	});
});
