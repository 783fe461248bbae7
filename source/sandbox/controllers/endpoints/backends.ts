import {selects} from '../../selectors.ts';
import type {Json} from '../../store.ts';
import {isDeleting} from '../owners.ts';
import {isFinished} from '../replica-set/status.ts';
import {isReady} from '../replica-set/victims.ts';
import type {Pod, Service} from '../shapes.ts';

export interface Port {
	name: string;
	port: number;
	protocol: string;
	appProtocol?: string;
}

/** A pod behind a Service, with the ports it answers on. */
export interface Backend {
	pod: Pod;
	ports: Port[];
	zone: string | undefined;
}

/** Whether the Service has endpoints of the controller's making. */
export function hasSelector({spec}: Service): boolean {
	return spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;
}

/** Whether the Service selects the pod. */
export function takes(service: Service, pod: Pod): boolean {
	return hasSelector(service) && selects({matchLabels: service.spec.selector}, pod.metadata.labels);
}

/** Whether a pod appears among a Service's endpoints at all, ready or not. */
export function hasEndpoint(pod: Pod): boolean {
	return pod.status?.podIP !== undefined && !isFinished(pod);
}

/** Everything of a pod that its endpoints depend on: only a change of this needs a sync. */
export function endpointKey(pod: Pod): string {
	const {labels = {}} = pod.metadata;
	return JSON.stringify([labels, pod.status?.podIP, isReady(pod), isDeleting(pod), isFinished(pod), pod.spec.nodeName]);
}

/** The Service's ports as they are on this pod: a named target port that the pod lacks is left out. */
export function portsOn(service: Service, pod: Pod): Port[] {
	const offered = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap(({ports = []}) => ports);
	return (service.spec.ports ?? []).flatMap(({name = '', port, targetPort = port, protocol = 'TCP', appProtocol}) => {
		const number =
			typeof targetPort === 'number'
				? targetPort
				: offered.find((each) => each.name === targetPort && (each.protocol ?? 'TCP') === protocol)?.containerPort;
		if (number === undefined) return [];
		return [{name, port: number, protocol, ...(appProtocol !== undefined && {appProtocol})}];
	});
}

/** A pod as an endpoint of a slice (endpointslice/utils.go, podToEndpoint). */
export function sliceEndpoint(service: Service, {pod, zone}: Backend): Json {
	const serving = isReady(pod);
	const terminating = isDeleting(pod);
	const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
	const {hostname, subdomain, nodeName} = pod.spec;
	return {
		addresses: [pod.status?.podIP],
		conditions: {ready, serving, terminating},
		...(hostname && subdomain === service.metadata.name && {hostname}),
		...(nodeName !== undefined && {nodeName}),
		targetRef: targetOf(pod),
		...(zone !== undefined && {zone}),
	};
}

export function targetOf(pod: Pod): Json {
	const {name, namespace, uid} = pod.metadata;
	return {kind: 'Pod', name, namespace, uid};
}
