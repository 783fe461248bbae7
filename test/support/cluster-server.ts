import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {dirname, join} from 'node:path';
import {connect as openConnection} from '../../source/cluster/connection.ts';
import {clusterKubeconfig, eventually, readClusterConfig} from './cluster-place.ts';

/** The API server of the test cluster as a process of this machine. */
export interface ServerProcess {
	/** Ends it as a crash does, and resolves once nobody listens there any more. */
	kill(): Promise<void>;
	/** Starts it again if it does not run, and resolves once it is ready. */
	start(): Promise<void>;
	/** Makes the storage behind it forget all but the present: to the server started next, older versions are expired (410). */
	forgetHistory(): Promise<void>;
	/** It answers nothing, and its connections stay open. */
	freeze(): void;
	thaw(): void;
}

const folder = dirname(clusterKubeconfig);
const pidFile = join(folder, 'pid', 'kube-apiserver');
const script = join(folder, 'apiserver');

/** Why there is no process to kill; false if there is one. For the `skip` of a test. */
export const noServerProcess: string | false =
	!(existsSync(pidFile) && existsSync(script)) &&
	'the kubeconfig does not lie in the folder of a control plane of this machine';

export function serverProcess(): ServerProcess {
	const pid = () => Number(readFileSync(pidFile, 'utf8'));
	return {
		async kill() {
			process.kill(pid(), 'SIGKILL');
			await eventually('the API server has ended', async () => !(await isListening()));
		},
		async start() {
			if (await isListening()) return;
			const log = openSync(join(folder, 'log', 'kube-apiserver.log'), 'a');
			const child = spawn(script, {detached: true, stdio: ['ignore', log, log]});
			child.unref();
			writeFileSync(pidFile, String(child.pid));
			const connection = await openConnection(readClusterConfig().kubeconfig, {env: {}});
			await eventually('the API server is ready', async () => {
				const {body} = await connection.stream({path: '/readyz'});
				body.destroy();
				return true;
			});
			await connection.close();
		},
		async forgetHistory() {
			const {header} = await askEtcd<{header: {revision: string}}>('range', {key: 'AA=='});
			await askEtcd('compaction', {revision: header.revision});
		},
		freeze: () => void process.kill(pid(), 'SIGSTOP'),
		thaw: () => void process.kill(pid(), 'SIGCONT'),
	};
}

/** Stops another part of the control plane where it stands; the returned function lets it go on. */
export function freezePart(part: 'kube-controller-manager'): () => void {
	const pid = Number(readFileSync(join(folder, 'pid', part), 'utf8'));
	process.kill(pid, 'SIGSTOP');
	return () => void process.kill(pid, 'SIGCONT');
}

async function askEtcd<T>(method: string, body: object): Promise<T> {
	const port = readFileSync(join(folder, 'etcd-port'), 'utf8').trim();
	const url = `http://127.0.0.1:${port}/v3/kv/${method}`;
	const answer = await fetch(url, {method: 'POST', body: JSON.stringify(body)});
	if (!answer.ok) throw new Error(`etcd answered ${answer.status}: ${await answer.text()}`);
	return (await answer.json()) as T;
}

/** Whether anything takes connections where the API server is. */
async function isListening(): Promise<boolean> {
	const {hostname, port} = new URL(readClusterConfig().kubeconfig.current.server);
	const socket = connect(Number(port), hostname);
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
