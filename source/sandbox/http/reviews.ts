import {invalid} from '../api-error.ts';
import {invalidValue} from '../kinds/rules.ts';
import type {Json} from '../store.ts';
import {send} from './answer.ts';
import type {Call} from './call.ts';
import {mayDo, mayUse, openPaths} from './rights.ts';
import {type User, userOf} from './users.ts';
import {readObject} from './write.ts';

/** Questions that are answered at once and stored nowhere: their kinds by group and resource. */
export const reviewKinds: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'authentication.k8s.io': {selfsubjectreviews: 'SelfSubjectReview'},
	'authorization.k8s.io': {
		selfsubjectaccessreviews: 'SelfSubjectAccessReview',
		selfsubjectrulesreviews: 'SelfSubjectRulesReview',
		subjectaccessreviews: 'SubjectAccessReview',
	},
};

function isAllowed(user: User, spec: Json): boolean {
	const {resourceAttributes: asked, nonResourceAttributes: path} = spec;
	if (path) return mayUse(user, path.verb ?? '', path.path ?? '');
	const {verb = '*', group = '', resource = '*', subresource, namespace, name} = asked;
	return mayDo(user, {
		verb,
		group,
		resource,
		...(subresource && {subresource}),
		...(namespace && {namespace}),
		...(name && {name}),
	});
}

function rulesStatus(user: User, namespace: string): Json {
	return {
		resourceRules: user.rules
			.filter((rule) => rule.namespace === undefined || rule.namespace === namespace)
			.map(({verbs, groups, resources}) => ({verbs, apiGroups: groups, resources})),
		nonResourceRules: [{verbs: ['get'], nonResourceURLs: openPaths}],
		incomplete: false,
	};
}

/** POST of a review. */
export async function review(call: Call, group: string, resource: string): Promise<void> {
	const kind = reviewKinds[group]![resource]!;
	const identity = {group, version: 'v1', kind, type: `${group.split('.')[0]}.v1.${kind}`};
	const asked = await readObject(call, identity);
	const spec = asked.spec ?? {};
	let status: Json;
	if (kind === 'SelfSubjectReview') {
		const {name: username, uid, groups, extra} = call.user;
		status = {userInfo: {username, ...(uid && {uid}), groups, ...(extra && {extra})}};
	} else if (kind === 'SelfSubjectRulesReview') status = rulesStatus(call.user, spec.namespace ?? '');
	else {
		if ((spec.resourceAttributes === undefined) === (spec.nonResourceAttributes === undefined)) {
			const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
			throw invalid('authorization.k8s.io', '', '', [invalidValue('spec', undefined, why)]);
		}
		const {user: name = '', groups = []} = spec;
		const about = kind === 'SubjectAccessReview' ? userOf({name, groups}) : call.user;
		status = {allowed: isAllowed(about, spec)};
	}
	const answer = {kind, apiVersion: `${group}/v1`, metadata: {}, ...(asked.spec && {spec}), status};
	send(call, 201, JSON.stringify(answer));
}
