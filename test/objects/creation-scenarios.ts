import {becomes, conditionOf, every, happened, observed, prepared, type Scenario, setImage} from './story.ts';

export const quota = (hard: Record<string, string>) => ({
	apiVersion: 'v1',
	kind: 'ResourceQuota',
	metadata: {name: 'small'},
	spec: {hard},
});

/** New pods that the API server refuses to create. */
export const creationScenarios: Record<string, Scenario> = {
	quota: {
		async play(stage) {
			await prepared(stage, {}, quota({pods: '3'}));
			await setImage(stage, '1.1');
			await stage.record('quota', await stage.until(happened('FailedCreate', 'combined from similar events')));
			await stage.kubectl('patch', 'deployment', 'web', '-p', '{"spec":{"progressDeadlineSeconds":4}}');
			await stage.until((now) => conditionOf(now, 'Progressing')?.reason === 'ProgressDeadlineExceeded');
			await stage.record('quota-deadline');
		},
	},
	'quota-limits': becomes(
		'quota-limits',
		every(observed, happened('FailedCreate', 'must specify')),
		{image: '1.1', container: {}},
		{container: {resources: {limits: {cpu: '100m'}, requests: {cpu: '10m'}}}},
		quota({'limits.cpu': '4'}),
	),
	'limit-range': becomes(
		'limit-range',
		happened('FailedCreate', 'maximum cpu'),
		{image: '1.1', container: {resources: {limits: {cpu: '2'}}}},
		{},
		{
			apiVersion: 'v1',
			kind: 'LimitRange',
			metadata: {name: 'small'},
			spec: {limits: [{type: 'Container', max: {cpu: '1'}}]},
		},
	),
	account: becomes('account', happened('FailedCreate', 'service account'), {
		image: '1.1',
		pod: {serviceAccountName: 'deployer'},
	}),
	priority: becomes('priority', every(observed, happened('FailedCreate', 'PriorityClass')), {
		image: '1.1',
		pod: {priorityClassName: 'gold'},
	}),
	'pod-security': {
		async play(stage) {
			await prepared(stage);
			await stage.kubectl('label', 'namespace', stage.namespace, 'pod-security.kubernetes.io/enforce=restricted');
			await setImage(stage, '1.1');
			await stage.record('pod-security', await stage.until(happened('FailedCreate', 'violates PodSecurity')));
		},
	},
	denied: {
		async play(stage) {
			const here = {matchLabels: {'kubernetes.io/metadata.name': stage.namespace}};
			const policy = {
				apiVersion: 'admissionregistration.k8s.io/v1',
				kind: 'ValidatingAdmissionPolicy',
				metadata: {name: stage.namespace},
				spec: {
					matchConstraints: {
						resourceRules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods']}],
					},
					validations: [
						{
							expression: "!object.spec.containers.exists(c, c.image.endsWith(':9.9'))",
							message: 'images of version 9.9 are withdrawn',
						},
					],
				},
			};
			const binding = {
				apiVersion: 'admissionregistration.k8s.io/v1',
				kind: 'ValidatingAdmissionPolicyBinding',
				metadata: {name: stage.namespace},
				spec: {policyName: stage.namespace, validationActions: ['Deny'], matchResources: {namespaceSelector: here}},
			};
			await prepared(stage, {}, policy, binding);
			try {
				await setImage(stage, '9.9');
				await stage.record('denied', await stage.until(happened('FailedCreate', 'ValidatingAdmissionPolicy')));
			} finally {
				await stage.kubectl('delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', stage.namespace);
			}
		},
	},
	'webhook-down': {
		async play(stage) {
			await prepared(stage);
			const hook = {
				name: 'pods.policy.example.com',
				clientConfig: {url: 'https://127.0.0.1:1/check'},
				failurePolicy: 'Fail',
				sideEffects: 'None',
				admissionReviewVersions: ['v1'],
				timeoutSeconds: 2,
				namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': stage.namespace}},
				rules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods']}],
			};
			await stage.apply({
				apiVersion: 'admissionregistration.k8s.io/v1',
				kind: 'ValidatingWebhookConfiguration',
				metadata: {name: stage.namespace},
				webhooks: [hook],
			});
			try {
				await setImage(stage, '1.1');
				await stage.record('webhook-down', await stage.until(happened('FailedCreate', 'failed calling webhook')));
			} finally {
				await stage.kubectl('delete', 'validatingwebhookconfiguration', stage.namespace);
			}
		},
	},
};
