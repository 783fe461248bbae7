import assert from 'node:assert/strict';
import {readFileSync, writeFileSync} from 'node:fs';
import {createServer, request as httpRequest} from 'node:http';
import type {AddressInfo} from 'node:net';
import {suite, test} from 'node:test';
import type {Deployment} from '../../source/objects.ts';
import {type Recording, recorded} from '../objects/recorded.ts';
import {listsOf} from '../support/api-faults.ts';
import {type Api, startApi} from '../support/api-server.ts';
import {until} from '../support/until.ts';
import {objectsOf, type Running, start} from './running.ts';

type Context = {after(fn: () => unknown): void};

async function serve(context: Context, recording: Recording): Promise<Api> {
	const api = await startApi({objects: objectsOf(recording)});
	context.after(() => api.close());
	return api;
}

/** A server with a recording on it, and `rolldeck status deployment/web` at the time of that recording. */
async function status(context: Context, name: string, ...flags: string[]): Promise<[Api, Running]> {
	const recording = recorded(name);
	const api = await serve(context, recording);
	return [api, start(context, api, ['status', 'deployment/web', ...flags], recording.at)];
}

/** The same server behind a proxy whose clock is ahead by so many milliseconds: whose Date header, that is. */
async function behindProxy(context: Context, api: Api, ahead: number): Promise<Api> {
	const proxy = createServer((request, response) => {
		const {method, headers, url = ''} = request;
		const forward = httpRequest(new URL(url, api.url), {method, headers}, (answer) => {
			const date = new Date(Date.now() + ahead).toUTCString();
			response.writeHead(answer.statusCode ?? 500, {...answer.headers, date});
			answer.pipe(response);
		});
		request.pipe(forward);
	});
	await new Promise<void>((resolve) => {
		proxy.listen(0, '127.0.0.1', resolve);
	});
	context.after(() => proxy.close());
	const {port} = proxy.address() as AddressInfo;
	const kubeconfig = (path: string) => {
		const file = api.kubeconfig(path);
		writeFileSync(file, readFileSync(file, 'utf8').replaceAll(api.url, `http://127.0.0.1:${port}`));
		return file;
	};
	return {...api, kubeconfig};
}

async function ended(running: Running): Promise<readonly [number, string, string]> {
	return [await running.code, running.stdout, running.stderr];
}

function change(api: Api, recipe: (deployment: Deployment) => Deployment): void {
	api.put(recipe(api.get('deployments', 'shop', 'web') as Deployment));
}

/** What the controller writes when all that was asked for is there. */
function finished(deployment: Deployment): Deployment {
	const replicas = deployment.spec.replicas ?? 1;
	const counts = {replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas};
	return {...deployment, status: {...deployment.status, ...counts}};
}

suite('a look', () => {
	test('complete', async (context) => {
		const [, running] = await status(context, 'complete');
		assert.deepEqual(await ended(running), [0, 'web: complete 2s ago\n', '']);
	});

	test('stuck: the state is on stdout, why on stderr, and looking is no failure', async (context) => {
		const [, running] = await status(context, 'missing');
		const [code, stdout, stderr] = await ended(running);
		assert.match(
			stdout,
			/^web: stuck \d+s: image not found \(\d of \d new pods? cannot pull web:missing: not found\)\n$/,
		);
		assert.match(
			stderr,
			/^\d of \d new pods? cannot pull web:missing: not found\.\n {2}Pod web-\S+: (ErrImagePull|ImagePullBackOff): /,
		);
		assert.match(stderr, / {2}What to do: .*\(rolldeck undo deployment\/web -n shop --context test\)\.\n$/);
		assert.equal(code, 0);
	});

	test('the deadline has passed; with --fail-fast a cause is enough', async (context) => {
		const [, deadline] = await status(context, 'deadline');
		assert.equal(await deadline.code, 1);
		const [, missing] = await status(context, 'missing', '--fail-fast');
		assert.equal(await missing.code, 1);
	});

	test('JSON', async (context) => {
		const [, running] = await status(context, 'missing', '-o', 'json');
		const [code, stdout, stderr] = await ended(running);
		const {causes, revisions, pods, ...rest} = JSON.parse(stdout);
		assert.deepEqual([code, stderr], [0, '']);
		assert.match(rest.words, /^stuck/);
		assert.deepEqual(
			{version: rest.version, kind: rest.kind, state: rest.state, complete: rest.complete, failed: rest.failed},
			{version: 1, kind: 'status', state: 'stuck', complete: false, failed: false},
		);
		assert.deepEqual([rest.deployment, rest.namespace, rest.revision, rest.from], ['web', 'shop', 2, 1]);
		assert.equal(causes[0].id, 'image');
		assert.equal(causes[0].needsPerson, true);
		assert.match(causes[0].evidence[0].object.name, /^web-/);
		assert.deepEqual(
			revisions.map(({revision, place}: {revision: number; place: string}) => [revision, place]),
			[
				[2, 'new'],
				[1, 'old'],
			],
		);
		assert.equal(pods.desired, recorded('missing').deployment.spec.replicas);
	});

	test('pods that may not be read are said to be so', async (context) => {
		const recording = recorded('complete');
		const api = await serve(context, recording);
		api.faults.answer(403, {which: listsOf('/pods'), reason: 'Forbidden'});
		const running = start(context, api, ['status', 'deployment/web'], recording.at);
		assert.deepEqual(await ended(running), [0, 'web: pods not visible\n', '']);
	});

	test('another revision than was asked for', async (context) => {
		const [, right] = await status(context, 'missing', '--revision', '2');
		assert.equal(await right.code, 0);
		const [, wrong] = await status(context, 'missing', '--revision', '1');
		assert.deepEqual(await ended(wrong), [1, '', 'Revision 1 of web is not the one that rolls: that is 2.\n']);
	});

	test('not there, not allowed, signed out, not reachable', async (context) => {
		const api = await serve(context, recorded('complete'));
		const look = (name: string) => ended(start(context, api, ['status', `deployment/${name}`], 0));
		assert.equal((await look('cart'))[0], 1);
		api.faults.answer(403, {which: '/deployments', reason: 'Forbidden', times: 1});
		assert.equal((await look('web'))[0], 3);
		api.faults.answer(401, {which: '/deployments', times: 2});
		const [code, , stderr] = await look('web');
		assert.equal(code, 3);
		assert.match(stderr, /Run your login command, then try again\.\n$/, 'no key that is not there');
		await api.stop();
		assert.equal((await look('web'))[0], 3);
	});
});

suite('a crash', () => {
	const logs = '/log';

	test('its last words are on stderr, with what cannot be read', async (context) => {
		const [api, running] = await status(context, 'crash', '--fail-fast');
		api.faults.answer(200, {which: logs, text: 'starting\n\u001B[31mpanic: no database\u001B[0m\n'});
		const [code, stdout, stderr] = await ended(running);
		assert.equal(code, 1);
		assert.match(
			stderr,
			/ {2}Last words of web in web-\S+:\n {4}\| starting\n {4}\| panic: no database\n {2}What to do: /,
		);
		assert.doesNotMatch(stdout, /panic/);
		const [other, refused] = await status(context, 'crash');
		other.faults.answer(403, {
			which: logs,
			message:
				'pods "web" is forbidden: User "ci" cannot get resource "pods/log" in API group "" in the namespace "shop"',
		});
		const [seen, , why] = await ended(refused);
		assert.equal(seen, 0);
		assert.match(why, / {2}Last words of web in web-\S+: not readable: ci may not get pods\/log in shop\n/);
	});

	test('in JSON, at once and where it ends', async (context) => {
		for (const flags of [
			['-o', 'json'],
			['--wait', '--fail-fast', '-o', 'json'],
		]) {
			const [api, running] = await status(context, 'crash', ...flags);
			api.faults.answer(200, {which: logs, text: 'panic\n'});
			const [, stdout] = await ended(running);
			const {lastWords, state} = JSON.parse(
				flags.includes('--wait') ? (stdout.trimEnd().split('\n').at(-1) ?? '') : stdout,
			);
			assert.equal(state, 'stuck');
			assert.deepEqual([lastWords.container, lastWords.lines], ['web', ['panic']]);
			assert.match(lastWords.pod, /^web-/);
		}
	});

	test('of what does not crash no log is read', async (context) => {
		const [api, running] = await status(context, 'missing', '-o', 'json');
		await running.code;
		assert.ok(!api.requests.some(({path}) => path.endsWith(logs)));
	});
});

suite('a clock that is wrong', () => {
	test('is told on stderr and in JSON, and the ages are right all the same', async (context) => {
		const recording = recorded('complete');
		const api = await behindProxy(context, await serve(context, recording), 60_000);
		const run = (...flags: string[]) =>
			ended(start(context, api, ['status', 'deployment/web', ...flags], recording.at - 60_000));
		const [code, stdout, stderr] = await run();
		assert.equal(code, 0);
		assert.match(stdout, /^web: complete [123]s ago\n$/);
		assert.match(
			stderr,
			/^Note: this machine's clock is (60|59|61)s behind the server's; ages and deadlines go by the server's\.\n$/,
		);
		const [, json] = await run('-o', 'json');
		assert.ok(Math.abs(JSON.parse(json).clockSkewSeconds - 60) <= 1, json);
	});
});

suite('--wait', () => {
	test('complete: one line, with the time in front where nobody reads along', async (context) => {
		const [, running] = await status(context, 'complete', '--wait');
		const at = new Date(recorded('complete').at).toISOString();
		assert.deepEqual(await ended(running), [0, `${at} web: complete 2s ago\n`, '']);
	});

	test('a person reads no times', async (context) => {
		const recording = recorded('complete');
		const api = await serve(context, recording);
		const running = start(context, api, ['status', 'deployment/web', '--wait'], recording.at, {isWatched: true});
		assert.deepEqual(await ended(running), [0, 'web: complete 2s ago\n', '']);
	});

	test('goes on until it is complete, with a line for each change of its words', async (context) => {
		const [api, running] = await status(context, 'paused-half', '--wait');
		await until('it waits', () => running.stdout !== '');
		change(api, ({spec, ...deployment}) => ({...deployment, spec: {...spec, replicas: 0}}));
		change(api, (deployment) => ({
			...deployment,
			metadata: {...deployment.metadata, annotations: {...deployment.metadata.annotations, note: 'nothing new'}},
		}));
		change(api, ({metadata, ...deployment}) =>
			finished({...deployment, metadata, status: {...deployment.status, observedGeneration: metadata.generation ?? 0}}),
		);
		const [code, stdout, stderr] = await ended(running);
		const words = stdout.split('\n').map((line) => line.replace(/^\S+ web: /, ''));
		assert.equal(code, 0);
		assert.equal(stderr, '');
		assert.match(words[0] ?? '', /^paused at 0\/3/);
		assert.equal(words.at(-2), 'paused');
		assert.equal(new Set(words).size, words.length, 'no line twice');
	});

	test('failed: why is on stderr', async (context) => {
		const [, running] = await status(context, 'deadline', '--wait');
		const [code, stdout, stderr] = await ended(running);
		assert.equal(code, 1);
		assert.match(stdout, / web: stuck .*image not found/);
		assert.match(stderr, /cannot pull .*\n {2}What to do: /s);
	});

	test('a cause that needs a person does not end it, but with --fail-fast', async (context) => {
		const [, patient] = await status(context, 'missing', '--wait');
		await until('the cause is told', () => /image not found/.test(patient.stdout));
		patient.interrupt();
		assert.equal(await patient.code, 130);
		const [, hasty] = await status(context, 'missing', '--wait', '--fail-fast');
		assert.equal(await hasty.code, 1);
	});

	test('not ended in time: 124, where it stands and why', async (context) => {
		const [, running] = await status(context, 'missing', '--wait', '--timeout', '90s');
		await until('it waits', () => running.stdout !== '');
		running.passTime();
		const [code, , stderr] = await ended(running);
		assert.equal(code, 124);
		assert.match(
			stderr,
			/^web has not come to its end within 90s: stuck .*image not found\.\n\d of \d new pods? cannot pull/,
		);
	});

	test('what the pods stand on is watched as well, and tells in the end why', async (context) => {
		const recording = recorded('node-away');
		const [node] = Object.values(recording.ground?.nodes ?? {});
		assert.ok(node);
		const api = await serve(context, recording);
		api.put({...node, apiVersion: 'v1', kind: 'Node'});
		const running = start(context, api, ['status', 'deployment/web', '--wait', '--timeout', '90s'], recording.at);
		await until('the node is told of', () => /degraded 0\/3: node is down/.test(running.stdout));
		await until('the node is watched', () => api.faults.watches.size === 5);
		api.remove({...node, kind: 'Node'});
		await until('its end is told', () => /degraded 0\/3: node is gone/.test(running.stdout));
		api.put({...node, apiVersion: 'v1', kind: 'Node'});
		await until('it is back', () => /is gone .*\n.*node is down/.test(running.stdout));
		running.passTime();
		const [code, , stderr] = await ended(running);
		assert.match(stderr, /3 of 3 pods are on node-2, which is not heard of any more/);
		assert.equal(code, 124);
	});

	test('a server that does not answer is not waited for longer', async (context) => {
		const recording = recorded('missing');
		const api = await serve(context, recording);
		api.faults.hang({which: listsOf('/pods')});
		const running = start(context, api, ['status', 'deploy/web', '--wait', '--timeout', '90s'], recording.at);
		await until('it has asked', () => api.requests.some(({path}) => path.endsWith('/pods')));
		running.passTime();
		assert.deepEqual(await ended(running), [124, '', 'web has not come to its end within 90s.\n']);
	});

	test('what had failed before we came is looked into, too', async (context) => {
		const recording = recorded('node-away');
		const [node] = Object.values(recording.ground?.nodes ?? {});
		assert.ok(node);
		const passed = {type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded'};
		const {status: counts} = recording.deployment;
		const conditions = (counts?.conditions ?? []).map((one) => (one.type === passed.type ? {...one, ...passed} : one));
		recording.deployment.status = {...counts, conditions};
		const api = await serve(context, recording);
		api.put({...node, apiVersion: 'v1', kind: 'Node'});
		const running = start(context, api, ['status', 'deployment/web', '--wait'], recording.at);
		const [code, , stderr] = await ended(running);
		assert.match(stderr, /3 of 3 pods are on node-2, which is not heard of any more/);
		assert.equal(code, 1);
	});

	test('as JSON: one object a line, and the last one says how it ended', async (context) => {
		const [, running] = await status(context, 'deadline', '--wait', '-o', 'json');
		const [code, stdout] = await ended(running);
		const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
		assert.deepEqual([code, last.version, last.complete, last.failed], [1, 1, false, true]);
	});

	test('it is deleted meanwhile', async (context) => {
		const [api, running] = await status(context, 'missing', '--wait');
		await until('it waits', () => running.stdout !== '');
		const deployment = api.get('deployments', 'shop', 'web');
		assert.ok(deployment);
		api.remove(deployment);
		const [code, , stderr] = await ended(running);
		assert.deepEqual([code, stderr], [1, 'web was deleted while its rollout was followed.\n']);
	});

	test('a connection that is lost is told once, and mended', async (context) => {
		const [api, running] = await status(context, 'missing', '--wait');
		await until('it watches', () => api.faults.watches.size === 4);
		await api.stop();
		await until('the loss is told', () => running.stderr !== '');
		await api.start();
		change(api, ({spec, ...deployment}) => ({...deployment, spec: {...spec, paused: true}}));
		await until('the pause is told', () => /paused/.test(running.stdout));
		running.interrupt();
		const [code, , stderr] = await ended(running);
		assert.equal(code, 130);
		assert.match(stderr, /^Could not .*\. Going on as soon as it answers again\.\n$/);
	});
});
