import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {parseFilter} from '../../source/state/filter.ts';

const object = {metadata: {uid: '1', name: 'web', labels: {app: 'web', env: 'live'}}};
const text = () => 'web-x2x8k 0/1 imagepullbackoff';

suite('a filter as typed', () => {
	const cases: [source: string, matches: boolean][] = [
		['x2x8k', true],
		['ImagePull', true],
		['web image', true],
		['image web', true],
		['web crash', false],
		['!crash', true],
		['!image', false],
		['web !', true],
		['-l app=web', true],
		['-l app=api', false],
		['-l app', true],
		['-l !canary', true],
		['-l env in (test,live)', true],
		['-l env in ( test , live ) image', true],
		['-l env notin (test), app=web web', true],
		['image -l app=web,env!=live', false],
		['image -l app=web !crash', true],
		['-l app=web crash', false],
		['-l app=web -l env=test', false],
		['web-l', false],
	];
	for (const [source, matches] of cases) {
		test(JSON.stringify(source), () => {
			const parsed = parseFilter(source);
			assert.ok(parsed.ok);
			assert.equal(parsed.value?.matches(object, text), matches);
			assert.equal(parsed.value?.source, source);
		});
	}

	for (const source of ['', '  ', '!', '-l', '-l ']) {
		test(`${JSON.stringify(source)} shows everything`, () =>
			assert.deepEqual(parseFilter(source), {ok: true, value: undefined}));
	}

	test('a selector that cannot be read is refused with its sentence', () => {
		const parsed = parseFilter('web -l env in (test');
		assert.ok(!parsed.ok);
		assert.match(parsed.problem, /"env in \(test" needs its values in brackets/);
	});

	test('by labels alone never asks for the text', () => {
		const parsed = parseFilter('-l app=web');
		assert.ok(parsed.ok);
		assert.equal(
			parsed.value?.matches(object, () => assert.fail('asked for the text')),
			true,
		);
	});
});
