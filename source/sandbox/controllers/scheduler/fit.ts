import {quantity} from '../../quantity.ts';
import type {Node, Pod, PodSpec, Taint, Toleration} from '../shapes.ts';

/** What a pod asks of its node: cores, bytes. */
export interface Request {
	cpu: number;
	memory: number;
}

/** A node and what is taken of it. */
export interface Room extends Request {
	node: Node;
	pods: number;
}

/** The largest init container or the sum of the others, whichever is more, as the scheduler counts it; sidecars add to both. */
export function requestOf(spec: PodSpec): Request {
	const of = (resource: 'cpu' | 'memory'): number => {
		const ask = (container: PodSpec['containers'][number]) => quantity(container.resources?.requests?.[resource]);
		const inits = spec.initContainers ?? [];
		const sidecars = inits.filter((init) => init.restartPolicy === 'Always').reduce((sum, init) => sum + ask(init), 0);
		const main = spec.containers.reduce((sum, container) => sum + ask(container), sidecars);
		return Math.max(
			main,
			...inits.filter((init) => init.restartPolicy !== 'Always').map((init) => ask(init) + sidecars),
		);
	};
	return {cpu: of('cpu'), memory: of('memory')};
}

/** Why a node cannot take a pod; `final` where nothing that leaves the node would help. */
interface Refusal {
	reasons: string[];
	final: boolean;
}

/** The node the pod goes to, or the scheduler's sentence why there is none. */
export type Decision = {node: Node} | {message: string};

/**
 * Chooses a node: of those that fit the one with the fewest pods of the same owner, then the emptiest.
 * @param crowd how many pods of the same owner a node has
 */
export function decide(pod: Pod, rooms: readonly Room[], crowd: (node: string) => number): Decision {
	const request = requestOf(pod.spec);
	const refusals: Refusal[] = [];
	let best: {room: Room; score: number[]} | undefined;
	for (const room of rooms) {
		const refusal = refuse(pod, request, room);
		if (refusal) {
			refusals.push(refusal);
			continue;
		}
		const score = [crowd(room.node.metadata.name), room.cpu / capacity(room.node, 'cpu'), room.pods];
		if (!best || isLess(score, best.score)) best = {room, score};
	}
	return best ? {node: best.room.node} : {message: explain(refusals)};
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
	const index = a.findIndex((value, at) => value !== b[at]);
	return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}

/** The first of the scheduler's filters that the node fails (pkg/scheduler/framework/plugins). */
function refuse(pod: Pod, request: Request, {node, ...taken}: Room): Refusal | undefined {
	const {tolerations = [], nodeSelector = {}} = pod.spec;
	const tolerated = (taint: Taint) => tolerations.some((toleration) => tolerates(toleration, taint));
	if (node.spec.unschedulable && !tolerated({key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'})) {
		return {reasons: ['node(s) were unschedulable'], final: true};
	}
	const repelling = (node.spec.taints ?? []).filter(({effect}) => effect !== 'PreferNoSchedule');
	if (!repelling.every(tolerated)) return {reasons: ['node(s) had untolerated taint(s)'], final: true};
	const labels = node.metadata.labels ?? {};
	if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) {
		return {reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true};
	}
	const short = (['cpu', 'memory'] as const).filter(
		(resource) => request[resource] > 0 && taken[resource] + request[resource] > capacity(node, resource),
	);
	const reasons = short.map((resource) => `Insufficient ${resource}`);
	if (taken.pods + 1 > capacity(node, 'pods')) reasons.push('Too many pods');
	if (reasons.length === 0) return undefined;
	return {reasons, final: short.some((resource) => request[resource] > capacity(node, resource))};
}

/** A node without numbers takes the kubelet's usual 110 pods, and anything else. */
function capacity(node: Node, resource: 'cpu' | 'memory' | 'pods'): number {
	const value = node.status?.allocatable?.[resource];
	return value === undefined ? (resource === 'pods' ? 110 : Infinity) : quantity(value);
}

/** Whether a toleration covers a taint (component-helpers, corev1.ToleratesTaint). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
	const {key, operator = 'Equal', value = '', effect} = toleration;
	if (effect && effect !== taint.effect) return false;
	if (key && key !== taint.key) return false;
	return operator === 'Exists' || (key !== undefined && value === (taint.value ?? ''));
}

/** The refusals in the scheduler's words: counts sorted as text, then what preemption would say. */
function explain(refusals: readonly Refusal[]): string {
	if (refusals.length === 0) return 'no nodes available to schedule pods';
	const head = `0/${refusals.length} nodes are available: `;
	const preemption = refusals.map(({final}) =>
		final ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
	);
	return `${head}${counted(refusals.flatMap(({reasons}) => reasons))}. preemption: ${head}${counted(preemption)}.`;
}

function counted(texts: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return [...counts]
		.map(([text, count]) => `${count} ${text}`)
		.sort()
		.join(', ');
}
