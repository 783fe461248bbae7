import {matchesLabels} from '../format/selector.ts';
import type {
	Deployment,
	EndpointSlice,
	Event,
	HorizontalPodAutoscaler,
	Ingress,
	KindId,
	KubeObject,
	PersistentVolumeClaim,
	Pod,
	PodDisruptionBudget,
	ReplicaSet,
	Service,
} from '../objects.ts';
import type {RolloutFacts, RolloutGround, RolloutInput} from '../rollout/facts.ts';
import {rolloutFacts} from '../rollout/rollout.ts';
import {selectsPodsOf} from '../rollout/traffic.ts';
import {
	type AppliedChange,
	anyLabelKey,
	controllerUid,
	labelKey,
	type ObjectSets,
	serviceKey,
} from '../state/objects.ts';
import type {State} from '../state/state.ts';

/** Whether a kind can be reckoned with: all of it is here, it is still being listed, or it may not be read. */
export type Readability = 'complete' | 'loading' | 'denied';

/** How each kind can be read. */
export type ReadableAs = (kind: KindId) => Readability;

/**
 * The rollout facts of every Deployment, made when somebody asks and kept until an object they rest on changes or one
 * of their clocks runs out. The work is in proportion to what changed, not to the size of the cluster.
 */
export interface FactsCache {
	/** Undefined while ReplicaSets or pods are still being listed: half a list would be half a truth. */
	facts(deployment: Deployment, now: number): RolloutFacts | undefined;
	/** Everything the facts of this Deployment are made of. */
	input(deployment: Deployment, now: number): RolloutInput;
	/** The autoscalers of its namespace; undefined where they cannot be read, or are still being listed. */
	autoscalers(deployment: Deployment): readonly HorizontalPodAutoscaler[] | undefined;
	/** Forgets what rests on these objects, and says which Deployments (by uid) that were. */
	note(kind: KindId, changes: readonly AppliedChange[]): ReadonlySet<string>;
	/** What is known of the ground of one Deployment, in the place of what was known of another; says whose facts have changed. */
	stand(deploymentUid: string, ground: RolloutGround): ReadonlySet<string>;
	/**
	 * Makes ahead, one with each step, the facts of all Deployments as they will be once kinds can be read in another way:
	 * hundreds in one go would keep the keyboard waiting. Nothing, if they can be read in that way already.
	 */
	prepare(as: ReadableAs, now: number): Generator<void>;
	/** Kinds can be read in another way now: takes what was made ahead for that, and forgets all else. */
	reread(): void;
	forgetAll(): void;
	/** The Deployments whose facts have changed by the clock alone. */
	expired(now: number): readonly string[];
}

export function createFactsCache(objects: ObjectSets, readable: ReadableAs): FactsCache {
	const cache = new Map<string, RolloutFacts>();
	const eventsByObject = new Map<string, Event[]>();
	let stood: {readonly uid: string; readonly ground: RolloutGround} | undefined;
	let ahead: {readonly of: string; readonly facts: Map<string, RolloutFacts>} | undefined;

	const deploymentOf = (object: KubeObject | undefined): string | undefined => {
		if (!object) return undefined;
		const owner = controllerUid(object);
		if (owner === undefined) return undefined;
		const replicaSet = objects.replicasets.get(owner);
		return replicaSet ? controllerUid(replicaSet) : owner;
	};
	const deploymentOfUid = (uid: string | undefined): string | undefined => {
		if (uid === undefined) return undefined;
		if (objects.deployments.get(uid)) return uid;
		if (claimsIn(stood?.ground).some(({metadata}) => metadata.uid === uid)) return stood?.uid;
		return deploymentOf(objects.pods.get(uid) ?? objects.replicasets.get(uid));
	};
	const isLoading = (as: ReadableAs) => as('replicasets') === 'loading' || as('pods') === 'loading';

	const autoscalers = ({metadata}: Deployment, as: ReadableAs) =>
		as('horizontalpodautoscalers') === 'complete'
			? objects.horizontalpodautoscalers.inNamespace(metadata.namespace ?? '')
			: undefined;
	const gather = (deployment: Deployment, now: number, as: ReadableAs): RolloutInput => {
		const list = <O>(kind: KindId, members: () => readonly O[]): readonly O[] | undefined =>
			as(kind) === 'complete' ? members() : undefined;
		const {uid} = deployment.metadata;
		const replicaSets = objects.replicasets.ownedBy(uid);
		const pods = replicaSets.flatMap((replicaSet) => objects.pods.ownedBy(replicaSet.metadata.uid));
		const services = servicesOf(objects, deployment);
		const ground = stood?.uid === uid ? stood.ground : undefined;
		return {
			deployment,
			replicaSets: list<ReplicaSet>('replicasets', () => replicaSets),
			pods: list<Pod>('pods', () => pods),
			services: list<Service>('services', () => services),
			endpointSlices: list<EndpointSlice>('endpointslices', () => slicesOf(objects, services)),
			ingresses: list('ingresses', () => ingressesTo(objects, services)),
			autoscalers: autoscalers(deployment, as),
			disruptionBudgets: list('poddisruptionbudgets', () => budgetsOf(objects, deployment)),
			events: list<Event>('events', () =>
				[deployment, ...replicaSets, ...pods, ...claimsIn(ground)].flatMap(
					(object) => eventsByObject.get(object.metadata.uid) ?? [],
				),
			),
			ground,
			now,
		};
	};

	// By the Service, not by the pods that the slice names: those may be gone before their endpoint is.
	const deploymentsBehind = (service: Service | undefined): readonly string[] => {
		if (!service) return [];
		const {name, namespace = ''} = service.metadata;
		return objects.deployments
			.inNamespace(namespace)
			.filter(
				(deployment) =>
					deployment.metadata.name === name ||
					selectsPodsOf(service, deployment, objects.replicasets.ownedBy(deployment.metadata.uid)),
			)
			.map(({metadata}) => metadata.uid);
	};

	const indexEvent = ({before, after}: AppliedChange<Event>) => {
		const uid = (after ?? before)?.involvedObject.uid;
		if (uid === undefined) return;
		const others = (eventsByObject.get(uid) ?? []).filter(
			(event) => event.metadata.uid !== (after ?? before)?.metadata.uid,
		);
		if (after) others.push(after);
		if (others.length > 0) eventsByObject.set(uid, others);
		else eventsByObject.delete(uid);
	};

	/** The Deployments that one changed object of `kind` speaks of. */
	const touched = (kind: KindId, object: KubeObject): readonly (string | undefined)[] => {
		switch (kind) {
			case 'deployments':
				return [object.metadata.uid];
			case 'replicasets':
			case 'pods':
				return [deploymentOf(object)];
			case 'events':
				return [deploymentOfUid((object as Event).involvedObject.uid)];
			case 'endpointslices':
				return deploymentsBehind(objects.services.named(object.metadata.namespace, serviceName(object) ?? ''));
			case 'services':
			case 'endpoints':
			case 'ingresses':
			case 'horizontalpodautoscalers':
			case 'poddisruptionbudgets':
			case 'namespaces':
				// Rare, and what they reach is told by labels: the whole namespace is made anew.
				return objects.deployments.inNamespace(object.metadata.namespace ?? '').map(({metadata}) => metadata.uid);
		}
	};

	return {
		facts(deployment, now) {
			const {uid} = deployment.metadata;
			const known = cache.get(uid);
			if (known && (known.nextChangeAt === undefined || known.nextChangeAt > now)) return known;
			if (isLoading(readable)) return undefined;
			const made = rolloutFacts(gather(deployment, now, readable));
			cache.set(uid, made);
			return made;
		},
		input: (deployment, now) => gather(deployment, now, readable),
		autoscalers: (deployment) => autoscalers(deployment, readable),
		note(kind, changes) {
			const dirty = new Set<string>();
			if (kind === 'events') for (const change of changes as readonly AppliedChange<Event>[]) indexEvent(change);
			// Nothing is known yet that could be forgotten, and each slice of a first list would be held against each Deployment.
			if (isLoading(readable) && !ahead) return dirty;
			for (const change of changes) {
				for (const object of [change.before, change.after]) {
					if (!object) continue;
					for (const uid of touched(kind, object)) if (uid !== undefined) dirty.add(uid);
				}
			}
			for (const uid of dirty) {
				cache.delete(uid);
				ahead?.facts.delete(uid);
			}
			return dirty;
		},
		*prepare(as, now) {
			if (isLoading(as) || readabilityKey(as) === readabilityKey(readable)) return;
			const mine = {of: readabilityKey(as), facts: new Map<string, RolloutFacts>()};
			ahead = mine;
			for (const deployment of objects.deployments.all()) {
				mine.facts.set(deployment.metadata.uid, rolloutFacts(gather(deployment, now, as)));
				yield;
				if (ahead !== mine) return; // others are wanted by now
			}
		},
		reread() {
			cache.clear();
			if (ahead?.of === readabilityKey(readable)) for (const [uid, facts] of ahead.facts) cache.set(uid, facts);
			ahead = undefined;
		},
		stand(deploymentUid, ground) {
			const changed = new Set([deploymentUid, ...(stood ? [stood.uid] : [])]);
			stood = {uid: deploymentUid, ground};
			for (const uid of changed) cache.delete(uid);
			return changed;
		},
		forgetAll() {
			cache.clear();
			ahead = undefined;
			if (objects.events.size === 0) eventsByObject.clear();
		},
		expired: (now) =>
			[...cache]
				.filter(([, facts]) => facts.nextChangeAt !== undefined && facts.nextChangeAt <= now)
				.map(([uid]) => uid),
	};
}

function claimsIn(ground: RolloutGround | undefined): readonly PersistentVolumeClaim[] {
	return Object.values(ground?.claims ?? {}).filter((claim) => claim !== null);
}

/** The pod labels of each of the Deployment's revisions, the present one first. */
function templateLabels(
	objects: ObjectSets,
	{metadata, spec}: Deployment,
): readonly Readonly<Record<string, string>>[] {
	const templates = [spec.template, ...objects.replicasets.ownedBy(metadata.uid).map((set) => set.spec.template)];
	return templates.map((template) => template?.metadata?.labels ?? {});
}

/**
 * The Services that select pods of any of the Deployment's revisions, and the one that bears its name: if that selects
 * nothing of it, its selector is likely wrong.
 */
export function servicesOf(objects: ObjectSets, deployment: Deployment): readonly Service[] {
	const {name, namespace} = deployment.metadata;
	const labels = templateLabels(objects, deployment);
	const found = new Set<Service>();
	for (const key of labelKeys(namespace, labels)) {
		for (const service of objects.services.under(key)) {
			if (labels.some((one) => matchesLabels(service.spec.selector, one))) found.add(service);
		}
	}
	const namesake = objects.services.named(namespace, name);
	if (namesake) found.add(namesake);
	return [...found];
}

/** The disruption budgets that may count the Deployment's pods. */
function budgetsOf(objects: ObjectSets, {metadata, spec}: Deployment): readonly PodDisruptionBudget[] {
	const {namespace} = metadata;
	return [...labelKeys(namespace, [spec.template.metadata?.labels ?? {}]), anyLabelKey(namespace)].flatMap((key) =>
		objects.poddisruptionbudgets.under(key),
	);
}

function labelKeys(
	namespace: string | undefined,
	labels: readonly Readonly<Record<string, string>>[],
): ReadonlySet<string> {
	return new Set(
		labels.flatMap((one) => Object.entries(one).map(([label, value]) => labelKey(namespace, label, value))),
	);
}

/** The slices of these Services. */
export function slicesOf(objects: ObjectSets, services: readonly Service[]): readonly EndpointSlice[] {
	return services.flatMap(({metadata}) => objects.endpointslices.under(serviceKey(metadata.namespace, metadata.name)));
}

/** The Ingresses that lead to one of these Services, each once. */
function ingressesTo(objects: ObjectSets, services: readonly Service[]): readonly Ingress[] {
	return [
		...new Set(
			services.flatMap(({metadata}) => objects.ingresses.under(serviceKey(metadata.namespace, metadata.name))),
		),
	];
}

function serviceName({metadata}: KubeObject): string | undefined {
	return metadata.labels?.['kubernetes.io/service-name'];
}

/** The kinds that facts are made of. */
const factKinds: readonly KindId[] = [
	'replicasets',
	'pods',
	'services',
	'endpointslices',
	'ingresses',
	'horizontalpodautoscalers',
	'events',
];

/** The same for all ways of reading in which the same facts are made. */
export function readabilityKey(as: ReadableAs): string {
	return factKinds.map(as).join();
}

/** Whether any kind that facts are made of is still being listed. */
export function isAnyLoading(as: ReadableAs): boolean {
	return factKinds.some((kind) => as(kind) === 'loading');
}

/** What the freshness of a kind lets us say of it. */
export function readabilityOf(state: State, kind: KindId): Readability {
	const freshness = state.freshness[kind];
	switch (freshness.phase) {
		case 'live':
			return 'complete';
		case 'stale':
			return freshness.complete ? 'complete' : 'loading';
		case 'denied':
		case 'absent':
		case 'signed-out':
		case 'off':
			return 'denied';
		case 'loading':
			return 'loading';
	}
}
