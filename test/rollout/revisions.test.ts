import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PodTemplateSpec} from '../../source/objects.ts';
import {
	findNewReplicaSet,
	firstRevisionOf,
	ownedReplicaSets,
	revisionOf,
	templatesEqual,
} from '../../source/rollout/revisions.ts';
import {recorded} from '../objects/recorded.ts';
import {edited, ofRevision, templateWith} from './make.ts';

describe('equal templates', () => {
	const original = () => templateWith('complete', () => {});
	const container = (template: PodTemplateSpec) => template.spec!.containers[0]!;
	const equal: readonly (readonly [string, (template: PodTemplateSpec) => void])[] = [
		['nothing changed', () => {}],
		['the hash label does not count', ({metadata}) => (metadata!.labels!['pod-template-hash'] = 'x')],
		['null is nothing', ({metadata}) => (metadata!['creationTimestamp'] = null)],
		['an empty map is nothing', ({metadata}) => (metadata!.annotations = {})],
		['an empty list is nothing', (template) => (container(template)['volumeMounts'] = [])],
		['what holds only empty things is nothing', (template) => (container(template)['lifecycle'] = {preStop: {}})],
		['quantities by value', (template) => (container(template).resources = {limits: {cpu: '1000m', memory: '1Gi'}})],
	];
	for (const [name, change] of equal) {
		test(name, () => {
			const from = templateWith('complete', (template) => {
				if (name.startsWith('quantities')) container(template).resources = {limits: {cpu: '1', memory: '1024Mi'}};
			});
			const to = templateWith('complete', change);
			assert.equal(templatesEqual(from, to), true);
			assert.equal(templatesEqual(to, from), true);
		});
	}
	const different: readonly (readonly [string, (template: PodTemplateSpec) => void])[] = [
		['an image', (template) => (container(template).image = 'registry.example/web:2')],
		['one variable less', (template) => container(template).env!.pop()],
		['the order of variables', (template) => container(template).env!.reverse()],
		['a label', ({metadata}) => (metadata!.labels!['more'] = 'x')],
		['the hash label elsewhere', ({metadata}) => (metadata!.annotations = {'pod-template-hash': 'x'})],
		[
			'a text that would be an equal quantity is none outside resources',
			({metadata}) => (metadata!.labels!['app'] = '1000m'),
		],
		['a list for a map', ({spec}) => (spec!['nodeSelector'] = ['a'])],
	];
	for (const [name, change] of different) {
		test(`not equal: ${name}`, () => {
			const from = templateWith('complete', (template) => {
				if (name.startsWith('a text')) template.metadata!.labels!['app'] = '1';
			});
			assert.equal(templatesEqual(from, templateWith('complete', change)), false);
			assert.equal(templatesEqual(templateWith('complete', change), from), false);
		});
	}
	test('nothing equals nothing, and no template equals one', () => {
		assert.equal(templatesEqual(undefined, undefined), true);
		assert.equal(templatesEqual(undefined, original()), false);
	});
});

describe('the ReplicaSets of a Deployment', () => {
	test('belong by the uid of their controller, not by their labels', () => {
		const {deployment, replicaSets} = edited('complete', (recording) => {
			recording.replicaSets[0]!.metadata.ownerReferences![0]!.uid = 'of an earlier Deployment of the same name';
			recording.replicaSets[1]!.metadata.ownerReferences![0]!.controller = false;
		});
		assert.equal(ownedReplicaSets(deployment, replicaSets).length, replicaSets.length - 2);
	});
	test('have the number of their annotation, if it is one', () => {
		const {replicaSets} = recorded('complete');
		assert.deepEqual(new Set(replicaSets.map(revisionOf)), new Set([1, 2, 3]));
		replicaSets[0]!.metadata.annotations!['deployment.kubernetes.io/revision'] = 'seven';
		delete replicaSets[1]!.metadata.annotations!['deployment.kubernetes.io/revision'];
		assert.equal(revisionOf(replicaSets[0]!), undefined);
		assert.equal(revisionOf(replicaSets[1]!), undefined);
	});
});

describe('the new ReplicaSet', () => {
	const newOf = (name: string) => {
		const {deployment, replicaSets} = recorded(name);
		const found = findNewReplicaSet(deployment, replicaSets);
		return found && revisionOf(found);
	};
	test('is the one with the present template', () => {
		assert.equal(newOf('complete'), 3);
		assert.equal(newOf('missing'), 2);
		assert.equal(newOf('three'), 3);
	});
	test('after an undo is the old one under its new number', () => assert.equal(newOf('undone'), 3));
	test('does not exist while the controller has not seen the change', () =>
		assert.equal(newOf('unobserved'), undefined));
	test('does not exist for a changed template that is paused, though number and generation agree', () => {
		const {deployment} = recorded('paused-changed');
		assert.equal(deployment.status?.observedGeneration, deployment.metadata.generation);
		assert.equal(newOf('paused-changed'), undefined);
	});
	test('does not exist while a Recreate waits for the old pods', () =>
		assert.equal(newOf('recreate-blocked-late'), undefined));
	test('is the oldest of two with the same template and no number', () => {
		const recording = recorded('complete');
		const present = ofRevision(recording, 3);
		const twin = structuredClone(present);
		twin.metadata.name = 'web-twin';
		twin.metadata.uid = 'twin';
		twin.metadata.creationTimestamp = '2020-01-01T00:00:00Z';
		for (const set of [present, twin]) delete set.metadata.annotations!['deployment.kubernetes.io/revision'];
		assert.equal(findNewReplicaSet(recording.deployment, [present, twin]), twin);
	});
});

test('the number that a ReplicaSet was made with, whatever undo has made of it', () => {
	const backAgain = ofRevision(recorded('undone'), 3);
	assert.equal(firstRevisionOf(backAgain), 1);
	assert.equal(firstRevisionOf(ofRevision(recorded('undone'), 2)), 2);
	const taken = (earlier: string) =>
		firstRevisionOf({
			...backAgain,
			metadata: {...backAgain.metadata, annotations: {'deployment.kubernetes.io/revision-history': earlier}},
		});
	assert.equal(taken('4,6,8'), 4);
	const many = Array.from({length: 399}, (_, index) => 1000 + index).join(',');
	assert.equal(taken(many), 1000);
	assert.equal(taken(`${many},2000`), undefined, 'the numbers before it may be forgotten');
});
