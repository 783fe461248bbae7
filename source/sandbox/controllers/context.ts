import type {Clock, Store} from '../store.ts';
import type {Random} from './random.ts';
import type {Recorder} from './record.ts';

/** What every controller works with. */
export interface Context {
	readonly store: Store;
	readonly clock: Clock;
	readonly random: Random;
	readonly record: Recorder;
	/** Hears of every error that a sync threw. */
	readonly report: (error: unknown) => void;
	readonly timing: Timing;
}

/** The control plane's own waits, in milliseconds. */
export interface Timing {
	/** How long a kubelet may be silent before its node is NotReady (--node-monitor-grace-period). */
	readonly nodeGrace: number;
	/** How often an autoscaler looks (--horizontal-pod-autoscaler-sync-period). */
	readonly autoscaler: number;
	/** How long an Event is kept (--event-ttl). */
	readonly eventLife: number;
}

export const usualTiming: Timing = {nodeGrace: 50_000, autoscaler: 15_000, eventLife: 3_600_000};

/** The field manager that all of kube-controller-manager writes under. */
export const controllerManager = 'kube-controller-manager';

/** Ends what a controller has started: watches, timers. */
export type Stop = () => void;

/** Runs every one of `stops`. */
export function stopAll(...stops: Stop[]): Stop {
	return () => {
		for (const stop of stops) stop();
	};
}
