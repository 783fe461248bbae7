import type {
	Deployment,
	EndpointSlice,
	Event,
	HorizontalPodAutoscaler,
	Ingress,
	Namespace,
	Node,
	PersistentVolumeClaim,
	Pod,
	PodDisruptionBudget,
	ReplicaSet,
	Service,
} from '../objects.ts';
import type {Role} from '../role.ts';

/**
 * Everything the facts of one Deployment are made of. Lists may hold other objects of the namespace too: the functions
 * pick what belongs. `undefined` means "not readable or not loaded" and is never taken for "none".
 */
export interface RolloutInput {
	readonly deployment: Deployment;
	readonly replicaSets: readonly ReplicaSet[] | undefined;
	readonly pods: readonly Pod[] | undefined;
	readonly services?: readonly Service[] | undefined;
	readonly endpointSlices?: readonly EndpointSlice[] | undefined;
	readonly ingresses?: readonly Ingress[] | undefined;
	readonly autoscalers?: readonly HorizontalPodAutoscaler[] | undefined;
	readonly disruptionBudgets?: readonly PodDisruptionBudget[] | undefined;
	/** Events of the Deployment, its ReplicaSets and their pods (others are ignored). */
	readonly events?: readonly Event[] | undefined;
	/** What it stands on, read for it alone; left out where nobody has looked. */
	readonly ground?: RolloutGround | undefined;
	/** Milliseconds since the epoch, by the server's clock as well as it is known. */
	readonly now: number;
}

/** What the pods of one Deployment stand on, by name. `null`: it does not exist; a name that is not there: not known. */
export interface RolloutGround {
	readonly claims?: Readonly<Record<string, PersistentVolumeClaim | null>>;
	readonly nodes?: Readonly<Record<string, Node | null>>;
	readonly namespace?: Namespace | undefined;
}

/**
 * Where a rollout stands. `unobserved` the controller has not seen the last change · `paused` · `moving` · `waiting` it
 * cannot go on until something changes, with a cause · `stuck` a cause that does not heal by itself, or the deadline has
 * passed · `settling` complete in numbers, not yet available for minReadySeconds · `complete` · `degraded` complete, but fewer
 * available than wanted · `scaled-to-zero` · `unknown` the pods or ReplicaSets cannot be read.
 */
export type RolloutState =
	| 'unobserved'
	| 'paused'
	| 'moving'
	| 'waiting'
	| 'stuck'
	| 'settling'
	| 'complete'
	| 'degraded'
	| 'scaled-to-zero'
	| 'unknown';

/** What one revision has, counted from pods where they are visible, else from the ReplicaSet's status. */
export interface Lane {
	readonly replicaSet: ReplicaSet;
	readonly revision: number | undefined;
	readonly place: 'new' | 'old' | 'past';
	readonly desired: number;
	readonly running: number;
	readonly ready: number;
	readonly available: number;
	/** Pods that exist, are not ending and are not ready. */
	readonly waiting: number;
	/** Undefined: unknown, where pods are not visible and the server (before 1.35) does not count them. */
	readonly ending: number | undefined;
	readonly failed: number;
	/** Pods of this revision that some Service's slices list as ready, or undefined without slices or Services. */
	readonly serving: number | undefined;
}

/** The fences of the strategy in absolute pods, and what the controller may do next (reference 2.1, 2.2). */
export interface Bounds {
	readonly strategy: 'RollingUpdate' | 'Recreate';
	readonly desired: number;
	readonly surge: number;
	readonly unavailable: number;
	readonly maximumPods: number;
	readonly minimumAvailable: number;
	/** New pods that may still be created now. */
	readonly canAdd: number;
	/** Old pods that may be stopped now. */
	readonly canRemove: number;
}

/** What a sentence rests on: an object, and the field or event that said it. */
export interface Evidence {
	readonly object: {readonly kind: string; readonly name: string; readonly uid?: string | undefined};
	/** e.g. `ErrImagePull`, `FailedCreate`, `status.conditions[Progressing]`. */
	readonly source: string;
	/** The server's own words, one line. */
	readonly text: string;
	readonly count?: number | undefined;
	/** Milliseconds since the epoch. */
	readonly first?: number | undefined;
	readonly last?: number | undefined;
}

/** One reason why a rollout waits. `id` names the entry in reasons.ts. */
export interface Cause {
	readonly id: string;
	/** Two to five words for the ROLLOUT cell: `image not found`, `crash loop, exit 1`. */
	readonly short: string;
	/** The whole sentence: `5 of 5 new pods cannot pull web:1.4.3: not found`. */
	readonly sentence: string;
	/** What a person can do: `fix the image, or go back`. */
	readonly advice: string | undefined;
	/** Pods of the new revision that it holds, and how many there are. */
	readonly pods: readonly string[];
	/** It does not go away until a person changes something. */
	readonly needsPerson: boolean;
	readonly evidence: readonly Evidence[];
	/** Milliseconds since the epoch since when, as far as the objects tell. */
	readonly since: number | undefined;
}

/** A moment that comes without an event. Milliseconds since the epoch; in the past = overdue. */
export interface Clock {
	readonly id: 'deadline' | 'min-ready' | 'back-off' | 'grace';
	readonly at: number;
	readonly subject: string;
}

/** What a Service sends where, by revision. */
export interface TrafficFacts {
	readonly service: Service;
	readonly ports: string;
	readonly byLane: readonly {
		readonly revision: number | undefined;
		readonly ready: number;
		readonly serving: number;
		readonly terminating: number;
		readonly notReady: number;
	}[];
	readonly ready: number;
	readonly notReady: number;
	readonly draining: number;
	/** Sentences: a target port no container has, pods of another Deployment behind the same Service, … */
	readonly warnings: readonly string[];
	/** Host and path of the Ingress routes that lead to the Service: `shop.example.com/cart`. */
	readonly routes: readonly string[];
}

/** The answer to "what is this rollout doing", made by `rolloutFacts` and shown everywhere. */
export interface RolloutFacts {
	readonly state: RolloutState;
	readonly role: Role;
	/** The ROLLOUT cell without its glyph: `stuck 2m: image not found`, `rolling 3/10`, `complete 12m ago`, `paused, template changed`. */
	readonly words: string;
	/** Exactly what `kubectl rollout status` would decide on this object (reference 1a). */
	readonly kubectlStatus: {
		readonly row: 1 | 2 | 3 | 4 | 5 | 6;
		readonly text: string;
		readonly done: boolean;
		readonly failed: boolean;
	};
	readonly revision: number | undefined;
	/** The number the rollout comes from: the highest revision of another ReplicaSet that still has pods, or had last. */
	readonly from: number | undefined;
	readonly newReplicaSet: ReplicaSet | undefined;
	/** Newest revision first, the new one in front. */
	readonly lanes: readonly Lane[];
	readonly bounds: Bounds;
	/** Ranked: the first is the one to act on. Empty when nothing waits. */
	readonly causes: readonly Cause[];
	/** One sentence about the fences, for the Why pane: `8 of 10 available, may not drop lower`. */
	readonly boundsSentence: string;
	readonly clocks: readonly Clock[];
	readonly traffic: readonly TrafficFacts[];
	/** Who else writes here, as sentences: `Argo CD manages this object and may put 14 back`. */
	readonly owners: readonly string[];
	/** What is worth knowing though nothing waits for it: no deadline, one pod at a time, a budget that holds up drains, … */
	readonly notes: readonly string[];
	/** When the present rollout began and, if complete, ended; milliseconds since the epoch. */
	readonly startedAt: number | undefined;
	readonly completedAt: number | undefined;
	/** When it will be complete at the pace so far, once two pods have gone through; undefined while that cannot be told. */
	readonly estimatedEndAt: number | undefined;
	/** When the words change without any event (a clock running, "2m ago"); undefined: not before an event. */
	readonly nextChangeAt: number | undefined;
}
