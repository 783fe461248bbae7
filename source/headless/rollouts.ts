import {createFactsCache, type Readability} from '../board/facts.ts';
import type {KindId} from '../objects.ts';
import {resources} from '../resources/index.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import {createObjectSet, type ObjectChanges, type ObjectSets} from '../state/objects.ts';

/** What the words of a rollout are made of. Services and their traffic are the screen's. */
export const factKinds = ['deployments', 'replicasets', 'pods', 'events'] as const satisfies readonly KindId[];
export type FactKind = (typeof factKinds)[number];

/** The rollouts of a scope, as far as their objects have been taken in. */
export interface Rollouts {
	/** Returns the uids of the Deployments whose facts rest on what changed. */
	apply(kind: FactKind, changes: ObjectChanges): ReadonlySet<string>;
	/** All of a kind is in, or none of it may be read: there are no facts before. */
	settle(kind: FactKind, as: Exclude<Readability, 'loading'>): void;
	/** @param now Milliseconds since the epoch, by the server's clock. */
	facts(deploymentUid: string, now: number): RolloutFacts | undefined;
}

export function createRollouts(): Rollouts {
	const objects = Object.fromEntries(
		Object.keys(resources).map((kind) => [kind, createObjectSet()]),
	) as never as ObjectSets;
	const readability = new Map<KindId, Readability>(factKinds.map((kind) => [kind, 'loading']));
	const cache = createFactsCache(objects, (kind) => readability.get(kind) ?? 'denied');
	return {
		apply: (kind, changes) => cache.note(kind, objects[kind].apply(changes as ObjectChanges<never>)),
		settle(kind, as) {
			readability.set(kind, as);
			cache.forgetAll();
		},
		facts(uid, now) {
			const deployment = objects.deployments.get(uid);
			return deployment && cache.facts(deployment, now);
		},
	};
}
