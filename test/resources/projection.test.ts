import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import type {KindId, KubeObject} from '../../source/objects.ts';
import {deployments} from '../../source/resources/deployments.ts';
import {endpointSlices} from '../../source/resources/endpoint-slices.ts';
import {resources} from '../../source/resources/index.ts';
import {pods} from '../../source/resources/pods.ts';
import {replicaSets} from '../../source/resources/replica-sets.ts';
import type {ColumnPlace, Resource} from '../../source/resources/resource.ts';
import {cells, row} from '../../source/resources/rows.ts';
import {recordedObjects} from './recording.ts';

const kinds = Object.keys(resources) as KindId[];
const places: readonly ColumnPlace[] = ['table', 'wide', 'rollout', 'deck', 'deck-wide'];
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

suite('projection', () => {
	for (const id of kinds) {
		const {project} = resources[id] as Resource;

		test(`of ${id}: a second time changes nothing, and a whole object is left as it was`, () => {
			for (const object of recordedObjects(id) as KubeObject[]) {
				const before = JSON.stringify(object);
				const once = project(object);
				assert.deepEqual(project(once), once);
				assert.equal(JSON.stringify(object), before);
			}
		});

		test(`of ${id}: keeps what identifies, owns and dates an object`, () => {
			for (const object of recordedObjects(id) as KubeObject[]) {
				const {metadata} = project(object);
				const {uid, name, namespace, resourceVersion, creationTimestamp, labels, ownerReferences} = object.metadata;
				assert.equal(metadata.uid, uid);
				assert.equal(metadata.name, name);
				assert.equal(metadata.namespace, namespace);
				assert.equal(metadata.resourceVersion, resourceVersion);
				assert.equal(metadata.creationTimestamp, creationTimestamp);
				assert.deepEqual(metadata.labels, labels);
				assert.deepEqual(
					metadata.ownerReferences?.map((owner) => owner.uid),
					ownerReferences?.map((owner) => owner.uid),
				);
			}
		});
	}

	test('of pods and slices: without the lists of who wrote what and the last applied manifest', () => {
		for (const object of [
			...recordedObjects('pods').map(pods.project),
			...recordedObjects('endpointslices').map(endpointSlices.project),
		]) {
			assert.ok(!('managedFields' in object.metadata));
			assert.ok(!(lastApplied in (object.metadata.annotations ?? {})));
		}
	});

	test('of pods: without env, with claims, probes and gates', () => {
		const pod = pods.project({
			metadata: {uid: '1', name: 'web'},
			spec: {
				containers: [{name: 'web', env: [{name: 'TOKEN', value: 'x'}], readinessProbe: {periodSeconds: 5}}],
				volumes: [
					{name: 'data', persistentVolumeClaim: {claimName: 'disk'}},
					{name: 'tmp', emptyDir: {}},
				],
				readinessGates: [{conditionType: 'a'}],
				dnsPolicy: 'ClusterFirst',
			},
		});
		assert.deepEqual(pod.spec, {
			readinessGates: [{conditionType: 'a'}],
			containers: [{name: 'web', readinessProbe: {periodSeconds: 5}}],
			volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'disk'}}],
		});
	});

	test('of Deployments and ReplicaSets: the whole template, every annotation, and the writers with no more of their fields than whether the template is among them', () => {
		for (const whole of recordedObjects('deployments')) {
			const kept = deployments.project(whole);
			assert.deepEqual(kept.spec.template, whole.spec.template);
			assert.deepEqual(kept.metadata.annotations, whole.metadata.annotations);
			assert.deepEqual(kept.metadata.managedFields, whole.metadata.managedFields);
		}
		for (const whole of recordedObjects('replicasets')) {
			const kept = replicaSets.project(whole);
			assert.deepEqual(kept.spec.template, whole.spec.template);
			assert.deepEqual(kept.metadata.annotations, whole.metadata.annotations);
		}
		const managedFields = [
			{manager: 'kubectl-set', fieldsV1: {'f:spec': {'f:template': {'f:spec': {'f:containers': {}}}}}},
			{manager: 'kubectl-rollout', fieldsV1: {'f:spec': {'f:paused': {}}}},
		];
		const written = {metadata: {uid: '1', name: 'web', managedFields}, spec: {template: {}}};
		assert.deepEqual(deployments.project(written).metadata.managedFields, [
			{manager: 'kubectl-set', fieldsV1: {'f:spec': {'f:template': {}}}},
			{manager: 'kubectl-rollout', fieldsV1: {}},
		]);
	});

	test('of an object with nothing in it gives one that every column can print', () => {
		for (const id of kinds) {
			const resource = resources[id] as Resource;
			for (const place of places) cells(resource, resource.project({} as never), place, {now: 0});
			resource.rowRole(resource.project({} as never), {now: 0});
		}
	});

	test('a field that a server leaves out, or sends as null, never stops a row', () => {
		for (const id of kinds) {
			const resource = resources[id] as Resource;
			const objects = recordedObjects(id) as KubeObject[];
			fc.assert(
				fc.property(fc.constantFrom(...objects), fc.nat(), fc.boolean(), (object, choice, asNull) => {
					const kept = resource.project(withoutField(object, choice, asNull));
					for (const place of places) row(resource, kept, place, {now: 0});
					resource.rowRole(kept, {now: 0});
				}),
				{numRuns: 100},
			);
		}
	});
});

/** A copy without one of the optional parts: a section of the object, or a field of its metadata, spec or status. */
function withoutField(object: KubeObject, choice: number, asNull: boolean): KubeObject {
	const copy = structuredClone(object) as unknown as Record<string, Record<string, unknown>>;
	const paths = Object.entries(copy).flatMap(([section, value]) =>
		typeof value === 'object' && value !== null && !Array.isArray(value)
			? [[section], ...Object.keys(value).map((field) => [section, field])]
			: [[section]],
	);
	const [section = '', field] = paths[choice % paths.length] ?? [];
	const parent: Record<string, unknown> | undefined = field === undefined ? copy : copy[section];
	const key = field ?? section;
	if (parent && asNull) parent[key] = null;
	else if (parent) delete parent[key];
	return copy as unknown as KubeObject;
}
