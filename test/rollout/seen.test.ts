import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {Deployment, Pod, ReplicaSet} from '../../source/objects.ts';
import type {Moment} from '../../source/rollout/moments.ts';
import {seenOfDeployment, seenOfReplicaSet} from '../../source/rollout/seen.ts';
import {seenOfPod} from '../../source/rollout/seen-pods.ts';
import {recorded} from '../objects/recorded.ts';

const at = Date.parse('2026-01-31T12:00:00Z');
const wrote = '2026-01-31T11:59:58Z';

function told(moments: readonly Moment[]): string[] {
	return moments.map(({actor, text}) => `${actor}: ${text}`);
}

suite('what somebody asked of a Deployment', () => {
	const {deployment} = recorded('complete');
	const before: Deployment = {
		...deployment,
		metadata: {
			...deployment.metadata,
			managedFields: [{manager: 'helm', operation: 'Update', time: '2026-01-31T11:00:00Z'}],
		},
	};
	const after = (spec: Partial<Deployment['spec']>, manager: string, subresource?: string): Deployment => ({
		...before,
		metadata: {
			...before.metadata,
			managedFields: [
				...(before.metadata.managedFields ?? []),
				{manager, operation: 'Update', ...(subresource === undefined ? {time: wrote} : {subresource})},
			],
		},
		spec: {...before.spec, ...spec},
	});
	const seen = (spec: Partial<Deployment['spec']>, manager = 'kubectl-edit', subresource?: string) =>
		told(seenOfDeployment(before, after(spec, manager, subresource), at));

	test('each in its words, with who did it', () => {
		assert.deepEqual(seen({paused: true}), ['kubectl-edit: paused']);
		assert.deepEqual(seen({minReadySeconds: 10, replicas: 5}), [
			'kubectl-edit: scaled 3 → 5, minReadySeconds unset → 10',
		]);
		assert.deepEqual(seen({strategy: {type: 'Recreate'}}, 'argocd-controller'), [
			'argocd-controller: strategy changed',
		]);
		assert.deepEqual(seen({replicas: 9}, 'kubectl', 'scale'), ['kubectl: scaled 3 → 9']);
	});

	test('by the autoscaler, whose writes bear the name of all controllers', () =>
		assert.deepEqual(seen({replicas: 4}, 'kube-controller-manager', 'scale'), ['autoscaler: scaled 3 → 4']));

	test('a restart is not told as a change of the template', () => {
		const {template} = before.spec;
		const annotations = {...template.metadata?.annotations, 'kubectl.kubernetes.io/restartedAt': wrote};
		const again = {...template, metadata: {...template.metadata, annotations}};
		assert.deepEqual(seen({template: again}, 'kubectl-rollout'), ['kubectl-rollout: restart asked for']);
	});

	test('of many changes the first few; what looks like a credential stays masked', () => {
		const template = structuredClone(before.spec.template);
		const [container] = template.spec?.containers ?? [];
		assert.ok(container);
		container.env = [
			{name: 'DB_PASSWORD', value: 'hunter2'},
			{name: 'A', value: '1'},
			{name: 'B', value: '2'},
		];
		const [line = ''] = seen({template}, 'kubectl-edit');
		assert.match(line, /^kubectl-edit: template changed: .* and \d+ more$/);
		assert.doesNotMatch(line, /hunter2/);
	});

	test('when: by its entry; the server does not say it of a size alone', () => {
		const [byEntry] = seenOfDeployment(before, after({paused: true}, 'kubectl-edit'), at);
		assert.deepEqual([byEntry?.at, byEntry?.late], [Date.parse(wrote), undefined]);
		const [bySight] = seenOfDeployment(before, after({replicas: 5}, 'kubectl', 'scale'), at);
		assert.deepEqual([bySight?.at, bySight?.late], [at, true]);
	});

	test('the controller’s own writes are none', () => {
		const status = {...before.status, readyReplicas: 1, observedGeneration: 9};
		assert.deepEqual(seenOfDeployment(before, {...before, status}, at), []);
	});
});

suite('a ReplicaSet', () => {
	const [replicaSet] = recorded('complete').replicaSets as [ReplicaSet];
	const sized = (replicas: number, manager = 'kube-controller-manager'): ReplicaSet => ({
		...replicaSet,
		metadata: {
			...replicaSet.metadata,
			managedFields: [{manager, operation: 'Update', time: `2026-01-31T11:59:5${replicas}Z`}],
		},
		spec: {...replicaSet.spec, replicas},
	});

	test('is resized by its controller, or by hand', () => {
		assert.match(told(seenOfReplicaSet(sized(1), sized(2), at))[0]!, /^deployment controller: web-\w+ 1 → 2$/);
		assert.match(told(seenOfReplicaSet(sized(1), sized(2, 'kubectl-edit'), at))[0]!, /^kubectl-edit: web-\w+ 1 → 2$/);
	});

	test('goes', () => assert.match(told(seenOfReplicaSet(sized(0), undefined, at))[0]!, / removed$/));
});

suite('a pod', () => {
	const [pod] = recorded('complete').pods as [Pod];
	const stopping = (conditions: NonNullable<Pod['status']>['conditions'] = []): Pod => ({
		...pod,
		metadata: {...pod.metadata, deletionTimestamp: '2026-01-31T12:00:30Z', deletionGracePeriodSeconds: 30},
		status: {...pod.status, conditions: [...(pod.status?.conditions ?? []), ...conditions]},
	});

	test('that is evicted says so; of others nobody knows who stops them', () => {
		assert.match(told(seenOfPod(pod, stopping(), at)).join(), /^api server: \w+ asked to stop$/);
		const evicted = stopping([{type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI'}]);
		assert.match(told(seenOfPod(pod, evicted, at)).join(), /^eviction: \w+ asked to stop$/);
	});

	test('is asked to stop before its grace, not at its end', () =>
		assert.equal(seenOfPod(pod, stopping(), at)[0]?.at, Date.parse('2026-01-31T12:00:00Z')));

	test('is not ready any more', () => {
		const conditions = (pod.status?.conditions ?? []).map((condition) =>
			condition.type === 'Ready' ? {...condition, status: 'False', lastTransitionTime: wrote} : condition,
		);
		const [moment] = seenOfPod(pod, {...pod, status: {...pod.status, conditions}}, at);
		assert.match(moment?.text ?? '', /^\w+ not ready any more$/);
		assert.equal(moment?.at, Date.parse(wrote));
	});

	test('that only its node writes about has nothing to tell', () =>
		assert.deepEqual(seenOfPod(pod, structuredClone(pod), at), []));
});
