import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {mayI} from '../../source/cluster/access.ts';
import type {Connection} from '../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import {isNamespaceThere, listNamespaces, readableNamespaces} from '../../source/cluster/namespaces.ts';
import {
	applyJsonPatch,
	type ChangeOptions,
	dryRunJsonPatch,
	getObject,
	listObjects,
	objectPath,
} from '../../source/cluster/request.ts';
import type {Deployment, JsonPatchOperation, KubeObject} from '../../source/objects.ts';
import type {Api, ApiOptions} from '../support/api-server.ts';
import {connectTo, failure, start, temporaryFolder} from './connecting.ts';
import {pods, podsPath} from './watching.ts';

const path = '/apis/apps/v1/namespaces/shop/deployments/web';
const scalePath = `${path}/scale`;
const asked: ChangeOptions = {fieldManager: 'rolldeck', delay: () => Promise.resolve()};

function deployment(replicas = 3): Deployment {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name: 'web', namespace: 'shop', uid: 'uid-web', annotations: {'example.com/a': 'b'}},
		spec: {
			replicas,
			selector: {matchLabels: {app: 'web'}},
			strategy: {type: 'RollingUpdate'},
			template: {metadata: {labels: {app: 'web'}}, spec: {containers: [{name: 'web', image: 'web:1'}]}},
		},
	};
}

async function shop(context: TestContext, options: ApiOptions = {}): Promise<[Api, Connection]> {
	const api = await start(context, {objects: [deployment()], ...options});
	return [api, await connectTo(api, context)];
}

/** The change of a scale dialog that showed `from`. */
function scale(from: number, to: number): JsonPatchOperation[] {
	return [
		{op: 'test', path: '/metadata/uid', value: 'uid-web'},
		{op: 'test', path: '/spec/replicas', value: from},
		{op: 'replace', path: '/spec/replicas', value: to},
	];
}

function replicas(api: Api): number | undefined {
	return (api.get('deployments', 'shop', 'web') as Deployment | undefined)?.spec.replicas;
}

test('paths of collections, objects and subresources', () => {
	assert.equal(objectPath({group: '', version: 'v1', plural: 'pods'}), '/api/v1/pods');
	assert.equal(
		objectPath({group: '', version: 'v1', plural: 'pods', namespace: 'shop', name: 'a/b'}),
		'/api/v1/namespaces/shop/pods/a%2Fb',
	);
	const web = {
		group: 'apps',
		version: 'v1',
		plural: 'deployments',
		namespace: 'shop',
		name: 'web',
		subresource: 'scale',
	};
	assert.equal(objectPath(web), scalePath);
});

test('reads one object, and a list of several pages, also when its rest has expired', async (context) => {
	const [api, connection] = await shop(context, {objects: pods(1200)});
	assert.equal((await getObject<KubeObject>(connection, `${podsPath}/pod-00007`)).metadata.name, 'pod-00007');
	const {items, resourceVersion} = await listObjects<KubeObject>(connection, podsPath);
	assert.equal(items.length, 1200);
	assert.equal(resourceVersion, '2200');
	api.faults.answer(410, {which: ({query}) => query.has('continue'), reason: 'Expired'});
	assert.equal((await listObjects<KubeObject>(connection, podsPath)).items.length, 1200);
	const one = await listObjects<KubeObject>(connection, podsPath, {fieldSelector: 'metadata.name=pod-00001'});
	assert.equal(one.items.length, 1);
});

test('a JSON patch through scale, under our name', async (context) => {
	const [api, connection] = await shop(context);
	await applyJsonPatch(connection, scalePath, scale(3, 5), asked);
	assert.equal(replicas(api), 5);
	const request = api.requests.at(-1);
	assert.equal(request?.query.get('fieldManager'), 'rolldeck');
	assert.equal(request?.headers['content-type'], 'application/json-patch+json');
});

test('somebody was faster: a conflict that carries what is there now', async (context) => {
	const [api, connection] = await shop(context);
	api.put(deployment(4));
	const error = await failure(applyJsonPatch(connection, scalePath, scale(3, 5), asked));
	assert.equal(error.reason, 'conflict');
	assert.equal((error.current as Deployment).spec.replicas, 4);
	assert.equal(replicas(api), 4);
	const dryRun = await dryRunJsonPatch(connection, scalePath, scale(3, 5), asked);
	assert.ok(dryRun.outcome === 'refused');
	assert.equal(dryRun.error.reason, 'conflict');
});

test('another object of the same name is a conflict, none at all is not found', async (context) => {
	const [api, connection] = await shop(context);
	api.put({...deployment(), metadata: {...deployment().metadata, uid: 'uid-other'}});
	assert.equal((await failure(applyJsonPatch(connection, path, scale(3, 5), asked))).reason, 'conflict');
	api.remove(deployment());
	assert.equal((await failure(applyJsonPatch(connection, path, scale(3, 5), asked))).reason, 'not-found');
});

test('a real refusal stays what the server says', async (context) => {
	const [, connection] = await shop(context);
	const invalid = await failure(applyJsonPatch(connection, scalePath, scale(3, -1), asked));
	assert.equal(invalid.reason, 'invalid');
	assert.match(invalid.message, /must be greater than or equal to 0/);
	const badPath: JsonPatchOperation[] = [...scale(3, 5), {op: 'remove', path: '/spec/nothing/here'}];
	assert.equal((await failure(applyJsonPatch(connection, path, badPath, asked))).reason, 'invalid');
});

test('paths of annotations, and a missing value as null, are compared as the server does', async (context) => {
	const [api, connection] = await shop(context);
	const operations: JsonPatchOperation[] = [
		{op: 'test', path: '/metadata/annotations/example.com~1a', value: 'b'},
		{op: 'test', path: '/spec/paused', value: null},
		{op: 'add', path: '/spec/paused', value: true},
	];
	await applyJsonPatch(connection, path, operations, asked);
	assert.equal((api.get('deployments', 'shop', 'web') as Deployment).spec.paused, true);
	assert.equal((await failure(applyJsonPatch(connection, path, operations, asked))).reason, 'conflict');
});

test('a quota or an admission rule that refuses is told in its own words', async (context) => {
	const [, connection] = await shop(context, {admit: () => ({code: 403, message: 'exceeded quota: pods=10'})});
	const error = await failure(applyJsonPatch(connection, scalePath, scale(3, 5), asked));
	assert.equal(error.reason, 'forbidden');
	assert.match(error.message, /exceeded quota: pods=10/);
	const dryRun = await dryRunJsonPatch(connection, scalePath, scale(3, 5), asked);
	assert.equal(dryRun.outcome, 'refused');
});

test('a dry run stores nothing; what cannot be checked is no refusal', async (context) => {
	const webhook = 'admission webhook "a.example.com" does not support dry run';
	let refusal: {code: number; reason: string; message: string} | undefined;
	const [api, connection] = await shop(context, {admit: () => refusal});
	const accepted = await dryRunJsonPatch<{spec: {replicas: number}}>(connection, scalePath, scale(3, 5), asked);
	assert.ok(accepted.outcome === 'accepted');
	assert.equal(accepted.object.spec.replicas, 5);
	assert.equal(replicas(api), 3);
	refusal = {code: 400, reason: 'BadRequest', message: webhook};
	const unsupported = await dryRunJsonPatch(connection, scalePath, scale(3, 5), asked);
	assert.ok(unsupported.outcome === 'not-checked');
	assert.match(unsupported.error.message, /does not support dry run/);
	refusal = {code: 400, reason: 'BadRequest', message: 'something else'};
	assert.equal((await dryRunJsonPatch(connection, scalePath, scale(3, 5), asked)).outcome, 'refused');
	api.faults.answer(503);
	assert.equal((await dryRunJsonPatch(connection, scalePath, scale(3, 5), asked)).outcome, 'no-answer');
	await api.stop();
	assert.equal((await dryRunJsonPatch(connection, scalePath, scale(3, 5), asked)).outcome, 'no-answer');
});

test('an answer that is lost: looks whether the change arrived, and says so', async (context) => {
	const [api, connection] = await shop(context);
	api.faults.loseAnswer({which: ({method}) => method === 'PATCH'});
	const arrived = await failure(applyJsonPatch(connection, scalePath, scale(3, 5), asked));
	assert.equal(arrived.arrived, 'yes');
	assert.match(arrived.message, /the change did arrive/);

	api.faults.reset({which: ({method}) => method === 'PATCH'});
	const lost = await failure(applyJsonPatch(connection, scalePath, scale(5, 7), asked));
	assert.equal(lost.arrived, 'no');
	assert.match(lost.message, /The change did not arrive/);
	assert.equal(replicas(api), 5);

	// The first look fails too; then somebody else has changed it to something else.
	api.faults.reset({which: scalePath, times: 2});
	const unclear = failure(
		applyJsonPatch(connection, scalePath, scale(5, 7), {...asked, delay: async () => void api.put(deployment(9))}),
	);
	assert.equal((await unclear).arrived, 'unknown');
	assert.match((await unclear).message, /is not known/);

	api.faults.reset({which: scalePath, times: 10});
	assert.equal((await failure(applyJsonPatch(connection, scalePath, scale(9, 7), asked))).arrived, 'unknown');
	api.faults.heal();
	await api.stop();
	const never = await failure(applyJsonPatch(connection, scalePath, scale(9, 7), asked));
	assert.equal(never.arrived, 'no', 'without a connection nothing can arrive');
});

test('an answer that is lost of a scaling to 0 and back: a count that the server leaves out is 0', async (context) => {
	const [api, connection] = await shop(context);
	const loseAnswer = () => api.faults.loseAnswer({which: ({method}) => method === 'PATCH'});
	loseAnswer();
	assert.equal((await failure(applyJsonPatch(connection, scalePath, scale(3, 0), asked))).arrived, 'yes');
	const fromNone: JsonPatchOperation[] = [
		{op: 'test', path: '/spec/replicas', value: null},
		{op: 'add', path: '/spec/replicas', value: 2},
	];
	api.faults.reset({which: ({method}) => method === 'PATCH'});
	assert.equal((await failure(applyJsonPatch(connection, scalePath, fromNone, asked))).arrived, 'no');
	loseAnswer();
	assert.equal((await failure(applyJsonPatch(connection, scalePath, fromNone, asked))).arrived, 'yes');
	assert.equal(replicas(api), 2);
});

test('an answer that is lost: what another object of the same name looks like says nothing', async (context) => {
	const [api, connection] = await shop(context);
	api.faults.reset({which: scalePath, times: 2});
	const anew = {...deployment(5), metadata: {...deployment().metadata, uid: 'uid-other'}};
	const unclear = failure(
		applyJsonPatch(connection, scalePath, scale(3, 5), {...asked, delay: async () => void api.put(anew)}),
	);
	assert.equal((await unclear).arrived, 'unknown');
});

test('what one may is asked once; a review that fails is no no, and is asked again', async (context) => {
	const [api, connection] = await shop(context, {may: ({verb}) => verb === 'list'});
	const query = {verb: 'list', group: 'apps', resource: 'deployments', namespace: 'shop'};
	api.faults.answer(500);
	assert.equal(await mayI(connection, query), 'unknown');
	assert.equal(await mayI(connection, query), 'yes');
	assert.equal(await mayI(connection, {...query, verb: 'patch'}), 'no');
	const before = api.requests.length;
	assert.deepEqual(await Promise.all([mayI(connection, query), mayI(connection, {...query, verb: 'patch'})]), [
		'yes',
		'no',
	]);
	assert.equal(api.requests.length, before);
	assert.equal(await mayI(connection, {...query, namespace: 'other'}), 'yes', 'another question');
	assert.equal(api.requests.length, before + 1);
});

function namespace(name: string): KubeObject {
	return {apiVersion: 'v1', kind: 'Namespace', metadata: {name, uid: `uid-${name}`}};
}

test('namespaces: their list, whether one is there, and which may be read', async (context) => {
	const objects = ['shop', 'other', 'secret'].map(namespace);
	const [api, connection] = await shop(context, {objects, may: (query) => query.namespace !== 'secret'});
	const kubeconfig = loadKubeconfig({
		kubeconfig: api.kubeconfig(`${temporaryFolder(context)}/config`),
		env: {},
		home: '',
	});
	assert.deepEqual(await listNamespaces(connection), ['other', 'secret', 'shop']);
	assert.equal(await isNamespaceThere(connection, 'shop'), 'yes');
	assert.equal(await isNamespaceThere(connection, 'nowhere'), 'no');
	assert.deepEqual(await readableNamespaces(connection, kubeconfig), ['other', 'shop']);
	api.faults.answer(403, {which: '/namespaces', reason: 'Forbidden', times: 3});
	assert.equal(await listNamespaces(connection), undefined);
	assert.equal(await isNamespaceThere(connection, 'shop'), 'unknown');
	assert.deepEqual(await readableNamespaces(connection, kubeconfig), ['shop'], 'the one that the kubeconfig names');
	api.faults.answer(500, {which: '/namespaces'});
	assert.equal((await failure(listNamespaces(connection))).reason, 'unavailable');
});
