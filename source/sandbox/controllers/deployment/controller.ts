import {selects} from '../../selectors.ts';
import type {Obj} from '../../store.ts';
import {claim} from '../claims.ts';
import {findCondition} from '../conditions.ts';
import {type Context, type Stop, stopAll} from '../context.ts';
import {controllerOf, isDeleting} from '../owners.ts';
import {keyOf, splitKey, startQueue} from '../queue.ts';
import type {Deployment, Pod, ReplicaSet} from '../shapes.ts';
import {desiredReplicas, hasDeadline, isRecreate} from './numbers.ts';
import {annotationsForNew, annotationsOf, nextRevision} from './revisions.ts';
import {type Resize, rollingStep, scalingStep, sizeOf, sum, wasScaled} from './scaling.ts';
import {condition, deadlineOf, isComplete, rolloutStatus, statusOf} from './status.ts';
import {newSetFinder} from './template.ts';
import {allSets, type Rollout, rolloutWrites} from './writes.ts';

/** Rolls Deployments out: one move at each sync, as pkg/controller/deployment does. */
export function startDeployments(context: Context): Stop {
	const {store, clock} = context;
	const {resize, createNew, cleanUp, writeSet, setProgressing, writeStatus} = rolloutWrites(context);
	const queue = startQueue(clock, sync, context.report);
	const findNew = newSetFinder();

	function sync(key: string): void {
		const [namespace, name] = splitKey(key);
		const deployment = store.get('deployments', namespace, name) as Deployment | undefined;
		if (!deployment) return queue.forget(key);
		const sets = claim<ReplicaSet>(context, 'replicasets', deployment, true).filter((set) => !isDeleting(set));
		const newSet = findNew(deployment, sets);
		const rollout: Rollout = {deployment, newSet, oldSets: sets.filter((set) => set !== newSet)};
		if (isDeleting(deployment)) return writeStatus(rollout, statusOf(deployment, newSet, sets, clock.now()));
		notePause(rollout);
		syncRevision(rollout);
		if (rollout.deployment.spec.paused || wasScaled(rollout.deployment, allSets(rollout))) return rescale(rollout);
		if (isRecreate(rollout.deployment)) recreate(rollout);
		else roll(rollout);
	}

	/** A pause and its end restart the deadline's clock. */
	function notePause(rollout: Rollout): void {
		const {spec, status} = rollout.deployment;
		const reason = findCondition(status?.conditions, 'Progressing')?.reason;
		const paused = spec.paused === true;
		if (!hasDeadline(rollout.deployment) || reason === 'ProgressDeadlineExceeded') return;
		if (paused === (reason === 'DeploymentPaused')) return;
		setProgressing(
			rollout,
			paused
				? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', clock.now())
				: condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', clock.now()),
		);
	}

	/** The new ReplicaSet, where there is one, gets its revision and the Deployment's annotations; the Deployment the revision. */
	function syncRevision(rollout: Rollout): void {
		const {deployment, newSet, oldSets} = rollout;
		if (!newSet) return;
		const annotations = annotationsForNew(deployment, annotationsOf(newSet), nextRevision(oldSets));
		const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
		if (!sameEntries(annotations, annotationsOf(newSet)) || (newSet.spec.minReadySeconds ?? 0) !== minReadySeconds) {
			rollout.newSet = writeSet({
				...newSet,
				metadata: {...newSet.metadata, annotations},
				spec: {...newSet.spec, minReadySeconds},
			});
		}
		const found = hasDeadline(deployment) && !findCondition(deployment.status?.conditions, 'Progressing');
		const message = `Found new replica set "${newSet.metadata.name}"`;
		if (found) setProgressing(rollout, condition('Progressing', 'True', 'FoundNewReplicaSet', message, clock.now()));
		else writeStatus(rollout, rollout.deployment.status ?? {});
	}

	function roll(rollout: Rollout): void {
		const newSet = rollout.newSet ?? createNew(rollout);
		const moves = rollingStep(rollout.deployment, newSet, rollout.oldSets);
		finish(rollout, moves);
	}

	function recreate(rollout: Rollout): void {
		const {deployment, oldSets} = rollout;
		const moves = oldSets.filter((set) => sizeOf(set) > 0).map((set) => ({set, to: 0}));
		if (moves.length > 0 || hasRunningPods(oldSets)) return finish(rollout, moves);
		const newSet = rollout.newSet ?? createNew(rollout);
		const wanted = desiredReplicas(deployment);
		finish(rollout, sizeOf(newSet) === wanted ? [] : [{set: newSet, to: wanted}]);
	}

	/** Whether pods of these ReplicaSets still run, those that are ending included. */
	function hasRunningPods(sets: readonly ReplicaSet[]): boolean {
		if (sum(sets, (set) => set.status?.replicas ?? 0) > 0) return true;
		return sets.some((set) =>
			store
				.byOwner('pods', set.metadata.uid)
				.some((pod) => !['Succeeded', 'Failed'].includes((pod as Pod).status?.phase ?? '')),
		);
	}

	function finish(rollout: Rollout, moves: readonly Resize[]): void {
		const {deployment} = rollout;
		for (const move of moves) resize(rollout, move);
		if (moves.length === 0 && isComplete(deployment, deployment.status ?? {})) cleanUp(rollout);
		const status = rolloutStatus(rollout.deployment, rollout.newSet, allSets(rollout), clock.now());
		writeStatus(rollout, status);
		const deadline = deadlineOf(rollout.deployment, status.conditions);
		const isOver = findCondition(status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded';
		if (deadline !== undefined && !isOver)
			queue.addAfter(keyOf(deployment), Math.max(0, deadline - clock.now()) + 1000);
	}

	function rescale(rollout: Rollout): void {
		for (const move of scalingStep(rollout.deployment, rollout.newSet, rollout.oldSets)) resize(rollout, move);
		if (rollout.deployment.spec.paused) cleanUp(rollout);
		writeStatus(rollout, statusOf(rollout.deployment, rollout.newSet, allSets(rollout), clock.now()));
	}

	/** A ReplicaSet that changed wakes its Deployment; one without an owner, every Deployment that may adopt it. */
	function onReplicaSet(set: Obj): void {
		const owner = controllerOf(set);
		if (owner) {
			if (owner.kind === 'Deployment') queue.add(`${set.metadata.namespace}/${owner.name}`);
			return;
		}
		for (const deployment of store.list('deployments', set.metadata.namespace) as readonly Deployment[]) {
			if (selects(deployment.spec.selector, set.metadata.labels)) queue.add(keyOf(deployment));
		}
	}

	/** The last old pod that goes lets a Recreate go on. */
	function onPodGone(pod: Obj): void {
		const owner = controllerOf(pod);
		const set = owner?.kind === 'ReplicaSet' ? store.get('replicasets', pod.metadata.namespace, owner.name) : undefined;
		if (set) onReplicaSet(set);
	}

	for (const deployment of store.list('deployments')) queue.add(keyOf(deployment));
	return stopAll(
		store.watch('deployments', ({object}) => queue.add(keyOf(object))),
		store.watch('replicasets', ({object}) => onReplicaSet(object)),
		store.watch('pods', ({type, object}) => {
			if (type === 'DELETED') onPodGone(object);
		}),
		queue.stop,
	);
}

function sameEntries(a: {readonly [key: string]: string}, b: {readonly [key: string]: string}): boolean {
	const keys = Object.keys(a);
	return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
