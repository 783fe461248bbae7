import type {Deployment, HorizontalPodAutoscaler} from '../objects.ts';
import {resolveFences} from './bounds.ts';
import type {RolloutFacts} from './facts.ts';
import {autoscalerOf} from './owners.ts';
import {count} from './words.ts';

export interface ScalePrediction {
	/** Newest revision first; only ReplicaSets that have or get pods. */
	readonly perLane: readonly {readonly revision: number | undefined; readonly from: number; readonly to: number}[];
	readonly sentences: readonly string[];
}

/** One ReplicaSet in a scaling: `name` and age break ties. */
interface Share {
	readonly size: number;
	/** The annotation `max-replicas`: what the sizes were shares of. */
	readonly maximum: number;
	readonly createdAt: string;
}

/**
 * What scaling to `replicas` will do: to each revision (proportional while a rollout is going, deployment sync.go scale), to the traffic, and what an
 * autoscaler does about it.
 * @param autoscalers those of its namespace; undefined where they cannot be read
 */
export function predictScale(
	facts: RolloutFacts,
	deployment: Deployment,
	replicas: number,
	autoscalers: readonly HorizontalPodAutoscaler[] | undefined,
): ScalePrediction {
	const lanes = facts.lanes.filter(({place, desired}) => place === 'new' || desired > 0);
	const scaled = {...deployment, spec: {...deployment.spec, replicas}};
	const {surge} = resolveFences(scaled);
	const sizes = distribute(
		lanes.map(({desired, replicaSet}) => ({
			size: desired,
			maximum:
				Number(replicaSet.metadata.annotations?.['deployment.kubernetes.io/max-replicas']) ||
				(deployment.status?.replicas ?? 0),
			createdAt: replicaSet.metadata.creationTimestamp ?? '',
		})),
		replicas,
		replicas === 0 ? 0 : surge,
		facts.bounds.strategy === 'Recreate',
	);
	const perLane = lanes.map(({revision, desired}, index) => ({revision, from: desired, to: sizes[index] ?? desired}));
	return {perLane, sentences: describe(facts, deployment, replicas, surge, perLane, autoscalers)};
}

/**
 * The new size of each ReplicaSet, in the order given. With one that has pods, it gets all; with several each gets its share of
 * wanted plus surge, measured by the share it had (deployment util GetReplicaSetProportion), the largest first, and what rounding leaves goes to
 * the first of them. Recreate scales nothing here.
 */
export function distribute(sets: readonly Share[], replicas: number, surge: number, recreate = false): number[] {
	const active = sets.filter(({size}) => size > 0);
	if (active.length <= 1) {
		const only = active[0] ?? sets[0];
		return sets.map((set) => (set === only ? replicas : 0));
	}
	if (recreate) return sets.map(({size}) => size);
	const present = active.reduce((sum, {size}) => sum + size, 0);
	const allowed = replicas === 0 ? 0 : replicas + surge;
	const change = allowed - present;
	const order = [...active].sort(
		(a, b) => b.size - a.size || (change > 0 ? compare(b.createdAt, a.createdAt) : compare(a.createdAt, b.createdAt)),
	);
	const sizes = new Map<Share, number>();
	let added = 0;
	for (const set of order) {
		const step = share(set, allowed, change - added);
		sizes.set(set, set.size + step);
		added += step;
	}
	const [first] = order;
	if (first) sizes.set(first, Math.max(0, (sizes.get(first) ?? 0) + change - added));
	return sets.map((set) => sizes.get(set) ?? set.size);
}

/** Rounded half away from zero, as Go rounds, and never more than what is left to give. */
function share({size, maximum}: Share, allowed: number, left: number): number {
	const exact = maximum > 0 ? (size * allowed) / maximum : size;
	const step = Math.floor(exact + 0.5) - size;
	if (left === 0) return 0;
	return left > 0 ? Math.min(step, left) : Math.max(step, left);
}

function describe(
	facts: RolloutFacts,
	deployment: Deployment,
	replicas: number,
	surge: number,
	perLane: ScalePrediction['perLane'],
	autoscalers: readonly HorizontalPodAutoscaler[] | undefined,
): string[] {
	const {name} = deployment.metadata;
	const present = deployment.spec.replicas ?? 1;
	const sentences: string[] = [];
	if (replicas === 0) sentences.push(`nothing will serve ${name}`);
	else if (perLane.length > 1) {
		const lanes = perLane.map(
			({revision, from, to}, index) =>
				`${index === 0 && facts.newReplicaSet ? 'new' : 'old'} ${revision ?? '?'} ${from} → ${to}`,
		);
		sentences.push(`a rollout is going: ${lanes.join(', ')}, at most ${count(replicas + surge, 'pod')}`);
	} else if (replicas > present) sentences.push(`${count(replicas - present, 'more pod')}, of the present revision`);
	else if (replicas < present) sentences.push(`${count(present - replicas, 'pod')} will stop`);
	const autoscaler = autoscalerOf(deployment, autoscalers);
	if (autoscaler) sentences.push(autoscalerWords(autoscaler, present, replicas));
	if (autoscalers === undefined) sentences.push('autoscalers cannot be read here: one may set it anew');
	return sentences;
}

/** The bounds hold at its next look (every 15 s by default); between them its metrics decide; 0 switches it off. */
function autoscalerWords(
	{metadata: {name}, spec: {minReplicas = 1, maxReplicas}}: HorizontalPodAutoscaler,
	present: number,
	replicas: number,
): string {
	if (replicas === 0) return `autoscaler ${name} switches itself off until someone scales to 1 or more`;
	const wakes = present === 0 ? `autoscaler ${name} is switched on again and` : `autoscaler ${name}`;
	if (replicas > maxReplicas)
		return `${wakes} allows ${minReplicas} to ${maxReplicas} and will set it to ${maxReplicas} within about 15 s`;
	if (replicas < minReplicas)
		return `${wakes} allows ${minReplicas} to ${maxReplicas} and will set it to ${minReplicas} within about 15 s`;
	return `${wakes} allows ${minReplicas} to ${maxReplicas} and may set it anew by its metrics`;
}

function compare(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}
