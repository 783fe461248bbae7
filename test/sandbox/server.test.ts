import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, suite, test} from 'node:test';
import type {Json} from '../../source/sandbox/store.ts';
import {type Api, by, deployment, deployments, pod, pods, startApi} from './support/api.ts';

const tableType = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

suite('reading', () => {
	let api: Api;
	before(async () => {
		api = await startApi();
		for (const name of ['a', 'b', 'c', 'd', 'e']) api.store.create('pods', pod(name, {}, {app: name}), by);
		api.store.create('deployments', deployment(), by);
	});
	after(() => api.close());

	test('one object, and one that is not there', async () => {
		const {code, body} = await api.call(`${deployments}/web`);
		assert.deepEqual([code, body.kind, body.apiVersion, body.metadata.name], [200, 'Deployment', 'apps/v1', 'web']);
		const missing = await api.call(`${deployments}/nope`);
		assert.deepEqual([missing.code, missing.body.reason], [404, 'NotFound']);
		assert.equal(missing.body.message, 'deployments.apps "nope" not found');
		assert.deepEqual(missing.body.details, {name: 'nope', group: 'apps', kind: 'deployments'});
	});

	test('a list, over all namespaces too, narrowed by labels and fields', async () => {
		const names = async (query: string) =>
			(await api.call(`/api/v1/pods?${query}`)).body.items.map((item: Json) => item.metadata.name).join('');
		assert.equal(await names(''), 'abcde');
		assert.equal(await names('labelSelector=app in (a,b),app!=a'), 'b');
		assert.equal(await names('labelSelector=!app'), '');
		assert.equal(await names('labelSelector=app notin (a,b)'), 'cde');
		assert.equal(await names('fieldSelector=metadata.name%3Dd,status.phase!=Running'), 'd');
		const refused = await api.call('/api/v1/pods?labelSelector=a%20b');
		assert.equal(
			refused.body.message,
			"unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
		);
	});

	test('pages show the state of the first, or are refused with a way on', async () => {
		const first = (await api.call(`${pods}?limit=2`)).body;
		assert.equal(first.metadata.remainingItemCount, 3);
		api.store.create('pods', pod('bb'), by);
		const second = (await api.call(`${pods}?limit=2&continue=${first.metadata.continue}`)).body;
		assert.equal(second.items.map((item: Json) => item.metadata.name).join(''), 'cd');
		assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
		const last = (await api.call(`${pods}?limit=2&continue=${second.metadata.continue}`)).body;
		assert.deepEqual([last.items.length, last.metadata.continue], [1, undefined]);
		const old = Buffer.from(JSON.stringify({v: 'meta.k8s.io/v1', rv: 1001, start: 'shop/b\u0000'})).toString(
			'base64url',
		);
		const expired = await api.call(`${pods}?limit=9&continue=${old}`);
		assert.deepEqual([expired.code, expired.body.reason], [410, 'Expired']);
		const rest = await api.call(`${pods}?limit=9&continue=${expired.body.metadata.continue}`);
		assert.equal(rest.body.items[0].metadata.name, 'bb');
		api.store.remove('pods', 'shop', 'bb');
	});

	test('a version from the future is a timeout with a cause', async () => {
		const {code, body} = await api.call(`${pods}?resourceVersion=99999999`);
		assert.equal(code, 504);
		assert.equal(body.details.causes[0].reason, 'ResourceVersionTooLarge');
		assert.equal(body.details.retryAfterSeconds, 1);
	});

	test('tables with the printers’ columns, and metadata alone', async () => {
		api.store.update(
			'deployments',
			{...api.store.get('deployments', 'shop', 'web'), status: {replicas: 1, readyReplicas: 1}},
			{...by, subresource: 'status'},
		);
		const table = (await api.call(deployments, {headers: {accept: tableType}})).body;
		assert.equal(table.kind, 'Table');
		assert.deepEqual(
			table.columnDefinitions.map((column: Json) => column.name),
			['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector'],
		);
		assert.deepEqual(table.rows[0].cells, ['web', '1/1', 0, 0, '0s', 'main', 'web:1', 'app=web']);
		assert.equal(table.rows[0].object.kind, 'PartialObjectMetadata');
		const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
		const partial = (await api.call(deployments, {headers: {accept}})).body;
		assert.deepEqual([partial.kind, partial.items[0].spec], ['PartialObjectMetadataList', undefined]);
		assert.equal((await api.call(deployments, {headers: {accept: 'text/html'}})).code, 406);
	});

	test('a list that is sent in pieces is whole, compressed or not', async () => {
		const data = {a: 'b'};
		for (let i = 0; i < 600; i++)
			api.store.create('configmaps', {metadata: {name: `c${i}`, namespace: 'team-a'}, data}, by);
		const path = '/api/v1/namespaces/team-a/configmaps';
		const plain = await api.call(path);
		assert.equal(plain.body.items.length, 601);
		const authorization = `Bearer ${api.server.users[0]!.token}`;
		const packed = await fetch(api.server.url + path, {headers: {authorization}});
		assert.equal(packed.headers.get('content-encoding'), 'gzip');
		assert.equal(await packed.text(), plain.text);
		const table = await api.call(path, {headers: {accept: tableType}});
		assert.equal(table.body.rows.length, 601);
	});

	test('a large list is compressed for who reads it', async () => {
		for (let i = 0; i < 100; i++) api.store.create('pods', pod(`many-${i}`, {}, {app: 'many'}), by);
		const plain = await api.call(`${pods}?labelSelector=app%3Dmany`);
		assert.equal(plain.headers['content-encoding'], undefined);
		const packed = await fetch(`${api.server.url}${pods}?labelSelector=app%3Dmany`, {
			headers: {authorization: `Bearer ${api.server.users[0]!.token}`},
		});
		assert.equal(packed.headers.get('content-encoding'), 'gzip');
		assert.equal(await packed.text(), plain.text);
	});
});

suite('writing', () => {
	let api: Api;
	before(async () => {
		api = await startApi();
	});
	after(() => api.close());

	test('create, replace, delete', async () => {
		const created = await api.call(deployments, {body: deployment()});
		assert.equal(created.code, 201);
		assert.equal(created.body.metadata.managedFields[0].manager, 'tester');
		const twice = await api.call(deployments, {body: deployment()});
		assert.deepEqual([twice.code, twice.body.reason], [409, 'AlreadyExists']);
		const body = {...created.body, spec: {...created.body.spec, replicas: 2}};
		const replaced = await api.call(`${deployments}/web?fieldManager=me`, {method: 'PUT', body});
		assert.equal(replaced.body.metadata.generation, 2);
		const stale = await api.call(`${deployments}/web`, {method: 'PUT', body: {...body, spec: created.body.spec}});
		assert.deepEqual([stale.code, stale.body.reason], [409, 'Conflict']);
		const gone = await api.call(`${deployments}/web`, {method: 'DELETE'});
		const {uid} = created.body.metadata;
		assert.deepEqual(gone.body.details, {name: 'web', group: 'apps', kind: 'deployments', uid});
		assert.equal(gone.body.status, 'Success');
	});

	test('a dry run answers with the defaulted object and stores nothing', async () => {
		const {code, body} = await api.call(`${deployments}?dryRun=All`, {body: deployment('dry')});
		assert.deepEqual([code, body.spec.revisionHistoryLimit, body.metadata.resourceVersion], [201, 10, undefined]);
		assert.equal((await api.call(`${deployments}/dry`)).code, 404);
		const other = await api.call(`${deployments}?dryRun=Some`, {body: deployment('dry')});
		assert.match(other.body.message, /dryRun: Unsupported value: \["Some"\]: supported values: "All"$/);
	});

	test('unknown fields are dropped with a warning, or refused', async () => {
		const body = deployment('fields', {foo: 1});
		const warned = await api.call(`${deployments}?dryRun=All`, {body});
		assert.equal(warned.headers['warning'], '299 - "unknown field \\"spec.foo\\""');
		assert.equal(warned.body.spec.foo, undefined);
		const strict = await api.call(`${deployments}?fieldValidation=Strict`, {body});
		assert.equal(
			strict.body.message,
			'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.foo"',
		);
	});

	test('deletecollection takes what its selectors mean', async () => {
		for (const name of ['x', 'y']) api.store.create('pods', pod(name, {}, {app: name}), by);
		const {body} = await api.call(`${pods}?labelSelector=app%3Dx`, {method: 'DELETE'});
		assert.deepEqual([body.kind, body.items.length], ['PodList', 1]);
		assert.deepEqual(
			api.store.list('pods', 'shop').map((object) => object.metadata.name),
			['y'],
		);
	});

	test('kubectl’s protobuf is read', async () => {
		// What `kubectl create deployment x --image=i:1 --replicas 2 --port 80` sends.
		const raw = Buffer.from(
			'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EqkBChsKAXgSABoAIgAqADIAOABCAFoICgNhcHASAXgSfAgCEgoKCAoDYXBwEgF4GmQKGgoAEgAaACIAKgAyADgAQgBaCAoDYXBwEgF4EkYSKAoBaRIDaToxKgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgAggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
			'base64',
		);
		const {code, body} = await api.call(deployments, {raw, type: 'application/vnd.kubernetes.protobuf'});
		assert.equal(code, 201);
		assert.deepEqual([body.spec.replicas, body.spec.minReadySeconds], [2, undefined]);
		assert.deepEqual(body.spec.template.spec.containers[0].ports, [{containerPort: 80, protocol: 'TCP'}]);
		const broken = await api.call(deployments, {raw: raw.subarray(0, 60), type: 'application/vnd.kubernetes.protobuf'});
		assert.equal(broken.code, 400);
	});
});

suite('subresources', () => {
	let api: Api;
	before(async () => {
		api = await startApi({
			readLog: ({container, tail}, write, end) => {
				write(`${container} ${tail}\n`);
				end();
				return () => {};
			},
		});
		api.store.create('deployments', deployment(), by);
	});
	after(() => api.close());

	test('scale: the parent’s identity, tests in a JSON patch, refusals', async () => {
		const {uid} = api.store.get('deployments', 'shop', 'web')!.metadata;
		const type = 'application/json-patch+json';
		const scale = `${deployments}/web/scale`;
		const got = (await api.call(scale)).body;
		assert.deepEqual(
			[got.kind, got.metadata.uid, got.spec.replicas, got.status.selector],
			['Scale', uid, 1, 'app=web'],
		);
		const patch = (was: number, to: number) => [
			{op: 'test', path: '/metadata/uid', value: uid},
			{op: 'test', path: '/spec/replicas', value: was},
			{op: 'replace', path: '/spec/replicas', value: to},
		];
		const scaled = await api.call(`${scale}?fieldManager=me`, {method: 'PATCH', body: patch(1, 4), type});
		assert.deepEqual([scaled.code, scaled.body.spec.replicas], [200, 4]);
		const failed = await api.call(scale, {method: 'PATCH', body: patch(1, 5), type});
		assert.deepEqual([failed.code, failed.body.reason], [422, 'Invalid']);
		assert.equal(failed.body.message, 'the server rejected our request due to an error in our request');
		const merge = (body: object) => api.call(scale, {method: 'PATCH', body, type: 'application/merge-patch+json'});
		assert.match(
			(await merge({spec: {replicas: -1}})).body.message,
			/^Scale\.autoscaling "web" is invalid: spec\.replicas/,
		);
		assert.equal((await merge({metadata: {uid: 'x'}, spec: {replicas: 1}})).code, 409);
		assert.equal((await merge({metadata: {resourceVersion: '1'}, spec: {replicas: 1}})).code, 409);
		const managers = api.store.get('deployments', 'shop', 'web')!.metadata['managedFields'];
		assert.ok(managers.some((entry: Json) => entry.manager === 'me' && entry.subresource === 'scale'));
	});

	test('eviction asks the budget', async () => {
		api.store.create('pods', pod('web-1', {nodeName: 'node-1'}), by);
		const object = api.store.get('pods', 'shop', 'web-1')!;
		const conditions = [{type: 'Ready', status: 'True'}];
		const status = {...by, subresource: 'status'} as const;
		api.store.update('pods', {...object, status: {phase: 'Running', conditions}}, status);
		const budget: Json = api.store.create(
			'poddisruptionbudgets',
			{metadata: {name: 'b', namespace: 'shop'}, spec: {minAvailable: 1, selector: {matchLabels: {app: 'web'}}}},
			by,
		);
		const evict = () =>
			api.call(`${pods}/web-1/eviction`, {
				body: {apiVersion: 'policy/v1', kind: 'Eviction', metadata: {name: 'web-1', namespace: 'shop'}},
			});
		const settle = (numbers: object) =>
			api.store.update(
				'poddisruptionbudgets',
				{...budget, metadata: {name: 'b', namespace: 'shop'}, status: numbers},
				status,
			);
		assert.equal((await evict()).headers['retry-after'], '10');
		settle({observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1});
		const refused = await evict();
		assert.equal(refused.code, 429);
		assert.deepEqual(refused.body.details.causes, [
			{reason: 'DisruptionBudget', message: 'The disruption budget b needs 1 healthy pods and has 1 currently'},
		]);
		settle({observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1});
		const allowed = await evict();
		assert.deepEqual([allowed.code, allowed.body.status], [201, 'Success']);
		const ending = api.store.get('pods', 'shop', 'web-1')!;
		assert.ok(ending.metadata['deletionTimestamp']);
		assert.ok(ending['status'].conditions.some((one: Json) => one.reason === 'EvictionByEvictionAPI'));
	});

	test('logs', async () => {
		api.store.create(
			'pods',
			pod('two', {
				nodeName: 'n',
				containers: [
					{name: 'a', image: 'i'},
					{name: 'b', image: 'i'},
				],
			}),
			by,
		);
		assert.equal((await api.call(`${pods}/two/log?container=b&tailLines=3`)).text, 'b 3\n');
		assert.equal((await api.call(`${pods}/two/log?container=b&limitBytes=2`)).text, 'b ');
		assert.match(
			(await api.call(`${pods}/two/log`)).body.message,
			/a container name must be specified for pod two, choose one of: \[a b\]/,
		);
		assert.equal((await api.call(`${pods}/two/log?container=x`)).code, 400);
		const previous = await api.call(`${pods}/two/log?container=a&previous=true`);
		assert.match(previous.body.message, /previous terminated container "a" in pod "two" not found/);
	});
});

suite('access', () => {
	let api: Api;
	let started: string[] = [];
	before(async () => {
		const scenario = {name: 'crash', title: 'It crashes', start: () => void started.push('crash')};
		api = await startApi({scenarios: [scenario]});
		started = [];
	});
	after(() => api.close());

	test('no token, no answer, but for the probes', async () => {
		const stranger = await api.call(pods, {user: 'guess'});
		assert.deepEqual([stranger.code, stranger.body.reason], [401, 'Unauthorized']);
		assert.deepEqual(
			[(await api.call('/readyz', {user: 'guess'})).text, (await api.call('/livez', {user: 'x'})).code],
			['ok', 200],
		);
		const text = async (path: string) => (await api.call(path, {user: 'guess'})).text;
		assert.equal(await text('/livez/ping'), 'ok');
		assert.equal(
			await text('/livez?verbose&exclude=log'),
			'[+]ping ok\n[+]log excluded: ok\n[+]etcd ok\nlivez check passed\n',
		);
		assert.match(await text('/readyz?verbose'), /^\[\+\]informer-sync ok\n\[\+\]shutdown ok\nreadyz check passed\n$/m);
		assert.equal((await api.call('/readyz/nothing')).code, 404);
	});

	test('the viewer reads all but secrets and changes nothing', async () => {
		assert.equal((await api.call('/api/v1/pods', {user: 'viewer'})).code, 200);
		assert.equal((await api.call('/api/v1/secrets', {user: 'viewer'})).code, 403);
		const {code, body} = await api.call(`${pods}/x`, {method: 'DELETE', user: 'viewer'});
		assert.equal(code, 403);
		assert.equal(
			body.message,
			'pods "x" is forbidden: User "viewer" cannot delete resource "pods" in API group "" in the namespace "shop"',
		);
	});

	test('team-a edits in its own namespace alone', async () => {
		const body = {...pod('mine'), metadata: {name: 'mine', namespace: 'team-a'}};
		assert.equal((await api.call('/api/v1/namespaces/team-a/pods', {body, user: 'team-a'})).code, 201);
		assert.equal((await api.call(pods, {user: 'team-a'})).code, 403);
		const nodes = await api.call('/api/v1/nodes', {user: 'team-a'});
		assert.match(nodes.body.message, /cannot list resource "nodes" in API group "" at the cluster scope$/);
		assert.equal((await api.call('/api/v1/namespaces/team-a', {user: 'team-a'})).code, 200);
	});

	test('reviews say the same', async () => {
		const ask = async (user: string, resourceAttributes: object) => {
			const body = {apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {resourceAttributes}};
			const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
			return (await api.call(path, {body, user})).body.status.allowed;
		};
		const scaling = {verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale'};
		assert.equal(await ask('admin', {...scaling, namespace: 'shop'}), true);
		assert.equal(await ask('viewer', {...scaling, namespace: 'shop'}), false);
		assert.equal(await ask('team-a', {...scaling, namespace: 'team-a'}), true);
		assert.equal(await ask('team-a', {...scaling, namespace: 'shop'}), false);
		const rules = await api.call('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
			body: {apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: {namespace: 'shop'}},
			user: 'viewer',
		});
		assert.ok(rules.body.status.resourceRules.some((rule: Json) => rule.resources.includes('pods')));
	});

	test('scenarios are listed and started by the administrator alone', async () => {
		assert.deepEqual((await api.call('/rolldeck/scenarios')).body.items, [{name: 'crash', title: 'It crashes'}]);
		assert.equal((await api.call('/rolldeck/scenarios/crash', {method: 'POST', user: 'viewer'})).code, 403);
		assert.equal((await api.call('/rolldeck/scenarios/nope', {method: 'POST'})).code, 404);
		assert.equal((await api.call('/rolldeck/scenarios/crash', {method: 'POST'})).code, 200);
		assert.deepEqual(started, ['crash']);
	});
});

suite('what is served', () => {
	let api: Api;
	before(async () => {
		api = await startApi();
	});
	after(() => api.close());

	test('discovery in both forms tells the same', async () => {
		const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';
		const all = (await api.call('/apis', {headers: {accept}})).body;
		const apps = all.items.find((item: Json) => item.metadata.name === 'apps').versions[0].resources;
		const old = (await api.call('/apis/apps/v1')).body.resources;
		assert.deepEqual(
			old.map((one: Json) => one.name),
			apps.flatMap((one: Json) => [
				one.resource,
				...one.subresources.map((sub: Json) => `${one.resource}/${sub.subresource}`),
			]),
		);
		assert.deepEqual(old.find((one: Json) => one.name === 'deployments').shortNames, ['deploy']);
		assert.equal((await api.call('/api')).body.versions[0], 'v1');
		assert.ok((await api.call('/apis')).body.groups.some((group: Json) => group.name === 'policy'));
	});

	test('every reference of the OpenAPI documents leads somewhere', async () => {
		const {paths} = (await api.call('/openapi/v3')).body;
		for (const path of Object.values<Json>(paths)) {
			const {text, body} = await api.call(path.serverRelativeURL);
			for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
				assert.ok(body.components.schemas[name!], `${name} in ${path.serverRelativeURL}`);
			}
		}
		const apps = (await api.call('/openapi/v3/apis/apps/v1')).body;
		const patch = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].patch;
		assert.ok(patch.parameters.some((parameter: Json) => parameter.name === 'fieldValidation'));
		assert.ok((await api.call('/openapi/v2')).body.definitions['io.k8s.api.core.v1.Pod']);
	});

	test('the version says what it is', async () => {
		assert.equal((await api.call('/version')).body.gitVersion, 'v1.37.0-rolldeck');
	});
});

suite('bad input', () => {
	let api: Api;
	before(async () => {
		api = await startApi();
		api.store.create('deployments', deployment(), by);
	});
	after(() => api.close());

	const cases: [string, string, Parameters<Api['call']>[1], number, RegExp][] = [
		[
			'broken JSON',
			deployments,
			{raw: '{"a":'},
			400,
			/couldn't get version\/kind; json parse error: unexpected end of JSON input/,
		],
		['nothing', deployments, {raw: ''}, 400, /unexpected end of JSON input \(<empty>\)/],
		['a list', deployments, {body: [1]}, 400, /cannot unmarshal array into Go value/],
		['a number', deployments, {body: 7}, 400, /cannot unmarshal number/],
		[
			'a wrong type',
			deployments,
			{body: {spec: {replicas: 'x'}}},
			400,
			/cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
		],
		[
			'metadata that is none',
			deployments,
			{body: {metadata: 'x'}},
			400,
			/cannot unmarshal string into Go struct field Deployment\.metadata/,
		],
		[
			'another kind',
			deployments,
			{body: {apiVersion: 'v1', kind: 'Pod'}},
			400,
			/^Pod in version "v1" cannot be handled as a Deployment/,
		],
		[
			'another namespace',
			deployments,
			{body: {metadata: {namespace: 'x'}}},
			400,
			/does not match the namespace sent on the request/,
		],
		['plain text', deployments, {raw: 'x', type: 'text/plain'}, 415, /unknown format/],
		[
			'half of a protobuf',
			deployments,
			{raw: 'k8s\0\u000a\u00ff', type: 'application/vnd.kubernetes.protobuf'},
			400,
			/protobuf/,
		],
		['a method it has not', deployments, {method: 'PUT', body: {}}, 405, /does not allow this method/],
		[
			'a resource it has not',
			'/apis/apps/v1/namespaces/shop/statefulsets',
			{},
			404,
			/could not find the requested resource/,
		],
		['a patch of another type', `${deployments}/web`, {method: 'PATCH', body: {}}, 415, /415: Unsupported Media Type/],
		[
			'a broken patch',
			`${deployments}/web`,
			{method: 'PATCH', raw: '[{', type: 'application/json-patch+json'},
			400,
			/invalid JSON patch/,
		],
		[
			'a patch that is no list',
			`${deployments}/web`,
			{method: 'PATCH', body: {}, type: 'application/json-patch+json'},
			400,
			/cannot unmarshal object into Go value of type \[\]handlers\.jsonPatchOp/,
		],
		[
			'a patch of null',
			`${deployments}/web`,
			{method: 'PATCH', raw: 'null', type: 'application/merge-patch+json'},
			400,
			/error decoding patch/,
		],
		[
			'a patch of the name',
			`${deployments}/web`,
			{method: 'PATCH', body: {metadata: {name: 'y'}}, type: 'application/merge-patch+json'},
			400,
			/the name of the object \(y\) does not match the name on the URL \(web\)/,
		],
		[
			'a patch of the uid',
			`${deployments}/web`,
			{method: 'PATCH', body: {metadata: {uid: 'y'}}, type: 'application/merge-patch+json'},
			422,
			/metadata\.uid: Invalid value: "y": field is immutable/,
		],
		[
			'a patch without its merge key',
			`${deployments}/web`,
			{
				method: 'PATCH',
				body: {spec: {template: {spec: {containers: [{image: 'x'}]}}}},
				type: 'application/strategic-merge-patch+json',
			},
			500,
			/does not contain declared merge key: name/,
		],
		['a limit that is no number', `${deployments}?limit=x`, {}, 400, /strconv\.ParseInt: parsing "x": invalid syntax/],
		['a broken continue token', `${deployments}?continue=x`, {}, 400, /invalid continue token/],
		[
			'a deletion with a policy it has not',
			`${deployments}/web`,
			{method: 'DELETE', body: {propagationPolicy: 'X'}},
			422,
			/propagationPolicy: Unsupported value: "X"/,
		],
		['broken delete options', `${deployments}/web`, {method: 'DELETE', raw: '{'}, 400, /couldn't get version\/kind/],
		[
			'a name in the shape of an attack',
			`${deployments}/__proto__`,
			{},
			404,
			/deployments\.apps "__proto__" not found/,
		],
		['an escape that is none', '/api/v1/namespaces/%zz/pods', {}, 400, /./],
	];
	for (const [what, path, call, code, message] of cases) {
		test(`${what} is refused with a Status`, async () => {
			const answer = await api.call(path, call);
			assert.equal(answer.code, code, answer.text);
			assert.equal(answer.body.kind, 'Status');
			assert.equal(answer.body.code, code);
			assert.match(answer.body.message, message);
		});
	}

	test('a body of more than 3 MB is refused', async () => {
		const raw = JSON.stringify({metadata: {name: 'x', annotations: {a: 'x'.repeat(3_200_000)}}});
		const {code, body} = await api
			.call(deployments, {raw})
			.catch(() => ({code: 413, body: {reason: 'RequestEntityTooLarge'}}));
		assert.deepEqual([code, body.reason], [413, 'RequestEntityTooLarge']);
	});

	test('half requests and noise do not end it', async () => {
		const {port} = new URL(api.server.url);
		const say = (text: string) =>
			new Promise<void>((resolve) => {
				const socket = connect(Number(port), '127.0.0.1', () => {
					socket.write(text);
					setImmediate(() => socket.destroy());
				});
				socket.on('close', () => resolve());
				socket.on('error', () => {});
			});
		const auth = `Authorization: Bearer ${api.server.users[0]!.token}`;
		await say('\u0016\u0003\u0001\u0002\u0000');
		await say(`POST ${deployments} HTTP/1.1\r\nHost: x\r\n${auth}\r\nContent-Length: 100\r\n\r\n{"a"`);
		await say('GET / HTTP/9.9\r\n\r\n');
		assert.equal((await api.call('/readyz')).code, 200);
	});
});
