import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, suite, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {type Connection, connect} from '../../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../../source/cluster/kubeconfig.ts';
import {clusterKubeconfig, eventually} from '../../support/cluster-place.ts';
import {script, wordsOf} from '../../support/faithful-script.ts';
import {type Difference, differences} from '../../support/known-differences.ts';
import {type Kubectl, kubectlFor} from '../../support/kubectl.ts';
import {mask} from '../../support/masks.ts';
import {findIllegalStep} from '../../support/rollout-checker.ts';
import {type Play, perform, plays} from '../../support/rollout-plays.ts';
import {type Recording, recordChanges, stepsOf} from '../../support/rollout-recorder.ts';

/** One of the two clusters that are compared. */
interface Side {
	readonly kubeconfig: string;
	readonly connection: Connection;
}

/** A namespace of a side. */
interface Ground {
	readonly run: Kubectl;
	readonly recording: Recording;
}

const id = Date.now().toString(36);
const namespaces = {script: `faithful-${id}`, rollouts: `rollouts-${id}`, quota: `quota-${id}`, logs: `logs-${id}`};
let home = '';
let real: Side;
let sandbox: Side;
/** What ends what was begun, in the order of its beginning. */
const endings: (() => Promise<void>)[] = [];

/** Serves the sandbox in a process of its own, as the screen does, and returns its kubeconfig. */
async function startSandbox(): Promise<string> {
	const program = fileURLToPath(new URL('../../../dist/sandbox/child.js', import.meta.url));
	const child = spawn(process.execPath, [program], {stdio: ['pipe', 'pipe', 'inherit']});
	const exited = once(child, 'exit');
	endings.push(async () => {
		child.stdin.destroy();
		await exited;
	});
	const [line] = (await once(createInterface({input: child.stdout}), 'line')) as [string];
	return (JSON.parse(line) as {kubeconfig: string}).kubeconfig;
}

async function openSide(kubeconfig: string): Promise<Side> {
	const connection = await connect(loadKubeconfig({kubeconfig, env: {}, home: ''}), {env: {}});
	endings.push(() => closeSide(connection));
	for (const name of Object.values(namespaces)) {
		await connection.request({method: 'POST', path: '/api/v1/namespaces', body: {metadata: {name}}});
		await eventually('the service account is there', () =>
			connection.request({path: `/api/v1/namespaces/${name}/serviceaccounts/default`}),
		);
	}
	return {kubeconfig, connection};
}

async function closeSide(connection: Connection): Promise<void> {
	for (const name of Object.values(namespaces)) {
		await connection.request({method: 'DELETE', path: `/api/v1/namespaces/${name}`});
	}
	await connection.close();
}

function kubectlOf({kubeconfig}: Side, namespace: string): Kubectl {
	return kubectlFor(kubeconfig, namespace, join(home, kubeconfig === clusterKubeconfig ? 'real' : 'sandbox'));
}

/** Everything that the script prints on a side, masked. */
async function playScript(side: Side): Promise<string[]> {
	const run = kubectlOf(side, namespaces.script);
	const printed: string[] = [];
	let node = '';
	for (const {line, input} of script) {
		if (node === '' && line.includes('NODE')) {
			node = (await run(['get', 'pod', 'lonely', '-ojsonpath={.spec.nodeName}'])).stdout;
		}
		const {code, stdout, stderr} = await run(wordsOf(line.replace('NODE', node)), input);
		printed.push(mask(`${stdout}${stderr}exit ${code}`));
	}
	return printed;
}

/** An output without its known differences, but for one. */
function without(output: string, line: string, but?: Difference): string {
	return differences.filter((one) => one !== but && one.commands.test(line)).reduce((text, {cut}) => cut(text), output);
}

/** How a rollout has ended, masked. */
async function endOf(run: Kubectl, {name, restless}: Play): Promise<string> {
	const revision = '.metadata.annotations.deployment\\.kubernetes\\.io/revision';
	const columns = `-ocustom-columns=REVISION:${revision},SIZE:.spec.replicas`;
	const outputs = [
		await run(['rollout', 'history', `deployment/${name}`]),
		await run(['get', 'replicasets', '-l', `app=${name}`, columns, `--sort-by=${revision}`]),
		await run([
			'get',
			'deployment',
			name,
			'-ojsonpath={range .status.conditions[*]}{.type} {.status} {.reason}\n{end}',
		]),
	];
	const [history = '', sizes = '', conditions = ''] = outputs.map(({stdout, stderr}) => stdout + stderr);
	// Their order tells which of them was written last, and that is a race: of the counts against the verdict.
	const sorted = conditions.split('\n').toSorted().join('\n');
	// Whether a pod that crashes was seen to be ready is chance: it tells "updated" from "created".
	const settled = restless ? sorted.replace(/(?<=^Progressing True ).*$/m, '') : sorted;
	return mask([history, sizes, settled].join('\n'));
}

suite('the sandbox beside a real cluster', {concurrency: true}, () => {
	before(async () => {
		home = await mkdtemp(join(tmpdir(), 'rolldeck-faithful-'));
		const ours = await startSandbox();
		[real, sandbox] = await Promise.all([openSide(clusterKubeconfig), openSide(ours)]);
	});

	after(async () => {
		for (const end of endings.reverse()) await end();
		await rm(home, {recursive: true, force: true});
	});

	suite('kubectl', () => {
		let theirs: string[] = [];
		let ours: string[] = [];
		before(async () => {
			[theirs, ours] = await Promise.all([playScript(real), playScript(sandbox)]);
		});

		for (const [index, {line}] of script.entries()) {
			test(`${index + 1}. ${line}`, () => {
				assert.equal(without(ours[index] ?? '', line), without(theirs[index] ?? '', line));
			});
		}

		for (const difference of differences) {
			test(`still differs: ${difference.what}`, () => {
				const still = script.some(
					({line}, index) =>
						difference.commands.test(line) &&
						without(ours[index] ?? '', line, difference) !== without(theirs[index] ?? '', line, difference),
				);
				assert.ok(still, 'this is no difference any more: take it off the list');
			});
		}
	});

	suite('kubectl logs -f', () => {
		for (const name of ['real cluster', 'sandbox']) {
			test(`tells what comes until the pod goes, on the ${name}`, async () => {
				const side = name === 'sandbox' ? sandbox : real;
				const run = kubectlOf(side, namespaces.logs);
				await run(['run', 'talker', '--image=talker:1.0']);
				const {stderr, code} = await run(['wait', 'pod/talker', '--for=condition=Ready', '--timeout=60s']);
				assert.equal(code, 0, stderr);
				const args = ['-n', namespaces.logs, 'logs', '-f', '--tail=1', 'talker'];
				const following = spawn('kubectl', args, {
					env: {PATH: process.env['PATH'], HOME: home, KUBECONFIG: side.kubeconfig},
					stdio: ['ignore', 'pipe', 'inherit'],
				});
				const ended = once(following, 'close');
				const lines = createInterface({input: following.stdout})[Symbol.asyncIterator]();
				for (let told = 0; told < 3; told++) assert.equal((await lines.next()).done, false);
				await run(['delete', 'pod', 'talker', '--grace-period=1']);
				// The simulated kubelet of the real cluster goes on for ever.
				if (side === real) following.kill();
				following.stdout.resume();
				await ended;
				if (side === sandbox) assert.equal(following.exitCode, 0);
			});
		}
	});

	suite('a rollout', () => {
		let grounds: readonly {main: Ground; quota: Ground}[] = [];
		before(async () => {
			const open = async (side: Side, namespace: string): Promise<Ground> => ({
				run: kubectlOf(side, namespace),
				recording: await recordChanges(side.connection, namespace),
			});
			grounds = await Promise.all(
				[real, sandbox].map(async (side) => ({
					main: await open(side, namespaces.rollouts),
					quota: await open(side, namespaces.quota),
				})),
			);
		});
		after(() => {
			for (const {main, quota} of grounds) for (const {recording} of [main, quota]) recording.stop();
		});

		suite('goes its legal way on both, and ends alike:', {concurrency: true}, () => {
			for (const play of plays) {
				test(play.name, async () => {
					const ends = await Promise.all(
						grounds.map(async (ground, index) => {
							const {run, recording} = play.quota === undefined ? ground.main : ground.quota;
							await perform(run, recording, play);
							await recording.caughtUp();
							const steps = stepsOf(recording.changes(), play.name);
							const problem = findIllegalStep(steps, {atRest: play.restless !== true, lag: index === 0 ? 12 : 4});
							assert.equal(problem, undefined, index === 0 ? 'the real cluster' : 'the sandbox');
							return endOf(run, play);
						}),
					);
					assert.equal(ends[1], ends[0]);
				});
			}
		});
	});
});
