import type {Deployment, Event, KubeObject, Pod} from '../source/objects.ts';

type Send = <O extends KubeObject>(plural: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: O) => O;
type Slice = KubeObject & {readonly endpoints: readonly {readonly targetRef: {readonly uid: string}}[]};

/** How many events there may be beside those of the beginning: a real cluster forgets them after an hour. */
const eventsKept = 200;

/**
 * What happens in a cluster over hours, change by change: pods restart and are replaced, with their endpoints; events come and
 * go; Deployments fall behind and catch up.
 * @param objects by plural; changed in place
 * @param restart makes the pod at an index restart
 * @param kept pods that are looked for by name, and so are never replaced: those up to this index
 */
export function createChurn(
	objects: ReadonlyMap<string, KubeObject[]>,
	send: Send,
	restart: (index: number) => void,
	kept: number,
): () => void {
	const pods = objects.get('pods') as Pod[];
	const deployments = objects.get('deployments') as Deployment[];
	const slices = objects.get('endpointslices') as Slice[];
	const events: Event[] = [];
	const [pattern] = objects.get('events') as Event[];
	const behind = new Map<number, Deployment>();
	let made = 0;

	const replace = (index: number) => {
		const old = pods[index];
		if (!old) return;
		const suffix = made.toString(16).padStart(12, '0');
		const {name, uid} = old.metadata;
		send('pods', 'DELETED', old);
		const next = {
			...old.metadata,
			name: `${name.slice(0, name.lastIndexOf('-'))}-r${made}`,
			uid: `${uid.slice(0, -12)}${suffix}`,
		};
		pods[index] = send('pods', 'ADDED', {...old, metadata: next});
		for (const [at, slice] of slices.entries()) {
			if (!slice.endpoints.some(({targetRef}) => targetRef.uid === uid)) continue;
			const endpoints = slice.endpoints.map((endpoint) =>
				endpoint.targetRef.uid === uid
					? {...endpoint, targetRef: {...endpoint.targetRef, name: next.name, uid: next.uid}}
					: endpoint,
			);
			slices[at] = send('endpointslices', 'MODIFIED', {...slice, endpoints});
		}
	};
	const happen = (pod: Pod) => {
		if (!pattern) return;
		const {name, uid} = pod.metadata;
		const metadata = {...pattern.metadata, name: `${name}.${made}`, uid: `event-${made}`};
		events.push(
			send('events', 'ADDED', {
				...pattern,
				metadata,
				involvedObject: {...pattern.involvedObject, kind: 'Pod', name, uid},
			}),
		);
		if (events.length <= eventsKept) return;
		const [oldest] = events.splice(0, 1);
		if (oldest) send('events', 'DELETED', oldest);
	};
	const roll = (index: number) => {
		const whole = behind.get(index);
		const deployment = whole ?? deployments[index];
		if (!deployment) return;
		const {replicas = 0} = deployment.status ?? {};
		const status = whole
			? deployment.status
			: {...deployment.status, updatedReplicas: replicas - 1, availableReplicas: replicas - 1};
		if (whole) behind.delete(index);
		else behind.set(index, deployment);
		deployments[index] = send('deployments', 'MODIFIED', {...deployment, ...(status && {status})});
	};
	return () => {
		made += 1;
		const index = kept + 1 + ((made * 7919) % (pods.length - kept - 1));
		if (made % 20 === 0) replace(index);
		else if (made % 50 === 1) happen(pods[index] as Pod);
		else if (made % 100 === 2) roll((made * 31) % deployments.length);
		else restart(index);
	};
}
