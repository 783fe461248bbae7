import {quantity} from '../../quantity.ts';
import type {Obj} from '../../store.ts';
import {withCondition} from '../conditions.ts';
import {type Context, controllerManager, type Stop, stopAll} from '../context.ts';
import {keyOf, splitKey, startQueue} from '../queue.ts';
import {between} from '../random.ts';
import type {Condition, PodSpec} from '../shapes.ts';
import {timestamp} from '../time.ts';
import {advise, rescaled, since} from './advice.ts';

const component = 'horizontal-pod-autoscaler';
const resources: {readonly [kind: string]: string} = {Deployment: 'deployments', ReplicaSet: 'replicasets'};

/** On an autoscaler: the load of its target over all pods, in percent of one pod's CPU request. Without it the load stays at what the target bears when first seen. */
export const loadAnnotation = 'sandbox.rolldeck/cpu-load';

/** How long the highest advice counts, in milliseconds: --horizontal-pod-autoscaler-downscale-stabilization. */
const stabilization = 300_000;

/** Autoscalers over a made-up, steady load: a target that someone resizes comes back to what its load needs. */
export function startAutoscalers(context: Context): Stop {
	const {store, clock, random, record, timing} = context;
	const queue = startQueue(clock, sync, context.report);
	const loads = new Map<string, number>();
	const advices = new Map<string, {at: number; size: number}[]>();

	function sync(key: string): void {
		const hpa = store.get('horizontalpodautoscalers', ...splitKey(key));
		if (!hpa) return queue.forget(key);
		queue.addAfter(key, timing.autoscaler);
		const {kind, name} = hpa.spec.scaleTargetRef;
		const target = resources[kind] && store.get(resources[kind], hpa.metadata.namespace, name);
		if (!target) return noteMissing(hpa, kind, name);
		scale(hpa, target, resources[kind] ?? '');
	}

	function scale(hpa: Obj, target: Obj, resource: string): void {
		const now = clock.now();
		const {minReplicas: min = 1, maxReplicas: max} = hpa.spec;
		const current: number = target.spec.replicas ?? 1;
		const wanted: number = hpa.spec.metrics?.find(isCpu)?.resource.target.averageUtilization ?? 80;
		const measured = Math.max(
			0,
			Math.round(loadOf(hpa, current || min, wanted) / Math.max(1, current)) + between(random, -1, 1),
		);
		const {uid} = hpa.metadata;
		const past = (advices.get(uid) ?? []).filter(({at}) => now - at < stabilization);
		// Before anything was advised, the present size counts as advice, so that a restart shrinks nothing.
		if (past.length === 0) past.push({at: now, size: current});
		const recent = Math.max(...past.map(({size}) => size));
		const advice = advise({current, min, max, measured, target: wanted, recent});
		advices.set(uid, [...past, {at: now, size: advice.recommended}]);
		const conditions = [...advice.conditions];
		if (advice.desired !== current) {
			const replicas = {...target, spec: {...target.spec, replicas: advice.desired}};
			store.update(resource, replicas, {manager: controllerManager, subresource: 'scale'});
			record(hpa, {
				component,
				reason: 'SuccessfulRescale',
				message: `New size: ${advice.desired}; reason: ${advice.reason}`,
			});
			conditions.push(rescaled(advice.desired));
		}
		writeStatus(hpa, conditions, {
			...(advice.desired !== current && {lastScaleTime: timestamp(now)}),
			currentReplicas: current,
			desiredReplicas: advice.desired,
			currentMetrics: [measuredCpu(target.spec.template.spec, measured)],
		});
	}

	function loadOf(hpa: Obj, replicas: number, wanted: number): number {
		const given = hpa.metadata.annotations?.[loadAnnotation];
		if (given !== undefined) return Number(given) || 0;
		const load = loads.get(hpa.metadata.uid) ?? replicas * wanted * 0.96;
		loads.set(hpa.metadata.uid, load);
		return load;
	}

	function noteMissing(hpa: Obj, kind: string, name: string): void {
		const message = `the HPA controller was unable to get the target's current scale: ${resources[kind] ?? kind}.apps "${name}" not found`;
		writeStatus(hpa, [{type: 'AbleToScale', status: 'False', reason: 'FailedGetScale', message}], {});
		const text = message.slice(message.indexOf(': ') + 2);
		record(hpa, {component, type: 'Warning', reason: 'FailedGetScale', message: text});
	}

	function writeStatus(hpa: Obj, changes: readonly Omit<Condition, 'lastTransitionTime'>[], rest: object): void {
		let conditions: Condition[] = hpa.status?.conditions ?? [];
		for (const change of changes) conditions = withCondition(conditions, since(change, clock.now()));
		const status = {...hpa.status, observedGeneration: hpa.metadata.generation, ...rest, conditions};
		store.update('horizontalpodautoscalers', {...hpa, status}, {manager: controllerManager, subresource: 'status'});
	}

	function onHpa(type: string, hpa: Obj): void {
		if (type === 'ADDED') queue.add(keyOf(hpa));
		if (type !== 'DELETED') return;
		loads.delete(hpa.metadata.uid);
		advices.delete(hpa.metadata.uid);
		queue.forget(keyOf(hpa));
	}

	for (const hpa of store.list('horizontalpodautoscalers')) queue.add(keyOf(hpa));
	return stopAll(
		store.watch('horizontalpodautoscalers', ({type, object}) => onHpa(type, object)),
		queue.stop,
	);
}

function isCpu(metric: {type: string; resource?: {name: string}}): boolean {
	return metric.type === 'Resource' && metric.resource?.name === 'cpu';
}

/** The CPU in use as the status has it, in percent of the requests and as an amount. */
function measuredCpu({containers}: PodSpec, utilization: number): object {
	const request = containers.reduce((sum, {resources}) => sum + quantity(resources?.requests?.['cpu']), 0);
	const averageValue = `${Math.round(request * utilization * 10)}m`;
	return {type: 'Resource', resource: {name: 'cpu', current: {averageUtilization: utilization, averageValue}}};
}
