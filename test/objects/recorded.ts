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
import type {RolloutGround, RolloutInput} from '../../source/rollout/facts.ts';

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
	/** Of scenarios that are about it. */
	ground?: RolloutGround;
}

/** Every version of a Deployment through a story, and what `kubectl rollout status` said and returned at its end. */
export interface Film {
	versions: Deployment[];
	replicaSets: ReplicaSet[];
	kubectl: {code: number; text: string};
}

export function filmed(name: string): Film {
	return read(name) as Film;
}

/** A fresh copy of a recording (a test may change it as it likes): `recorded('missing')`. */
export function recorded(name: string): Recording {
	return read(name) as Recording;
}

/** A recording as the facts take it, `later` milliseconds after it was made. */
export function inputOf(recording: Recording, later = 0): RolloutInput {
	return {...recording, now: recording.at + later};
}

function read(name: string): unknown {
	return JSON.parse(readFileSync(new URL(`${name}.recorded.json`, import.meta.url), 'utf8'));
}
