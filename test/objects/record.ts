/**
 * Records the scenarios of `scenarios.ts` from a real control plane, each as `NAME.recorded.json` beside this file. By hand:
 *
 *     ROLLDECK_TEST_KUBECONFIG=... node --import=tsx test/objects/record.ts [NAME ...]
 *
 * kubectl must be in PATH. Every scenario has a namespace of its own, `objects-NAME`, deleted afterwards. Scenarios marked
 * `alone` stop the controller manager or a node: record them on a control plane that nobody else uses.
 */
import {execFile} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import type {IncomingMessage} from 'node:http';
import https from 'node:https';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {text} from 'node:stream/consumers';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {KubeConfig} from '@kubernetes/client-node';
import type {Namespace} from '../../source/objects.ts';
import type {RolloutGround} from '../../source/rollout/facts.ts';
import type {Film, Recording} from './recorded.ts';
import {scenarios} from './scenarios.ts';

const run = promisify(execFile);
const kubeconfig = process.env['ROLLDECK_TEST_KUBECONFIG'];
if (!kubeconfig) throw new Error('ROLLDECK_TEST_KUBECONFIG names no kubeconfig of a control plane to record from.');
const config = new KubeConfig();
config.loadFromFile(kubeconfig);
const server = config.getCurrentCluster()?.server ?? '';
const options: https.RequestOptions = {};
await config.applyToHTTPSOptions(options);
const agent = new https.Agent({keepAlive: true, ca: options.ca, cert: options.cert, key: options.key});

/** The body of an answer, as it comes. */
async function open(pathname: string): Promise<IncomingMessage> {
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		https.get(new URL(pathname, server), {agent}, resolve).on('error', reject);
	});
	response.setEncoding('utf8');
	if (response.statusCode === 200) return response;
	throw new Error(`GET ${pathname}: ${response.statusCode} ${await text(response)}`);
}

async function get<T>(pathname: string): Promise<T> {
	return JSON.parse(await text(await open(pathname))) as T;
}

/** What a scenario is given: its namespace, kubectl, and a look at the objects. */
export class Stage {
	readonly namespace: string;

	constructor(name: string) {
		this.namespace = `objects-${name}`;
	}

	async kubectl(...args: string[]): Promise<string> {
		const {stdout} = await run('kubectl', ['--kubeconfig', kubeconfig!, '-n', this.namespace, ...args]);
		return stdout;
	}

	async apply(...objects: object[]): Promise<void> {
		const list = JSON.stringify({apiVersion: 'v1', kind: 'List', items: objects});
		const child = run('kubectl', ['--kubeconfig', kubeconfig!, '-n', this.namespace, 'apply', '-f', '-']);
		child.child.stdin!.end(list);
		await child;
	}

	/** Everything of the namespace now. Deployment `name` is the subject. */
	async look(name = 'web'): Promise<Recording> {
		const list = async <T>(group: string, plural: string) =>
			(await get<{items: T[]}>(`${group}/namespaces/${this.namespace}/${plural}`)).items;
		const [deployment, replicaSets, pods, services, endpointSlices, ingresses, autoscalers, disruptionBudgets, events] =
			await Promise.all([
				get<Recording['deployment']>(`/apis/apps/v1/namespaces/${this.namespace}/deployments/${name}`),
				list<Recording['replicaSets'][0]>('/apis/apps/v1', 'replicasets'),
				list<Recording['pods'][0]>('/api/v1', 'pods'),
				list<Recording['services'][0]>('/api/v1', 'services'),
				list<Recording['endpointSlices'][0]>('/apis/discovery.k8s.io/v1', 'endpointslices'),
				list<Recording['ingresses'][0]>('/apis/networking.k8s.io/v1', 'ingresses'),
				list<Recording['autoscalers'][0]>('/apis/autoscaling/v2', 'horizontalpodautoscalers'),
				list<Recording['disruptionBudgets'][0]>('/apis/policy/v1', 'poddisruptionbudgets'),
				list<Recording['events'][0]>('/api/v1', 'events'),
			]);
		const at = Date.now();
		return {
			at,
			deployment,
			replicaSets,
			pods,
			services,
			endpointSlices,
			ingresses,
			autoscalers,
			disruptionBudgets,
			events,
		};
	}

	/** Looks until it is as wanted. */
	async until(wanted: (now: Recording) => boolean, seconds = 90): Promise<Recording> {
		const end = Date.now() + seconds * 1000;
		for (;;) {
			const now = await this.look();
			if (wanted(now)) return now;
			if (Date.now() > end) throw new Error(`${this.namespace}: not reached in ${seconds} s: ${String(wanted)}`);
			await sleep(100);
		}
	}

	/** Keeps every version of the Deployment that the API server tells of while `act` goes on, and what kubectl says of it all. */
	async film(name: string, act: () => Promise<unknown>): Promise<void> {
		const versions: Film['versions'] = [];
		const {deployment} = await this.look();
		const watch = `fieldSelector=metadata.name%3Dweb&watch=true&resourceVersion=${deployment.metadata.resourceVersion}`;
		const stream = await open(`/apis/apps/v1/namespaces/${this.namespace}/deployments?${watch}`);
		createInterface(stream).on('line', (line) =>
			versions.push((JSON.parse(line) as {object: Film['versions'][0]}).object),
		);
		await act();
		const status = run('kubectl', [
			'--kubeconfig',
			kubeconfig!,
			'-n',
			this.namespace,
			'rollout',
			'status',
			'deployment/web',
		]);
		const kubectl = await status.then(
			({stdout}) => ({code: 0, text: stdout}),
			(error: {code: number; stdout: string; stderr: string}) => ({
				code: error.code,
				text: error.stdout + error.stderr,
			}),
		);
		stream.destroy();
		write(name, {versions, replicaSets: (await this.look()).replicaSets, kubectl});
	}

	/** Kubernetes' own parts as processes: a signal to one of them, by the process ids beside the kubeconfig. */
	signal(part: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
		process.kill(Number(readFileSync(path.join(path.dirname(kubeconfig!), 'pid', part), 'utf8')), signal);
	}

	async record(name: string, recording?: Recording): Promise<void> {
		write(name, recording ?? (await this.look()));
	}

	/** As `record`, with what its pods stand on. */
	async recordWithGround(name: string, recording: Recording): Promise<void> {
		const one = async <O>(pathname: string) => get<O>(pathname).catch(() => null);
		const names = (list: readonly (string | undefined)[]) => new Set(list.flatMap((it) => it ?? []));
		const each = async <O>(all: ReadonlySet<string>, root: string) =>
			Object.fromEntries(await Promise.all([...all].map(async (it) => [it, await one<O>(`${root}/${it}`)] as const)));
		const claims = recording.pods.flatMap(({spec: {volumes = []}}) =>
			volumes.map(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName),
		);
		const namespace = await one<Namespace>(`/api/v1/namespaces/${this.namespace}`);
		const ground: RolloutGround = {
			claims: await each(names(claims), `/api/v1/namespaces/${this.namespace}/persistentvolumeclaims`),
			nodes: await each(names(recording.pods.map(({spec: {nodeName}}) => nodeName)), '/api/v1/nodes'),
			namespace: namespace ?? undefined,
		};
		write(name, {...recording, ground});
	}
}

/** One object a line: a changed recording shows as changed lines. */
function write(name: string, recording: Recording | Film): void {
	const parts = Object.entries(recording).map(([key, value]) => {
		if (!Array.isArray(value)) return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
		return `${JSON.stringify(key)}: [${(value as unknown[]).map((item) => `\n${JSON.stringify(item)}`).join(',')}]`;
	});
	writeFileSync(new URL(`${name}.recorded.json`, import.meta.url), `{\n${parts.join(',\n')}\n}\n`);
	process.stdout.write(`${name}\n`);
}

async function play(name: string): Promise<void> {
	const stage = new Stage(name);
	try {
		await stage.kubectl('create', 'namespace', stage.namespace);
		await scenarios[name]!.play(stage);
	} catch (error) {
		process.exitCode = 1;
		process.stderr.write(`${name}: ${String(error)}\n`);
	} finally {
		await stage.kubectl('delete', 'namespace', stage.namespace, '--wait=false').catch(() => {});
	}
}

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(scenarios);
const together = names.filter((name) => !scenarios[name]?.alone);
await Promise.all(
	Array.from({length: 6}, async () => {
		for (let name = together.shift(); name; name = together.shift()) await play(name);
	}),
);
for (const name of names.filter((name) => scenarios[name]?.alone)) await play(name);
agent.destroy();
