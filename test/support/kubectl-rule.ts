import type {Deployment} from '../../source/objects.ts';

/** What `kubectl rollout status` prints of an object, and whether that is an end. */
export interface KubectlWord {
	readonly text: string;
	readonly end?: 'done' | 'failed';
}

/**
 * kubectl's decision table (reference 1a, rows 1 to 6), written from the reference and not from rolldeck's code, for tests to compare that
 * with. Counts that the API leaves out are 0.
 */
export function kubectlWord({metadata: {name, generation = 0}, spec, status = {}}: Deployment): KubectlWord {
	const {observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0, conditions = []} = status;
	const {replicas: wanted = 1} = spec;
	const waiting = `Waiting for deployment "${name}" rollout to finish:`;
	const late = conditions.some(({type, reason}) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded');
	if (generation > observedGeneration) return {text: 'Waiting for deployment spec update to be observed...'};
	if (late) return {text: `error: deployment "${name}" exceeded its progress deadline`, end: 'failed'};
	if (updatedReplicas < wanted)
		return {text: `${waiting} ${updatedReplicas} out of ${wanted} new replicas have been updated...`};
	if (replicas > updatedReplicas)
		return {text: `${waiting} ${replicas - updatedReplicas} old replicas are pending termination...`};
	if (availableReplicas < updatedReplicas)
		return {text: `${waiting} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`};
	return {text: `deployment "${name}" successfully rolled out`, end: 'done'};
}
