import type {Store} from '../../store.ts';
import {isAway} from '../kubelet/controller.ts';
import type {Node} from '../shapes.ts';
import {microTimestamp} from '../time.ts';

/** How often a kubelet renews its lease, in milliseconds. */
const every = 10_000;
const namespace = 'kube-node-lease';

/**
 * Renews the leases of all nodes whose kubelets are there, as of the last time that they would have done so. Real ones do it every ten
 * seconds, and a cluster would never be idle: it is enough to have done it before somebody looks.
 */
export function renewLeases(store: Store): void {
	for (const node of store.list('nodes') as readonly Node[]) if (!isAway(node)) renewLease(store, node);
}

/** Renews the lease of one node. */
export function renewLease(store: Store, {metadata: {name, uid}}: Node): void {
	const now = store.clock.now();
	const lease = store.get('leases', namespace, name);
	const last = lease ? Date.parse(lease['spec'].renewTime) : now - every;
	const renewals = Math.floor((now - last) / every);
	if (renewals < 1 || !store.get('namespaces', undefined, namespace)) return;
	const spec = {
		holderIdentity: name,
		leaseDurationSeconds: 40,
		renewTime: microTimestamp(last + renewals * every),
	};
	if (lease) store.update('leases', {...lease, spec}, {manager: 'kubelet'});
	else {
		const ownerReferences = [{apiVersion: 'v1', kind: 'Node', name, uid}];
		store.create('leases', {metadata: {name, namespace, ownerReferences}, spec}, {manager: 'kubelet'});
	}
}
