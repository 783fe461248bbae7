import {ApiError} from '../api-error.ts';

/** What a rule lets somebody do, in the terms of RBAC. */
export interface Rule {
	readonly verbs: readonly string[];
	readonly groups: readonly string[];
	readonly resources: readonly string[];
	/** The one namespace it holds in; everywhere without it. */
	readonly namespace?: string;
}

/** Somebody's rights. */
export interface Rights {
	readonly name: string;
	readonly rules: readonly Rule[];
	/** May nothing, for want of the right to be somebody else: what stands before the verbs in refusals. */
	readonly lacking?: string;
}

/** What is asked of the access rules. */
export interface Attributes {
	readonly verb: string;
	readonly group: string;
	readonly resource: string;
	readonly subresource?: string;
	readonly namespace?: string;
	readonly name?: string;
}

const read = ['get', 'list', 'watch'];
const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];

export const everything: Rule = {verbs: ['*'], groups: ['*'], resources: ['*']};

/** What everyone who is known may ask about oneself. */
export const own: Rule = {
	verbs: ['create'],
	groups: ['authentication.k8s.io', 'authorization.k8s.io'],
	resources: ['selfsubjectaccessreviews', 'selfsubjectreviews', 'selfsubjectrulesreviews'],
};

/** Reading everything but secrets. */
const visible: readonly Rule[] = [
	{
		verbs: read,
		groups: [''],
		resources: ['configmaps', 'endpoints', 'events', 'pods', 'pods/log', 'pods/status', 'resourcequotas'].concat([
			'resourcequotas/status',
			'serviceaccounts',
			'services',
			'services/status',
		]),
	},
	{
		verbs: read,
		groups: ['apps'],
		resources: ['deployments', 'deployments/scale', 'deployments/status', 'replicasets', 'replicasets/scale'].concat([
			'replicasets/status',
		]),
	},
	{verbs: read, groups: ['autoscaling'], resources: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status']},
	{verbs: read, groups: ['networking.k8s.io'], resources: ['ingresses', 'ingresses/status']},
	{verbs: read, groups: ['policy'], resources: ['poddisruptionbudgets', 'poddisruptionbudgets/status']},
	{verbs: read, groups: ['discovery.k8s.io'], resources: ['endpointslices']},
	{verbs: read, groups: ['coordination.k8s.io'], resources: ['leases']},
];

const editable: readonly Rule[] = [
	{
		verbs: [...read, ...write],
		groups: [''],
		resources: ['configmaps', 'pods', 'secrets', 'serviceaccounts', 'services'],
	},
	{verbs: ['create'], groups: [''], resources: ['pods/eviction']},
	{
		verbs: [...read, ...write],
		groups: ['apps'],
		resources: ['deployments', 'deployments/scale', 'replicasets', 'replicasets/scale'],
	},
	{verbs: [...read, ...write], groups: ['autoscaling'], resources: ['horizontalpodautoscalers']},
	{verbs: [...read, ...write], groups: ['networking.k8s.io'], resources: ['ingresses']},
	{verbs: [...read, ...write], groups: ['policy'], resources: ['poddisruptionbudgets']},
	{verbs: ['get'], groups: [''], resources: ['namespaces']},
];

/** What is bound to a name, rather than to a group. */
export const bindings: Readonly<Record<string, readonly Rule[]>> = {
	viewer: [{verbs: read, groups: [''], resources: ['namespaces', 'nodes']}, ...visible],
	'team-a': [...visible, ...editable].map((rule) => ({...rule, namespace: 'team-a'})),
};

/** What everyone may read who is known; `*` at the end stands for all below. */
export const openPaths = [
	'/api',
	'/api/*',
	'/apis',
	'/apis/*',
	'/healthz',
	'/livez',
	'/openapi',
	'/openapi/*',
	'/readyz',
	'/version',
];

function includes(list: readonly string[], value: string): boolean {
	return list.includes('*') || list.includes(value);
}

/** Whether somebody may do something. */
export function mayDo({rules}: Rights, asked: Attributes): boolean {
	const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
	return rules.some(
		({namespace, verbs, groups, resources}) =>
			(namespace === undefined || namespace === asked.namespace) &&
			includes(verbs, asked.verb) &&
			includes(groups, asked.group) &&
			includes(resources, resource),
	);
}

/** Whether somebody may use a path that is no resource's. */
export function mayUse({rules}: Rights, verb: string, path: string): boolean {
	if (rules.includes(everything)) return true;
	const open = openPaths.some((one) => (one.endsWith('*') ? path.startsWith(one.slice(0, -1)) : path === one));
	return verb === 'get' && open && rules.includes(own);
}

/** Throws 403 in the real server's words where somebody may not do something. */
export function authorize(who: Rights, asked: Attributes): void {
	if (mayDo(who, asked)) return;
	const {group, name, namespace, subresource, verb} = asked;
	const resource = subresource ? `${asked.resource}/${subresource}` : asked.resource;
	const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
	const about = `${group ? `${asked.resource}.${group}` : asked.resource}${name ? ` "${name}"` : ''}`;
	throw new ApiError(
		403,
		'Forbidden',
		`${about} is forbidden: ${cannot(who, verb)} resource "${resource}" in API group "${group}" ${where}`,
		{...(name && {name}), ...(group && {group}), kind: asked.resource},
	);
}

/** The same for a path that is no resource's. */
export function authorizePath(who: Rights, verb: string, path: string): void {
	if (!mayUse(who, verb, path))
		throw new ApiError(403, 'Forbidden', `forbidden: ${cannot(who, verb)} path "${path}"`, {});
}

function cannot({name, lacking = ''}: Rights, verb: string): string {
	return `User "${name}" cannot ${lacking}${verb}`;
}
