import {selects} from '../selectors.ts';
import type {Obj} from '../store.ts';
import {withCondition} from './conditions.ts';
import {type Context, controllerManager, type Stop, stopAll} from './context.ts';
import {scaled} from './deployment/numbers.ts';
import {controllerOf, isDeleting} from './owners.ts';
import {keyOf, splitKey, startQueue} from './queue.ts';
import {isActive} from './replica-set/status.ts';
import {isReady} from './replica-set/victims.ts';
import type {Condition, Pod} from './shapes.ts';
import {timestamp} from './time.ts';

/** What a budget allows: counts of pods, as its status has them. */
export interface Allowance {
	currentHealthy: number;
	desiredHealthy: number;
	disruptionsAllowed: number;
	expectedPods: number;
}

/**
 * How many pods may be evicted now (pkg/controller/disruption).
 * @param pods those the budget selects, finished ones left out
 * @param scale how many pods their controllers want, which shares and maxUnavailable are taken of
 */
export function allowance(spec: Obj['spec'], pods: readonly Pod[], scale: number): Allowance {
	const {minAvailable, maxUnavailable} = spec;
	let expectedPods = pods.length;
	let desiredHealthy = 0;
	if (maxUnavailable !== undefined) {
		expectedPods = scale;
		desiredHealthy = Math.max(0, scale - scaled(maxUnavailable, scale, Math.ceil));
	} else if (typeof minAvailable === 'string') {
		expectedPods = scale;
		desiredHealthy = scaled(minAvailable, scale, Math.ceil);
	} else {
		desiredHealthy = minAvailable ?? 0;
	}
	const currentHealthy = pods.filter((pod) => isReady(pod) && !isDeleting(pod)).length;
	const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
	return {currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods};
}

/** Keeps the status of each PodDisruptionBudget. */
export function startDisruptionBudgets(context: Context): Stop {
	const {store, clock} = context;
	const queue = startQueue(clock, sync, context.report);

	function sync(key: string): void {
		const budget = store.get('poddisruptionbudgets', ...splitKey(key));
		if (!budget) return queue.forget(key);
		const selected = (store.list('pods', budget.metadata.namespace) as readonly Pod[]).filter(
			(pod) => isActive(pod) && selects(budget.spec.selector, pod.metadata.labels),
		);
		const counts = allowance(budget.spec, selected, scaleOf(selected));
		const observedGeneration = budget.metadata.generation;
		const allowed: Condition = {
			type: 'DisruptionAllowed',
			status: counts.disruptionsAllowed > 0 ? 'True' : 'False',
			reason: counts.disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
			message: '',
			lastTransitionTime: timestamp(clock.now()),
			observedGeneration,
		};
		const conditions = withCondition(budget.status?.conditions ?? [], allowed);
		const status = {...budget.status, ...counts, observedGeneration, conditions};
		store.update('poddisruptionbudgets', {...budget, status}, {manager: controllerManager, subresource: 'status'});
	}

	/** How many pods the controllers of these pods want altogether; a pod without a known controller counts as one. */
	function scaleOf(pods: readonly Pod[]): number {
		const sizes = new Map<string, number>();
		for (const pod of pods) {
			const owner = controllerOf(pod);
			const set = owner && store.get('replicasets', pod.metadata.namespace, owner.name);
			const deployment = set && controllerOf(set);
			const top = deployment && store.get('deployments', pod.metadata.namespace, deployment.name);
			const scaler = top ?? set;
			sizes.set(scaler?.metadata.uid ?? pod.metadata.uid, scaler?.spec.replicas ?? 1);
		}
		return [...sizes.values()].reduce((sum, size) => sum + size, 0);
	}

	function onPod(pod: Pod, old: Pod | undefined, isGone: boolean): void {
		if (old && !isGone && isReady(old) === isReady(pod) && isActive(old) === isActive(pod)) return;
		for (const budget of store.list('poddisruptionbudgets', pod.metadata.namespace)) {
			if (selects(budget.spec.selector, pod.metadata.labels)) queue.add(keyOf(budget));
		}
	}

	for (const budget of store.list('poddisruptionbudgets')) queue.add(keyOf(budget));
	return stopAll(
		store.watch('poddisruptionbudgets', ({object}) => queue.add(keyOf(object))),
		store.watch('pods', ({type, object, old}) => onPod(object as Pod, old as Pod | undefined, type === 'DELETED')),
		store.watch('deployments', ({object, old}) => {
			if (old?.spec.replicas === object.spec.replicas) return;
			for (const budget of store.list('poddisruptionbudgets', object.metadata.namespace)) queue.add(keyOf(budget));
		}),
		queue.stop,
	);
}
