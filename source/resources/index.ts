import type {KindId} from '../objects.ts';
import {deployments} from './deployments.ts';
import {endpointSlices} from './endpoint-slices.ts';
import {endpoints} from './endpoints.ts';
import {events} from './events.ts';
import {horizontalPodAutoscalers} from './horizontal-pod-autoscalers.ts';
import {ingresses} from './ingresses.ts';
import {namespaces} from './namespaces.ts';
import {podDisruptionBudgets} from './pod-disruption-budgets.ts';
import {pods} from './pods.ts';
import {replicaSets} from './replica-sets.ts';
import type {Resource} from './resource.ts';
import {services} from './services.ts';

/** Every kind, by its id: the only registration. */
export const resources: {readonly [K in KindId]: Resource<K>} = {
	deployments,
	replicasets: replicaSets,
	pods,
	endpoints,
	endpointslices: endpointSlices,
	services,
	ingresses,
	horizontalpodautoscalers: horizontalPodAutoscalers,
	poddisruptionbudgets: podDisruptionBudgets,
	events,
	namespaces,
};

/**
 * The kind that a person means: by plural, singular, short name or kind, in any case (`po`, `Pod`, `pods`), alone or as kubectl
 * writes it with its group (`deployments.apps`, `deployment.v1.apps`).
 */
export function findResource(word: string): Resource | undefined {
	const [wanted = '', ...suffix] = word.toLowerCase().split('.');
	const group = suffix.join('.');
	return Object.values(resources).find(
		(resource) =>
			[resource.id, resource.singular, resource.kind.toLowerCase(), ...resource.shortNames].includes(wanted) &&
			(group === '' || group === resource.group || group === `${resource.version}.${resource.group}`),
	);
}
