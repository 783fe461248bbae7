import {parseTime} from '../format/age.ts';
import type {Deployment, ReplicaSet} from '../objects.ts';
import type {RolloutFacts} from './facts.ts';
import {count} from './words.ts';

export type KubectlStatus = RolloutFacts['kubectlStatus'];

/**
 * What `kubectl rollout status` decides on this object (polymorphichelpers DeploymentStatusViewer), in our words: the first
 * row that fits. 1 not observed · 2 deadline passed (only the reason is looked at, even if it speaks of an earlier
 * change) · 3 not all updated · 4 old ones left · 5 not all available · 6 done. It knows neither paused nor scaled to 0.
 */
export function kubectlStatus({metadata, spec, status}: Deployment): KubectlStatus {
	const {replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0} = status ?? {};
	const wanted = spec.replicas ?? 1;
	if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0))
		return going(1, 'the controller has not seen the last change yet');
	if (status?.conditions?.some(({type, reason}) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded')) {
		return {row: 2, text: 'the progress deadline has passed', done: false, failed: true};
	}
	if (updated < wanted) return going(3, `${updated} of ${count(wanted, 'pod')} updated`);
	if (replicas > updated) return going(4, `${count(replicas - updated, 'old pod')} still to be stopped`);
	if (available < updated) return going(5, `${available} of ${count(updated, 'updated pod')} available`);
	return {row: 6, text: 'rolled out', done: true, failed: false};
}

function going(row: 1 | 3 | 4 | 5, text: string): KubectlStatus {
	return {row, text, done: false, failed: false};
}

/** Whether the counts of `status` say that nothing is left to do, whatever the conditions say. */
export function isFinished({spec, status}: Deployment): boolean {
	const {replicas = 0, updatedReplicas = 0, availableReplicas = 0} = status ?? {};
	return updatedReplicas >= (spec.replicas ?? 1) && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
}

/** The verdict of the Progressing condition, and whether it is about the present template. */
export interface Verdict {
	readonly reason: string;
	readonly message: string;
	/** Milliseconds since the epoch: the last progress, or the moment it was given up. */
	readonly at: number | undefined;
	/** False where its message names another ReplicaSet: an undo and a blocked Recreate keep the verdict of the change before. */
	readonly applies: boolean;
}

/** Undefined without a Progressing condition: there is none where no deadline is set. */
export function verdictOf(deployment: Deployment, newReplicaSet: ReplicaSet | undefined): Verdict | undefined {
	const condition = deployment.status?.conditions?.find(({type}) => type === 'Progressing');
	if (!condition?.reason) return undefined;
	const {reason, message = '', lastUpdateTime, lastTransitionTime} = condition;
	const named = /replica ?set "([^"]+)"/i.exec(message)?.[1];
	return {
		reason,
		message,
		at: parseTime(lastUpdateTime) ?? parseTime(lastTransitionTime),
		applies: named === undefined || named === newReplicaSet?.metadata.name,
	};
}

/** No deadline: not set, or the largest number there is. */
export function deadlineOf({spec}: Deployment): number | undefined {
	const {progressDeadlineSeconds: seconds} = spec;
	return seconds === undefined || seconds >= 2_147_483_647 ? undefined : seconds * 1000;
}
