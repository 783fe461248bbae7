import {configMap} from './config-map.ts';
import {deployment} from './deployment.ts';
import {endpointSlice} from './endpoint-slice.ts';
import {endpoints} from './endpoints.ts';
import {event} from './event.ts';
import {horizontalPodAutoscaler} from './horizontal-pod-autoscaler.ts';
import {ingress} from './ingress.ts';
import type {Kind} from './kind.ts';
import {lease} from './lease.ts';
import {namespace} from './namespace.ts';
import {node} from './node.ts';
import {pod} from './pod.ts';
import {podDisruptionBudget} from './pod-disruption-budget.ts';
import {replicaSet} from './replica-set.ts';
import {resourceQuota} from './resource-quota.ts';
import {secret} from './secret.ts';
import {service} from './service.ts';
import {serviceAccount} from './service-account.ts';

/** Every kind the sandbox serves: the only registration. */
export const kinds: readonly Kind[] = [
	configMap,
	endpoints,
	event,
	namespace,
	node,
	pod,
	resourceQuota,
	secret,
	serviceAccount,
	service,
	deployment,
	replicaSet,
	horizontalPodAutoscaler,
	lease,
	endpointSlice,
	ingress,
	podDisruptionBudget,
];
