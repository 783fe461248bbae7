import {clusterScenarios} from './cluster-scenarios.ts';
import {creationScenarios} from './creation-scenarios.ts';
import {groundScenarios} from './ground-scenarios.ts';
import {podScenarios} from './pod-scenarios.ts';
import {rolloutScenarios} from './rollout-scenarios.ts';
import type {Scenario} from './story.ts';
import {undoScenarios} from './undo-scenarios.ts';

/** All that `record.ts` records, by name. */
export const scenarios: Record<string, Scenario> = {
	...rolloutScenarios,
	...undoScenarios,
	...podScenarios,
	...creationScenarios,
	...clusterScenarios,
	...groundScenarios,
};
