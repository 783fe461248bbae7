import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {SharedParts} from '../../source/cluster/shared-parts.ts';

const owned = (uid: string, spec: unknown) => ({metadata: {uid, ownerReferences: [{uid: 'set'}]}, spec});

suite('objects of one owner share parts', () => {
	test('equal parts are kept once, at any depth', () => {
		const parts = new SharedParts();
		const first = parts.share(owned('a', {containers: [{name: 'web', ports: [80]}], node: 'one'}));
		const second = parts.share(owned('b', {containers: [{name: 'web', ports: [80]}], node: 'two'}));
		assert.equal((second.spec as {containers: unknown}).containers, (first.spec as {containers: unknown}).containers);
		assert.equal(second.metadata.ownerReferences, first.metadata.ownerReferences);
		assert.notEqual(second.spec, first.spec);
	});

	test('others of another owner do not', () => {
		const parts = new SharedParts();
		const first = parts.share(owned('a', {ports: [80]}));
		const other = parts.share({metadata: {uid: 'b', ownerReferences: [{uid: 'other'}]}, spec: {ports: [80]}});
		assert.notEqual(other.spec, first.spec);
	});

	test('an absent part is not an undefined one, nor a list an object', () => {
		const parts = new SharedParts();
		const first = parts.share(owned('a', {x: undefined, list: []}));
		const second = parts.share(owned('b', {y: 1, list: {}}));
		assert.notEqual(second.spec, first.spec);
		assert.deepEqual(second.spec, {y: 1, list: {}});
	});

	test('whatever they are, each says what it said before, and no sibling is changed', () => {
		fc.assert(
			fc.property(fc.array(fc.jsonValue({maxDepth: 3}), {minLength: 2, maxLength: 5}), (specs) => {
				const parts = new SharedParts();
				const shared = specs.map((spec, index) => parts.share(owned(String(index), structuredClone(spec))));
				assert.deepEqual(
					shared,
					specs.map((spec, index) => owned(String(index), spec)),
				);
			}),
		);
	});
});
