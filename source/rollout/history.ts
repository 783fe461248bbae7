import {parseTime} from '../format/age.ts';
import type {Deployment, ReplicaSet} from '../objects.ts';
import {maskCredentials} from './credentials.ts';
import {byAge, findNewReplicaSet, ownedReplicaSets, revisionAnnotation, revisionOf} from './revisions.ts';

/** A revision that is still kept. */
export interface RevisionEntry {
	readonly number: number;
	readonly replicaSet: ReplicaSet;
	/** When its template was first rolled out, milliseconds since the epoch; NaN where the object does not say. */
	readonly createdAt: number;
	readonly images: string[];
	/** With what looks like a credential in it masked: `--record` wrote whole command lines down. */
	readonly changeCause: string | undefined;
	/** Pods of it that still run. */
	readonly pods: number;
	/** Its template is the Deployment's present one. */
	readonly current: boolean;
	/** The field manager that wrote it, where the Deployment's managedFields still tell: `kubectl-set`, `helm`. */
	readonly writtenBy: string | undefined;
}

/** The controller makes a ReplicaSet this soon after the write it answers to. */
const writtenWithin = 3000;

/**
 * The kept revisions, newest first, as `kubectl rollout history` finds them: by controller uid, a missing number counts as 0,
 * one that cannot be read is left out, of two with the same number one remains (the younger).
 */
export function history(deployment: Deployment, replicaSets: readonly ReplicaSet[]): RevisionEntry[] {
	const owned = ownedReplicaSets(deployment, replicaSets).sort(byAge);
	const newReplicaSet = findNewReplicaSet(deployment, owned);
	const byNumber = new Map<number, RevisionEntry>();
	for (const replicaSet of owned) {
		const {annotations} = replicaSet.metadata;
		const number = revisionOf(replicaSet) ?? (annotations?.[revisionAnnotation] === undefined ? 0 : undefined);
		if (number === undefined) continue;
		const cause = annotations?.['kubernetes.io/change-cause'];
		const createdAt = parseTime(replicaSet.metadata.creationTimestamp) ?? Number.NaN;
		byNumber.set(number, {
			number,
			replicaSet,
			createdAt,
			images: (replicaSet.spec.template?.spec?.containers ?? []).map(({image = ''}) => image),
			changeCause: cause === undefined ? undefined : maskCredentials(cause),
			pods: replicaSet.status?.replicas ?? 0,
			current: replicaSet === newReplicaSet,
			writtenBy: writerAt(deployment, createdAt),
		});
	}
	return [...byNumber.values()].sort((a, b) => b.number - a.number);
}

/** Who wrote the Deployment's spec when this ReplicaSet was made. Each manager's entry holds only its last write. */
function writerAt(deployment: Deployment, createdAt: number): string | undefined {
	return templateWrites(deployment).find(({at}) => at <= createdAt + 1000 && createdAt - at <= writtenWithin)?.manager;
}

/** One manager's last write to a Deployment. */
export interface SpecWrite {
	readonly manager: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** Whether anything of the template is that manager's; true where the server does not say what is. */
	readonly hasTemplate: boolean;
}

/** The last write of each manager but the controller to the Deployment itself (not to its scale or status), newest first. */
export function specWrites(deployment: Deployment): SpecWrite[] {
	return (deployment.metadata.managedFields ?? [])
		.flatMap(({manager, time, subresource, fieldsV1}) => {
			const at = parseTime(time);
			const hasTemplate = fieldsV1 === undefined || fieldsV1['f:spec']?.['f:template'] !== undefined;
			return manager && at !== undefined && !subresource && manager !== 'kube-controller-manager'
				? [{manager, at, hasTemplate}]
				: [];
		})
		.sort((a, b) => b.at - a.at);
}

/** Those that may have changed the template: who paused it or wrote an annotation did not. */
export function templateWrites(deployment: Deployment): SpecWrite[] {
	return specWrites(deployment).filter(({hasTemplate}) => hasTemplate);
}
