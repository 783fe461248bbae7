import {controllerManager} from '../controllers/context.ts';
import {type Backend, hasEndpoint, hasSelector, portsOn, takes} from '../controllers/endpoints/backends.ts';
import {endpointsFor} from '../controllers/endpoints/endpoints.ts';
import {plan, sliceFor} from '../controllers/endpoints/slices.ts';
import {nameSuffix} from '../controllers/random.ts';
import type {Pod, Service} from '../controllers/shapes.ts';
import type {Soil} from './plant-pods.ts';
import {second} from './spans.ts';

/** Gives every planted Service its slices and Endpoints, as old as itself, so that the controllers have nothing to do at first. */
export function plantEndpoints({store, random}: Soil): void {
	for (const service of store.list('services') as readonly Service[]) {
		if (!hasSelector(service)) continue;
		const backends = backendsOf(service);
		const options = {manager: controllerManager, at: Date.parse(service.metadata['creationTimestamp']) + second};
		for (const content of plan(service, backends, []).create) {
			const {metadata, ...slice} = sliceFor(service, content);
			const name = `${metadata.generateName}${nameSuffix(random)}`;
			store.create('endpointslices', {...slice, metadata: {...metadata, name}}, options);
		}
		store.create('endpoints', endpointsFor(service, backends), options);
	}

	function backendsOf(service: Service): Backend[] {
		const pods = store.list('pods', service.metadata.namespace) as readonly Pod[];
		return pods
			.filter((pod) => takes(service, pod) && hasEndpoint(pod))
			.map((pod) => {
				const node = store.get('nodes', undefined, pod.spec.nodeName ?? '');
				return {pod, ports: portsOn(service, pod), zone: node?.metadata['labels']?.['topology.kubernetes.io/zone']};
			});
	}
}
