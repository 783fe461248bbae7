import {addQuantities, quantity} from './quantity.ts';
import type {Json, Obj, Store} from './store.ts';

const counted: Record<string, string> = {
	pods: 'pods',
	services: 'services',
	secrets: 'secrets',
	configmaps: 'configmaps',
	resourcequotas: 'resourcequotas',
	'count/pods': 'pods',
	'count/services': 'services',
	'count/secrets': 'secrets',
	'count/configmaps': 'configmaps',
	'count/deployments.apps': 'deployments',
	'count/replicasets.apps': 'replicasets',
	'count/ingresses.networking.k8s.io': 'ingresses',
};

/** The resource of a pod's containers that a quota's name means: `requests.cpu` or `cpu` -> requests of cpu. */
function computeName(name: string): {part: 'requests' | 'limits'; resource: string} | undefined {
	const match = /^(?:(requests|limits)\.)?(cpu|memory|ephemeral-storage)$/.exec(name);
	return match ? {part: (match[1] as 'limits') ?? 'requests', resource: match[2]!} : undefined;
}

/** What a pod asks for of one resource: the sum of its containers, or the largest init container where that is more. */
function podAmount(spec: Json, part: 'requests' | 'limits', resource: string): string {
	const amount = (container: Json): string => container.resources?.[part]?.[resource] ?? '0';
	const sidecars: Json[] = (spec.initContainers ?? []).filter((c: Json) => c.restartPolicy === 'Always');
	const sum = addQuantities([...(spec.containers ?? []), ...sidecars].map(amount));
	const init: string[] = (spec.initContainers ?? []).map(amount);
	return init.reduce((most, one) => (quantity(one) > quantity(most) ? one : most), sum);
}

function counts(pod: Obj): boolean {
	return !['Succeeded', 'Failed'].includes(pod['status']?.phase);
}

/** How much one object takes of a quota's resource; undefined where the quota does not concern it. */
export function usageOf(resource: string, object: Json, name: string): string | undefined {
	const compute = resource === 'pods' ? computeName(name) : undefined;
	if (compute) return podAmount(object.spec ?? {}, compute.part, compute.resource);
	if (counted[name] === resource) return '1';
	const type = object.spec?.type;
	if (resource !== 'services') return undefined;
	if (name === 'services.loadbalancers' && type === 'LoadBalancer') return '1';
	if (name === 'services.nodeports' && (type === 'LoadBalancer' || type === 'NodePort'))
		return String(object.spec.ports.length);
	return undefined;
}

/** What is used in a namespace of each resource that `hard` names, from the objects themselves. */
export function quotaUsage(store: Store, namespace: string, hard: Record<string, string>): Record<string, string> {
	const used: Record<string, string> = {};
	for (const name of Object.keys(hard)) {
		const resource = computeName(name) ? 'pods' : name.startsWith('services.') ? 'services' : counted[name];
		const objects = resource ? store.list(resource, namespace) : [];
		const live = resource === 'pods' && name !== 'count/pods' ? objects.filter(counts) : objects;
		used[name] = addQuantities(live.map((object) => usageOf(resource!, object, name) ?? '0'));
	}
	return used;
}

/** Why a namespace's quotas do not let an object in; undefined if they do. Words: the quota admission plugin's. */
export function overQuota(store: Store, resource: string, object: Json): string | undefined {
	const namespace: string = object.metadata.namespace;
	for (const quota of store.list('resourcequotas', namespace)) {
		const hard: Record<string, string> = quota['spec']?.hard ?? {};
		const names = Object.keys(hard)
			.filter((name) => usageOf(resource, object, name) !== undefined)
			.sort();
		if (names.length === 0) continue;
		const missing = resource === 'pods' ? missingAmounts(object.spec, names) : [];
		if (missing.length > 0) return `failed quota: ${quota.metadata.name}: must specify ${missing.join('; ')}`;
		const used = quotaUsage(store, namespace, Object.fromEntries(names.map((name) => [name, hard[name]!])));
		const over = names.filter(
			(name) => quantity(used[name]) + quantity(usageOf(resource, object, name)) > quantity(hard[name]),
		);
		if (over.length === 0) continue;
		const list = (amount: (name: string) => string | undefined) =>
			over.map((name) => `${name}=${amount(name)}`).join(',');
		const requested = list((name) => usageOf(resource, object, name));
		return `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${list((n) => used[n])}, limited: ${list((n) => hard[n])}`;
	}
	return undefined;
}

/** `requests.cpu for: web,agent` for every compute resource that a quota limits and a container leaves open. */
function missingAmounts(spec: Json, names: string[]): string[] {
	return names.flatMap((name) => {
		const compute = computeName(name);
		if (!compute) return [];
		const without: Json[] = (spec.containers ?? []).filter(
			(c: Json) => c.resources?.[compute.part]?.[compute.resource] === undefined,
		);
		return without.length > 0 ? [`${name} for: ${without.map((c) => c.name).join(',')}`] : [];
	});
}
