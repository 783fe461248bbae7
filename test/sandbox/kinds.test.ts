import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {clone} from '../../source/sandbox/json.ts';
import {kinds} from '../../source/sandbox/kinds/index.ts';
import {addQuantities, canonicalQuantity, quantity} from '../../source/sandbox/quantity.ts';
import {DecodeError, decodeAs} from '../../source/sandbox/schema/decode.ts';
import {schema} from '../../source/sandbox/schema/schema.ts';
import type {Obj} from '../../source/sandbox/store.ts';
import {readRecordings} from '../resources/recording.ts';

const recorded = [
	'deployments',
	'endpoints',
	'endpointslices',
	'events',
	'horizontalpodautoscalers',
	'ingresses',
	'namespaces',
	'poddisruptionbudgets',
	'pods',
	'replicasets',
	'services',
] as const;

for (const resource of recorded) {
	const kind = kinds.find((one) => one.resource === resource)!;

	suite(`${resource} as a real server has them`, () => {
		const recordings = readRecordings(resource);

		test('print the same table', () => {
			for (const {at, headings, rows} of recordings) {
				assert.deepEqual(
					kind.columns.map(({name, priority = 0}) => ({heading: name.toUpperCase(), wide: priority > 0})),
					headings,
				);
				for (const {cells, object} of rows) {
					assert.deepEqual(kind.cells(object as unknown as Obj, at).map(String), cells, object.metadata.name);
				}
			}
		});

		test('are accepted as they are', () => {
			for (const {rows} of recordings) {
				for (const {object} of rows) {
					const {value, unknown} = decodeAs(kind.type, object);
					assert.deepEqual(unknown, []);
					assert.deepEqual(value, clone(object));
				}
			}
		});

		test('are left alone by defaults and pass the rules', () => {
			for (const {rows} of recordings) {
				for (const {object} of rows) {
					const filled = clone(object) as never;
					kind.fill?.(filled);
					assert.deepEqual(filled, clone(object));
					assert.deepEqual(kind.check?.(filled) ?? [], []);
				}
			}
		});
	});
}

test('every type of the schema is there, and every kind has one', () => {
	for (const {type} of kinds) assert.ok(schema.has(type), type);
});

test('wrong types are told in Go’s words', () => {
	const problem = (value: unknown) => {
		assert.throws(() => decodeAs('apps.v1.Deployment', value), DecodeError);
		try {
			decodeAs('apps.v1.Deployment', value);
		} catch (error) {
			return (error as Error).message;
		}
		return '';
	};
	assert.equal(
		problem({spec: {template: {spec: {containers: {a: 1}}}}}),
		'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
	);
	assert.equal(
		problem({spec: {replicas: 1.5}}),
		'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
	);
	assert.equal(
		problem({metadata: {labels: {a: true}}}),
		'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string',
	);
	assert.match(problem({metadata: {creationTimestamp: 'now'}}), /^parsing time "now"/);
});

test('quantities', () => {
	const canonical = {
		'0.5': '500m',
		'1024Mi': '1Gi',
		'1.5Gi': '1536Mi',
		1000: '1k',
		'0': '0',
		'-0.1': '-100m',
		'1e3': '1e3',
		'100': '100',
	};
	for (const [from, to] of Object.entries(canonical)) assert.equal(canonicalQuantity(from), to, from);
	for (const wrong of ['', 'x', '1 Gi', '1..2', 'Gi']) assert.equal(canonicalQuantity(wrong), undefined, wrong);
	assert.equal(quantity('250m'), 0.25);
	assert.equal(quantity('2Ki'), 2048);
	assert.equal(addQuantities(['500m', '1', '0']), '1500m');
});
