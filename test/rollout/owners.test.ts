import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Deployment} from '../../source/objects.ts';
import {autoscalerOf, ownerSentences, owners} from '../../source/rollout/owners.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

function names(change: (metadata: Deployment['metadata']) => void): string[] {
	const {deployment} = recorded('complete');
	change(deployment.metadata);
	return owners(deployment).map(({name}) => name);
}

test('nobody owns a Deployment that was made by hand', () =>
	assert.deepEqual(
		names(() => {}),
		[],
	));

const cases: readonly (readonly [string, (metadata: Deployment['metadata']) => void, string])[] = [
	[
		'Argo CD by its annotation',
		(it) => (it.annotations!['argocd.argoproj.io/tracking-id'] = 'shop:apps/Deployment:shop/web'),
		'Argo CD (application shop)',
	],
	['Argo CD by its label', (it) => (it.labels!['argocd.argoproj.io/instance'] = 'shop'), 'Argo CD (application shop)'],
	[
		'Argo CD by its field manager',
		(it) => it.managedFields!.push({manager: 'argocd-controller', operation: 'Apply'}),
		'Argo CD',
	],
	[
		'a Flux kustomization',
		(it) => (it.labels!['kustomize.toolkit.fluxcd.io/name'] = 'apps'),
		'Flux (kustomization apps)',
	],
	[
		'a Flux release, which is no plain Helm one',
		(it) => {
			it.labels!['helm.toolkit.fluxcd.io/name'] = 'web';
			it.annotations!['meta.helm.sh/release-name'] = 'web';
		},
		'Flux (release web)',
	],
	['a Helm release', (it) => (it.annotations!['meta.helm.sh/release-name'] = 'web'), 'Helm (release web)'],
	['Helm by its label', (it) => (it.labels!['app.kubernetes.io/managed-by'] = 'Helm'), 'Helm'],
	[
		'an operator',
		(it) => (it.ownerReferences = [{kind: 'Shop', name: 'main', uid: 'x', controller: true}]),
		'Shop main',
	],
	[
		'a pipeline by its field manager',
		(it) => it.managedFields!.push({manager: 'terraform-provider', operation: 'Update'}),
		'terraform-provider',
	],
];
for (const [name, change, expected] of cases) test(name, () => assert.deepEqual(names(change), [expected]));

test('an owner that is no controller does not count', () => {
	assert.deepEqual(
		names((it) => (it.ownerReferences = [{kind: 'Shop', name: 'main', uid: 'x'}])),
		[],
	);
});

test('the autoscaler whose target it is, and what it keeps', () => {
	const recording = recorded('autoscaled');
	assert.equal(autoscalerOf(recording.deployment, recording.autoscalers)?.metadata.name, 'web');
	assert.deepEqual(rolloutFacts(inputOf(recording)).owners, ['Autoscaler web keeps 2 to 4 replicas.']);
	recording.deployment.spec.replicas = 0;
	assert.match(
		ownerSentences(recording.deployment, recording.autoscalers).join(),
		/is off while the Deployment is scaled to 0/,
	);
	for (const edit of [{kind: 'StatefulSet'}, {name: 'another'}, {apiVersion: 'example.com/v1'}]) {
		const {deployment, autoscalers} = recorded('autoscaled');
		Object.assign(autoscalers[0]!.spec.scaleTargetRef, edit);
		assert.equal(autoscalerOf(deployment, autoscalers), undefined);
	}
	assert.equal(autoscalerOf(recording.deployment, undefined), undefined);
});
