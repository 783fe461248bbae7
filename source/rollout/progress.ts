import {parseTime} from '../format/age.ts';
import type {Role} from '../role.ts';
import type {Cause, RolloutState} from './facts.ts';
import {availableAt, isEnding, isLive} from './pods.ts';
import type {Scene} from './scene.ts';
import {isFinished, verdictOf} from './status.ts';
import {nextSpanChange, span} from './words.ts';

/** Where a rollout stands, and the words of its cell. */
export interface Progress {
	readonly state: RolloutState;
	readonly role: Role;
	readonly words: string;
}

/** Causes that explain a state without being one that makes it wait. */
const quiet: ReadonlySet<string> = new Set(['min-ready', 'paused', 'deadline', 'unobserved']);

/**
 * Decides the state. Conditions count only together with the counts and only if they speak of the present template: the verdicts
 * NewReplicaSetAvailable and ProgressDeadlineExceeded outlive the change that they were about (reference 0, 1c). Nothing is called
 * complete that cannot be seen.
 */
export function progressOf(scene: Scene, causes: readonly Cause[], completedAt: number | undefined): Progress {
	const {deployment, kubectl, desired} = scene;
	if (deployment.metadata.deletionTimestamp !== undefined)
		return {state: 'moving', role: 'ending', words: 'being deleted'};
	if (kubectl.row === 1) return unobserved(scene, causes);
	if (deployment.spec.paused) return paused(scene, causes);
	if (desired === 0) return scaledToZero(scene);
	const olds = scene.lanes.filter(({place}) => place === 'old');
	const finished = isFinished(deployment) && !olds.some(({desired, running}) => desired > 0 || running > 0);
	const headline = causes.find(({id}) => !quiet.has(id));
	if (!scene.visible && !headline) return unseen(scene, causes, finished);
	const fresh = verdictOf(deployment, scene.newReplicaSet);
	const alone = !olds.some(({desired}) => desired > 0);
	// It was complete once: what it lacks now it has lost, or has been scaled to.
	const before = alone && fresh?.applies && fresh.reason === 'NewReplicaSetAvailable';
	if (finished || before) return complete(scene, headline, finished, completedAt);
	return going(scene, causes, headline);
}

function unobserved(scene: Scene, causes: readonly Cause[]): Progress {
	const silent = causes.find(({id}) => id === 'unobserved');
	const words = 'not seen by the controller';
	if (!silent) return {state: 'unobserved', role: 'moving', words};
	return {state: 'unobserved', role: 'failed', words: timed(words, silent, scene)};
}

/** A pause stops no outage: where fewer pods are available than there have to be, that is what is said. */
function paused(scene: Scene, causes: readonly Cause[]): Progress {
	const {lanes, deployment, bounds, desired} = scene;
	const counted = lanes.length > 0 ? lanes.reduce((sum, lane) => sum + lane.available, 0) : undefined;
	const available = Math.min(desired, counted ?? deployment.status?.availableReplicas ?? 0);
	if (available >= Math.min(desired, bounds.minimumAvailable))
		return {state: 'paused', role: 'paused', words: pausedWords(scene)};
	const headline = causes.find(({id}) => !quiet.has(id));
	const why = headline === undefined ? '' : `: ${headline.short}`;
	const role = headline?.needsPerson ? 'failed' : 'waiting';
	return {state: 'paused', role, words: `paused, ${available}/${desired} available${why}`};
}

function pausedWords({newReplicaSet, lanes, bounds, visible, kubectl}: Scene): string {
	const fresh = lanes.find(({place}) => place === 'new');
	if (kubectl.row === 6) return 'paused';
	if (!newReplicaSet) return visible || lanes.length > 0 ? 'paused, template changed' : 'paused';
	return lanes.some(({place, desired}) => place === 'old' && desired > 0)
		? `paused at ${fresh?.available ?? 0}/${bounds.desired}`
		: 'paused';
}

function scaledToZero({deployment, newPods, oldPods, visible}: Scene): Progress {
	const {replicas = 0} = deployment.status ?? {};
	const pods = [...newPods, ...oldPods];
	const stopping = pods.filter(isEnding).length;
	const running = visible ? pods.filter(isLive).length : replicas;
	// The count may be behind the pods: it says that all is not over yet, but not how many are left.
	if (replicas > 0 || running > 0) {
		const left = running + stopping;
		return {state: 'moving', role: 'moving', words: left > 0 ? `scaling to 0, ${left} left` : 'scaling to 0'};
	}
	const left = stopping > 0 ? `, ${stopping} stopping` : '';
	return {state: 'scaled-to-zero', role: 'muted', words: `scaled to 0${left}`};
}

/** Pods or ReplicaSets are not readable: only what `status` alone can tell. */
function unseen(scene: Scene, causes: readonly Cause[], finished: boolean): Progress {
	if (finished) return {state: 'unknown', role: 'muted', words: 'pods not visible'};
	const deadline = causes.find(({id}) => id === 'deadline');
	if (deadline) return stuck(scene, deadline);
	const {availableReplicas = 0, updatedReplicas = 0} = scene.deployment.status ?? {};
	return {
		state: 'moving',
		role: 'moving',
		words: `rolling ${Math.min(availableReplicas, updatedReplicas)}/${scene.desired}, pods not visible`,
	};
}

/** All of the present template and nothing else: now it is about what is available, by the pods where they can be seen. */
function complete(
	scene: Scene,
	headline: Cause | undefined,
	finished: boolean,
	completedAt: number | undefined,
): Progress {
	const {desired, lanes, newPods, oldPods, deployment} = scene;
	const lane = lanes.find(({place}) => place === 'new');
	const counted = Math.min(desired, lane?.available ?? deployment.status?.availableReplicas ?? 0);
	// A container that crashes again and again is available in between.
	const held = newPods.filter((pod) => isLive(pod) && headline?.pods.includes(pod.metadata.name)).length;
	const available = Math.min(counted, Math.max(0, (lane?.running ?? desired) - held));
	const isAside = headline?.id === 'old-lingers' || (headline?.id === 'counts-stand-still' && available >= desired);
	if (headline && !isAside) {
		const role = headline.needsPerson ? 'failed' : 'waiting';
		return {state: 'degraded', role, words: `degraded ${available}/${desired}: ${headline.short}`};
	}
	const settling = settlingWords(scene);
	if (settling) return settling;
	if (available < desired && areYoung(scene)) {
		return {state: 'moving', role: 'moving', words: `starting ${available}/${desired}`};
	}
	if (available < desired) return {state: 'degraded', role: 'waiting', words: `degraded ${available}/${desired}`};
	if (!finished) return {state: 'moving', role: 'moving', words: `scaling to ${desired}`};
	const stopping = oldPods.filter(isEnding).length;
	if (stopping > 0) return {state: 'complete', role: 'ok', words: `complete, ${stopping} stopping`};
	const ago = completedAt === undefined ? '' : ` ${lasting(completedAt, scene)} ago`;
	return {state: 'complete', role: 'ok', words: `complete${ago}`};
}

/** Whether what is missing are new pods, of a scaling or in the place of others, rather than some that have been available. */
function areYoung({newPods, minReady, now, deployment, newReplicaSet}: Scene): boolean {
	const since = verdictOf(deployment, newReplicaSet)?.at ?? 0;
	return newPods
		.filter((pod) => isLive(pod) && (availableAt(pod, minReady) ?? Number.POSITIVE_INFINITY) > now)
		.every(({metadata}) => (parseTime(metadata.creationTimestamp) ?? 0) > since);
}

function going(scene: Scene, causes: readonly Cause[], headline: Cause | undefined): Progress {
	const deadline = causes.find(({id}) => id === 'deadline');
	const trouble = headline ?? deadline;
	if (trouble && (deadline || trouble.needsPerson)) return stuck(scene, trouble);
	if (trouble)
		return {state: 'waiting', role: 'waiting', words: `${timed('waiting', trouble, scene)}: ${trouble.short}`};
	const settling = settlingWords(scene);
	if (settling) return settling;
	const {bounds, newPods, oldPods, lanes, desired} = scene;
	const stopping = oldPods.filter(isEnding).length;
	if (bounds.strategy === 'Recreate') {
		const starting = newPods.length > 0 || stopping === 0;
		const ready = lanes.find(({place}) => place === 'new')?.available ?? 0;
		return {
			state: 'moving',
			role: 'moving',
			words: starting ? `recreating ${ready}/${desired}` : `recreating, ${stopping} old stopping`,
		};
	}
	return {
		state: 'moving',
		role: 'moving',
		words: `rolling ${lanes.find(({place}) => place === 'new')?.available ?? 0}/${desired}`,
	};
}

function stuck(scene: Scene, cause: Cause): Progress {
	return {state: 'stuck', role: 'failed', words: `${timed('stuck', cause, scene)}: ${cause.short}`};
}

/** Only minReadySeconds is missing: it says how many seconds more. */
function settlingWords(scene: Scene): Progress | undefined {
	const {lanes, minReady, newPods, now, desired} = scene;
	const fresh = lanes.find(({place}) => place === 'new');
	if (!fresh || minReady === 0 || fresh.ready < desired || fresh.available >= desired) return undefined;
	if (lanes.some(({place, desired}) => place === 'old' && desired > 0)) return undefined;
	const end = Math.max(0, ...newPods.filter(isLive).flatMap((pod) => availableAt(pod, minReady) ?? []));
	const left = Math.ceil((end - now) / 1000);
	if (left <= 0 || !Number.isFinite(left)) return undefined;
	scene.wake(end - (left - 1) * 1000);
	return {state: 'settling', role: 'moving', words: `settling ${left}s more`};
}

/** `stuck 2m`, or the word alone where nothing says since when. */
function timed(word: string, {since}: Cause, scene: Scene): string {
	return since === undefined ? word : `${word} ${lasting(since, scene)}`;
}

function lasting(from: number, {now, wake}: Scene): string {
	wake(nextSpanChange(from, now));
	return span(now - from);
}
