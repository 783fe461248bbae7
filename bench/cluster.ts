import {fork} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {FromServer, Life, ServerOptions, ToServer, Traffic} from './messages.ts';
import {makeWorld, namespace} from './world.ts';

/** Something to look at: the bench's own server, or a real control plane. */
export interface Cluster {
	readonly kubeconfig: string;
	readonly namespace: string;
	/** The name of the first Deployment. */
	readonly deployment: string;
	/** The names of its pods. */
	readonly pods: readonly string[];
	/** Changes pods from now on, in another way than before. Returns once what was asked is under way. */
	traffic(traffic: Traffic): Promise<void>;
	/** Hears of every number that the probe was given. @returns what ends it */
	onProbe(listener: (value: number, at: number) => void): () => void;
	close(): Promise<void>;
}

export const still: Traffic = {rate: 0, where: 'everywhere', probe: 2, probeEveryMs: 0};

/** A cluster that can also live through hours in minutes. */
export interface OwnCluster extends Cluster {
	/** Resolves once all of it has been sent. */
	live(life: Life): Promise<void>;
}

/** Starts the bench's own server with so many pods. @param folder where its kubeconfig is written */
export async function startServer(options: ServerOptions, folder: string): Promise<OwnCluster> {
	const server = fork(new URL('server.ts', import.meta.url), [JSON.stringify(options)], {
		execArgv: ['--max-old-space-size=4096'],
	});
	const listeners = new Set<(value: number, at: number) => void>();
	let lived = () => {};
	const port = await new Promise<number>((resolve, reject) => {
		server.on('message', ({port: opened, probed, lived: isOver}: FromServer) => {
			if (opened !== undefined) resolve(opened);
			if (probed) for (const listener of listeners) listener(probed.value, probed.at);
			if (isOver) lived();
		});
		server.once('exit', (code) => reject(new Error(`The bench's server has ended with code ${code}.`)));
	});
	const {perDeployment} = options;
	const {pods, objects} = makeWorld(perDeployment, perDeployment, Date.now());
	return {
		kubeconfig: writeKubeconfig(join(folder, `kubeconfig-${port}`), port),
		namespace,
		deployment: objects.get('deployments')?.[0]?.metadata.name ?? '',
		pods: pods.map(({metadata}) => metadata.name),
		async traffic(traffic) {
			server.send({traffic} satisfies ToServer);
		},
		live(life) {
			server.send({life} satisfies ToServer);
			return new Promise((resolve) => {
				lived = resolve;
			});
		},
		onProbe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		async close() {
			const ended = once(server, 'exit');
			server.disconnect();
			await ended;
		},
	};
}

function writeKubeconfig(path: string, port: number): string {
	const authority = new URL('../test/support/tls/ca.crt', import.meta.url).pathname;
	const config = {
		apiVersion: 'v1',
		kind: 'Config',
		clusters: [{name: 'bench', cluster: {server: `https://127.0.0.1:${port}`, 'certificate-authority': authority}}],
		users: [{name: 'bench', user: {token: 'bench'}}],
		contexts: [{name: 'bench', context: {cluster: 'bench', user: 'bench', namespace}}],
		'current-context': 'bench',
	};
	writeFileSync(path, JSON.stringify(config), {mode: 0o600});
	return path;
}
