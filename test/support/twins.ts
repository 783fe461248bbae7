import type {Deployment, ReplicaSet} from '../../source/objects.ts';
import {eventually, type Place, revisionOf} from './cluster-place.ts';

/** What changes of a Deployment leave behind, without what is different in any two. */
export interface Essence {
	readonly template: Deployment['spec']['template'];
	readonly annotations: Readonly<Record<string, string>> | undefined;
	readonly revisions: readonly {
		readonly annotations: Readonly<Record<string, string>> | undefined;
		readonly replicas: number | undefined;
	}[];
}

/** Of a Deployment at rest; its name in labels and images is that of any twin. */
export async function essenceOf(place: Place, name: string): Promise<Essence> {
	const {spec, metadata} = await place.deployment(name);
	const replicaSets: readonly ReplicaSet[] = await place.replicaSets(name);
	const essence: Essence = {
		template: spec.template,
		annotations: metadata.annotations,
		revisions: replicaSets.map((set) => ({annotations: set.metadata.annotations, replicas: set.spec.replicas})),
	};
	return JSON.parse(JSON.stringify(essence).replaceAll(`"app":"${name}"`, '"app":"it"')) as Essence;
}

/** Waits until the controller has given the present template this number, and returns the Deployment. */
export function numbered(place: Place, name: string, revision: number): Promise<Deployment> {
	return eventually(`${name} is at revision ${revision}`, async () => {
		const found = await place.deployment(name);
		const isSeen = found.status?.observedGeneration === found.metadata.generation;
		return isSeen && revisionOf(found) === revision && found;
	});
}
