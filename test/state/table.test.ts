import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import type {KubeObject} from '../../source/objects.ts';
import type {Role} from '../../source/role.ts';
import {parseFilter} from '../../source/state/filter.ts';
import {createTable, type Sort, type TableSource} from '../../source/state/table.ts';

interface Thing extends KubeObject {
	size?: number | undefined;
	role: Role;
}

const source: TableSource<Thing> = {
	value: (thing, heading) => (heading === 'SIZE' ? thing.size : thing.metadata.name),
	role: ({role}) => role,
	text: ({metadata, role}) => `${metadata.name} ${role}`,
};

function thing(
	name: string,
	fields: {uid?: string; namespace?: string; size?: number | undefined; role?: Role} = {},
): Thing {
	const {uid = name, namespace = 'shop', size, role = 'ok'} = fields;
	return {metadata: {uid, name, namespace, labels: {name}}, size, role};
}

function filter(text: string) {
	const parsed = parseFilter(text);
	assert.ok(parsed.ok);
	return parsed.value;
}

const names = (things: readonly Thing[]) => things.map(({metadata}) => metadata.name);

suite('table', () => {
	test('sorts by namespace and name at first', () => {
		const table = createTable(source);
		for (const name of ['b', 'c', 'a']) table.upsert(thing(name));
		table.upsert(thing('d', {namespace: 'another'}));
		assert.deepEqual(names(table.window(0, 10)), ['d', 'a', 'b', 'c']);
		table.setSort({by: 'name', direction: 'descending'});
		assert.deepEqual(names(table.window(0, 10)), ['c', 'b', 'a', 'd']);
	});

	test('attention puts trouble first, then goes by name', () => {
		const table = createTable(source);
		table.setSort({by: 'attention', direction: 'ascending'});
		const roles: Role[] = ['muted', 'ok', 'moving', 'failed', 'waiting', 'done'];
		table.replaceAll(roles.map((role) => thing(`a-${role}`, {role})));
		table.upsert(thing('b', {role: 'failed'}));
		assert.deepEqual(names(table.window(0, 3)), ['a-failed', 'b', 'a-waiting']);
		table.upsert(thing('a-failed', {role: 'ok'}));
		assert.deepEqual(names(table.window(0, 10)), [
			'b',
			'a-waiting',
			'a-moving',
			'a-failed',
			'a-ok',
			'a-done',
			'a-muted',
		]);
	});

	test('a column in both directions: equal ones by name, those without a value last', () => {
		const table = createTable(source);
		table.replaceAll([thing('none'), thing('c', {size: 1}), thing('a', {size: 1}), thing('b', {size: 2})]);
		table.setSort({by: 'SIZE', direction: 'ascending'});
		assert.deepEqual(names(table.window(0, 10)), ['a', 'c', 'b', 'none']);
		table.setSort({by: 'SIZE', direction: 'descending'});
		assert.deepEqual(names(table.window(0, 10)), ['b', 'a', 'c', 'none']);
	});

	test('a window may lie outside', () => {
		const table = createTable(source);
		table.replaceAll(['a', 'b', 'c'].map((name) => thing(name)));
		assert.deepEqual(names(table.window(1, 1)), ['b']);
		assert.deepEqual(names(table.window(2, 5)), ['c']);
		assert.deepEqual(table.window(3, 5), []);
		assert.deepEqual(names(table.window(-1, 2)), ['a', 'b']);
		assert.deepEqual(table.window(0, 0), []);
	});

	test('a filter hides, counts what it hides, and lets objects in and out as they change', () => {
		const table = createTable(source);
		table.replaceAll([thing('web'), thing('api', {role: 'failed'})]);
		table.setFilter(filter('failed'));
		assert.deepEqual([table.size, table.hidden, table.total], [1, 1, 2]);
		assert.equal(table.indexOf('web'), -1);
		assert.ok(table.get('web'));
		table.upsert(thing('web', {role: 'failed'}));
		table.upsert(thing('api'));
		assert.deepEqual(names(table.window(0, 10)), ['web']);
		assert.equal(table.remove('web'), true);
		assert.equal(table.remove('web'), false);
		assert.deepEqual([table.size, table.hidden], [0, 1]);
		table.setFilter(undefined);
		assert.deepEqual(names(table.window(0, 10)), ['api']);
	});

	test('the same name with another uid is another object', () => {
		const table = createTable(source);
		table.upsert(thing('web', {uid: '1'}));
		table.upsert(thing('web', {uid: '2'}));
		assert.deepEqual([table.indexOf('1'), table.indexOf('2')], [0, 1]);
	});

	test('an object that keeps its place is replaced there', () => {
		const table = createTable(source);
		table.replaceAll(['a', 'b'].map((name) => thing(name)));
		const next = thing('a', {size: 5});
		table.upsert(next);
		assert.equal(table.window(0, 1)[0], next);
		assert.equal(table.get('a'), next);
		assert.equal(table.total, 2);
	});

	test('holds thousands over many blocks', () => {
		const table = createTable(source);
		const count = 5000;
		const shuffled = Array.from({length: count}, (_, index) => (index * 2741) % count);
		for (const number of shuffled) table.upsert(thing(`pod-${String(number).padStart(4, '0')}`, {size: number}));
		assert.deepEqual(names(table.window(4321, 2)), ['pod-4321', 'pod-4322']);
		assert.equal(table.indexOf('pod-4999'), 4999);
		for (const number of shuffled.slice(0, 4500)) table.remove(`pod-${String(number).padStart(4, '0')}`);
		const left = shuffled.slice(4500).toSorted((a, b) => a - b);
		assert.deepEqual(
			table.window(0, count).map(({size}) => size),
			left,
		);
	});

	test('a filter asks for no text that was made ahead, and for those of the objects that changed since', () => {
		const asked: string[] = [];
		const table = createTable<Thing>({
			...source,
			text(object) {
				asked.push(object.metadata.name);
				return source.text(object);
			},
		});
		table.replaceAll(['a', 'b', 'c'].map((name) => thing(name)));
		const steps = table.prepareFilter()[Symbol.iterator]();
		while (!steps.next().done) {
			if (asked.length === 1) table.upsert(thing('a', {role: 'failed'}));
		}
		assert.deepEqual(asked.splice(0), ['a', 'b', 'c']);
		table.setFilter(filter('failed'));
		assert.deepEqual(asked, ['a']);
		assert.deepEqual(names(table.window(0, 3)), ['a']);
	});
});

suite('a table after any operations', () => {
	const roles: Role[] = ['ok', 'moving', 'failed'];
	const things = fc
		.record({
			uid: fc.constantFrom(...Array.from({length: 12}, (_, index) => String(index))),
			size: fc.option(fc.nat({max: 3}), {nil: undefined}),
			role: fc.constantFrom(...roles),
		})
		// Name and namespace never change under a uid, and some uids share a name.
		.map(({uid, size, role}) => {
			const number = Number(uid);
			return thing(`n${number % 5}`, {uid, namespace: number % 2 ? 'a' : 'b', size, role});
		});
	const filters = fc.constantFrom('', 'n1', '!ok', 'failed n2', '-l name=n3', '-l name!=n1 moving');
	const sorts = fc.record<Sort>({
		by: fc.constantFrom('attention', 'name', 'SIZE'),
		direction: fc.constantFrom('ascending', 'descending'),
	});
	const operations = fc.array(
		fc.oneof(
			{weight: 8, arbitrary: things.map((object) => ({upsert: object}))},
			{weight: 3, arbitrary: things.map((object) => ({remove: object.metadata.uid}))},
			{weight: 1, arbitrary: fc.array(things).map((objects) => ({replace: objects}))},
			{weight: 1, arbitrary: filters.map((text) => ({filter: text}))},
			{weight: 1, arbitrary: sorts.map((sort) => ({sort}))},
		),
		{maxLength: 60},
	);

	test('shows what sorting and filtering all its objects anew would', () => {
		fc.assert(
			fc.property(operations, (list) => {
				const table = createTable(source);
				const objects = new Map<string, Thing>();
				let text = '';
				for (const operation of list) {
					if ('upsert' in operation) {
						table.upsert(operation.upsert);
						objects.set(operation.upsert.metadata.uid, operation.upsert);
					} else if ('remove' in operation) {
						assert.equal(table.remove(operation.remove), objects.delete(operation.remove));
					} else if ('replace' in operation) {
						table.replaceAll(operation.replace);
						objects.clear();
						for (const object of operation.replace) objects.set(object.metadata.uid, object);
					} else if ('filter' in operation) {
						text = operation.filter;
						table.setFilter(filter(text));
					} else {
						table.setSort(operation.sort);
					}
				}
				const expected = sortAnew(
					Array.from(objects.values()).filter((object) => passes(object, text)),
					table.sort,
				);
				assert.deepEqual(table.window(0, 100), expected);
				assert.deepEqual([table.size, table.total], [expected.length, objects.size]);
				for (const [index, {metadata}] of expected.entries()) assert.equal(table.indexOf(metadata.uid), index);
			}),
			{numRuns: 500},
		);
	});
});

function passes(object: Thing, text: string): boolean {
	return filter(text)?.matches(object, () => source.text(object)) ?? true;
}

/** By stable sorts one after the other, the weakest first: another way to the same order. */
function sortAnew(objects: Thing[], {by, direction}: Sort): Thing[] {
	const sign = direction === 'ascending' ? 1 : -1;
	const byIdentity = objects
		.toSorted((a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1))
		.toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name))
		.toSorted((a, b) => (a.metadata.namespace ?? '').localeCompare(b.metadata.namespace ?? ''));
	if (by === 'name') return sign === 1 ? byIdentity : byIdentity.toReversed();
	const rank: Partial<Record<Role, number>> = {failed: 0, moving: 1, ok: 2};
	const key = (object: Thing) => (by === 'attention' ? rank[object.role] : object.size);
	const missing = byIdentity.filter((object) => key(object) === undefined);
	const present = byIdentity.filter((object) => key(object) !== undefined);
	return [...present.toSorted((a, b) => sign * ((key(a) ?? 0) - (key(b) ?? 0))), ...missing];
}
