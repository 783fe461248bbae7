import {parseTime} from '../format/age.ts';
import {shortImage} from '../format/image.ts';
import {eventsNamed, firstOf, goBack, isCreating, ofContainers, statusEvidence} from './container-reason.ts';
import {evidenceOfEvents} from './events.ts';
import type {PodReason} from './reasons.ts';
import {overdue} from './scene.ts';

/** A container that runs, or is fetched, may take this long before that is worth a word. */
const patience = 10_000;

/** What a container that works still waits for. */
export const containerWaits: readonly PodReason[] = [
	ofContainers('starting', (container, pod, scene) => {
		const {status, step, sidecar} = container;
		const since = parseTime(status.state?.running?.startedAt);
		if (since === undefined || status.ready || status.started !== false || (step !== undefined && !sidecar))
			return undefined;
		const probe = evidenceOfEvents(
			pod,
			'Pod',
			eventsNamed(pod, scene, container, 'Unhealthy').filter(({message}) => message?.startsWith('Startup')),
		);
		if (!probe && !overdue(since, patience, scene)) return undefined;
		return {
			key: status.name,
			short: 'still starting',
			does: [
				`is still starting ${status.name}${probe ? `: ${probe.text}` : ''}`,
				`are still starting ${status.name}${probe ? `: ${probe.text}` : ''}`,
			],
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
		const since = parseTime(status.state?.running?.startedAt);
		if (status.ready || since === undefined || (step !== undefined && !sidecar)) return undefined;
		const probe = evidenceOfEvents(
			pod,
			'Pod',
			eventsNamed(pod, scene, container, 'Unhealthy').filter(({message}) => message?.startsWith('Readiness')),
		);
		if (!probe && !overdue(since, patience, scene)) return undefined;
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
