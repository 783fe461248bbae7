/**
 * Records what the deck's watches hear of a day in the life of a Deployment on the cluster of ROLLDECK_TEST_KUBECONFIG:
 * `node --import=tsx test/board/record-story.ts` writes `story.recorded.json`, which the journal's tests read.
 */
import {writeFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {connect} from '../../source/cluster/connection.ts';
import {watch} from '../../source/cluster/watcher.ts';
import type {Deployment, KindId, KubeObject, Pod} from '../../source/objects.ts';
import {resources} from '../../source/resources/index.ts';
import type {Resource} from '../../source/resources/resource.ts';
import {resourcePath} from '../../source/watches.ts';
import {clusterKubeconfig, deployment, eventually, readClusterConfig, service} from '../support/cluster-place.ts';
import {kubectlFor} from '../support/kubectl.ts';
import type {Batch} from './story.ts';

const connection = await connect(readClusterConfig().kubeconfig, {env: {}});
const namespace = `record-story-${Date.now().toString(36)}`;
const run = kubectlFor(clusterKubeconfig, namespace, '/');
const kubectl = async (...args: readonly string[]) => {
	const {code, stderr} = await run(args);
	if (code !== 0) throw new Error(stderr);
};
const read = <O>(path: string) => connection.request<O>({path});
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const pods = async () => (await read<{items: Pod[]}>(`/api/v1/namespaces/${namespace}/pods`)).items;

/** Nothing moves any more: all that was asked for is there, and what was stopped is gone. */
const isSettled = async () => {
	const {metadata, spec, status = {}} = await read<Deployment>(`${deployments}/web`);
	const {replicas} = spec;
	return (
		status.observedGeneration === metadata.generation &&
		status.updatedReplicas === replicas &&
		status.availableReplicas === replicas &&
		(await pods()).length === replicas
	);
};
const step = async (what: string, ...args: readonly string[]) => {
	await kubectl(...args);
	await eventually(what, isSettled);
	// Whoever asks twice within a second leaves one time for both.
	await delay(1500);
};

await connection.request({method: 'POST', path: '/api/v1/namespaces', body: {metadata: {name: namespace}}});
await eventually('the account is there', () => read(`/api/v1/namespaces/${namespace}/serviceaccounts/default`));
await connection.request({method: 'POST', path: deployments, body: deployment('web', {replicas: 2})});
await connection.request({method: 'POST', path: `/api/v1/namespaces/${namespace}/services`, body: service('web')});
await eventually('it is rolled out', isSettled);
await delay(1500);

const batches: Batch[] = [];
const kinds: readonly KindId[] = ['deployments', 'replicasets', 'pods', 'services', 'endpointslices', 'events'];
const watches = kinds.map((kind) => {
	const resource: Resource = resources[kind];
	return watch<KubeObject>(
		connection,
		{
			path: resourcePath(resource, namespace),
			needsManagedFields: kind === 'deployments' || kind === 'replicasets',
			project: (object: KubeObject) => resource.project(object),
		},
		{
			changes: ({upserts, deletes}) => batches.push({kind, at: Date.now(), upserts, deletes}),
			state: () => {},
		},
	);
});
await eventually('all lists are in', async () => new Set(batches.map(({kind}) => kind)).size === kinds.length);

await step('the new image is out', 'set', 'image', 'deployment/web', 'web=web:2.0');
await step('it has grown', 'scale', 'deployment/web', '--replicas=4');
await step('another pod is in its place', 'delete', 'pod', (await pods())[0]?.metadata.name ?? '', '--wait=false');
await kubectl('set', 'image', 'deployment/web', 'web=web:crash');
await eventually('it has crashed again', async () =>
	(await pods()).some(({status}) => status?.containerStatuses?.some(({restartCount = 0}) => restartCount > 1)),
);
await step('it is back', 'rollout', 'undo', 'deployment/web');
await step('it is smaller', 'scale', 'deployment/web', '--replicas=1');
for (const one of watches) one.stop();
await connection.request({method: 'DELETE', path: `/api/v1/namespaces/${namespace}`});
await connection.close();
const lines = batches.map((batch) => JSON.stringify(batch).replaceAll(namespace, 'shop'));
writeFileSync(new URL('story.recorded.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`);
