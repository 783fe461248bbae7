import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Deployment, KubeObject, ReplicaSet} from '../../source/objects.ts';
import {recorded} from '../objects/recorded.ts';
import {listsOf} from '../support/api-faults.ts';
import {type Api, startApi} from '../support/api-server.ts';
import {objectsOf, start} from './running.ts';

type Context = {after(fn: () => unknown): void};
type Environment = readonly {readonly name: string; readonly value: string}[];

const recording = recorded('missing');
const [good, missing] = ['1', '2'].map(
	(revision) => recording.replicaSets.find(isRevision(revision))?.spec.template?.spec?.containers[0]?.image,
);

async function serve(context: Context, objects: readonly KubeObject[] = objectsOf(recording)): Promise<Api> {
	const api = await startApi({objects});
	context.after(() => api.close());
	return api;
}

async function run(context: Context, api: Api, ...argv: string[]): Promise<readonly [number, string, string]> {
	const running = start(context, api, argv, recording.at);
	return [await running.code, running.stdout, running.stderr];
}

/** The recording, with other variables in its first container's present template. */
function withVariables(present: Environment): KubeObject[] {
	const put = ({spec}: Deployment | ReplicaSet, env: Environment) => {
		const container = spec.template?.spec?.containers[0] as {env?: Environment} | undefined;
		if (container) container.env = env;
	};
	const {deployment, replicaSets, ...rest} = recorded('missing');
	put(deployment, present);
	for (const replicaSet of replicaSets) if (isRevision('2')(replicaSet)) put(replicaSet, present);
	return objectsOf({deployment, replicaSets, ...rest});
}

function isRevision(number: string): (replicaSet: ReplicaSet) => boolean {
	return ({metadata}) => metadata.annotations?.['deployment.kubernetes.io/revision'] === number;
}

suite('history', () => {
	test('the kept revisions, newest first', async (context) => {
		const [code, stdout, stderr] = await run(context, await serve(context), 'history', 'deployment/web');
		const [headings, second, first, end] = stdout.split('\n');
		assert.match(headings ?? '', /^REVISION +AGE +PODS +IMAGES +WRITTEN-BY +CHANGE-CAUSE$/);
		assert.match(second ?? '', /^2 \(present\) +\d+s +3 +\S*web:missing +\S+ +<none>$/);
		assert.match(first ?? '', /^1 +\d+s +\d+ +\S*web:1\.0 /);
		assert.deepEqual([code, end, stderr], [0, '', '']);
	});

	test('JSON', async (context) => {
		const [code, stdout] = await run(context, await serve(context), 'history', 'deploy', 'web', '-ojson');
		const {version, kind, revisions} = JSON.parse(stdout);
		assert.deepEqual([code, version, kind], [0, 1, 'history']);
		const present = recording.replicaSets.find(isRevision('2'));
		assert.deepEqual(
			[revisions[0].revision, revisions[0].current, revisions[0].replicaSet, revisions[0].images],
			[2, true, present?.metadata.name, [missing]],
		);
		assert.equal(Date.parse(revisions[0].createdAt), Date.parse(present?.metadata.creationTimestamp ?? ''));
	});

	test('what looks like a credential in a cause is masked', async (context) => {
		const cause = 'kubectl set env deployment/web DB_PASSWORD=hunter2 --record=true';
		const objects = objectsOf(recording).map((object) => ({
			...object,
			metadata: {
				...object.metadata,
				annotations: {...object.metadata.annotations, 'kubernetes.io/change-cause': cause},
			},
		}));
		for (const output of [[], ['-o', 'json']]) {
			const [, stdout] = await run(context, await serve(context, objects), 'history', 'deploy/web', ...output);
			assert.match(stdout, /DB_PASSWORD=•••• --record=true/);
			assert.doesNotMatch(stdout, /hunter2/);
		}
	});

	test('ReplicaSets that may not be read are no empty history', async (context) => {
		const api = await serve(context);
		api.faults.answer(403, {which: listsOf('/replicasets'), reason: 'Forbidden'});
		assert.equal((await run(context, api, 'history', 'deploy/web'))[0], 3);
	});
});

suite('diff', () => {
	test('the present template with the one before', async (context) => {
		const api = await serve(context);
		const expected = `1 → 2\n  web.image  ${good} → ${missing}\n`;
		assert.deepEqual(await run(context, api, 'diff', 'deploy/web'), [0, expected, '']);
		assert.deepEqual(await run(context, api, 'diff', 'deploy/web', '--to', '2'), [0, expected, '']);
		const back = `2 → 1\n  web.image  ${missing} → ${good}\n`;
		assert.deepEqual(await run(context, api, 'diff', 'deploy/web', '--from=2', '--to=1'), [0, back, '']);
	});

	test('no difference is no failure', async (context) => {
		const api = await serve(context);
		assert.deepEqual(await run(context, api, 'diff', 'deploy/web', '--from', '2'), [
			0,
			'',
			'2 → 2: the templates are the same.\n',
		]);
	});

	test('what is not kept, and what is the first', async (context) => {
		const api = await serve(context);
		assert.deepEqual(await run(context, api, 'diff', 'deploy/web', '--from', '7'), [
			1,
			'',
			'Revision 7 is not kept: there are 2, 1.\n',
		]);
		assert.deepEqual(await run(context, api, 'diff', 'deploy/web', '--to', '1'), [
			1,
			'',
			'There is nothing to compare 1 with: no older revision is kept.\n',
		]);
	});

	test('what looks like a credential is masked, in JSON too', async (context) => {
		const api = await serve(
			context,
			withVariables([
				{name: 'LOG', value: 'debug'},
				{name: 'DB_PASSWORD', value: 'hunter2'},
			]),
		);
		const [, text] = await run(context, api, 'diff', 'deploy/web');
		assert.match(text, /web\.env LOG {2}added: debug\n {2}web\.env DB_PASSWORD {2}added: ••••\n/);
		const [, json] = await run(context, api, 'diff', 'deploy/web', '-o', 'json');
		assert.doesNotMatch(json, /hunter2/);
		const {version, kind, from, to, changes} = JSON.parse(json);
		assert.deepEqual([version, kind, from, to], [1, 'diff', 1, 2]);
		assert.deepEqual(changes, [
			{path: 'web.image', what: 'changed', before: good, after: missing, masked: false},
			{path: 'web.env LOG', what: 'added', after: 'debug', masked: false},
			{path: 'web.env DB_PASSWORD', what: 'added', masked: true},
		]);
	});
});
