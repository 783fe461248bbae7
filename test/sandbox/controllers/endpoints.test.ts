import assert from 'node:assert/strict';
import {test} from 'node:test';
import {plan} from '../../../source/sandbox/controllers/endpoints/slices.ts';
import type {Service} from '../../../source/sandbox/controllers/shapes.ts';
import type {Json, Obj} from '../../../source/sandbox/store.ts';
import {type Cluster, second, startCluster} from './cluster.ts';

function serve(cluster: Cluster, name: string, spec: object = {}): void {
	const ports = [{name: 'http', port: 80, targetPort: 'http'}];
	const made = {metadata: {name, namespace: 'a'}, spec: {selector: {app: name}, ports, ...spec}};
	cluster.store.create('services', made, {manager: 'test'});
}

function slices(cluster: Cluster, service: string): Obj[] {
	return cluster.store
		.list('endpointslices', 'a')
		.filter(({metadata}) => metadata['labels']['kubernetes.io/service-name'] === service);
}

/** Ready, serving and terminating of each endpoint, as letters. */
function letters(cluster: Cluster, service: string): string[] {
	const letter = (value: boolean) => (value ? 'T' : 'F');
	return slices(cluster, service)
		.flatMap((slice) => slice['endpoints'] ?? [])
		.map(({conditions: {ready, serving, terminating}}: Json) => [ready, serving, terminating].map(letter).join('/'))
		.sort();
}

test('a Service has one slice with its pods, and Endpoints', () => {
	const cluster = startCluster();
	serve(cluster, 'web');
	cluster.deploy('web', 2);
	cluster.clock.advance(5 * second);
	const [slice, ...others] = slices(cluster, 'web') as [Obj, ...Obj[]];
	assert.deepEqual(others, []);
	assert.deepEqual(slice['ports'], [{name: 'http', port: 8080, protocol: 'TCP'}]);
	assert.equal(slice.metadata['labels']['endpointslice.kubernetes.io/managed-by'], 'endpointslice-controller.k8s.io');
	assert.equal(slice.metadata['ownerReferences'][0].kind, 'Service');
	const pods = cluster.pods('web');
	const targets = slice['endpoints'].map(({targetRef}: Json) => targetRef.uid);
	assert.deepEqual(new Set(targets), new Set(pods.map(({metadata}) => metadata.uid)));
	const {subsets} = cluster.store.get('endpoints', 'a', 'web') as Obj;
	assert.deepEqual(
		subsets[0].addresses.map(({ip}: Json) => ip),
		pods.map(({status}) => status?.podIP ?? '').sort((a, b) => (a < b ? -1 : 1)),
	);
	assert.deepEqual(subsets[0].ports, [{name: 'http', port: 8080, protocol: 'TCP'}]);
});

test('the conditions of ready, unready and ending pods, and what publishNotReadyAddresses makes of them', () => {
	const cluster = startCluster();
	serve(cluster, 'good');
	serve(cluster, 'sick');
	serve(cluster, 'eager', {selector: {app: 'sick'}, publishNotReadyAddresses: true});
	cluster.deploy('good', 1, 'stubborn');
	cluster.deploy('sick', 1, 'unready');
	cluster.clock.advance(5 * second);
	assert.deepEqual(letters(cluster, 'good'), ['T/T/F']);
	assert.deepEqual(letters(cluster, 'sick'), ['F/F/F']);
	assert.deepEqual(letters(cluster, 'eager'), ['T/F/F']);
	for (const app of ['good', 'sick']) cluster.change(app, (spec) => ({...spec, replicas: 0}));
	cluster.clock.advance(0.5 * second);
	assert.deepEqual(letters(cluster, 'good'), ['F/T/T']);
	assert.deepEqual(letters(cluster, 'sick'), ['F/F/T']);
	assert.deepEqual(letters(cluster, 'eager'), ['T/F/T']);
	assert.equal(cluster.store.get('endpoints', 'a', 'good')?.['subsets'], undefined);
	assert.equal(cluster.store.get('endpoints', 'a', 'eager')?.['subsets'][0].addresses.length, 1);
});

test('a Service without pods keeps one empty slice, the same one for as long as it lives', () => {
	const cluster = startCluster();
	serve(cluster, 'web', {clusterIP: 'None'});
	cluster.clock.advance(second);
	const [empty] = slices(cluster, 'web') as [Obj];
	assert.deepEqual([empty['endpoints'] ?? [], empty['ports'] ?? null], [[], null]);
	assert.equal(empty.metadata['labels']['service.kubernetes.io/headless'], '');
	cluster.deploy('web', 1);
	cluster.clock.advance(5 * second);
	cluster.change('web', (spec) => ({...spec, replicas: 0}));
	cluster.clock.advance(5 * second);
	const [again, ...others] = slices(cluster, 'web') as [Obj, ...Obj[]];
	assert.deepEqual([again.metadata.uid, others.length, again['endpoints'] ?? []], [empty.metadata.uid, 0, []]);
	cluster.store.remove('services', 'a', 'web');
	cluster.clock.advance(second);
	assert.deepEqual(slices(cluster, 'web'), []);
	assert.equal(cluster.store.get('endpoints', 'a', 'web'), undefined);
});

test('a target port that a pod does not name is left out', () => {
	const cluster = startCluster();
	serve(cluster, 'web', {
		ports: [
			{name: 'http', port: 80, targetPort: 'http'},
			{name: 'metrics', port: 90, targetPort: 'metrics'},
		],
	});
	cluster.deploy('web', 1);
	cluster.clock.advance(5 * second);
	assert.deepEqual(slices(cluster, 'web')[0]?.['ports'], [{name: 'http', port: 8080, protocol: 'TCP'}]);
});

test('Services without a selector, and ExternalName, have no slices of ours', () => {
	const cluster = startCluster();
	serve(cluster, 'manual', {selector: undefined});
	serve(cluster, 'outside', {type: 'ExternalName', externalName: 'example.net', selector: {app: 'web'}});
	cluster.clock.advance(2 * second);
	assert.deepEqual(cluster.store.list('endpointslices'), []);
	assert.deepEqual(cluster.store.list('endpoints', 'a'), []);
});

test('a hundred endpoints to a slice; the others stay where they are', () => {
	const service = {metadata: {name: 'web'}, spec: {}} as unknown as Service;
	const backends = Array.from(
		{length: 250},
		(_, index): Json => ({
			pod: {metadata: {name: `p${index}`, uid: String(index)}, spec: {}, status: {podIP: `10.0.0.${index}`}},
			ports: [],
		}),
	);
	const first = plan(service, backends, []);
	assert.deepEqual(
		first.create.map(({endpoints}) => endpoints.length),
		[100, 100, 50],
	);
	const stored = first.create.map(
		({endpoints}, index): Json => ({metadata: {name: `s${index}`}, endpoints, ports: []}),
	);
	const fewer = plan(service, backends.slice(1), stored);
	assert.deepEqual([fewer.create, fewer.remove], [[], []]);
	assert.deepEqual(
		fewer.update.map(({content}) => content.endpoints.length),
		[99, 100, 50],
	);
	const one = plan(service, backends.slice(200, 201), stored);
	assert.deepEqual(
		one.remove.map(({metadata}) => metadata.name),
		['s0', 's1'],
	);
});
