import {createFactsCache, type Readability} from '../board/facts.ts';
import type {Deployment, HorizontalPodAutoscaler, KindId} from '../objects.ts';
import type {RolloutFacts, RolloutGround} from '../rollout/facts.ts';
import {createObjectSets, type ObjectChanges, type ObjectSets} from '../state/objects.ts';

/** What the words of a rollout are made of. Services and their traffic are the screen's. */
export const factKinds = ['deployments', 'replicasets', 'pods', 'events'] as const satisfies readonly KindId[];

/** The rollouts of a scope, as far as their objects have been taken in. */
export interface Rollouts {
	readonly objects: ObjectSets;
	/** Returns the uids of the Deployments whose facts rest on what changed. */
	apply(kind: KindId, changes: ObjectChanges): ReadonlySet<string>;
	/** All of a kind is in, or none of it may be read: there are no facts before. */
	settle(kind: KindId, as: Exclude<Readability, 'loading'>): void;
	/** What the pods of one Deployment stand on. */
	stand(deploymentUid: string, ground: RolloutGround): void;
	/** @param now Milliseconds since the epoch, by the server's clock. */
	facts(deploymentUid: string, now: number): RolloutFacts | undefined;
	/** Those of its namespace; undefined where they cannot be read, or nobody asked for them. */
	autoscalers(deployment: Deployment): readonly HorizontalPodAutoscaler[] | undefined;
}

/** @param kinds Those that will come; of all others nothing is known. */
export function createRollouts(kinds: readonly KindId[] = factKinds): Rollouts {
	const objects = createObjectSets();
	const readability = new Map<KindId, Readability>(kinds.map((kind) => [kind, 'loading']));
	const cache = createFactsCache(objects, (kind) => readability.get(kind) ?? 'denied');
	return {
		objects,
		apply: (kind, changes) => cache.note(kind, objects[kind].apply(changes as ObjectChanges<never>)),
		settle(kind, as) {
			readability.set(kind, as);
			cache.forgetAll();
		},
		stand: cache.stand,
		facts(uid, now) {
			const deployment = objects.deployments.get(uid);
			return deployment && cache.facts(deployment, now);
		},
		autoscalers: cache.autoscalers,
	};
}
