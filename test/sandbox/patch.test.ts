import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {jsonPatch, mergePatch} from '../../source/sandbox/json-patch.ts';
import {type ApiError, type Json} from '../../source/sandbox/store.ts';
import {strategicMerge} from '../../source/sandbox/strategic-merge.ts';
import {by, deployment, shopStore} from './support/api.ts';

suite('JSON patch', () => {
	const document = {a: {b: [1, 2, 3]}, 'x/y': 1, '~': 2};
	const cases: [string, Json[], Json][] = [
		['add to a map', [{op: 'add', path: '/a/c', value: 1}], {...document, a: {b: [1, 2, 3], c: 1}}],
		['add into a list', [{op: 'add', path: '/a/b/1', value: 9}], {...document, a: {b: [1, 9, 2, 3]}}],
		['add at the end', [{op: 'add', path: '/a/b/-', value: 9}], {...document, a: {b: [1, 2, 3, 9]}}],
		['remove', [{op: 'remove', path: '/a/b/0'}], {...document, a: {b: [2, 3]}}],
		['replace', [{op: 'replace', path: '/a/b/2', value: 0}], {...document, a: {b: [1, 2, 0]}}],
		['move', [{op: 'move', from: '/a/b', path: '/c'}], {...document, a: {}, c: [1, 2, 3]}],
		['copy', [{op: 'copy', from: '/a/b/0', path: '/c'}], {...document, c: 1}],
		[
			'escapes',
			[
				{op: 'replace', path: '/x~1y', value: 5},
				{op: 'test', path: '/~0', value: 2},
			],
			{...document, 'x/y': 5},
		],
		['a test that holds', [{op: 'test', path: '/a', value: {b: [1, 2, 3]}}], document],
	];
	for (const [what, patch, result] of cases) {
		test(what, () => assert.deepEqual(jsonPatch(document, patch), result));
	}

	for (const patch of [
		[{op: 'test', path: '/a/b/0', value: 2}],
		[{op: 'test', path: '/none', value: 2}],
		[{op: 'replace', path: '/none', value: 2}],
		[{op: 'remove', path: '/a/b/7'}],
		[{op: 'add', path: '/none/deep', value: 1}],
		[{op: 'add', path: 'a', value: 1}],
		[{op: 'frob', path: '/a'}],
		[{op: 'replace', path: '', value: 7}],
		['x'],
	]) {
		test(`refused: ${JSON.stringify(patch)}`, () => {
			assert.throws(
				() => jsonPatch(document, patch),
				(error: ApiError) => error.code === 422 && error.message.startsWith('the server rejected our request'),
			);
			assert.deepEqual(document.a.b, [1, 2, 3]);
		});
	}
});

test('merge patch: nulls remove, maps merge, lists are replaced, and no prototype is touched', () => {
	assert.deepEqual(mergePatch({a: {b: 1, c: 2}, l: [1]}, {a: {b: null, d: 3}, l: [2]}), {a: {c: 2, d: 3}, l: [2]});
	mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
	assert.equal(({} as Json).polluted, undefined);
});

suite('strategic merge patch', () => {
	const template = (containers: Json[], more: object = {}) => ({spec: {template: {spec: {containers, ...more}}}});
	const merge = (document: Json, patch: Json): Json => strategicMerge('apps.v1.Deployment', document, patch);
	const containers = (document: Json) => document.spec.template.spec.containers;

	test('lists are merged by their keys', () => {
		const base = template([
			{name: 'a', image: 'a:1', ports: [{containerPort: 80}]},
			{name: 'b', image: 'b:1'},
		]);
		const result = merge(base, template([{name: 'b', image: 'b:2', env: [{name: 'X', value: '1'}]}]));
		assert.deepEqual(containers(result), [
			{name: 'a', image: 'a:1', ports: [{containerPort: 80}]},
			{name: 'b', image: 'b:2', env: [{name: 'X', value: '1'}]},
		]);
	});

	test('directives delete, replace, order and keep', () => {
		const base = template([{name: 'a'}, {name: 'b'}]);
		assert.deepEqual(containers(merge(base, template([{name: 'a', $patch: 'delete'}]))), [{name: 'b'}]);
		assert.deepEqual(containers(merge(base, template([{$patch: 'replace'}, {name: 'c'}]))), [{name: 'c'}]);
		const ordered = merge(
			base,
			template([{name: 'c'}], {'$setElementOrder/containers': [{name: 'c'}, {name: 'b'}, {name: 'a'}]}),
		);
		assert.deepEqual(containers(ordered), [{name: 'c'}, {name: 'b'}, {name: 'a'}]);
		const strategy = {spec: {strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1}}}};
		const recreate = merge(strategy, {spec: {strategy: {$retainKeys: ['type'], type: 'Recreate'}}});
		assert.deepEqual(recreate.spec.strategy, {type: 'Recreate'});
	});

	test('primitive lists grow and shrink', () => {
		const base = {metadata: {finalizers: ['a', 'b']}};
		assert.deepEqual(merge(base, {metadata: {finalizers: ['c']}}).metadata.finalizers, ['a', 'b', 'c']);
		const gone = merge(base, {metadata: {'$deleteFromPrimitiveList/finalizers': ['a']}});
		assert.deepEqual(gone.metadata.finalizers, ['b']);
	});

	test('lists without a key are replaced, nulls remove', () => {
		const base = template([{name: 'a', args: ['x', 'y'], tty: true}]);
		const [container] = containers(merge(base, template([{name: 'a', args: ['z'], tty: null}])));
		assert.deepEqual(container, {name: 'a', args: ['z']});
	});
});

suite('server-side apply', () => {
	const config = (spec: object = {}, env: Json[] = []): Json => {
		const {kind, apiVersion, metadata, spec: base} = deployment();
		const container = {name: 'main', image: 'web:1', ...(env.length > 0 && {env})};
		const template = {...base.template, spec: {containers: [container]}};
		return {kind, apiVersion, metadata, spec: {...base, template, ...spec}};
	};
	const apply = {manager: 'ci', operation: 'Apply'} as const;

	test('creates, owns what it named, and is quiet when nothing changes', () => {
		const {store} = shopStore();
		const created = store.apply('deployments', config({replicas: 2}), apply, false);
		const [entry] = created.metadata['managedFields'];
		assert.deepEqual([entry.manager, entry.operation], ['ci', 'Apply']);
		assert.deepEqual(entry.fieldsV1['f:spec']['f:replicas'], {});
		assert.equal(entry.fieldsV1['f:spec']['f:strategy'], undefined, 'defaults are nobody’s');
		assert.equal(store.apply('deployments', config({replicas: 2}), apply, false), created);
	});

	test('owns items and the entries of maps, but not what they are in; a port has the protocol that is left out', () => {
		const {store} = shopStore();
		const {metadata, ...rest} = config();
		rest.spec.template.spec.containers[0].ports = [{containerPort: 80}];
		const named = {...rest, metadata: {...metadata, labels: {tier: 'front'}}};
		const created: Json = store.apply('deployments', named, apply, false);
		const [{fieldsV1}] = created.metadata.managedFields;
		assert.deepEqual(fieldsV1['f:metadata'], {'f:labels': {'f:tier': {}}});
		const container = {'.': {}, 'f:name': {}, 'f:image': {}, 'f:ports': {} as Json};
		container['f:ports'] = {'k:{"containerPort":80,"protocol":"TCP"}': {'.': {}, 'f:containerPort': {}}};
		assert.deepEqual(fieldsV1['f:spec']['f:template']['f:spec']['f:containers'], {'k:{"name":"main"}': container});
		const again: Json = store.apply('deployments', {...named, spec: {...named.spec, replicas: 2}}, apply, false);
		assert.equal(again.spec.template.spec.containers[0].ports.length, 1);
	});

	test('a map whose entries went to others is still its maker’s, as a thing alone', () => {
		const {store} = shopStore();
		const settings = (data: object, more: object = {}) => ({
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: {name: 'settings', namespace: 'shop', ...more},
			data,
		});
		const owners = () =>
			store
				.get('configmaps', 'shop', 'settings')!
				.metadata['managedFields'].map((entry: Json) => [entry.manager, entry.fieldsV1]);
		store.create('configmaps', settings({colour: 'red'}, {annotations: {note: 'x'}}), {manager: 'maker'});
		store.update('configmaps', settings({colour: 'green'}), {manager: 'replacer'});
		assert.deepEqual(owners(), [
			['maker', {'f:data': {}}],
			['replacer', {'f:data': {'f:colour': {}}}],
		]);
		store.apply('configmaps', settings({colour: 'white'}), apply, true);
		assert.deepEqual(owners(), [
			['ci', {'f:data': {'f:colour': {}}}],
			['maker', {'f:data': {}}],
		]);
		store.update('configmaps', settings({colour: 'white', size: 'big'}), {manager: 'maker'});
		assert.deepEqual(owners()[1], ['maker', {'f:data': {'.': {}, 'f:size': {}}}]);
	});

	test('what others own with another value is a conflict, unless forced', () => {
		const {store} = shopStore();
		store.apply('deployments', config({replicas: 2}), apply, false);
		const name = {metadata: {name: 'web', namespace: 'shop'}};
		store.update('deployments', {...name, spec: {replicas: 5}}, {manager: 'kubectl', subresource: 'scale'});
		assert.throws(
			() => store.apply('deployments', config({replicas: 2}), apply, false),
			(error: ApiError) => {
				assert.equal(error.code, 409);
				assert.equal(
					error.message,
					'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
				);
				assert.deepEqual(
					error.details?.causes?.map((cause) => [cause.reason, cause.field]),
					[['FieldManagerConflict', '.spec.replicas']],
				);
				return true;
			},
		);
		const forced = store.apply('deployments', config({replicas: 2}), apply, true);
		assert.equal(forced['spec'].replicas, 2);
		assert.ok(!forced.metadata['managedFields'].some((entry: Json) => entry.manager === 'kubectl'));
	});

	test('what it named before and names no more goes, but not what others own', () => {
		const {store} = shopStore();
		store.apply(
			'deployments',
			config({replicas: 2}, [
				{name: 'A', value: '1'},
				{name: 'B', value: '2'},
			]),
			apply,
			false,
		);
		const other = {manager: 'other', operation: 'Apply'} as const;
		store.apply('deployments', config({replicas: 2}), other, false);
		const next = store.apply('deployments', config({}, [{name: 'A', value: '1'}]), apply, false);
		assert.equal(next['spec'].replicas, 2, 'the other still applies it');
		assert.deepEqual(next['spec'].template.spec.containers[0].env, [{name: 'A', value: '1'}]);
		assert.equal(store.apply('deployments', config(), other, false)['spec'].replicas, 1, 'the default again');
	});

	test('an apply does not touch what it never named', () => {
		const {store} = shopStore();
		store.apply('deployments', config(), apply, false);
		const live: Json = store.get('deployments', 'shop', 'web');
		store.update('deployments', {...live, metadata: {...live.metadata, labels: {team: 'a'}}}, by);
		const next = store.apply('deployments', config({minReadySeconds: 3}), apply, false);
		assert.deepEqual(next.metadata['labels'], {team: 'a'});
	});
});
