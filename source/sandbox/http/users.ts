import {randomBytes} from 'node:crypto';
import {ApiError} from '../api-error.ts';
import type {Incoming} from './call.ts';

/** What a rule lets its user do, in the terms of RBAC. */
export interface Rule {
	readonly verbs: readonly string[];
	readonly groups: readonly string[];
	readonly resources: readonly string[];
}

/** Someone who may use the sandbox. */
export interface User {
	readonly name: string;
	readonly groups: readonly string[];
	readonly token: string;
	/** The one namespace its rules hold in; everywhere without it. */
	readonly namespace?: string;
	readonly rules: readonly Rule[];
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

const visible: Rule[] = [
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

const editable: Rule[] = [
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

/** What everyone who is known may ask about oneself. */
const own: Rule = {
	verbs: ['create'],
	groups: ['authentication.k8s.io', 'authorization.k8s.io'],
	resources: ['selfsubjectaccessreviews', 'selfsubjectreviews', 'selfsubjectrulesreviews'],
};

function token(): string {
	return randomBytes(24).toString('base64url');
}

/** The users of one sandbox, each with a token nobody can guess. The first is the administrator. */
export function makeUsers(): readonly User[] {
	const everything: Rule = {verbs: ['*'], groups: ['*'], resources: ['*']};
	const wide: Rule = {verbs: read, groups: [''], resources: ['namespaces', 'nodes']};
	return [
		{name: 'admin', groups: ['system:masters'], token: token(), rules: [everything]},
		{name: 'viewer', groups: [], token: token(), rules: [own, wide, ...visible]},
		{name: 'team-a', groups: [], token: token(), namespace: 'team-a', rules: [own, ...visible, ...editable]},
	];
}

/** Whoever a request's bearer token belongs to. 401 for an unknown one or none. */
export function authenticate(users: readonly User[], request: Incoming): User {
	const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
	const user = given === undefined ? undefined : users.find((one) => one.token === given);
	if (!user) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
	const other = request.headers['impersonate-user'];
	return typeof other === 'string' ? impersonate(users, user, other) : user;
}

/** Whom a request wants to be: one of the users, or somebody who may nothing. 403 for who may not ask for it. */
function impersonate(users: readonly User[], user: User, name: string): User {
	authorize(user, {verb: 'impersonate', group: '', resource: 'users', name});
	return users.find((one) => one.name === name) ?? {name, groups: [], token: '', rules: [own]};
}

function includes(list: readonly string[], value: string): boolean {
	return list.includes('*') || list.includes(value);
}

/** Whether a user may do something. */
export function mayDo(user: User, asked: Attributes): boolean {
	const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
	return user.rules.some((rule) => {
		const here = user.namespace === undefined || rule === own || asked.namespace === user.namespace;
		return (
			here &&
			includes(rule.verbs, asked.verb) &&
			includes(rule.groups, asked.group) &&
			includes(rule.resources, resource)
		);
	});
}

/** Throws 403 in the real server's words where a user may not do something. */
export function authorize(user: User, asked: Attributes): void {
	if (mayDo(user, asked)) return;
	const {group, name, namespace, subresource, verb} = asked;
	const resource = subresource ? `${asked.resource}/${subresource}` : asked.resource;
	const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
	const about = `${group ? `${asked.resource}.${group}` : asked.resource}${name ? ` "${name}"` : ''}`;
	throw new ApiError(
		403,
		'Forbidden',
		`${about} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
		{...(name && {name}), ...(group && {group}), kind: asked.resource},
	);
}

/** The rules that hold for a user in a namespace, for SelfSubjectRulesReview. */
export function rulesIn(user: User, namespace: string): readonly Rule[] {
	return user.rules.filter((rule) => user.namespace === undefined || rule === own || user.namespace === namespace);
}
