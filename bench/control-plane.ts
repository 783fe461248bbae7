import {randomUUID} from 'node:crypto';
import {homedir} from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';
import {connect} from '../source/cluster/connection.ts';
import {loadKubeconfig} from '../source/cluster/kubeconfig.ts';
import type {Pod} from '../source/objects.ts';
import {elapsed} from './clock.ts';
import {type Cluster, still} from './cluster.ts';

const replicas = 20;
const names = ['app-0000', 'app-0001'];

/** Makes a namespace of the bench's own on a real control plane, with 40 pods. Its traffic is the probe alone. */
export async function openControlPlane(kubeconfig: string): Promise<Cluster> {
	const connection = await connect(loadKubeconfig({kubeconfig, env: {}, home: homedir()}));
	const namespace = `bench-${randomUUID().slice(0, 8)}`;
	const pods = `/api/v1/namespaces/${namespace}/pods`;
	const remove = () => connection.request({method: 'DELETE', path: `/api/v1/namespaces/${namespace}`});
	const listeners = new Set<(value: number, at: number) => void>();
	await connection.request({method: 'POST', path: '/api/v1/namespaces', body: {metadata: {name: namespace}}});
	let own: readonly Pod[] = [];
	try {
		for (const name of names)
			await connection.request({
				method: 'POST',
				path: `/apis/apps/v1/namespaces/${namespace}/deployments`,
				body: deployment(name),
			});
		for (const limit = elapsed() + 60_000; own.length < replicas * names.length; await delay(250)) {
			if (elapsed() > limit) throw new Error(`The pods of namespace ${namespace} are not ready after a minute.`);
			const {items} = await connection.request<{items: Pod[]}>({path: pods});
			own = items.filter(({status}) =>
				status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True'),
			);
		}
	} catch (error) {
		await remove();
		await connection.close();
		throw error;
	}
	const first = own
		.filter(({metadata}) => metadata.labels?.['app'] === names[0])
		.sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1));

	let value = 100_000;
	/** The restarts of a pod become the next number. Its container's status is sent whole: the server does not merge it. */
	const probe = async ({metadata, status}: Pod) => {
		value += 1;
		const [container] = status?.containerStatuses ?? [];
		const at = elapsed();
		await connection.request({
			method: 'PATCH',
			path: `${pods}/${metadata.name}/status`,
			contentType: 'application/strategic-merge-patch+json',
			body: {status: {containerStatuses: [{...container, restartCount: value}]}},
		});
		for (const listener of listeners) listener(value, at);
	};
	let stop: () => Promise<void> = async () => {};
	const traffic: Cluster['traffic'] = async ({probe: index, probeEveryMs}) => {
		await stop();
		if (probeEveryMs === 0) return;
		const stopping = new AbortController();
		const running = (async () => {
			while (!stopping.signal.aborted) {
				await delay(probeEveryMs * (0.5 + Math.random()));
				const pod = first[index];
				if (pod) await probe(pod);
			}
		})();
		stop = async () => {
			stopping.abort();
			await running;
		};
	};
	return {
		kubeconfig,
		namespace,
		deployment: names[0] ?? '',
		pods: first.map(({metadata}) => metadata.name),
		traffic,
		onProbe(listener) {
			listeners.add(listener);
			return () => void listeners.delete(listener);
		},
		async close() {
			await traffic(still);
			await remove();
			await connection.close();
		},
	};
}

function deployment(name: string): unknown {
	const labels = {app: name};
	return {
		metadata: {name},
		spec: {
			replicas,
			selector: {matchLabels: labels},
			template: {metadata: {labels}, spec: {containers: [{name: 'web', image: 'registry.example/web:1.0'}]}},
		},
	};
}
