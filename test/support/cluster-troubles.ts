import assert from 'node:assert/strict';
import type {TestContext} from 'node:test';
import {connect} from '../../source/cluster/connection.ts';
import type {Deployment, KindId, KubeObject, ObjectMeta} from '../../source/objects.ts';
import {openDeck} from './cluster-deck.ts';
import {type DeploymentOptions, makePlace, type Place, readClusterConfig} from './cluster-place.ts';
import {recordChanges, type Snapshot} from './rollout-recorder.ts';

/** Something that holds up a rollout, from its making to its end. */
export interface Trouble {
	/** More of the Deployment `web`, as it is before. */
	readonly web?: DeploymentOptions;
	prepare?(place: Place): Promise<unknown>;
	make(place: Place): Promise<unknown>;
	/** The objects that say so, as the API has them; none: it is not so yet. */
	told(now: Snapshot): readonly KubeObject[];
	/** It is a trouble once it has lasted so many seconds, by what the objects say. */
	readonly after?: {readonly seconds: number; since(now: Snapshot): number | undefined};
	/** The controller has not seen the change; else it must have, before anything may be said. */
	readonly unseen?: true;
	/** Its row, and the sentence below. */
	readonly shown: Shown;
	mend(place: Place): Promise<unknown>;
	/** By what the API has, it is over. */
	mended(now: Snapshot): boolean;
}

export type Shown = readonly [row: RegExp, sentence: RegExp];

/** Whether the controller has yet to see the last change. */
export function isUnobserved({metadata, status}: Deployment): boolean {
	return (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
}

/**
 * The API is watched beside the deck. Once the objects say that there is a trouble, and the deck has those very versions, it must be on
 * the screen; once they say that it is over, it must go from there. How long that takes is told, not asserted: a busy machine is slow.
 */
export async function prove(t: TestContext, topic: string, trouble: Trouble): Promise<void> {
	const place = await makePlace(t, `cause-${topic}`);
	await trouble.prepare?.(place);
	await place.deploy('web', {replicas: 2, ...trouble.web});
	const deck = await openDeck(t, {flags: ['-n', place.name]});
	await deck.shows(/^▸ web .* complete/m);
	const connection = await connect(readClusterConfig().kubeconfig, {env: {}});
	const recording = await recordChanges(connection, place.name);
	t.after(async () => {
		recording.stop();
		await connection.close();
	});
	const whenSo = async (what: string, holds: (now: Snapshot) => boolean) => {
		await recording.until(`${topic} is ${what}`, holds);
		return Date.now();
	};
	const [row, sentence] = trouble.shown;
	const shown = new RegExp(`${row.source}[^]*${sentence.source}`, 'm');
	const anyOfIt = new RegExp(`${row.source}|${sentence.source}`, 'm');
	assert.doesNotMatch(deck.text(), anyOfIt);

	let evidence: readonly (readonly [KindId, ObjectMeta])[] = [];
	let since: number | undefined;
	const told = async () => {
		const at = await whenSo('told', (now) => {
			const objects = trouble.told(now);
			evidence = [...now.deployments, ...objects].map(({metadata}) => [kindOf(metadata.uid, now), metadata]);
			since = trouble.after?.since(now);
			return objects.length > 0 && (trouble.unseen || !now.deployments.some(isUnobserved));
		});
		if (trouble.after) return (since ?? at) + trouble.after.seconds * 1000;
		for (const [kind, metadata] of evidence) await deck.has(kind, metadata);
		assert.match(deck.text(), shown, 'the deck has the objects, and says so');
		return at;
	};
	const onScreen = async () => {
		await deck.shows(shown);
		return Date.now();
	};
	const [trueAt, shownAt] = await Promise.all([told(), onScreen(), trouble.make(place)]);
	const [mendedAt] = await Promise.all([whenSo('mended', trouble.mended), trouble.mend(place)]);
	await deck.hides(anyOfIt);
	t.diagnostic(`${topic}: on the screen after ${shownAt - trueAt} ms, gone after ${Date.now() - mendedAt} ms`);
}

function kindOf(uid: string, {pods, replicaSets}: Snapshot): KindId {
	const isOne = ({metadata}: KubeObject) => metadata.uid === uid;
	return pods.some(isOne) ? 'pods' : replicaSets.some(isOne) ? 'replicasets' : 'deployments';
}
