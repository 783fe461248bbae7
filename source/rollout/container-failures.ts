import {shortImage} from '../format/image.ts';
import {
	crashingSince,
	endEvidence,
	eventsNamed,
	firstOf,
	goBack,
	isCreating,
	ofContainers,
	startedAt,
	waitingEvidence,
} from './container-reason.ts';
import {crashOf} from './crashes.ts';
import {evidenceOfEvents} from './events.ts';
import {explainPull} from './pulls.ts';
import type {PodReason} from './reason.ts';
import {oneLine} from './words.ts';

/** What goes wrong with a container: image, configuration, start, crash, volume, network. */
export const containerFailures: readonly PodReason[] = [
	ofContainers('image', (container, pod, scene) => {
		const {waiting} = container.status.state ?? {};
		const failures = eventsNamed(pod, scene, container, 'Failed').filter(({message}) =>
			/pull|image/i.test(message ?? ''),
		);
		const pull = explainPull(waiting?.reason, waiting?.message, failures.at(-1)?.message);
		if (!pull) return undefined;
		const image = shortImage(container.spec?.image ?? container.status.image ?? '');
		return {
			key: `${image} ${pull.short}`,
			short: pull.short,
			does: `cannot pull ${image}: ${pull.why}`,
			advice: pull.advice,
			needsPerson: pull.needsPerson,
			evidence: () => [waitingEvidence(pod, container), evidenceOfEvents(pod, 'Pod', failures)],
			since: firstOf(failures) ?? startedAt(pod),
		};
	}),
	ofContainers('config', (container, pod) => {
		const {waiting} = container.status.state ?? {};
		if (waiting?.reason !== 'CreateContainerConfigError') return undefined;
		const why = oneLine(waiting.message ?? 'its configuration cannot be read');
		return {
			key: `${container.status.name} ${why}`,
			short: /not found/.test(why)
				? `missing ${/secret/i.test(why) ? 'secret' : /config ?map/i.test(why) ? 'config map' : 'config'}`
				: 'config error',
			does: `cannot start ${container.status.name}: ${why}`,
			advice: /not found|couldn't find key/.test(why)
				? `make what is missing, ${goBack}`
				: `fix the template, ${goBack}`,
			needsPerson: true,
			evidence: () => [waitingEvidence(pod, container)],
			since: startedAt(pod),
		};
	}),
	ofContainers('start-error', (container, pod) => {
		const {waiting, terminated} = container.status.state ?? {};
		const reasons = [
			'CreateContainerError',
			'RunContainerError',
			'PreCreateHookError',
			'PreStartHookError',
			'PostStartHookError',
		];
		const failed = [terminated, container.status.lastState?.terminated].find(
			(ended) => ended?.reason === 'ContainerCannotRun' || ended?.reason === 'StartError',
		);
		if (!failed && !reasons.includes(waiting?.reason ?? '')) return undefined;
		const why = oneLine((failed ? failed.message : waiting?.message) ?? failed?.reason ?? waiting?.reason ?? '');
		return {
			key: container.status.name,
			short: 'cannot start',
			does: `cannot start the program of ${container.status.name}: ${why}`,
			advice: `check command, mounts and permissions, ${goBack}`,
			needsPerson: true,
			evidence: () => [waitingEvidence(pod, container), failed && endEvidence(pod, container, failed)],
			since: startedAt(pod),
		};
	}),
	ofContainers('crash', (container, pod, scene) => {
		const killings = eventsNamed(pod, scene, container, 'Killing').filter(({message}) =>
			/liveness|startup/.test(message ?? ''),
		);
		const crash = crashOf(container, pod, killings.length > 0, scene);
		if (!crash) return undefined;
		const {end, restarts, loops} = crash;
		const again = restarts > 0 ? `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : '';
		const where = `in ${container.status.name} (${crash.meaning}${again})`;
		const probes = crash.id === 'liveness' ? eventsNamed(pod, scene, container, 'Unhealthy') : [];
		return {
			key: `${container.status.name} ${crash.short}`,
			short: container.step === undefined ? crash.short : `init ${crash.short}`,
			does: [`${crash.verb[0]} ${where}`, `${crash.verb[1]} ${where}`],
			advice: crash.advice,
			needsPerson: loops,
			evidence: () => [
				end && endEvidence(pod, container, end),
				waitingEvidence(pod, container),
				evidenceOfEvents(pod, 'Pod', killings),
				evidenceOfEvents(pod, 'Pod', probes),
			],
			since: crashingSince(pod, crash.end, eventsNamed(pod, scene, container, 'BackOff')),
		};
	}),
	ofContainers('volume', (container, pod, scene) => {
		if (!isCreating(container)) return undefined;
		const failures = eventsNamed(pod, scene, undefined, 'FailedMount', 'FailedAttachVolume');
		const evidence = evidenceOfEvents(pod, 'Pod', failures);
		if (!evidence) return undefined;
		const held = /multi-attach/i.test(evidence.text);
		return {
			key: evidence.text.replaceAll(pod.metadata.name, ''),
			short: held ? 'disk in use elsewhere' : 'volume not mounted',
			does: `cannot mount a volume: ${evidence.text}`,
			advice: held
				? 'the old pod still holds the disk: with strategy Recreate it lets go first'
				: `make what is missing, ${goBack}`,
			needsPerson: /not found/.test(evidence.text) || held,
			evidence: () => [evidence],
			since: evidence.first,
		};
	}),
	ofContainers('sandbox', (container, pod, scene) => {
		if (!isCreating(container)) return undefined;
		const evidence = evidenceOfEvents(
			pod,
			'Pod',
			eventsNamed(pod, scene, undefined, 'FailedCreatePodSandBox', 'NetworkNotReady'),
		);
		return (
			evidence && {
				key: pod.spec.nodeName ?? '',
				short: 'network not set up',
				does: `cannot start: node ${pod.spec.nodeName} cannot set up their network: ${evidence.text}`,
				advice: 'look at the network plugin of that node',
				needsPerson: false,
				evidence: () => [evidence],
				since: evidence.first,
			}
		);
	}),
];
