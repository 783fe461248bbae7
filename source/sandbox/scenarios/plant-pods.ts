import {controllerManager} from '../controllers/context.ts';
import {newReplicaSet} from '../controllers/deployment/revisions.ts';
import {templateHash} from '../controllers/deployment/template.ts';
import {behaviourOf} from '../controllers/kubelet/behaviour.ts';
import {statusFrom} from '../controllers/kubelet/pod-status.ts';
import {type Slot, slotsOf} from '../controllers/kubelet/slots.ts';
import {end, play, type Step} from '../controllers/kubelet/steps.ts';
import {controlledBy} from '../controllers/owners.ts';
import {nameSuffix, type Random} from '../controllers/random.ts';
import {eventAbout} from '../controllers/record.ts';
import {statusOf} from '../controllers/replica-set/status.ts';
import type {Deployment, Pod, ReplicaSet} from '../controllers/shapes.ts';
import {timestamp} from '../controllers/time.ts';
import type {Store} from '../store.ts';
import {second} from './spans.ts';

/** Where planted pods go and how they are named. */
export interface Soil {
	store: Store;
	random: Random;
	/** The next node in turn, and a free address on it. */
	place(): {node: string; hostIP: string; podIP: string; labels: Readonly<Record<string, string>>};
}

/** A ReplicaSet with its pods, each running and ready unless its image does something else. `at` in milliseconds. */
export function plantSet(soil: Soil, deployment: Deployment, size: number, revision: number, at: number): ReplicaSet {
	const {store} = soil;
	const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0);
	const options = {manager: controllerManager, at: at + second};
	const set = store.create('replicasets', newReplicaSet(deployment, hash, size, revision), options) as ReplicaSet;
	const pods = Array.from({length: size}, () => plantPod(soil, set, at + second));
	const status = statusOf(set, pods, undefined, store.clock.now());
	return store.update('replicasets', {...set, status}, {...options, subresource: 'status'}) as ReplicaSet;
}

function plantPod({store, random, place}: Soil, set: ReplicaSet, at: number): Pod {
	const {namespace, name} = set.metadata;
	const {metadata, spec} = set.spec.template;
	const {node, hostIP, podIP, labels} = place();
	const generateName = `${name}-`;
	const made = {
		metadata: {
			...metadata,
			labels: {...metadata?.labels, ...labels},
			generateName,
			name: `${generateName}${nameSuffix(random)}`,
			namespace,
			ownerReferences: [controlledBy(set)],
		},
		spec: {...spec, nodeName: node},
	};
	const pod = store.create('pods', made, {manager: controllerManager, at}) as Pod;
	const scheduled = {
		type: 'PodScheduled',
		status: 'True' as const,
		lastProbeTime: null,
		lastTransitionTime: timestamp(at),
		observedGeneration: 1,
	};
	const placed = {hostIP, hostIPs: [{ip: hostIP}], podIP, podIPs: [{ip: podIP}], startTime: timestamp(at)};
	const bound = {...pod, status: {...pod.status, ...placed, conditions: [scheduled]}};
	const slots = slotsOf(bound).map((slot) => grown(slot, bound, at));
	const status = statusFrom(bound, slots, at + 2 * second);
	for (const slot of slots) plantPullEvents(store, bound, slot, at);
	return store.update(
		'pods',
		{...bound, status},
		{manager: 'kubelet', subresource: 'status', at: at + 2 * second},
	) as Pod;
}

/** What its kubelet has told of an image that cannot be pulled, again and again since then. */
function plantPullEvents(store: Store, pod: Pod, slot: Slot, at: number): void {
	if (slot.status.state.waiting?.reason !== 'ImagePullBackOff') return;
	const now = store.clock.now();
	const repeats = {
		first: at + second,
		last: Math.max(at + second, now - 30 * second),
		count: 5 + Math.floor((now - at) / (300 * second)),
	};
	const {told} = play('backOffPull', slot, {pod, now, present: false});
	for (const [index, {type, reason, message}] of told.entries()) {
		const happening = {type, reason, message, component: 'kubelet', host: pod.spec.nodeName ?? ''};
		const about = {...happening, fieldPath: `spec.containers{${slot.container.name}}`};
		const {name, namespace} = pod.metadata;
		const event = {...eventAbout(pod, about, repeats), metadata: {name: `${name}.${index}`, namespace}};
		store.create('events', event, {manager: 'kubelet', at: at + second});
	}
}

/** The container as it is after a while. */
function grown(slot: Slot, pod: Pod, at: number): Slot {
	const {missing, misconfigured, ready} = behaviourOf(slot.container.image);
	const steps: Step[] = missing
		? ['create', 'backOffPull']
		: misconfigured || !ready
			? ['create']
			: ['create', 'becomeReady'];
	let {status} = slot;
	for (const step of steps) status = play(step, {...slot, status}, {pod, now: at + second, present: true}).status;
	if (slot.kind === 'init') status = {...end(status, 0, 'Completed', at + second), ready: true};
	return {...slot, status};
}
