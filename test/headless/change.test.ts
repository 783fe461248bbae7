import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Deployment} from '../../source/objects.ts';
import {recorded} from '../objects/recorded.ts';
import type {Asked} from '../support/api-faults.ts';
import {type Api, type ApiOptions, startApi} from '../support/api-server.ts';
import {until} from '../support/until.ts';
import {objectsOf, type Running, type Surroundings, start} from './running.ts';

type Context = {after(fn: () => unknown): void};

const isChange = ({method, query}: Asked) => method === 'PATCH' && !query.has('dryRun');

async function serve(context: Context, name: string, options: ApiOptions = {}): Promise<Api> {
	const api = await startApi({objects: objectsOf(recorded(name)), ...options});
	context.after(() => api.close());
	return api;
}

function begin(context: Context, api: Api, argv: string, surroundings?: Surroundings): Running {
	return start(context, api, argv.split(' '), recorded('missing').at, surroundings);
}

function web(api: Api): Deployment {
	return api.get('deployments', 'shop', 'web') as Deployment;
}

function imageOf(api: Api): string {
	return web(api).spec.template.spec?.containers[0]?.image ?? '';
}

/** A person who types these words, one at each question. */
function typing(...words: string[]): Surroundings & {readonly questions: string[]} {
	const questions: string[] = [];
	return {
		questions,
		async ask(question) {
			questions.push(question);
			return words.shift();
		},
	};
}

suite('a change', () => {
	test('undo with --yes: precondition, audit line, one line on stdout', async (context) => {
		const api = await serve(context, 'missing');
		const running = begin(context, api, 'undo deployment/web --yes');
		assert.equal(await running.code, 0);
		assert.equal(running.stdout, 'web: going back to 1\n');
		assert.match(imageOf(api), /web:1\.0$/);
		const [sent] = api.requests.filter(isChange);
		const tests = (JSON.parse(sent?.body ?? '') as {op: string; path: string}[]).filter(({op}) => op === 'test');
		assert.deepEqual(
			tests.map(({path}) => path),
			['/metadata/uid', '/spec/template', '/metadata/annotations'],
		);
		assert.equal(sent?.query.get('fieldManager'), 'rolldeck');
		assert.deepEqual(running.audits, [
			{
				object: 'deployment/web',
				namespace: 'shop',
				uid: web(api).metadata.uid,
				action: 'undo',
				change: '2 → 1',
				outcome: 'applied',
				context: 'test',
			},
		]);
	});

	test('scale, restart, pause, resume', async (context) => {
		const api = await serve(context, 'complete');
		assert.equal(await begin(context, api, 'scale deployment/web --replicas 7 -y').code, 0);
		assert.equal(web(api).spec.replicas, 7);
		assert.equal(await begin(context, api, 'restart deployment/web -y').code, 0);
		assert.match(
			web(api).spec.template.metadata?.annotations?.['kubectl.kubernetes.io/restartedAt'] ?? '',
			/^\d{4}-\d\d-\d\dT/,
		);
		assert.equal(await begin(context, api, 'pause deployment/web -y').code, 0);
		assert.equal(web(api).spec.paused, true);
		const again = begin(context, api, 'pause deployment/web -y');
		assert.deepEqual([await again.code, again.stderr], [1, 'web is paused already: nothing was changed.\n']);
		assert.equal(await begin(context, api, 'resume deployment/web -y').code, 0);
		assert.equal(web(api).spec.paused, undefined);
		const resumed = begin(context, api, 'resume deployment/web -y');
		assert.deepEqual([await resumed.code, resumed.stderr], [1, 'web is not paused: nothing was changed.\n']);
		const patches = api.requests.filter(({method}) => method === 'PATCH');
		assert.deepEqual([...new Set(patches.map(({query}) => query.get('fieldManager')))], ['rolldeck']);
	});

	test('--dry-run says what would happen, and changes nothing, in read-only mode too', async (context) => {
		const api = await serve(context, 'missing');
		const running = begin(context, api, 'undo deployment/web --dry-run --read-only');
		assert.equal(await running.code, 0);
		assert.match(running.stdout, /^undo web in shop, context test: 2 → 1\n/);
		assert.match(running.stdout, /^ {2}changes {3}web\.image {2}\S*web:missing → \S*web:1\.0$/m);
		assert.match(running.stdout, /^ {2}checked {3}the server accepts it \(dry run\)\nNothing was changed\.\n$/m);
		assert.doesNotMatch(running.stdout, /█|x shows/, 'no cursor and no key');
		assert.deepEqual(api.requests.filter(isChange), []);
		assert.deepEqual(running.audits, []);
	});

	test('with --wait its rollout is followed to its end', async (context) => {
		const api = await serve(context, 'complete');
		const running = begin(context, api, 'scale deployment/web --replicas 9 --yes --wait');
		await until('it is followed', () => /not seen by the controller/.test(running.stdout));
		assert.match(running.stdout, /^web: scaling \d+ → 9\n\S+ web: not seen by the controller.*\n$/);
		running.interrupt();
		assert.equal(await running.code, 130);
	});
});

suite('it is asked first', () => {
	test('yes, and only yes', async (context) => {
		const api = await serve(context, 'missing');
		for (const word of ['', 'y', 'web', 'no']) {
			const running = begin(context, api, 'undo deployment/web', typing(word));
			assert.deepEqual([await running.code, running.stdout], [1, '']);
			assert.match(running.stderr, /\nNothing was changed\.\n$/);
		}
		assert.deepEqual(api.requests.filter(isChange), []);
		const person = typing('yes');
		const running = begin(context, api, 'undo deployment/web', person);
		assert.equal(await running.code, 0);
		assert.deepEqual(person.questions, ['Type yes to go on: ']);
		assert.match(running.stderr, /^undo web in shop.*\n(.*\n)* {2}changes {3}web\.image/);
		assert.match(imageOf(api), /web:1\.0$/);
	});

	test('a terminal that is closed means no', async (context) => {
		const api = await serve(context, 'missing');
		const running = begin(context, api, 'undo deployment/web', typing());
		assert.equal(await running.code, 1);
		assert.deepEqual(api.requests.filter(isChange), []);
	});

	test('nobody to ask: exit code 2, before anything is asked of the server', async (context) => {
		const api = await serve(context, 'missing');
		const running = begin(context, api, 'undo deployment/web');
		assert.equal(await running.code, 2);
		assert.match(running.stderr, /add --yes to change it unasked, or --dry-run to look first\.\n$/);
		assert.deepEqual(api.requests, []);
	});

	const config = 'contexts: {test: {confirm: typed}}';

	test('where the name has to be typed, yes is not enough', async (context) => {
		const api = await serve(context, 'missing');
		const unasked = begin(context, api, 'undo deployment/web --yes', {config});
		assert.equal(await unasked.code, 2);
		assert.match(unasked.stderr, /add --confirm web,/);
		assert.equal(await begin(context, api, 'undo deployment/web', {...typing('yes'), config}).code, 1);
		assert.equal(await begin(context, api, 'undo deployment/web --confirm cart', {config}).code, 2);
		assert.deepEqual(api.requests.filter(isChange), []);
		assert.equal(await begin(context, api, 'undo deployment/web', {...typing('web'), config}).code, 0);
		assert.equal(await begin(context, api, 'undo deployment/web --confirm web', {config}).code, 0);
		assert.equal(api.requests.filter(isChange).length, 2);
	});

	test('scaling to 0 wants the name everywhere', async (context) => {
		const api = await serve(context, 'complete');
		assert.equal(await begin(context, api, 'scale deployment/web --replicas 0 --yes').code, 2);
		assert.equal(await begin(context, api, 'scale deployment/web --replicas 0 --confirm web').code, 0);
		assert.equal(web(api).spec.replicas, 0);
	});
});

suite('a refusal', () => {
	test('read-only mode, by flag and by config file', async (context) => {
		const api = await serve(context, 'missing');
		for (const running of [
			begin(context, api, 'undo deployment/web --yes --read-only'),
			begin(context, api, 'undo deployment/web --yes', {config: 'contexts: {test: {readOnly: true}}'}),
		]) {
			assert.equal(await running.code, 2);
			assert.match(running.stderr, /^Read-only mode is on for test, so nothing is changed/);
		}
		assert.deepEqual(api.requests, []);
	});

	test('no permission, asked beforehand', async (context) => {
		const api = await serve(context, 'missing', {may: ({verb}) => verb !== 'patch'});
		const running = begin(context, api, 'undo deployment/web --yes');
		assert.equal(await running.code, 3);
		assert.match(running.stderr, /^You may not patch deployments in shop: /);
		assert.deepEqual(api.requests.filter(isChange), []);
	});

	test('the server would not take it', async (context) => {
		const api = await serve(context, 'missing', {
			admit: (_object, isDryRun) => (isDryRun ? {code: 422, message: 'at most 4 replicas here'} : undefined),
		});
		const running = begin(context, api, 'scale deployment/web --replicas 9 --yes');
		assert.equal(await running.code, 1);
		assert.match(running.stderr, /at most 4 replicas here/);
		assert.deepEqual(running.audits, []);
	});

	test('it is changed between the question and the answer', async (context) => {
		const api = await serve(context, 'complete');
		const running = begin(context, api, 'scale deployment/web --replicas 9', {
			async ask() {
				const present = web(api);
				api.put({...present, spec: {...present.spec, replicas: 4}} as Deployment);
				return 'yes';
			},
		});
		assert.equal(await running.code, 1);
		assert.match(running.stderr, /It was changed meanwhile, so nothing was done/);
		assert.equal(web(api).spec.replicas, 4);
		assert.equal(running.audits[0]?.outcome, 'failed');
	});

	test('what cannot be done is a sentence without keys', async (context) => {
		const paused = await serve(context, 'paused-half');
		const restart = begin(context, paused, 'restart deployment/web --yes');
		assert.equal(await restart.code, 1);
		assert.match(
			restart.stderr,
			/^web is paused: resume it first \(rolldeck resume deployment\/web -n shop --context test\)/,
		);
		const unknown = begin(context, paused, 'undo deployment/web --to-revision 77 --yes');
		assert.equal(await unknown.code, 1);
		const same = begin(context, paused, `scale deployment/web --replicas ${web(paused).spec.replicas} --yes`);
		assert.deepEqual([await same.code, same.stdout], [1, '']);
	});

	test('revisions that may not be read are not taken for none', async (context) => {
		const api = await serve(context, 'missing');
		api.faults.answer(403, {which: '/replicasets', reason: 'Forbidden'});
		assert.equal(await begin(context, api, 'undo deployment/web --yes').code, 3);
	});
});

suite('an answer that is lost', () => {
	test('the change arrived: it is one like any other', async (context) => {
		const api = await serve(context, 'complete');
		api.faults.loseAnswer({which: isChange});
		const running = begin(context, api, 'scale deployment/web --replicas 9 --yes');
		assert.equal(await running.code, 0);
		assert.deepEqual([running.audits[0]?.outcome, web(api).spec.replicas], ['applied', 9]);
	});

	test('it did not arrive: said so, and exit code 3', async (context) => {
		const api = await serve(context, 'complete');
		api.faults.reset({which: isChange});
		const running = begin(context, api, 'scale deployment/web --replicas 9 --yes');
		assert.equal(await running.code, 3);
		assert.match(running.stderr, /^The change did not arrive/);
		assert.equal(running.audits[0]?.outcome, 'failed');
	});
});
