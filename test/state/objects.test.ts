import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import type {KubeObject} from '../../source/objects.ts';
import {controllerUid, createObjectSet} from '../../source/state/objects.ts';

const small = (prefix: string) => fc.integer({min: 0, max: 4}).map((number) => `${prefix}${number}`);

/** Name and namespace belong to a uid for as long as it lives; a name may come back with another uid, an owner may change. */
const object: fc.Arbitrary<KubeObject> = fc
	.record({number: fc.integer({min: 0, max: 4}), owner: fc.option(small('o'))})
	.map(({number, owner}) => ({
		metadata: {
			uid: `u${number}`,
			name: `n${number % 2}`,
			namespace: `s${number % 3}`,
			...(owner !== null && {ownerReferences: [{uid: owner, kind: 'ReplicaSet', name: owner, controller: true}]}),
		},
	}));

const batch = fc.record({
	upserts: fc.uniqueArray(object, {selector: ({metadata}) => metadata.uid, maxLength: 4}),
	deletes: fc.uniqueArray(small('u'), {maxLength: 3}),
});

suite('a set of objects', () => {
	test('answers from its indexes what a search of all would find', () => {
		fc.assert(
			fc.property(fc.array(batch, {maxLength: 8}), (batches) => {
				const set = createObjectSet();
				const model = new Map<string, KubeObject>();
				for (const changes of batches) {
					const applied = set.apply(changes);
					for (const uid of changes.deletes) model.delete(uid);
					for (const one of changes.upserts) model.set(one.metadata.uid, one);
					for (const {before, after} of applied) assert.ok(before !== undefined || after !== undefined);
					const all = [...model.values()];
					assert.equal(set.size, model.size);
					assert.deepEqual(new Set(set.all()), new Set(all));
					for (const number of [0, 1, 2, 3, 4]) {
						assert.deepEqual(
							new Set(set.ownedBy(`o${number}`)),
							new Set(all.filter((one) => controllerUid(one) === `o${number}`)),
						);
						assert.deepEqual(
							new Set(set.inNamespace(`s${number}`)),
							new Set(all.filter(({metadata}) => metadata.namespace === `s${number}`)),
						);
					}
				}
			}),
		);
	});

	test('tells what changed, old beside new', () => {
		const set = createObjectSet();
		const one: KubeObject = {metadata: {uid: 'u', name: 'n', namespace: 's', resourceVersion: '1'}};
		const two: KubeObject = {metadata: {...one.metadata, resourceVersion: '2'}};
		assert.deepEqual(set.apply({upserts: [one], deletes: ['nobody']}), [{before: undefined, after: one}]);
		assert.deepEqual(set.apply({upserts: [two], deletes: []}), [{before: one, after: two}]);
		assert.deepEqual(set.apply({upserts: [], deletes: ['u']}), [{before: two, after: undefined}]);
	});

	test('finds the new object of a name, whichever end is seen first', () => {
		const named = (uid: string): KubeObject => ({metadata: {uid, name: 'web', namespace: 's'}});
		const set = createObjectSet();
		set.apply({upserts: [named('old')], deletes: []});
		set.apply({upserts: [named('new')], deletes: []});
		set.apply({upserts: [], deletes: ['old']});
		assert.equal(set.named('s', 'web')?.metadata.uid, 'new');
		set.apply({upserts: [], deletes: ['new']});
		assert.equal(set.named('s', 'web'), undefined);
	});

	test('finds objects under the keys they have now, and under no key they had', () => {
		const labelled = (keys: string): KubeObject => ({metadata: {uid: 'u', name: 'n', namespace: 's', labels: {keys}}});
		const set = createObjectSet<KubeObject>(({metadata}) => metadata.labels?.['keys']?.split(',') ?? []);
		const [first, second] = [labelled('a,b'), labelled('b,c')];
		set.apply({upserts: [first], deletes: []});
		assert.deepEqual(set.under('a'), [first]);
		set.apply({upserts: [second], deletes: []});
		assert.deepEqual(
			['a', 'b', 'c'].map((key) => set.under(key)),
			[[], [second], [second]],
		);
		set.apply({upserts: [], deletes: ['u']});
		assert.deepEqual(
			['a', 'b', 'c'].flatMap((key) => set.under(key)),
			[],
		);
	});

	test('gives the same list until its members change', () => {
		const set = createObjectSet();
		const one: KubeObject = {metadata: {uid: 'u', name: 'n', namespace: 's'}};
		set.apply({upserts: [one], deletes: []});
		assert.equal(set.inNamespace('s'), set.inNamespace('s'));
	});

	test('is empty after clear', () => {
		const set = createObjectSet();
		set.apply({upserts: [{metadata: {uid: 'u', name: 'n', namespace: 's'}}], deletes: []});
		set.clear();
		assert.equal(set.size, 0);
		assert.equal(set.named('s', 'n'), undefined);
		assert.deepEqual(set.inNamespace('s'), []);
	});
});

test('only a controller owns', () => {
	const owned = (controller?: boolean): KubeObject => ({
		metadata: {
			uid: 'u',
			name: 'n',
			ownerReferences: [{uid: 'o', kind: 'X', name: 'o', ...(controller !== undefined && {controller})}],
		},
	});
	assert.equal(controllerUid(owned(true)), 'o');
	assert.equal(controllerUid(owned(false)), undefined);
	assert.equal(controllerUid(owned()), undefined);
	assert.equal(controllerUid({metadata: {uid: 'u', name: 'n'}}), undefined);
});
