import type {Condition} from '../shapes.ts';
import {timestamp} from '../time.ts';

/** What an autoscaler sees of its target. */
export interface Sight {
	current: number;
	min: number;
	max: number;
	/** Utilization in percent: measured, and wanted. */
	measured: number;
	target: number;
	/** The highest advice of the last five minutes, which holds a shrinking target up. */
	recent: number;
}

/** What the autoscaler would do. */
export interface Advice {
	desired: number;
	/** What the metrics alone say. */
	recommended: number;
	/** For the event, where the size changes. */
	reason: string;
	conditions: Omit<Condition, 'lastTransitionTime'>[];
}

/** Nothing moves while the measured value is so close to the target. */
const tolerance = 0.1;

const able = {type: 'AbleToScale', status: 'True'} as const;
const gotScale = {
	...able,
	reason: 'SucceededGetScale',
	message: "the HPA controller was able to get the target's current scale",
};

/** Decides on a size as pkg/controller/podautoscaler does: bounds first, then metrics, then stabilization. */
export function advise(sight: Sight): Advice {
	const {current, min, max, recent} = sight;
	if (current === 0 && min !== 0) {
		const message = 'scaling is disabled since the replica count of the target is zero';
		const off = {type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message} as const;
		return {desired: 0, recommended: 0, reason: '', conditions: [gotScale, off]};
	}
	if (current > max) return {...bounded(max), reason: 'Current number of replicas above Spec.MaxReplicas'};
	if (current < min) return {...bounded(min), reason: 'Current number of replicas below Spec.MinReplicas'};
	const recommended = recommend(sight);
	const stabilized = Math.max(recommended, Math.min(current, recent));
	const limit = Math.max(current * 2, current + 4);
	const desired = Math.min(max, Math.max(min, Math.min(limit, stabilized)));
	const reason =
		recommended > current
			? 'cpu resource utilization (percentage of request) above target'
			: 'All metrics below target';
	const scale =
		stabilized > recommended
			? {
					...able,
					reason: 'ScaleDownStabilized',
					message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
				}
			: {...able, reason: 'ReadyForNewScale', message: 'recommended size matches current size'};
	return {desired, recommended, reason, conditions: [scale, active, limited(stabilized, min, max)]};
}

function bounded(desired: number): Omit<Advice, 'reason'> {
	return {desired, recommended: desired, conditions: [gotScale]};
}

const active = {
	type: 'ScalingActive',
	status: 'True',
	reason: 'ValidMetricFound',
	message:
		'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
} as const;

function recommend({current, measured, target}: Sight): number {
	const ratio = measured / target;
	return Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(ratio * current);
}

function limited(wanted: number, min: number, max: number): Advice['conditions'][number] {
	const type = 'ScalingLimited';
	if (wanted > max) {
		return {
			type,
			status: 'True',
			reason: 'TooManyReplicas',
			message: 'the desired replica count is more than the maximum replica count',
		};
	}
	if (wanted < min) {
		return {
			type,
			status: 'True',
			reason: 'TooFewReplicas',
			message: 'the desired replica count is less than the minimum replica count',
		};
	}
	return {
		type,
		status: 'False',
		reason: 'DesiredWithinRange',
		message: 'the desired count is within the acceptable range',
	};
}

/** That the size was changed, for the status after it was. */
export function rescaled(size: number): Advice['conditions'][number] {
	return {
		...able,
		reason: 'SucceededRescale',
		message: `the HPA controller was able to update the target scale to ${size}`,
	};
}

/** The condition, beginning at `now` (milliseconds). */
export function since(condition: Advice['conditions'][number], now: number): Condition {
	return {...condition, lastTransitionTime: timestamp(now)};
}
