import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {
	formatLabels,
	formatSelector,
	matchesLabels,
	matchesRequirements,
	matchesSelector,
	parseSelector,
} from '../../source/format/selector.ts';

const labels = {app: 'web', tier: 'front', 'app.kubernetes.io/name': 'shop', size: '5', empty: ''};

suite('a selector as typed', () => {
	const cases: [selector: string, matches: boolean][] = [
		['', true],
		['app=web', true],
		['app==web', true],
		['app=api', false],
		['app.kubernetes.io/name=shop', true],
		['app!=web', false],
		['app!=api', true],
		['absent!=api', true],
		['empty=', true],
		['app in (web,api)', true],
		['app in ( api , web )', true],
		['app in (api)', false],
		['app notin (api)', true],
		['app notin (web)', false],
		['absent notin (web)', true],
		['app', true],
		['absent', false],
		['!absent', true],
		['! app', false],
		['size>4', true],
		['size<5', false],
		['absent>1', false],
		['app=web,tier=front', true],
		['app=web, tier in (back,front) ,!absent', true],
		['app=web,tier=back', false],
	];
	for (const [text, matches] of cases) {
		test(JSON.stringify(text), () => {
			const parsed = parseSelector(text);
			assert.ok(parsed.ok);
			assert.equal(matchesRequirements(parsed.value, labels), matches);
		});
	}

	for (const [text, problem] of [
		['app=web,', /comma with nothing beside it/],
		['env in test', /"env in test" needs its values in brackets/],
		['env in (test', /needs its values in brackets/],
		['a=b=c', /"a=b=c" cannot be read/],
		['=web', /"=web" cannot be read/],
		['-app', /"-app" cannot be read/],
	] as const) {
		test(`${JSON.stringify(text)} is refused with a sentence`, () => {
			const parsed = parseSelector(text);
			assert.ok(!parsed.ok);
			assert.match(parsed.problem, problem);
		});
	}
});

suite('selectors of objects', () => {
	test('a workload without a selector selects nothing, with an empty one everything', () => {
		assert.equal(matchesSelector(undefined, labels), false);
		assert.equal(matchesSelector({}, undefined), true);
	});

	test('labels and expressions must all hold', () => {
		const matchExpressions = [{key: 'tier', operator: 'In', values: ['front']}];
		assert.equal(matchesSelector({matchLabels: {app: 'web'}, matchExpressions}, labels), true);
		assert.equal(matchesSelector({matchLabels: {app: 'api'}, matchExpressions}, labels), false);
		assert.equal(matchesSelector({matchLabels: {app: 'web'}, matchExpressions}, {app: 'web'}), false);
	});

	test('a Service selects by labels alone, and nothing without any', () => {
		assert.equal(matchesLabels({app: 'web', tier: 'front'}, labels), true);
		assert.equal(matchesLabels({app: 'web', tier: 'back'}, labels), false);
		assert.equal(matchesLabels({app: 'web'}, undefined), false);
		assert.equal(matchesLabels({}, labels), false);
		assert.equal(matchesLabels(undefined, labels), false);
	});

	test('are written as kubectl writes them', () => {
		const matchExpressions = [
			{key: 'rank', operator: 'In', values: ['z', 'b']},
			{key: 'gone', operator: 'DoesNotExist'},
			{key: 'env', operator: 'NotIn', values: ['x']},
		];
		assert.equal(
			formatSelector({matchLabels: {tier: 'a'}, matchExpressions}),
			'env notin (x),!gone,rank in (b,z),tier=a',
		);
		assert.equal(formatSelector({}), undefined);
		assert.equal(formatLabels({tier: 'a', app: 'web'}), 'app=web,tier=a');
		assert.equal(formatLabels({}), undefined);
	});
});
