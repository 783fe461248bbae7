import {eventually, type Place} from './cluster-place.ts';

/** What a policy refuses, and a request that it refuses once it is in force: a dry run, so that it does nothing before. */
export interface Refused {
	readonly rule: {
		readonly apiGroups: readonly string[];
		readonly apiVersions: readonly string[];
		readonly operations: readonly string[];
		readonly resources: readonly string[];
	};
	/** What must hold, in CEL. */
	readonly expression: string;
	readonly message: string;
	readonly probe: Omit<Parameters<Place['request']>[0], 'query'>;
}

/** Makes a ValidatingAdmissionPolicy for the place alone, until the end of its test; resolves once it is in force. */
export async function denyIn(place: Place, {rule, expression, message, probe}: Refused): Promise<void> {
	const policy = {apiVersion: 'admissionregistration.k8s.io/v1', metadata: {name: place.name}};
	for (const [plural, object] of [
		[
			'validatingadmissionpolicies',
			{
				...policy,
				kind: 'ValidatingAdmissionPolicy',
				spec: {matchConstraints: {resourceRules: [rule]}, validations: [{expression, message}]},
			},
		],
		[
			'validatingadmissionpolicybindings',
			{
				...policy,
				kind: 'ValidatingAdmissionPolicyBinding',
				spec: {
					policyName: place.name,
					validationActions: ['Deny'],
					matchResources: {namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': place.name}}},
				},
			},
		],
	] as const) {
		await place.create(object);
		place.atEnd(() =>
			place.request({method: 'DELETE', path: `/apis/admissionregistration.k8s.io/v1/${plural}/${place.name}`}),
		);
	}
	await eventually('the policy is in force', () =>
		place.request({...probe, query: {dryRun: 'All'}}).then(
			() => false,
			(error: Error) => error.message.includes(message),
		),
	);
}
