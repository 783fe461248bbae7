import {mappedPorts} from '../format/ports.ts';
import {matchesLabels} from '../format/selector.ts';
import type {
	Deployment,
	Endpoint,
	EndpointSlice,
	Ingress,
	IngressBackend,
	Pod,
	ReplicaSet,
	Service,
} from '../objects.ts';
import type {RolloutInput, TrafficFacts} from './facts.ts';
import {controllerUid, revisionOf} from './revisions.ts';
import {steeringOf} from './steering.ts';
import {count} from './words.ts';

export interface TrafficInput {
	readonly deployment: Deployment;
	/** The Deployment's own, in the order of the lanes. */
	readonly owned: readonly ReplicaSet[];
	readonly newReplicaSet: ReplicaSet | undefined;
	readonly pods: readonly Pod[] | undefined;
	readonly services: readonly Service[] | undefined;
	readonly endpointSlices: readonly EndpointSlice[] | undefined;
	readonly ingresses: readonly Ingress[] | undefined;
}

/** What a Service does with one address, after nil has got its meaning (discovery/v1: nil ready and serving are true). */
interface State {
	readonly ready: boolean;
	readonly serving: boolean;
	readonly terminating: boolean;
}

/**
 * What every Service that selects this Deployment's pods sends where, by revision: endpoints joined to pods and ReplicaSets by uid.
 * An endpoint that is `ready` gets traffic even if its pod is not Ready (publishNotReadyAddresses), and an endpoint may stand in two
 * slices for a moment. Without Services or slices there is nothing to tell.
 */
export function trafficOf(input: TrafficInput): TrafficFacts[] {
	const {services, endpointSlices} = input;
	if (!services || !endpointSlices) return [];
	const revisions = new Map<string, ReplicaSet>();
	for (const pod of input.pods ?? []) {
		const owner = controllerUid(pod);
		const replicaSet = input.owned.find(({metadata}) => metadata.uid === owner);
		if (replicaSet) revisions.set(pod.metadata.uid, replicaSet);
	}
	return services
		.filter(({metadata}) => metadata.namespace === input.deployment.metadata.namespace)
		.flatMap((service) => {
			const slices = endpointSlices.filter((slice) => belongsTo(slice, service));
			return concerns(service, slices, input, revisions) ? [describe(service, slices, input, revisions)] : [];
		});
}

/** The uids of the pods that some Service sends traffic to; undefined where that cannot be told. */
export function servedPods({
	services,
	endpointSlices,
}: Pick<RolloutInput, 'services' | 'endpointSlices'>): ReadonlySet<string> | undefined {
	if (!services || !endpointSlices) return undefined;
	const served = new Set<string>();
	for (const {endpoints} of endpointSlices) {
		for (const endpoint of endpoints ?? [])
			if (endpoint.targetRef?.uid && stateOf(endpoint).ready) served.add(endpoint.targetRef.uid);
	}
	return served;
}

/** Whether a Service selects pods of the Deployment's present template, or of one of these ReplicaSets. */
export function selectsPodsOf(service: Service, deployment: Deployment, replicaSets: readonly ReplicaSet[]): boolean {
	return (
		service.metadata.namespace === deployment.metadata.namespace &&
		[deployment, ...replicaSets].some(({spec: {template}}) =>
			matchesLabels(service.spec.selector, template?.metadata?.labels),
		)
	);
}

/** Of each of the Deployment's own pods, by uid. */
type Revisions = ReadonlyMap<string, ReplicaSet>;

/** Selects the pods of one of its revisions, has some of them, or bears its name and ought to. */
function concerns(
	service: Service,
	slices: readonly EndpointSlice[],
	{deployment, owned}: TrafficInput,
	revisions: Revisions,
): boolean {
	if (selectsPodsOf(service, deployment, owned.filter(isKept))) return true;
	if (
		slices.some(({endpoints}) =>
			endpoints?.some(({targetRef}) => targetRef?.uid !== undefined && revisions.has(targetRef.uid)),
		)
	)
		return true;
	return service.spec.selector !== undefined && service.metadata.name === deployment.metadata.name;
}

function isKept({spec, status}: ReplicaSet): boolean {
	return (spec.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0;
}

function describe(
	service: Service,
	slices: readonly EndpointSlice[],
	input: TrafficInput,
	revisions: Revisions,
): TrafficFacts {
	const rows = new Map<
		ReplicaSet | undefined,
		{ready: number; serving: number; terminating: number; notReady: number}
	>();
	for (const replicaSet of input.owned) {
		if (replicaSet === input.newReplicaSet || isKept(replicaSet))
			rows.set(replicaSet, {ready: 0, serving: 0, terminating: 0, notReady: 0});
	}
	const total = {ready: 0, notReady: 0, draining: 0};
	let others = 0;
	for (const [uid, state] of endpointsOf(slices)) {
		total.ready += Number(state.ready);
		total.notReady += Number(!state.ready && !state.terminating);
		total.draining += Number(state.terminating);
		const replicaSet = revisions.get(uid);
		if (!replicaSet) {
			others += Number(!state.terminating);
			continue;
		}
		const row = rows.get(replicaSet) ?? {ready: 0, serving: 0, terminating: 0, notReady: 0};
		row.ready += Number(state.ready);
		row.serving += Number(state.serving);
		row.terminating += Number(state.terminating);
		row.notReady += Number(!state.ready && !state.terminating);
		rows.set(replicaSet, row);
	}
	const ports = slices.flatMap((slice) => slice.ports ?? []);
	return {
		service,
		ports: mappedPorts(service.spec.ports, ports) ?? '',
		byLane: [...rows].map(([replicaSet, row]) => ({revision: replicaSet && revisionOf(replicaSet), ...row})),
		...total,
		warnings: [
			...warningsOf(service, input, total.ready, input.pods === undefined ? 0 : others),
			...steeringOf(service, slices),
		],
		routes: routesTo(service, input.ingresses),
	};
}

/** Each pod once (an address of two families, or one on its way from slice to slice, is one pod), the better state of two. */
function endpointsOf(slices: readonly EndpointSlice[]): Map<string, State> {
	const states = new Map<string, State>();
	for (const {endpoints} of slices) {
		for (const endpoint of endpoints ?? []) {
			const uid = endpoint.targetRef?.uid ?? endpoint.addresses.join();
			const state = stateOf(endpoint);
			if (!states.get(uid)?.ready) states.set(uid, state);
		}
	}
	return states;
}

function stateOf({conditions = {}}: Endpoint): State {
	const {ready = true, serving = true, terminating = false} = conditions;
	return {ready, serving, terminating};
}

function belongsTo({metadata}: EndpointSlice, service: Service): boolean {
	return (
		metadata.namespace === service.metadata.namespace &&
		metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name
	);
}

function warningsOf(
	service: Service,
	{deployment, owned, newReplicaSet}: TrafficInput,
	ready: number,
	others: number,
): string[] {
	const {selector, ports = [], publishNotReadyAddresses} = service.spec;
	const warnings: string[] = [];
	const {template} = deployment.spec;
	const selects = (labels: Record<string, string> | undefined) =>
		selector === undefined || matchesLabels(selector, labels);
	if (!selects(template.metadata?.labels)) {
		const olds = owned.filter(
			(replicaSet) =>
				replicaSet !== newReplicaSet && isKept(replicaSet) && selects(replicaSet.spec.template?.metadata?.labels),
		);
		warnings.push(
			olds.length > 0
				? 'Its selector fits the old pods but not the new ones: they will get no traffic.'
				: 'Its selector fits none of these pods: they get no traffic from it.',
		);
	}
	const containers = [
		...(template.spec?.initContainers ?? []).filter(({restartPolicy}) => restartPolicy === 'Always'),
		...(template.spec?.containers ?? []),
	];
	for (const {port, targetPort} of ports) {
		if (typeof targetPort !== 'string') continue;
		if (!containers.some((container) => container.ports?.some(({name}) => name === targetPort))) {
			warnings.push(`Its port ${port} leads to a port named ${targetPort}, which no container has.`);
		}
	}
	if (ready === 0 && (deployment.spec.replicas ?? 1) > 0) warnings.push('No endpoint is ready: it reaches nobody.');
	if (others > 0)
		warnings.push(`${count(others, 'endpoint')} behind it ${others === 1 ? 'is' : 'are'} not of this Deployment.`);
	if (publishNotReadyAddresses) warnings.push('It names pods that are not ready, too (publishNotReadyAddresses).');
	return warnings;
}

/** `shop.example.com/cart`: the routes of Ingresses that lead to this Service. */
function routesTo(service: Service, ingresses: readonly Ingress[] | undefined): string[] {
	const leads = (backend: IngressBackend | undefined) => backend?.service?.name === service.metadata.name;
	return (ingresses ?? [])
		.filter(({metadata}) => metadata.namespace === service.metadata.namespace)
		.flatMap(({spec}) => [
			...(leads(spec.defaultBackend) ? ['everything else'] : []),
			...(spec.rules ?? []).flatMap(({host = '*', http}) =>
				(http?.paths ?? []).filter(({backend}) => leads(backend)).map(({path = '/'}) => `${host}${path}`),
			),
		]);
}
