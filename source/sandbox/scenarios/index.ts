import {seededRandom} from '../controllers/random.ts';
import {ApiError, type Store} from '../store.ts';
import {scenarios} from './actions.ts';
import {plantCluster} from './cluster.ts';
import {plantEndpoints} from './endpoints.ts';
import {plantLoad} from './load.ts';
import {plantShop} from './shop.ts';

export {type Scenario, scenarios} from './actions.ts';

export interface SeedOptions {
	/** The scenario that starts at once; none by default. */
	scenario?: string;
	/** How many more pods run, in the namespace `load`. */
	pods?: number;
	/** The same seed gives the same names. */
	seed: number;
}

/**
 * Fills an empty store with a living cluster: the shop, its past, a rollout that the controllers carry on once they run, and a failure to practise on.
 * Throws an ApiError for a scenario that is not there.
 */
export function seed(store: Store, {scenario, pods = 0, seed}: SeedOptions): void {
	const wanted = scenario === undefined ? undefined : scenarios.find(({name}) => name === scenario);
	if (scenario !== undefined && !wanted) {
		const known = scenarios.map(({name}) => name).join(', ');
		throw new ApiError(404, 'NotFound', `There is no scenario "${scenario}". There are: ${known}.`);
	}
	const soil = plantCluster(store, seededRandom(seed), pods + 60);
	plantShop(soil);
	plantLoad(soil, pods);
	plantEndpoints(soil);
	wanted?.start(store);
}
