import type {Pod} from '../objects.ts';
import type {Cause, Evidence} from './facts.ts';
import type {Scene} from './scene.ts';

/** Why one pod does not become available. */
export interface PodFinding {
	/** Pods with the same key are one cause. */
	readonly key: string;
	readonly short: string;
	/** What follows `3 of 5 new pods`; two forms where the verb changes: `crashes`, `crash`. */
	readonly does: string | readonly [one: string, many: string];
	readonly advice?: string | undefined;
	readonly needsPerson: boolean;
	/** Asked of the first few pods only. */
	readonly evidence: () => readonly (Evidence | undefined)[];
	readonly since: number | undefined;
}

/** A reason told from one pod. A pod has one cause: the first in the catalogue that fits it. */
export interface PodReason {
	readonly id: string;
	ofPod(pod: Pod, scene: Scene): PodFinding | undefined;
}

/** A reason told from the Deployment and its ReplicaSets. `causes` are those found so far, which rank before it. */
export interface SceneReason {
	readonly id: string;
	ofScene(scene: Scene, causes: readonly Cause[]): Cause | undefined;
}

export type Reason = PodReason | SceneReason;
