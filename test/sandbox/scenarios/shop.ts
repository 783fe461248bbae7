import {startControllers} from '../../../source/sandbox/controllers/index.ts';
import {seededRandom} from '../../../source/sandbox/controllers/random.ts';
import type {Deployment, Pod} from '../../../source/sandbox/controllers/shapes.ts';
import {createStore} from '../../../source/sandbox/memory-store.ts';
import {type SeedOptions, seed} from '../../../source/sandbox/scenarios/index.ts';
import {type Store, type TestClock, testClock} from '../../../source/sandbox/store.ts';

/** A shop on a clock that stands still. */
export interface Shop {
	store: Store;
	clock: TestClock;
	broken: unknown[];
}

/** The shop as it is before any controller has run. */
export function openShop(options: Partial<SeedOptions> = {}): Shop {
	const clock = testClock();
	const store = createStore({clock, random: seededRandom(5)});
	seed(store, {seed: 1, ...options});
	return {store, clock, broken: []};
}

/** Starts the controllers. */
export function run(shop: Shop): Shop {
	startControllers(shop.store, {seed: 1, report: (error) => shop.broken.push(error)});
	return shop;
}

export const deployment = ({store}: Shop, name: string) => store.get('deployments', 'shop', name) as Deployment;
export const pods = ({store}: Shop, app: string) =>
	(store.list('pods', 'shop') as readonly Pod[]).filter(({metadata}) => metadata['labels'].app === app);
/** The reasons why first containers wait. */
export const waiting = (shop: Shop, app: string) =>
	pods(shop, app).flatMap(({status}) => status?.containerStatuses?.[0]?.state.waiting?.reason ?? []);
/** The sizes of a Deployment's ReplicaSets. */
export const sizes = (shop: Shop, name: string) =>
	shop.store.byOwner('replicasets', deployment(shop, name).metadata.uid).map((set) => set['spec'].replicas);
