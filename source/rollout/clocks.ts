import {parseTime} from '../format/age.ts';
import {backOffEnd} from './crashes.ts';
import type {Clock} from './facts.ts';
import {isEnding, isLive, isReady, readyChangedAt} from './pods.ts';
import type {Scene} from './scene.ts';
import {deadlineOf, isFinished, verdictOf} from './status.ts';

/**
 * The moments that come without an event: the deadline of the rollout, the end of minReadySeconds, the next try of a crashed container, the
 * end of a stopping pod's grace. Of several pods the last one that must be ready, the first that tries again, the last that stops.
 */
export function clocksOf(scene: Scene): Clock[] {
	const {deployment, newPods, oldPods, minReady, now} = scene;
	const clocks: Clock[] = [];
	const deadline = deadlineAt(scene);
	if (deadline !== undefined) clocks.push({id: 'deadline', at: deadline, subject: deployment.metadata.name});

	const proving = (minReady > 0 ? newPods : []).flatMap((pod) => {
		const since = isLive(pod) && isReady(pod) ? readyChangedAt(pod) : undefined;
		return since !== undefined && since + minReady > now ? [{at: since + minReady, subject: pod.metadata.name}] : [];
	});
	const proven = latest(proving);
	if (proven) clocks.push({id: 'min-ready', ...proven});

	// In back-off no container is ready, and so its pod is not.
	const waiting = newPods.filter((pod) => !isReady(pod) && isLive(pod));
	const retries = waiting.flatMap((pod) =>
		scene.containersOf(pod).flatMap(({status}) => {
			const at = backOffEnd(status);
			return at === undefined ? [] : [{at, subject: `${pod.metadata.name} ${status.name}`}];
		}),
	);
	const retry = latest(retries.map(({at, subject}) => ({at: -at, subject})));
	if (retry) clocks.push({id: 'back-off', at: -retry.at, subject: retry.subject});

	const stopping = [...oldPods, ...newPods].filter(isEnding).flatMap((pod) => {
		const at = parseTime(pod.metadata.deletionTimestamp);
		return at === undefined ? [] : [{at, subject: pod.metadata.name}];
	});
	const stopped = latest(stopping);
	if (stopped) clocks.push({id: 'grace', ...stopped});
	return clocks;
}

/**
 * When Kubernetes gives up: the last progress plus the deadline (deployment_util DeploymentTimedOut). Undefined while the clock does not
 * run: no deadline, paused, complete, given up already, or held by the verdict of a rollout that had completed.
 */
function deadlineAt({deployment, newReplicaSet, kubectl}: Scene): number | undefined {
	const deadline = deadlineOf(deployment);
	const verdict = verdictOf(deployment, newReplicaSet);
	if (
		deadline === undefined ||
		verdict?.at === undefined ||
		deployment.spec.paused ||
		isFinished(deployment) ||
		kubectl.row === 1
	)
		return undefined;
	if (verdict.reason === 'NewReplicaSetAvailable' || verdict.reason === 'ProgressDeadlineExceeded') return undefined;
	return verdict.at + deadline;
}

/** Two pods make a pace. */
const enough = 2;

/**
 * When the last pod becomes available if the others take as long as those of this rollout so far. Undefined before two have gone through,
 * while none is missing, and once the estimate has passed. Milliseconds since the epoch.
 */
export function estimateEnd(
	{newPods, minReady, desired, now}: Scene,
	startedAt: number | undefined,
): number | undefined {
	if (startedAt === undefined) return undefined;
	const times = newPods.filter(isLive).flatMap((pod) => {
		const since = isReady(pod) ? readyChangedAt(pod) : undefined;
		return since !== undefined && since >= startedAt && since + minReady <= now ? [since + minReady] : [];
	});
	if (times.length < enough || times.length >= desired) return undefined;
	const last = Math.max(...times);
	const end = last + ((last - startedAt) / times.length) * (desired - times.length);
	return end > now ? end : undefined;
}

function latest<T extends {readonly at: number}>(moments: readonly T[]): T | undefined {
	return moments.reduce<T | undefined>((last, moment) => (last && last.at >= moment.at ? last : moment), undefined);
}
