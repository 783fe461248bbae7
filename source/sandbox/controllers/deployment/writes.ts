import {ApiError} from '../../store.ts';
import {setWorkloadCondition} from '../conditions.ts';
import {type Context, controllerManager} from '../context.ts';
import type {Condition, Deployment, DeploymentStatus, ReplicaSet} from '../shapes.ts';
import {hasDeadline, noLimit} from './numbers.ts';
import {
	annotationsOf,
	newReplicaSet,
	nextRevision,
	revisionAnnotation,
	revisionOf,
	sizeAnnotations,
} from './revisions.ts';
import {type Resize, roomForNew, sizeOf, sum} from './scaling.ts';
import {condition} from './status.ts';
import {templateHash} from './template.ts';

const component = 'deployment-controller';

/** A Deployment in the middle of a sync, with its ReplicaSets: replaced by what each write returns. */
export interface Rollout {
	deployment: Deployment;
	newSet: ReplicaSet | undefined;
	oldSets: ReplicaSet[];
}

export function allSets({newSet, oldSets}: Rollout): ReplicaSet[] {
	return newSet ? [...oldSets, newSet] : oldSets;
}

/** Everything that the Deployment controller writes; each leaves in the rollout what is then stored. */
export function rolloutWrites(context: Context) {
	const {store, clock, record} = context;

	function resize(rollout: Rollout, {set: {metadata}, to}: Resize): void {
		// A set may move twice in one sync.
		const set = allSets(rollout).find((one) => one.metadata.uid === metadata.uid);
		if (!set) return;
		const annotations = {...annotationsOf(set), ...sizeAnnotations(rollout.deployment)};
		const next = {...set, metadata: {...set.metadata, annotations}, spec: {...set.spec, replicas: to}};
		const written = writeSet(next);
		const from = sizeOf(set);
		if (from !== to) recordScaling(rollout.deployment, set.metadata.name, from, to);
		if (set === rollout.newSet) rollout.newSet = written;
		else rollout.oldSets = rollout.oldSets.map((old) => (old === set ? written : old));
	}

	function recordScaling(deployment: Deployment, name: string, from: number, to: number): void {
		const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`;
		record(deployment, {component, reason: 'ScalingReplicaSet', message});
	}

	function createNew(rollout: Rollout): ReplicaSet {
		const {deployment, oldSets} = rollout;
		const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0);
		const size = roomForNew(deployment, 0, sum(oldSets, sizeOf));
		const wanted = newReplicaSet(deployment, hash, size, nextRevision(oldSets));
		const name = `${deployment.metadata.name}-${hash}`;
		try {
			rollout.newSet = store.create('replicasets', wanted, {manager: controllerManager}) as ReplicaSet;
		} catch (error) {
			throw noteFailedCreate(rollout, name, error);
		}
		if (size > 0) recordScaling(deployment, name, 0, size);
		const message = `Created new replica set "${name}"`;
		if (hasDeadline(deployment))
			setProgressing(rollout, condition('Progressing', 'True', 'NewReplicaSetCreated', message, clock.now()));
		return rollout.newSet;
	}

	/** A name that another object has taken asks for another hash; any other refusal is told. Returns the error, for the retry. */
	function noteFailedCreate(rollout: Rollout, name: string, error: unknown): unknown {
		const {deployment} = rollout;
		if (!(error instanceof ApiError)) return error;
		if (error.reason === 'AlreadyExists') {
			const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
			writeStatus(rollout, {...deployment.status, collisionCount});
		} else if (!error.details?.causes?.some(({reason}) => reason === 'NamespaceTerminating')) {
			const message = `Failed to create new replica set "${name}": ${error.message}`;
			if (hasDeadline(deployment))
				setProgressing(rollout, condition('Progressing', 'False', 'ReplicaSetCreateError', message, clock.now()));
			record(deployment, {component, type: 'Warning', reason: 'ReplicaSetCreateError', message});
		}
		return error;
	}

	/** Deletes the oldest revisions beyond the limit, where nothing of them runs (sync.go, cleanupDeployment). */
	function cleanUp({deployment, oldSets}: Rollout): void {
		const limit = deployment.spec.revisionHistoryLimit ?? 10;
		if (limit === noLimit) return;
		const surplus = oldSets
			.toSorted((a, b) => revisionOf(a) - revisionOf(b))
			.slice(0, Math.max(0, oldSets.length - limit));
		for (const set of surplus) {
			const {replicas = 0, observedGeneration = 0} = set.status ?? {};
			if (sizeOf(set) > 0 || replicas > 0 || set.metadata.generation > observedGeneration) continue;
			store.remove('replicasets', set.metadata.namespace, set.metadata.name, {uid: set.metadata.uid});
		}
	}

	function writeSet(set: ReplicaSet): ReplicaSet {
		return store.update('replicasets', set, {manager: controllerManager}) as ReplicaSet;
	}

	function setProgressing(rollout: Rollout, next: Condition): void {
		const {status} = rollout.deployment;
		writeStatus(rollout, {...status, conditions: setWorkloadCondition(status?.conditions ?? [], next)});
	}

	/** The status, and with it the Deployment's revision: annotations go with a write of the status, without a new generation. */
	function writeStatus(rollout: Rollout, status: DeploymentStatus): void {
		const {deployment, newSet} = rollout;
		const revision = newSet && annotationsOf(newSet)[revisionAnnotation];
		const annotations = {...annotationsOf(deployment), ...(revision !== undefined && {[revisionAnnotation]: revision})};
		const next = {...deployment, metadata: {...deployment.metadata, annotations}, status};
		const options = {manager: controllerManager, subresource: 'status' as const};
		rollout.deployment = store.update('deployments', next, options) as Deployment;
	}

	return {resize, createNew, cleanUp, writeSet, setProgressing, writeStatus};
}
