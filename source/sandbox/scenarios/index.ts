import {seededRandom} from '../controllers/random.ts';
import {ApiError, type Store} from '../store.ts';
import {type Scenario, scenarios} from './actions.ts';
import {plantCluster} from './cluster.ts';
import {plantEndpoints} from './endpoints.ts';
import {plantLoad} from './load.ts';
import {plantShop} from './shop.ts';

export {type Scenario, scenarios} from './actions.ts';

export interface SeedOptions {
	/** What starts at once; nothing by default. */
	scenario?: Scenario;
	/** How many more pods run, in the namespace `load`. */
	pods?: number;
	/** The same seed gives the same names. */
	seed: number;
}

/** The scenario of a name. Throws an ApiError with those there are for any other. */
export function findScenario(wanted: string): Scenario {
	const scenario = scenarios.find(({name}) => name === wanted);
	if (scenario) return scenario;
	const known = scenarios.map(({name}) => name).join(', ');
	throw new ApiError(404, 'NotFound', `There is no scenario "${wanted}". There are: ${known}.`);
}

/**
 * Fills an empty store with a living cluster: the shop, its past, a rollout that the controllers carry on once they run, and a failure to practise on.
 */
export function seed(store: Store, {scenario, pods = 0, seed}: SeedOptions): void {
	const soil = plantCluster(store, seededRandom(seed), pods + 60);
	plantShop(soil);
	plantLoad(soil, pods);
	plantEndpoints(soil);
	scenario?.start(store);
}
