import {parseTime} from '../format/age.ts';
import {shortImage} from '../format/image.ts';
import type {Pod} from '../objects.ts';
import {eventsNamed, firstOf, goBack, isCreating, ofContainers, statusEvidence} from './container-reason.ts';
import {evidenceOfEvents, timesOf} from './events.ts';
import type {Evidence} from './facts.ts';
import {type PodContainer, readyChangedAt} from './pods.ts';
import type {PodReason} from './reason.ts';
import {overdue, type Scene} from './scene.ts';

/** A container that runs, or is fetched, may take this long before that is worth a word. */
const patience = 10_000;
/** A check fails for a while before the pod counts as not ready. */
const before = 60_000;

/** What a container that works still waits for. */
export const containerWaits: readonly PodReason[] = [
	ofContainers('starting', (container, pod, scene) => {
		const {status, step, sidecar} = container;
		const since = parseTime(status.state?.running?.startedAt);
		if (status.ready || status.started !== false || (step !== undefined && !sidecar)) return undefined;
		if (since === undefined || !overdue(since, patience, scene)) return undefined;
		const probe = failedChecks('Startup', container, pod, scene, since);
		const why = probe ? `: ${probe.text}` : '';
		return {
			key: status.name,
			short: 'still starting',
			does: [`is still starting ${status.name}${why}`, `are still starting ${status.name}${why}`],
			needsPerson: false,
			evidence: () => [probe, statusEvidence(pod, container, 'running, not started')],
			since,
		};
	}),
	ofContainers('init', (container, pod, scene) => {
		const {status, step, sidecar} = container;
		const since = parseTime(status.state?.running?.startedAt);
		if (
			step === undefined ||
			since === undefined ||
			(sidecar ? status.started : status.ready) ||
			!overdue(since, patience, scene)
		)
			return undefined;
		const what = sidecar
			? `helper container ${status.name}`
			: `start-up step ${step + 1} of ${pod.spec.initContainers?.length ?? 0}, ${status.name}`;
		return {
			key: status.name,
			short: sidecar ? 'helper not started' : `init step ${step + 1} runs`,
			does: [`waits for ${what}`, `wait for ${what}`],
			needsPerson: false,
			evidence: () => [statusEvidence(pod, container, 'running')],
			since,
		};
	}),
	ofContainers('not-ready', (container, pod, scene) => {
		const {status, step, sidecar} = container;
		const started = parseTime(status.state?.running?.startedAt);
		if (status.ready || started === undefined || (step !== undefined && !sidecar)) return undefined;
		// One that was ready before has been unready only since then.
		const since = Math.max(started, readyChangedAt(pod) ?? 0);
		if (!overdue(since, patience, scene)) return undefined;
		const probe = failedChecks('Readiness', container, pod, scene, since);
		const why = probe ? `: ${probe.text}` : '';
		return {
			key: status.name,
			short: 'not ready',
			does: [`runs ${status.name} but is not ready${why}`, `run ${status.name} but are not ready${why}`],
			advice: `look at its log and its readiness check, ${goBack}`,
			needsPerson: false,
			evidence: () => [probe, statusEvidence(pod, container, 'running, not ready')],
			since,
		};
	}),
	ofContainers('pulling', (container, pod, scene) => {
		if (!isCreating(container)) return undefined;
		const last = eventsNamed(pod, scene, container, 'Pulling', 'Pulled', 'Failed').at(-1);
		const since = last && firstOf([last]);
		if (last?.reason !== 'Pulling' || since === undefined || !overdue(since, patience, scene)) return undefined;
		const image = shortImage(container.spec?.image ?? '');
		return {
			key: image,
			short: 'pulling image',
			does: [`is downloading ${image}`, `are downloading ${image}`],
			needsPerson: false,
			evidence: () => [evidenceOfEvents(pod, 'Pod', [last])],
			since,
		};
	}),
];

/** The failures of a check of this container that belong to its present trouble; those of an earlier one may live for an hour. */
function failedChecks(
	check: 'Startup' | 'Readiness',
	container: PodContainer,
	pod: Pod,
	scene: Scene,
	since: number,
): Evidence | undefined {
	const failures = eventsNamed(pod, scene, container, 'Unhealthy').filter(
		(event) => event.message?.startsWith(check) && (timesOf(event).last ?? since) >= since - before,
	);
	return evidenceOfEvents(pod, 'Pod', failures);
}
