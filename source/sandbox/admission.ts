import {forbidden, notFound} from './api-error.ts';
import type {Kind} from './kinds/kind.ts';
import {overQuota} from './quota.ts';
import type {Json, Store} from './store.ts';

const tokenMount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The volume through which a pod gets its service account's token, as the ServiceAccount admission plugin adds it. */
function tokenVolume(name: string): Json {
	return {
		name,
		projected: {
			defaultMode: 420,
			sources: [
				{serviceAccountToken: {expirationSeconds: 3607, path: 'token'}},
				{configMap: {name: 'kube-root-ca.crt', items: [{key: 'ca.crt', path: 'ca.crt'}]}},
				{
					downwardAPI: {
						items: [{path: 'namespace', fieldRef: {apiVersion: 'v1', fieldPath: 'metadata.namespace'}}],
					},
				},
			],
		},
	};
}

/** What the server adds to every new pod: service account, its token, tolerations for nodes in trouble, priority. */
function completePod(store: Store, pod: Json, suffix: () => string): void {
	const {spec, metadata} = pod;
	if (!spec) return;
	spec.serviceAccountName ??= 'default';
	spec.serviceAccount ??= spec.serviceAccountName;
	const account = store.get('serviceaccounts', metadata.namespace, spec.serviceAccountName);
	if (!account) {
		const where = `${metadata.namespace}/${spec.serviceAccountName}`;
		throw forbidden(
			{group: '', resource: 'pods', name: metadata.name},
			`error looking up service account ${where}: serviceaccount "${spec.serviceAccountName}" not found`,
		);
	}
	if (spec.automountServiceAccountToken !== false && account['automountServiceAccountToken'] !== false) {
		const containers: Json[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
		const bare = containers.filter((c) => !c.volumeMounts?.some((mount: Json) => mount.mountPath === tokenMount));
		const name = `kube-api-access-${suffix()}`;
		for (const container of bare) {
			container.volumeMounts = [...(container.volumeMounts ?? []), {name, readOnly: true, mountPath: tokenMount}];
		}
		if (bare.length > 0) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
	}
	for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
		if (spec.tolerations?.some((toleration: Json) => toleration.key === key || !toleration.key)) continue;
		const toleration = {key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300};
		spec.tolerations = [...(spec.tolerations ?? []), toleration];
	}
	spec.priority ??= 0;
	spec.preemptionPolicy ??= 'PreemptLowerPriority';
}

/** The admission before validation: the namespace has to be there and stay, and pods are completed. Changes `object`. */
export function admit(store: Store, kind: Kind, object: Json, suffix: () => string): void {
	const {name, namespace} = object.metadata;
	if (!kind.namespaced) return;
	const home = store.get('namespaces', undefined, namespace);
	if (!home) throw notFound({group: '', resource: 'namespaces', name: namespace});
	if (home.metadata['deletionTimestamp']) {
		throw forbidden(
			{group: kind.group, resource: kind.resource, name},
			`unable to create new content in namespace ${namespace} because it is being terminated`,
			[
				{
					reason: 'NamespaceTerminating',
					message: `namespace ${namespace} is being terminated`,
					field: 'metadata.namespace',
				},
			],
		);
	}
	if (kind.resource === 'pods') completePod(store, object, suffix);
}

/** The admission after validation: quotas. */
export function admitQuota(store: Store, kind: Kind, object: Json): void {
	if (!kind.namespaced) return;
	const why = overQuota(store, kind.resource, object);
	if (why) throw forbidden({group: kind.group, resource: kind.resource, name: object.metadata.name}, why);
}
