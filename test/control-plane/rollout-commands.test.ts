import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {after, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {clusterKubeconfig, eventually, makePlace, type Place} from '../support/cluster-place.ts';
import {essenceOf, numbered} from '../support/twins.ts';

const program = fileURLToPath(new URL('../../dist/rolldeck.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'rolldeck-home-'));
after(() => rmSync(home, {recursive: true}));

interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

async function run(command: string, args: readonly string[]): Promise<Ended> {
	const env = {PATH: process.env['PATH'], HOME: home, KUBECONFIG: clusterKubeconfig};
	const child = spawn(command, args, {env, stdio: ['ignore', 'pipe', 'pipe']});
	const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
	return {code: child.exitCode, stdout, stderr};
}

const rolldeck = (place: Place, words: string): Promise<Ended> =>
	run(process.execPath, [program, '-n', place.name, ...words.split(' ')]);

const kubectl = (place: Place, words: string): Promise<Ended> =>
	run('kubectl', ['-n', place.name, ...words.split(' ')]);

suite('status --wait, beside kubectl rollout status', {concurrency: 2}, () => {
	test('a good rollout: both wait for it and exit with 0', async (t) => {
		const place = await makePlace(t, 'status-good');
		await place.deploy('web', {replicas: 3});
		await place.setGatedImage('web', 'web:2.0');
		const ends = Promise.all([
			rolldeck(place, 'status deployment/web --wait --timeout 60s'),
			kubectl(place, 'rollout status deployment/web --timeout=60s'),
		]);
		for (let served = 0; served < 3; served++) await place.letServe('web', 1);
		const [ours, theirs] = await ends;
		assert.deepEqual([ours.code, theirs.code], [0, 0]);
		assert.match(ours.stdout, /^\S+Z web: complete \d+s ago\n$|\n\S+Z web: complete.*\n$/);
	});

	test('one whose deadline passes: both exit with 1, and we say why', async (t) => {
		const place = await makePlace(t, 'status-stuck');
		await place.deploy('web', {replicas: 2, spec: {progressDeadlineSeconds: 5}});
		await place.setImage('web', 'web:missing');
		const [ours, theirs] = await Promise.all([
			rolldeck(place, 'status deployment/web --wait --timeout 60s'),
			kubectl(place, 'rollout status deployment/web --timeout=60s'),
		]);
		assert.deepEqual([ours.code, theirs.code], [1, 1]);
		assert.match(ours.stderr, /cannot pull web:missing: not found\.\n[^]*What to do: /);
		const look = await Promise.all([
			rolldeck(place, 'status deployment/web'),
			kubectl(place, 'rollout status deployment/web --watch=false'),
		]);
		assert.deepEqual(
			look.map(({code}) => code),
			[1, 1],
		);
	});

	test('paused after its deadline has passed: kubectl still calls it failed', async (t) => {
		const place = await makePlace(t, 'status-paused');
		await place.deploy('web', {replicas: 1, spec: {progressDeadlineSeconds: 2}});
		await place.setImage('web', 'web:missing');
		await kubectl(place, 'rollout status deployment/web --timeout=60s');
		await place.change('web', {spec: {paused: true}});
		await eventually('the pause is seen', async () => {
			const {metadata, status} = await place.deployment('web');
			return status?.observedGeneration === metadata.generation;
		});
		const [ours, theirs] = await Promise.all([
			rolldeck(place, 'status deployment/web'),
			kubectl(place, 'rollout status deployment/web --watch=false'),
		]);
		assert.deepEqual([ours.code, theirs.code], [0, 1]);
		assert.match(ours.stdout, /^web: paused at 0\/1/);
	});

	test('one that stands still for longer than the timeout: 124 where kubectl has 1, and sooner with --fail-fast', async (t) => {
		const place = await makePlace(t, 'status-late');
		await place.deploy('web', {replicas: 2});
		await place.setImage('web', 'web:missing');
		const [late, theirs, hasty, look] = await Promise.all([
			rolldeck(place, 'status deployment/web --wait --timeout 4s'),
			kubectl(place, 'rollout status deployment/web --timeout=4s'),
			rolldeck(place, 'status deployment/web --wait --timeout 60s --fail-fast'),
			kubectl(place, 'rollout status deployment/web --watch=false'),
		]);
		assert.deepEqual([late.code, theirs.code, hasty.code, look.code], [124, 1, 1, 0]);
		assert.match(late.stderr, /^web has not come to its end within 4s: stuck /);
		assert.match(hasty.stderr, /cannot pull web:missing: not found/);
		assert.equal((await rolldeck(place, 'status deployment/web')).code, 0);
	});

	test('not there: 1; not allowed: 3', async (t) => {
		const place = await makePlace(t, 'status-none');
		const [missing, denied] = await Promise.all([
			rolldeck(place, 'status deployment/web'),
			rolldeck(place, 'status deployment/web --as rolldeck-stranger'),
		]);
		assert.deepEqual([missing.code, denied.code], [1, 3]);
	});
});

suite('changes, beside kubectl on a twin', {concurrency: 2}, () => {
	test('undo leaves what kubectl rollout undo leaves, and its audit line', async (t) => {
		const place = await makePlace(t, 'undo-command');
		for (const name of ['ours', 'theirs']) {
			await place.deploy(name, {replicas: 2, annotations: {'example.com/note': 'one'}});
			const template = {spec: {containers: [{name: 'web', image: 'web:2.0'}]}};
			await place.change(name, {spec: {template}, metadata: {annotations: {'example.com/note': 'two'}}});
			await place.rolledOut(name);
			await place.setImage(name, 'web:missing');
		}
		const [ours, theirs] = await Promise.all([
			rolldeck(place, 'undo deployment/ours --to-revision 1 --yes --wait --timeout 60s'),
			kubectl(place, 'rollout undo deployment/theirs --to-revision=1'),
		]);
		assert.deepEqual([ours.code, theirs.code, ours.stderr], [0, 0, '']);
		assert.match(ours.stdout, /^ours: going back to 1\n/);
		await place.rolledOut('theirs');
		for (const name of ['ours', 'theirs']) await numbered(place, name, 4);
		assert.deepEqual(await essenceOf(place, 'ours'), await essenceOf(place, 'theirs'));
		const lines = readFileSync(join(home, '.local/state/rolldeck/audit.log'), 'utf8').trimEnd().split('\n');
		const entries = lines.map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, string>);
		assert.deepEqual(
			entries
				.filter(({namespace}) => namespace === place.name)
				.map(({object, action, change, outcome}) => ({object, action, change, outcome})),
			[{object: 'deployment/ours', action: 'undo', change: '3 → 1', outcome: 'applied'}],
		);
	});

	test('undo twice in a row comes back to where it was, as with kubectl', async (t) => {
		const place = await makePlace(t, 'undo-twice');
		const names = ['ours', 'theirs'] as const;
		await Promise.all(
			names.map(async (name) => {
				await place.deploy(name, {replicas: 2});
				await place.setImage(name, 'web:2.0');
				await place.rolledOut(name);
				await place.setImage(name, 'web:missing');
				await numbered(place, name, 3);
			}),
		);
		for (const revision of [4, 5]) {
			const [ours, theirs] = await Promise.all([
				rolldeck(place, 'undo deployment/ours --yes'),
				kubectl(place, 'rollout undo deployment/theirs'),
			]);
			assert.deepEqual([ours.code, theirs.code], [0, 0]);
			await Promise.all(names.map((name) => numbered(place, name, revision)));
		}
		await Promise.all(names.map((name) => place.sized(name, [1, 2, 0])));
		assert.deepEqual(await essenceOf(place, 'ours'), await essenceOf(place, 'theirs'));
		assert.match(JSON.stringify((await essenceOf(place, 'ours')).template), /web:missing/);
	});

	test('pause, restart refused, resume, restart, scale', async (t) => {
		const place = await makePlace(t, 'change-commands');
		await place.deploy('web', {replicas: 2});
		assert.equal((await rolldeck(place, 'pause deployment/web --yes')).code, 0);
		assert.equal((await rolldeck(place, 'pause deployment/web --yes')).code, 1);
		const refused = await rolldeck(place, 'restart deployment/web --yes');
		assert.deepEqual([refused.code, refused.stdout], [1, '']);
		assert.match(refused.stderr, /rolldeck resume deployment\/web/);
		assert.equal((await rolldeck(place, 'resume deployment/web --yes')).code, 0);
		assert.equal((await rolldeck(place, 'restart deployment/web --yes --wait --timeout 60s')).code, 0);
		assert.equal((await place.replicaSets('web')).length, 2);
		assert.equal((await rolldeck(place, 'scale deployment/web --replicas 3 --yes --wait --timeout 60s')).code, 0);
		const {spec, status} = await place.deployment('web');
		assert.deepEqual([spec.replicas, status?.availableReplicas], [3, 3]);
		const dry = await rolldeck(place, 'scale deployment/web --replicas 9 --dry-run');
		assert.match(dry.stdout, /the server accepts it \(dry run\)/);
		assert.equal((await place.deployment('web')).spec.replicas, 3);
	});

	test('who may only read is refused with 3, before and at --dry-run', async (t) => {
		const place = await makePlace(t, 'change-denied');
		await place.deploy('web');
		for (const flag of ['--yes', '--dry-run']) {
			const {code, stderr} = await rolldeck(place, `restart deployment/web ${flag} --context viewer`);
			assert.equal(code, 3);
			assert.match(stderr, /^You may not patch deployments in /);
		}
	});
});
