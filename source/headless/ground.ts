import type {Connection} from '../cluster/connection.ts';
import {ClusterError} from '../cluster/errors.ts';
import {getObject, objectPath} from '../cluster/request.ts';
import type {Deployment, KubeObject, Namespace, Node, PersistentVolumeClaim, Pod} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import {wantedGround} from '../rollout/ground.ts';
import type {Rollouts} from './rollouts.ts';

/**
 * The facts of a rollout, with what its pods stand on where that says more about its causes and may be read. Undefined without the
 * Deployment.
 * @param now Milliseconds since the epoch, by the server's clock.
 */
export async function groundedFacts(
	connection: Connection,
	{metadata: {uid, namespace}}: Deployment,
	rollouts: Rollouts,
	now: number,
	signal: AbortSignal,
): Promise<RolloutFacts | undefined> {
	const facts = rollouts.facts(uid, now);
	if (!facts) return undefined;
	const wanted = wantedGround(facts, podsOf(facts, rollouts));
	if (wanted.claims.length === 0 && wanted.nodes.length === 0 && !wanted.namespace) return facts;

	const read = async <O extends KubeObject>(plural: string, name: string, place?: string) => {
		try {
			const path = objectPath({group: '', version: 'v1', plural, namespace: place, name});
			return await getObject<O>(connection, path, signal);
		} catch (error) {
			signal.throwIfAborted();
			return error instanceof ClusterError && error.reason === 'not-found' ? null : undefined;
		}
	};
	const all = async <O extends KubeObject>(plural: string, names: readonly string[], place?: string) => {
		const found = await Promise.all(names.map(async (name) => [name, await read<O>(plural, name, place)] as const));
		return Object.fromEntries(found.flatMap(([name, object]) => (object === undefined ? [] : [[name, object]])));
	};
	const [claims, nodes, there] = await Promise.all([
		all<PersistentVolumeClaim>('persistentvolumeclaims', wanted.claims, namespace),
		all<Node>('nodes', wanted.nodes),
		wanted.namespace && namespace !== undefined ? read<Namespace>('namespaces', namespace) : undefined,
	]);
	rollouts.stand(uid, {claims, nodes, namespace: there ?? undefined});
	return rollouts.facts(uid, now);
}

/** The pods of all ReplicaSets that take part in a rollout. */
export function podsOf({lanes}: RolloutFacts, {objects}: Rollouts): Pod[] {
	return lanes.flatMap(({replicaSet}) => objects.pods.ownedBy(replicaSet.metadata.uid));
}
