import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import type {IncomingMessage} from 'node:http';
import {Agent, request} from 'node:https';
import {dirname, join} from 'node:path';
import {text} from 'node:stream/consumers';
import {setTimeout as delay} from 'node:timers/promises';
import {elapsed, median} from '../clock.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import {openScreen} from '../screen.ts';
import {type Usage, usageOf} from '../usage.ts';

/** The practice cluster: how soon its shop is on the screen, and what a large one costs. */
export const sandbox: Measure = {
	name: 'sandbox',
	async run(bench) {
		const rows: number[] = [];
		for (let round = 0; round <= (bench.quick ? 2 : 10); round++) {
			const screen = openScreen({args: [bench.entry, '--sandbox']});
			const at = await screen.until('the shop is there', (lines) => lines.some((line) => line.includes('checkout')));
			if (round > 0) rows.push(at - screen.startedAt);
			await screen.close();
		}
		const first: Figure = {
			measure: 'first rows of the practice cluster',
			at: 'the shop',
			unit: 'ms',
			reached: median(rows),
			reach: 700,
		};
		return [first, ...(await served(bench, 0)), ...(await served(bench, 10_000))];
	},
};

/** What one costs: until it answers, in memory, while nothing happens, and while much does. */
async function served(bench: Bench, pods: number): Promise<readonly Figure[]> {
	const program = join(dirname(bench.entry), 'sandbox', 'child.js');
	const startedAt = elapsed();
	const child = spawn(process.execPath, [program, JSON.stringify({pods, seed: 1})], {
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	const usage = () => usageOf(child.pid ?? 0);
	const [line] = (await once(child.stdout, 'data')) as [Buffer];
	const client = clientOf((JSON.parse(line.toString()) as {kubeconfig: string}).kubeconfig);
	await client.ask('/version');
	const upAt = elapsed();
	// What it does at first (listing to its own controllers) is no idling.
	await delay(3000);
	const before = usage();
	const seconds = bench.quick ? 3 : 20;
	await delay(seconds * 1000);
	const idle = usage();
	const changed = pods > 0 ? await changePods(client, bench.quick ? 2000 : 10_000, usage) : [];
	const {peak} = usage();
	client.close();
	child.stdin.end();
	await once(child, 'exit');
	const at = pods === 0 ? 'the shop' : `${pods} pods`;
	return [
		{measure: 'practice cluster up', at, unit: 'ms', reached: upAt - startedAt, ...(pods > 0 && {reach: 6000})},
		{measure: 'practice cluster, memory', at, unit: 'MB', reached: peak / 1e6, ...(pods > 0 && {reach: 400})},
		{
			measure: 'practice cluster, CPU idle',
			at,
			unit: '% of a core',
			reached: (idle.cpuMs - before.cpuMs) / (seconds * 10),
			...(pods === 0 && {reach: 1}),
		},
		...changed,
	];
}

/** Changes pods one after the other, a few at a time and as fast as they are taken, until two watchers have heard of them all. */
async function changePods(client: Client, count: number, usage: () => Usage): Promise<readonly Figure[]> {
	const path = '/api/v1/namespaces/load/pods';
	const {items} = JSON.parse(await client.ask(path)) as {items: {metadata: {name: string}}[]};
	const heard = [0, 0];
	let done = () => {};
	const all = new Promise<void>((resolve) => {
		done = resolve;
	});
	for (const watcher of heard.keys()) {
		await client.watch(
			`${path}?watch=true&resourceVersion=0&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`,
			(lines) => {
				heard[watcher] = (heard[watcher] ?? 0) + lines;
				if (heard.every((each) => each >= count)) done();
			},
		);
	}
	const before = usage();
	const startedAt = elapsed();
	let next = 0;
	await Promise.all(
		Array.from({length: 16}, async () => {
			for (let index = next++; index < count; index = next++) {
				const name = items[index % items.length]?.metadata.name ?? '';
				await client.ask(`${path}/${name}/status`, JSON.stringify({status: {message: `change ${index}`}}));
			}
		}),
	);
	await all;
	const thousands = count / 1000;
	const at = `${items.length} pods, two watchers`;
	return [
		{
			measure: 'practice cluster, 1,000 changes',
			at,
			unit: 'ms',
			reached: (elapsed() - startedAt) / thousands,
			reach: 1000,
		},
		{
			measure: 'practice cluster, CPU of 1,000 changes',
			at,
			unit: 'ms',
			reached: (usage().cpuMs - before.cpuMs) / thousands,
		},
	];
}

interface Client {
	/** The body of an answer: a GET, or with `patch` a merge patch. */
	ask(path: string, patch?: string): Promise<string>;
	/** Tells how many lines have come, each time that some have. */
	watch(path: string, tell: (lines: number) => void): Promise<void>;
	close(): void;
}

/** Talks to a practice cluster as its administrator, as plainly as can be: what is measured is the other side. */
function clientOf(kubeconfig: string): Client {
	const {clusters, users} = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
		clusters: [{cluster: {server: string; 'certificate-authority-data': string}}];
		users: [{user: {token: string}}];
	};
	const [{cluster}] = clusters;
	const [{user}] = users;
	const ca = Buffer.from(cluster['certificate-authority-data'], 'base64');
	const agent = new Agent({keepAlive: true, ca});
	const send = async (path: string, patch?: string): Promise<IncomingMessage> => {
		const headers = {authorization: `Bearer ${user.token}`, 'content-type': 'application/merge-patch+json'};
		const sent = request(`${cluster.server}${path}`, {agent, headers, method: patch === undefined ? 'GET' : 'PATCH'});
		sent.end(patch);
		const [response] = (await once(sent, 'response')) as [IncomingMessage];
		if (response.statusCode !== 200) throw new Error(`${path} was answered by ${response.statusCode}`);
		return response;
	};
	return {
		ask: async (path, patch) => text(await send(path, patch)),
		async watch(path, tell) {
			const response = await send(path);
			response.on('data', (chunk: Buffer) => tell(chunk.reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0)));
			response.on('error', () => {}); // it ends with the cluster
		},
		close: () => agent.destroy(),
	};
}
