import type {Deployment, Pod, PodTemplateSpec, ReplicaSet} from '../../source/objects.ts';
import {type Recording, recorded} from '../objects/recorded.ts';

/** A recording with small edits made to it. */
export function edited(name: string, edit: (recording: Recording) => void): Recording {
	const recording = recorded(name);
	edit(recording);
	return recording;
}

/** The ReplicaSet of a revision in a recording. */
export function ofRevision({replicaSets}: Recording, revision: number): ReplicaSet {
	const found = replicaSets.find(
		({metadata}) => metadata.annotations?.['deployment.kubernetes.io/revision'] === String(revision),
	);
	if (!found) throw new Error(`The recording has no revision ${revision}.`);
	return found;
}

export function podsOf({pods}: Recording, replicaSet: ReplicaSet): Pod[] {
	return pods.filter(({metadata}) => metadata.ownerReferences?.some(({uid}) => uid === replicaSet.metadata.uid));
}

/** A recorded Deployment with another size, strategy and status: what tables of counts are made from. */
export function deploymentWith(
	spec: Partial<Deployment['spec']>,
	status: NonNullable<Deployment['status']> = {},
): Deployment {
	const {deployment} = recorded('zero');
	return {
		...deployment,
		spec: {...deployment.spec, ...spec},
		status: {observedGeneration: deployment.metadata.generation!, ...status},
	};
}

/** The template of a recording's Deployment, changed. */
export function templateWith(name: string, change: (template: PodTemplateSpec) => void): PodTemplateSpec {
	const {template} = recorded(name).deployment.spec;
	change(template);
	return template;
}
