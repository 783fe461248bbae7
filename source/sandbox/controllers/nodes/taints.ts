import {findCondition} from '../conditions.ts';
import {tolerates} from '../scheduler/fit.ts';
import type {Node, Pod, Taint} from '../shapes.ts';
import {timestamp} from '../time.ts';

const prefix = 'node.kubernetes.io/';
const own = ['unschedulable', 'not-ready', 'unreachable'].map((name) => `${prefix}${name}`);

/** The taints that a node shall have: others' as they are, and the node controller's own by its state. `now` in milliseconds. */
export function taintsFor({spec, status}: Node, now: number): Taint[] {
	const taints = spec.taints ?? [];
	const wanted: Taint[] = [];
	const ready = findCondition(status?.conditions, 'Ready')?.status;
	const trouble = ready === 'Unknown' ? 'unreachable' : ready === 'True' ? undefined : 'not-ready';
	if (spec.unschedulable) wanted.push({key: `${prefix}unschedulable`, effect: 'NoSchedule'});
	if (trouble)
		wanted.push({key: `${prefix}${trouble}`, effect: 'NoSchedule'}, {key: `${prefix}${trouble}`, effect: 'NoExecute'});
	const kept = wanted.map(
		(taint) =>
			taints.find(({key, effect}) => key === taint.key && effect === taint.effect) ?? {
				...taint,
				timeAdded: timestamp(now),
			},
	);
	return [...taints.filter(({key}) => !own.includes(key)), ...kept];
}

/** How long a pod bears a node with these NoExecute taints, in milliseconds; undefined for ever. */
export function evictionDelay(pod: Pod, taints: readonly Taint[]): number | undefined {
	const {tolerations = []} = pod.spec;
	const using = taints.map((taint) => tolerations.filter((toleration) => tolerates(toleration, taint)));
	if (using.some((list) => list.length === 0)) return 0;
	const seconds = using.flat().flatMap(({tolerationSeconds}) => tolerationSeconds ?? []);
	return seconds.length > 0 ? Math.max(0, Math.min(...seconds)) * 1000 : undefined;
}
