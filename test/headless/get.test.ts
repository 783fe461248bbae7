import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Deployment} from '../../source/objects.ts';
import {recorded} from '../objects/recorded.ts';
import {listsOf, watchesOf} from '../support/api-faults.ts';
import {type Api, startApi} from '../support/api-server.ts';
import {until} from '../support/until.ts';
import {objectsOf, type Running, start} from './running.ts';

const recording = recorded('missing');
const {deployment, pods} = recording;
const {replicas} = deployment.spec;
const {readyReplicas = 0, updatedReplicas = 0, availableReplicas = 0} = deployment.status ?? {};
const now = Date.parse(deployment.metadata.creationTimestamp ?? '') + 25_000;

/** What the whole table of Deployments is, with so many ready and available. */
function table(...counts: readonly (readonly [ready: number, available: number])[]): string {
	const rows = counts.map(
		([ready, available]) =>
			`web    ${ready}/${replicas}     ${updatedReplicas}            ${available}           25s\n`,
	);
	return `NAME   READY   UP-TO-DATE   AVAILABLE   AGE\n${rows.join('')}`;
}

async function serve(context: {after(fn: () => unknown): void}): Promise<Api> {
	const api = await startApi({objects: objectsOf(recording)});
	context.after(() => api.close());
	return api;
}

async function ended(running: Running): Promise<readonly [number, string, string]> {
	return [await running.code, running.stdout, running.stderr];
}

/** The rollout's Deployment as the server has it, with a change. */
function changed(api: Api, change: (deployment: Deployment) => Partial<Deployment>): Deployment {
	const [deployment] = api.list('deployments', 'shop') as Deployment[];
	assert.ok(deployment);
	return {...deployment, ...change(deployment)};
}

suite('once', () => {
	test('a table, with the ages of the server', async (context) => {
		const api = await serve(context);
		const [code, stdout, stderr] = await ended(start(context, api, ['get', 'deployments'], now));
		assert.equal(stdout, table([readyReplicas, availableReplicas]));
		assert.deepEqual([code, stderr], [0, '']);
	});

	test('all namespaces, in another form', async (context) => {
		const api = await serve(context);
		const [code, stdout] = await ended(start(context, api, ['get', 'po', '-A', '-owide'], now));
		const [heading, ...rows] = stdout.trimEnd().split('\n');
		assert.match(
			heading ?? '',
			/^NAMESPACE {3}NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/,
		);
		assert.equal(rows.length, pods.length);
		assert.equal(code, 0);
	});

	test('names', async (context) => {
		const api = await serve(context);
		assert.deepEqual(await ended(start(context, api, ['get', 'deploy', '-o', 'name'], now)), [
			0,
			'deployment.apps/web\n',
			'',
		]);
	});

	test('JSON has the cells and the values behind them', async (context) => {
		const api = await serve(context);
		const [code, stdout] = await ended(start(context, api, ['get', 'deploy', 'web', '-o', 'json'], now));
		const [row] = JSON.parse(stdout) as {
			name: string;
			cells: Record<string, string>;
			values: Record<string, unknown>;
		}[];
		assert.deepEqual(
			[row?.name, row?.cells.READY, row?.values.READY, row?.cells.AGE],
			['web', `${readyReplicas}/${replicas}`, readyReplicas, '25s'],
		);
		assert.equal(row?.values.AGE, deployment.metadata.creationTimestamp);
		assert.equal(code, 0);
	});

	test('-o rollout says the revision and why it waits', async (context) => {
		const api = await serve(context);
		const [code, stdout] = await ended(start(context, api, ['get', 'deployments', '-o', 'rollout'], now));
		assert.match(stdout, /AGE +REV +ROLLOUT\nweb .* 2 +stuck \S+: image not found\n$/);
		assert.equal(code, 0);
	});

	test('-o rollout says it when the pods may not be read', async (context) => {
		const api = await serve(context);
		api.faults.answer(403, {which: listsOf('/pods'), reason: 'Forbidden'});
		const [code, stdout] = await ended(start(context, api, ['get', 'deployments', '-o', 'rollout'], now));
		assert.match(stdout, /pods not visible\n$/);
		assert.equal(code, 0);
	});

	test('nothing there is no failure, and is told apart from the rows', async (context) => {
		const api = await serve(context);
		const none = 'No resources found in shop namespace.\n';
		assert.deepEqual(await ended(start(context, api, ['get', 'endpoints'], now)), [0, '', none]);
		assert.deepEqual(await ended(start(context, api, ['get', 'pods', '-l', 'app=none'], now)), [0, '', none]);
		assert.deepEqual(await ended(start(context, api, ['get', 'endpoints', '-A'], now)), [
			0,
			'',
			'No resources found\n',
		]);
		assert.deepEqual(await ended(start(context, api, ['get', 'endpoints', '-o', 'json'], now)), [0, '[]\n', '']);
	});

	test('a name that is not there', async (context) => {
		const api = await serve(context);
		assert.deepEqual(await ended(start(context, api, ['get', 'deployments', 'cart'], now)), [
			1,
			'',
			'Could not read deployments/cart in shop: deployments.apps "cart" not found.\n',
		]);
	});

	test('what is not a kind, or has no rollout', async (context) => {
		const api = await serve(context);
		assert.deepEqual(await ended(start(context, api, ['get', 'pdos'], now)), [
			2,
			'',
			'There is no kind pdos here: did you mean pods?\n',
		]);
		assert.deepEqual(await ended(start(context, api, ['get', 'pods', '-o', 'rollout'], now)), [
			2,
			'',
			'-o rollout is about deployments: leave it out for pods.\n',
		]);
	});

	test('not allowed, and not allowed everywhere', async (context) => {
		const api = await serve(context);
		const message = 'pods is forbidden: User "team-a" cannot list resource "pods" in API group "" at the cluster scope';
		api.faults.answer(403, {which: listsOf('/pods'), reason: 'Forbidden', message, times: 2});
		const [code, , stderr] = await ended(start(context, api, ['get', 'pods'], now));
		assert.equal(code, 3);
		assert.match(stderr, /^Not allowed: team-a may not list pods in the whole cluster\. /);
		assert.deepEqual(await ended(start(context, api, ['get', 'pods', '-A'], now)), [
			3,
			'',
			'Not allowed: team-a may not list pods in the whole cluster. Leave out -A, or name a namespace that you may read with -n.\n',
		]);
	});

	test('not reachable', async (context) => {
		const api = await serve(context);
		await api.stop();
		const [code, stdout, stderr] = await ended(start(context, api, ['get', 'pods'], now));
		assert.deepEqual(
			[code, stdout, stderr],
			[
				3,
				'',
				`Could not list pods in shop: connection refused. Is ${api.url} the right server, and can it be reached from here?\n`,
			],
		);
	});

	test('ctrl-c while it waits', async (context) => {
		const api = await serve(context);
		api.faults.hang();
		const running = start(context, api, ['get', 'pods'], now);
		await until('it has asked', () => api.requests.length > 0);
		running.interrupt();
		assert.deepEqual(await ended(running), [130, '', '']);
	});
});

suite('as rows change', () => {
	test('a row for each change, under the same headings, and none for a change that shows nowhere', async (context) => {
		const api = await serve(context);
		const running = start(context, api, ['get', 'deployments', '-w'], now);
		await until('the table is there', () => running.stdout.endsWith('25s\n'));
		api.put(
			changed(api, ({metadata}) => ({metadata: {...metadata, annotations: {...metadata.annotations, note: 'x'}}})),
		);
		api.put(changed(api, ({status}) => ({status: {...status, availableReplicas: 1, readyReplicas: 2}})));
		await until('the change is there', () => running.stdout.split('\n').length === 4);
		api.remove(changed(api, () => ({})));
		await until('the end is there', () => running.stdout.split('\n').length === 5);
		running.interrupt();
		assert.deepEqual(await ended(running), [130, table([readyReplicas, availableReplicas], [2, 1], [2, 1]), '']);
	});

	test('JSON is one row a line', async (context) => {
		const api = await serve(context);
		const running = start(context, api, ['get', 'pods', '-w', '-o', 'json'], now);
		await until('all rows are there', () => running.stdout.split('\n').length === pods.length + 1);
		running.interrupt();
		const [code, stdout] = await ended(running);
		const names = stdout
			.trimEnd()
			.split('\n')
			.map((line) => (JSON.parse(line) as {name: string}).name);
		assert.deepEqual(names, pods.map(({metadata}) => metadata.name).sort());
		assert.equal(code, 130);
	});

	test('a rollout is told when a pod changes what it waits for', async (context) => {
		const api = await serve(context);
		const running = start(context, api, ['get', 'deployments', '-w', '-o', 'rollout'], now);
		await until('the reason is there', () => running.stdout.endsWith('image not found\n'));
		api.put(changed(api, ({spec}) => ({spec: {...spec, paused: true}})));
		await until('the pause is there', () => /paused/.test(running.stdout));
		running.interrupt();
		assert.equal(await running.code, 130);
		assert.equal(running.stdout.split('\n').length, 4);
	});

	test('a connection that is lost is told once, and mended', async (context) => {
		const api = await serve(context);
		const running = start(context, api, ['get', 'pods', '-w'], now);
		await until('it watches', () => api.faults.watches.size > 0);
		await api.stop();
		await until('the loss is told', () => running.stderr !== '');
		await api.start();
		const [pod] = pods;
		assert.ok(pod);
		api.remove({...pod, apiVersion: 'v1', kind: 'Pod', metadata: {...pod.metadata, namespace: 'shop'}});
		const before = running.stdout;
		await until('the removed pod is told', () => running.stdout !== before);
		running.interrupt();
		const [code, , stderr] = await ended(running);
		assert.equal(code, 130);
		assert.match(stderr, /^Could not .*\. Going on as soon as it answers again\.\n$/);
	});

	test('what fails at first ends it, with the same codes', async (context) => {
		const api = await serve(context);
		const [missing, , sentence] = await ended(start(context, api, ['get', 'pods', 'none', '-w'], now));
		assert.deepEqual([missing, sentence], [1, 'There is no pod none in shop.\n']);
		api.faults.answer(403, {which: watchesOf(), reason: 'Forbidden', times: 1});
		const [denied] = await ended(start(context, api, ['get', 'pods', '-w'], now));
		assert.equal(denied, 3);
		await api.stop();
		const [unreachable] = await ended(start(context, api, ['get', 'pods', '-w'], now));
		assert.equal(unreachable, 3);
	});
});
