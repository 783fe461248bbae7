import {plant, put} from './plant.ts';
import type {Soil} from './plant-pods.ts';
import {day, hour} from './spans.ts';

const podsPerDeployment = 100;

/** Fills the namespace `load` with `pods` running pods, a hundred to a Deployment, for a cluster of a size. */
export function plantLoad(soil: Soil, pods: number): void {
	if (pods <= 0) return;
	put(soil.store, 'namespaces', {metadata: {name: 'load'}}, 5 * day);
	for (let planted = 0, number = 1; planted < pods; planted += podsPerDeployment, number++) {
		plant(soil, {
			namespace: 'load',
			name: `load-${String(number).padStart(3, '0')}`,
			replicas: Math.min(podsPerDeployment, pods - planted),
			releases: [{tag: '1.0', cause: 'load 1.0', ago: 4 * day - number * hour * 0.5}],
		});
	}
}
