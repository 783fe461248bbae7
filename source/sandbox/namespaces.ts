import type {Kind} from './kinds/kind.ts';
import type {Obj, Store} from './store.ts';

const manager = 'kube-controller-manager';
const rootCertificateNote = {
	'kubernetes.io/description':
		'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

function isActive(namespace: Obj): boolean {
	return namespace.metadata['deletionTimestamp'] === undefined;
}

/**
 * What a namespace needs to begin and to end, done at once: its default service account and root certificates, and, once it is
 * deleted, the removal of all that is in it and then of itself.
 * @param finalize takes the finalizers off a namespace's spec, so that it goes
 */
export function tendNamespaces(store: Store, kinds: readonly Kind[], finalize: (namespace: string) => void): void {
	const inside = kinds.filter((kind) => kind.namespaced).map((kind) => kind.resource);
	const ending = new Set<string>();

	function furnish(namespace: string): void {
		if (!store.get('serviceaccounts', namespace, 'default')) {
			store.create('serviceaccounts', {metadata: {name: 'default', namespace}}, {manager});
		}
		if (!store.get('configmaps', namespace, 'kube-root-ca.crt')) {
			const data = {'ca.crt': 'The kubeconfig of the sandbox has its certificate.\n'};
			const metadata = {name: 'kube-root-ca.crt', namespace, annotations: rootCertificateNote};
			store.create('configmaps', {metadata, data}, {manager});
		}
	}

	function isEmpty(namespace: string): boolean {
		return inside.every((resource) => store.list(resource, namespace).length === 0);
	}

	function finish(namespace: string): void {
		const object = store.get('namespaces', undefined, namespace);
		if (!object || !isEmpty(namespace)) return;
		ending.delete(namespace);
		finalize(namespace);
	}

	function empty(namespace: string): void {
		for (const resource of inside) {
			for (const object of store.list(resource, namespace)) {
				store.remove(resource, namespace, object.metadata.name, {propagationPolicy: 'Background'});
			}
		}
		finish(namespace);
	}

	store.watch('namespaces', ({type, object}) => {
		const {name} = object.metadata;
		if (type === 'DELETED') ending.delete(name);
		else if (isActive(object)) furnish(name);
		else if (!ending.has(name)) {
			ending.add(name);
			empty(name);
		}
	});
	for (const resource of inside) {
		store.watch(resource, ({type, object}) => {
			const {namespace} = object.metadata;
			if (type === 'DELETED' && ending.has(namespace!)) finish(namespace!);
		});
	}
}
