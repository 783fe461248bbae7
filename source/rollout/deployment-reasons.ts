import {age, parseTime} from '../format/age.ts';
import type {Evidence} from './facts.ts';
import {nodeTrouble} from './ground.ts';
import {specWrites} from './history.ts';
import {askedToStopAt, availableAt, isEnding, isLive, isReady, readyChangedAt} from './pods.ts';
import type {SceneReason} from './reason.ts';
import {controllerUid} from './revisions.ts';
import {overdue, type Scene} from './scene.ts';
import {deadlineOf, isFinished, verdictOf} from './status.ts';
import {count} from './words.ts';

/** A controller that is well answers a change within this long. */
const answer = 10_000;
/** A pod that stops is worth a word after this long. */
const stopping = 10_000;
/** New pods that nothing explains are worth a word after this long. */
const silence = 30_000;

/** The controller has not seen the last change: nothing else that is known is about it. */
export const observationReasons: readonly SceneReason[] = [
	{
		id: 'unobserved',
		ofScene(scene) {
			if (scene.kubectl.row !== 1) return undefined;
			const since = changedAt(scene);
			if (since === undefined || !overdue(since, answer, scene)) return undefined;
			const {generation, name, uid} = scene.deployment.metadata;
			const observed = scene.deployment.status?.observedGeneration ?? 0;
			return {
				id: 'unobserved',
				short: 'controller is silent',
				sentence: 'The deployment controller has not seen the last change',
				advice: 'is kube-controller-manager running?',
				pods: [],
				needsPerson: true,
				evidence: [
					{
						object: {kind: 'Deployment', name, uid},
						source: 'status.observedGeneration',
						text: `generation ${generation}, observed ${observed}`,
					},
				],
				since,
			};
		},
	},
];

/** What is told from the Deployment itself, or when nothing else explains it. */
export const deploymentReasons: readonly SceneReason[] = [
	{
		id: 'old-lingers',
		ofScene(scene) {
			const {oldPods, bounds} = scene;
			const ending = oldPods.filter(isEnding);
			if (ending.length === 0) return undefined;
			const recreate = bounds.strategy === 'Recreate';
			const late = ending.filter((pod) =>
				overdue(parseTime(pod.metadata.deletionTimestamp) ?? Number.POSITIVE_INFINITY, 1, scene),
			);
			const asked = Math.min(...ending.flatMap((pod) => askedToStopAt(pod) ?? []));
			if (!(recreate && scene.newPods.length === 0) && late.length === 0) return undefined;
			if (!overdue(asked, stopping, scene)) return undefined;
			const node = ending.map((pod) => nodeTrouble(pod, scene)).find((trouble) => trouble !== undefined);
			const held = ending.find(({metadata}) => metadata.finalizers?.length)?.metadata.finalizers?.join(', ');
			return {
				id: 'old-lingers',
				short: `${count(ending.length, 'old pod')} stopping`,
				sentence: `${count(ending.length, 'old pod')} still ${ending.length === 1 ? 'has' : 'have'} to stop${recreate ? ' before the first new one starts' : ''}${late.length > 0 ? `; ${late.length} should be gone by now` : ''}${node ? `; on ${node.text}` : ''}${held ? `; held by finalizer ${held}` : ''}`,
				advice: late.length > 0 || node ? 'look at the node, or delete them by force' : undefined,
				pods: ending.map(({metadata}) => metadata.name),
				needsPerson: late.some((pod) =>
					overdue(parseTime(pod.metadata.deletionTimestamp) ?? Number.POSITIVE_INFINITY, silence, scene),
				),
				evidence: ending.slice(0, 3).map(
					({metadata: {name, uid, deletionTimestamp}}): Evidence => ({
						object: {kind: 'Pod', name, uid},
						source: 'metadata.deletionTimestamp',
						text: `must have stopped by ${deletionTimestamp}`,
					}),
				),
				since: asked,
			};
		},
	},
	{
		id: 'counts-stand-still',
		ofScene(scene) {
			if (!scene.visible || scene.kubectl.row === 1) return undefined;
			const lane = scene.lanes.find(({replicaSet: {status, spec}, running, ready}) => {
				const counted = (status?.replicas ?? 0) !== running || (status?.readyReplicas ?? 0) !== ready;
				return counted && ((spec.replicas ?? 1) > 0 || running > 0);
			});
			if (!lane) return undefined;
			const pods = [...scene.newPods, ...scene.oldPods];
			const last = Math.max(
				0,
				...pods.flatMap((pod) => [
					parseTime(pod.metadata.creationTimestamp) ?? 0,
					readyChangedAt(pod) ?? 0,
					askedToStopAt(pod) ?? 0,
				]),
			);
			if (!overdue(last, answer, scene)) return undefined;
			const {name, uid} = lane.replicaSet.metadata;
			const {replicas = 0, readyReplicas = 0} = lane.replicaSet.status ?? {};
			return {
				id: 'counts-stand-still',
				short: 'counts stand still',
				sentence: `The controller counts ${replicas} pods, ${readyReplicas} ready, but there are ${lane.running}, ${lane.ready} ready`,
				advice: 'is kube-controller-manager running?',
				pods: [],
				needsPerson: false,
				evidence: [
					{
						object: {kind: 'ReplicaSet', name, uid},
						source: 'status',
						text: `replicas ${replicas}, readyReplicas ${readyReplicas}`,
					},
				],
				since: last || undefined,
			};
		},
	},
	{
		id: 'not-made',
		ofScene(scene, causes) {
			if (!scene.visible || scene.kubectl.row === 1 || causes.length > 0) return undefined;
			const lane = scene.lanes.find(({desired, running}) => desired > running);
			if (!lane) return undefined;
			const {name, uid, creationTimestamp} = lane.replicaSet.metadata;
			const pods = [...scene.newPods, ...scene.oldPods];
			const own = pods.filter((pod) => controllerUid(pod) === uid);
			const times = [creationTimestamp, ...own.map(({metadata}) => metadata.creationTimestamp)];
			// Nothing says when a ReplicaSet was given another size: it is when a pod became available or was asked to stop.
			const moved = pods.flatMap((pod) => [availableAt(pod, scene.minReady) ?? 0, askedToStopAt(pod) ?? 0]);
			const since = Math.max(
				changedAt(scene) ?? 0,
				...times.flatMap((time) => parseTime(time) ?? []),
				...moved.filter((at) => at <= scene.now),
			);
			if (!overdue(since, answer, scene)) return undefined;
			const missing = lane.desired - lane.running;
			return {
				id: 'not-made',
				short: 'pods not made',
				sentence: `${count(missing, 'pod')} ${missing === 1 ? 'is' : 'are'} missing, and nothing says why`,
				advice: 'is kube-controller-manager running, and the namespace not being deleted?',
				pods: [],
				needsPerson: false,
				evidence: [
					{
						object: {kind: 'ReplicaSet', name, uid},
						source: 'spec.replicas',
						text: `${lane.desired} wanted, ${lane.running} there`,
					},
				],
				since,
			};
		},
	},
	{
		id: 'no-progress',
		ofScene(scene, causes) {
			const {deployment, newPods, bounds} = scene;
			if (
				causes.length > 0 ||
				deployment.spec.paused ||
				isFinished(deployment) ||
				bounds.canAdd > 0 ||
				bounds.canRemove > 0
			)
				return undefined;
			const unready = newPods.filter((pod) => isLive(pod) && !isReady(pod));
			if (unready.length === 0) return undefined;
			const since = Math.max(...unready.map((pod) => parseTime(pod.metadata.creationTimestamp) ?? 0));
			if (!overdue(since, silence, scene)) return undefined;
			return {
				id: 'no-progress',
				short: 'no pod became ready',
				sentence: 'No new pod has become ready, and nothing says why',
				advice: 'look at the pods',
				pods: unready.map(({metadata}) => metadata.name),
				needsPerson: false,
				evidence: [],
				since,
			};
		},
	},
	{
		id: 'min-ready',
		ofScene(scene, causes) {
			const {minReady, newPods, now} = scene;
			// While paused it is not these pods that are waited for.
			if (causes.length > 0 || minReady === 0 || scene.deployment.spec.paused) return undefined;
			const ends = newPods
				.filter(isLive)
				.flatMap((pod) => availableAt(pod, minReady) ?? [])
				.filter((at) => at > now && Number.isFinite(at));
			if (ends.length === 0) return undefined;
			return {
				id: 'min-ready',
				short: 'must stay ready',
				sentence: `${count(ends.length, 'new pod')} ${ends.length === 1 ? 'is' : 'are'} ready and must stay so for ${age(minReady)} before ${ends.length === 1 ? 'it counts' : 'they count'}`,
				advice: undefined,
				pods: [],
				needsPerson: false,
				evidence: [],
				since: Math.min(...ends) - minReady,
			};
		},
	},
	{
		id: 'deadline',
		ofScene({deployment, newReplicaSet}) {
			const verdict = verdictOf(deployment, newReplicaSet);
			if (verdict?.reason !== 'ProgressDeadlineExceeded' || !verdict.applies || deployment.spec.paused)
				return undefined;
			const {name, uid} = deployment.metadata;
			const deadline = deadlineOf(deployment);
			return {
				id: 'deadline',
				short: 'deadline passed',
				sentence: `No progress for ${deadline === undefined ? 'as long as was allowed' : age(deadline)}: Kubernetes keeps trying, and will not go back by itself`,
				advice: 'mend it, or go back (u)',
				pods: [],
				needsPerson: true,
				evidence: [
					{
						object: {kind: 'Deployment', name, uid},
						source: 'status.conditions[Progressing]',
						text: verdict.message,
						first: verdict.at,
					},
				],
				since: verdict.at,
			};
		},
	},
	{
		id: 'paused',
		ofScene({deployment, kubectl}) {
			if (!deployment.spec.paused || kubectl.row === 6) return undefined;
			const {name, uid} = deployment.metadata;
			return {
				id: 'paused',
				short: 'paused',
				sentence: 'The rollout is paused: a change is waiting to go on',
				advice: 'resume it (p)',
				pods: [],
				needsPerson: true,
				evidence: [{object: {kind: 'Deployment', name, uid}, source: 'spec.paused', text: 'true'}],
				since: undefined,
			};
		},
	},
];

/**
 * When the Deployment was last written. Undefined where the server does not say so, as the last write with a time may be of any age: of a new
 * size, which the controller has yet to note on its ReplicaSets, and of an undo that only takes fields away, after the youngest of them was made.
 */
function changedAt({deployment, owned, newReplicaSet}: Scene): number | undefined {
	const {replicas = 1} = deployment.spec;
	const isResized = owned.some((set) => {
		const known = set.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'];
		return known !== undefined && Number(known) !== replicas && (set === newReplicaSet || (set.spec.replicas ?? 1) > 0);
	});
	const wrote = specWrites(deployment)[0]?.at ?? parseTime(deployment.metadata.creationTimestamp);
	const isOlder = owned.some(({metadata}) => (parseTime(metadata.creationTimestamp) ?? 0) > (wrote ?? 0));
	return isResized || isOlder ? undefined : wrote;
}
