import type {Pod} from '../objects.ts';
import {containerFailures} from './container-failures.ts';
import {containerWaits} from './container-waits.ts';
import {creationReasons} from './creation-reasons.ts';
import {deploymentReasons, observationReasons} from './deployment-reasons.ts';
import type {Cause} from './facts.ts';
import {placementReasons} from './placement-reasons.ts';
import {isLive, isReady} from './pods.ts';
import type {PodFinding, PodReason, Reason} from './reason.ts';
import type {Scene} from './scene.ts';

/** The catalogue, in the order of rank: the first cause found is the one to act on (reference 5.5). */
const catalogue: readonly Reason[] = [
	...observationReasons,
	...creationReasons,
	...containerFailures,
	...placementReasons,
	...containerWaits,
	...deploymentReasons,
];

/** However many pods there are, a cause shows its first few pieces of evidence. */
const mostEvidence = 3;

/** Why a rollout waits or a finished one lacks pods: one cause for each reason and subject, ranked. Empty where nothing does. */
export function causesOf(scene: Scene): Cause[] {
	const causes: Cause[] = [];
	const live = scene.newPods.filter(isLive);
	const unexplained = new Set(scene.newPods.filter((pod) => isTroubled(pod)));
	for (const reason of catalogue) {
		if ('ofScene' in reason) {
			const cause = reason.ofScene(scene, causes);
			if (cause) causes.push(cause);
			continue;
		}
		const groups = new Map<string, {pods: Pod[]; findings: PodFinding[]}>();
		for (const pod of unexplained) {
			const finding = reason.ofPod(pod, scene);
			if (!finding) continue;
			unexplained.delete(pod);
			const group = groups.get(finding.key) ?? {pods: [], findings: []};
			group.pods.push(pod);
			group.findings.push(finding);
			groups.set(finding.key, group);
		}
		const found = [...groups.values()].sort((a, b) => b.pods.length - a.pods.length);
		for (const {pods, findings} of found) causes.push(join(reason, pods, findings, live.length, scene));
	}
	return causes;
}

/** Worth asking about: not ready, or with a container that has restarted and may do so again. */
function isTroubled(pod: Pod): boolean {
	if (pod.metadata.deletionTimestamp !== undefined) return false;
	if (!isReady(pod)) return pod.status?.phase !== 'Succeeded';
	return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].some(
		({restartCount = 0}) => restartCount > 0,
	);
}

function join(
	reason: PodReason,
	pods: readonly Pod[],
	findings: readonly PodFinding[],
	total: number,
	scene: Scene,
): Cause {
	const [first] = findings;
	const {short, does, advice} = first!;
	const times = findings.flatMap(({since}) => since ?? []);
	const kind = scene.lanes.some(({place}) => place === 'old') ? 'new pod' : 'pod';
	const all = Math.max(total, pods.length);
	const verb = typeof does === 'string' ? does : does[pods.length === 1 ? 0 : 1];
	const olds = scene.oldPods.filter((pod) => isTroubled(pod) && reason.ofPod(pod, scene)).length;
	const also = olds > 0 ? `; ${olds} old ${olds === 1 ? 'pod' : 'pods'} too, so it may not be this release` : '';
	return {
		id: reason.id,
		short,
		sentence: `${pods.length} of ${all} ${kind}${all === 1 ? '' : 's'} ${verb}${also}`,
		advice,
		pods: pods.map(({metadata}) => metadata.name),
		needsPerson: findings.some(({needsPerson}) => needsPerson),
		evidence: findings
			.slice(0, mostEvidence)
			.flatMap(({evidence}) => evidence().flatMap((piece) => piece ?? []))
			.slice(0, mostEvidence),
		since: times.length > 0 ? Math.min(...times) : undefined,
	};
}
