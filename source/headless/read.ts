import type {Connection} from '../cluster/connection.ts';
import {ClusterError} from '../cluster/errors.ts';
import {formatSelector} from '../format/selector.ts';
import type {Deployment, KindId, KubeObject} from '../objects.ts';
import {resources} from '../resources/index.ts';
import {readObjects} from './query.ts';
import {createRollouts, factKinds, type Rollouts} from './rollouts.ts';

export interface ReadOptions {
	readonly kinds?: readonly KindId[];
	/** Kinds without which there is no answer; what else may not be read is left out, and the words then say so. */
	readonly needed?: readonly KindId[];
	/** The labels that all ReplicaSets and pods in question have. */
	readonly members?: string | undefined;
}

/** One Deployment, and what its facts rest on. */
export interface OneRollout {
	readonly deployment: Deployment;
	readonly rollouts: Rollouts;
}

/** Reads what the facts of these Deployments rest on. Throws ClusterError. */
export async function readRollouts(
	connection: Connection,
	namespace: string | undefined,
	deployments: readonly KubeObject[],
	signal: AbortSignal,
	{kinds = factKinds, needed = [], members}: ReadOptions = {},
): Promise<Rollouts> {
	const rollouts = createRollouts(kinds);
	await Promise.all(
		kinds.map(async (kind) => {
			const query = {resource: resources[kind], namespace, selector: isMember(kind) ? members : undefined};
			try {
				const read = kind === 'deployments' ? deployments : await readObjects(connection, query, signal);
				rollouts.apply(kind, {upserts: read, deletes: []});
				rollouts.settle(kind, 'complete');
			} catch (error) {
				const isDenied = error instanceof ClusterError && error.reason === 'forbidden';
				if (!isDenied || needed.includes(kind)) throw error;
				rollouts.settle(kind, 'denied');
			}
		}),
	);
	return rollouts;
}

/** Reads one Deployment and what its facts rest on. Throws ClusterError. */
export async function readRollout(
	connection: Connection,
	namespace: string,
	name: string,
	signal: AbortSignal,
	options: Omit<ReadOptions, 'members'> = {},
): Promise<OneRollout> {
	const deployment = await readDeployment(connection, namespace, name, signal);
	const members = formatSelector(deployment.spec.selector);
	const rollouts = await readRollouts(connection, namespace, [deployment], signal, {...options, members});
	return {deployment, rollouts};
}

export async function readDeployment(
	connection: Connection,
	namespace: string,
	name: string,
	signal: AbortSignal,
): Promise<Deployment> {
	const [deployment] = await readObjects(connection, {resource: resources.deployments, namespace, name}, signal);
	if (!deployment) throw new ClusterError('not-found', `There is no deployment ${name} in ${namespace}`);
	return deployment;
}

/** Whether a Deployment's selector picks objects of this kind. */
export function isMember(kind: KindId): boolean {
	return kind === 'replicasets' || kind === 'pods';
}
