import {readFileSync} from 'node:fs';
import type {
	Deployment,
	EndpointSlice,
	Event,
	HorizontalPodAutoscaler,
	Ingress,
	Pod,
	PodDisruptionBudget,
	ReplicaSet,
	Service,
} from '../../source/objects.ts';
import type {RolloutInput} from '../../source/rollout/facts.ts';

/** One moment of a real control plane's namespace: what `record.ts` wrote. `at`: milliseconds since the epoch. */
export interface Recording {
	at: number;
	deployment: Deployment;
	replicaSets: ReplicaSet[];
	pods: Pod[];
	services: Service[];
	endpointSlices: EndpointSlice[];
	ingresses: Ingress[];
	autoscalers: HorizontalPodAutoscaler[];
	disruptionBudgets: PodDisruptionBudget[];
	events: Event[];
}

/** A fresh copy of a recording (a test may change it as it likes): `recorded('missing')`. */
export function recorded(name: string): Recording {
	return JSON.parse(readFileSync(new URL(`${name}.recorded.json`, import.meta.url), 'utf8')) as Recording;
}

/** A recording as the facts take it, `later` milliseconds after it was made. */
export function inputOf(recording: Recording, later = 0): RolloutInput {
	return {...recording, now: recording.at + later};
}
