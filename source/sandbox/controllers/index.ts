import type {ReadLog} from '../container-log.ts';
import {ApiError, type Store} from '../store.ts';
import {startAutoscalers} from './autoscaler/controller.ts';
import {type Context, type Stop, stopAll, type Timing, usualTiming} from './context.ts';
import {startDeployments} from './deployment/controller.ts';
import {startDisruptionBudgets} from './disruption-budget.ts';
import {startEndpoints} from './endpoints/controller.ts';
import {startEventExpiry} from './events.ts';
import {startGarbageCollector} from './garbage-collector.ts';
import {startKubelets} from './kubelet/controller.ts';
import {logReader} from './logs/read.ts';
import {startNodes} from './nodes/controller.ts';
import {renewLeases} from './nodes/leases.ts';
import {startQuotas} from './quota.ts';
import {seededRandom} from './random.ts';
import {eventRecorder} from './record.ts';
import {startReplicaSets} from './replica-set/controller.ts';
import {startScheduler} from './scheduler/controller.ts';

export interface ControllerOptions extends Partial<Timing> {
	/** The same seed gives the same names, jitter and logs. */
	seed: number;
	/** Hears of errors that are no refusals of the API: mistakes of the controllers' own. Standard error by default. */
	report?: (error: unknown) => void;
}

const controllers: readonly ((context: Context) => Stop)[] = [
	startNodes,
	startDeployments,
	startReplicaSets,
	startScheduler,
	startKubelets,
	startEndpoints,
	startGarbageCollector,
	startDisruptionBudgets,
	startQuotas,
	startAutoscalers,
	startEventExpiry,
];

/** The running controllers. */
export interface Controllers {
	stop(): void;
	/** The logs of the containers that the kubelets run. */
	readonly logs: ReadLog;
	/** Brings up to date what nobody renews while nobody looks. */
	beforeRead(resource: string): void;
}

/** Starts everything that keeps a cluster alive. Nothing polls: all work comes from the store's watches and the clock's timers. */
export function startControllers(store: Store, options: ControllerOptions): Controllers {
	const {seed, report = complain, ...timing} = options;
	const context: Context = {
		store,
		clock: store.clock,
		random: seededRandom(seed),
		record: eventRecorder(store),
		report: (error) => {
			// A refusal is part of a cluster's life: the sync is tried again.
			if (!(error instanceof ApiError)) report(error);
		},
		timing: {...usualTiming, ...timing},
	};
	return {
		stop: stopAll(...controllers.map((start) => start(context))),
		logs: logReader(store, seed),
		beforeRead(resource) {
			if (resource === 'leases') renewLeases(store);
		},
	};
}

function complain(error: unknown): void {
	process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
}
