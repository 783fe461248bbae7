import type {Deployment, Event, Pod, ReplicaSet} from '../objects.ts';
import type {Bounds, Lane, RolloutGround} from './facts.ts';
import type {PodContainer} from './pods.ts';
import type {KubectlStatus} from './status.ts';

/** What the reasons, the clocks and the state are told from: the objects of one Deployment, sorted and counted once. */
export interface Scene {
	readonly deployment: Deployment;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** minReadySeconds in milliseconds. */
	readonly minReady: number;
	/** spec.replicas. */
	readonly desired: number;
	/** The Deployment's own ReplicaSets; empty where they cannot be read. */
	readonly owned: readonly ReplicaSet[];
	readonly newReplicaSet: ReplicaSet | undefined;
	/** Whether pods and ReplicaSets could be read: without them nothing may be called complete. */
	readonly visible: boolean;
	/** Pods of the new ReplicaSet, and of all others. */
	readonly newPods: readonly Pod[];
	readonly oldPods: readonly Pod[];
	readonly lanes: readonly Lane[];
	readonly bounds: Bounds;
	readonly kubectl: KubectlStatus;
	/** The containers of a pod that its kubelet has spoken of. */
	readonly containersOf: (pod: Pod) => readonly PodContainer[];
	/** Oldest first. */
	readonly events: (uid: string) => readonly Event[];
	/** Empty where nobody has looked. */
	readonly ground: RolloutGround;
	/** Something changes at this moment without an event: look again then. Milliseconds since the epoch. */
	readonly wake: (at: number) => void;
}

/** Whether something has lasted this long (milliseconds); if not yet, it is looked at again then. */
export function overdue(since: number, patience: number, {now, wake}: Scene): boolean {
	if (now - since >= patience) return true;
	wake(since + patience);
	return false;
}
