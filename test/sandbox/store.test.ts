import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type ApiError, type Json, type Obj, type StoreEvent} from '../../source/sandbox/store.ts';
import {by, deployment, pod, shopStore} from './support/api.ts';

/** The refusal that an action ends in. */
function refusal(action: () => unknown): {code: number; reason: string; message: string} {
	try {
		action();
	} catch (error) {
		const {code, reason, message} = error as ApiError;
		return {code, reason, message};
	}
	throw new Error('it was not refused');
}

function running(store: ReturnType<typeof shopStore>['store'], name = 'web-1', labels: object = {app: 'web'}): Obj {
	store.create('pods', pod(name, {nodeName: 'node-1'}, labels), by);
	const object = store.get('pods', 'shop', name)!;
	const status = {...object['status'], phase: 'Running'};
	return store.update('pods', {...object, status}, {manager: 'kubelet', subresource: 'status'});
}

suite('creating', () => {
	test('fills in defaults and what belongs to the server', () => {
		const {store, clock} = shopStore();
		const {metadata, spec, status} = store.create('deployments', deployment(), by);
		assert.equal(metadata['creationTimestamp'], new Date(clock.now()).toISOString().replace('.000', ''));
		assert.equal(metadata['generation'], 1);
		assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
		assert.deepEqual(status, {});
		assert.equal(spec.replicas, 1);
		assert.deepEqual(spec.strategy, {type: 'RollingUpdate', rollingUpdate: {maxUnavailable: '25%', maxSurge: '25%'}});
		assert.equal(spec.template.spec.containers[0].imagePullPolicy, 'IfNotPresent');
		assert.equal(spec.template.spec.terminationGracePeriodSeconds, 30);
	});

	test('refuses what is wrong, all at once and in the real words', () => {
		const {store} = shopStore();
		const bad = deployment('Web', {replicas: -1, selector: {matchLabels: {app: 'other'}}});
		const {code, message} = refusal(() => store.create('deployments', bad, by));
		assert.equal(code, 422);
		assert.match(
			message,
			/^Deployment\.apps "Web" is invalid: \[metadata\.name: Invalid value: "Web": a lowercase RFC 1123/,
		);
		assert.match(message, /spec\.replicas: Invalid value: -1: must be greater than or equal to 0/);
		assert.match(message, /Invalid value: \{"app":"Web"\}: `selector` does not match template `labels`\]$/);
	});

	test('refuses a name that is taken, and a namespace that is not there', () => {
		const {store} = shopStore();
		store.create('deployments', deployment(), by);
		assert.deepEqual(
			refusal(() => store.create('deployments', deployment(), by)),
			{
				code: 409,
				reason: 'AlreadyExists',
				message: 'deployments.apps "web" already exists',
			},
		);
		const elsewhere = {...deployment(), metadata: {name: 'web', namespace: 'nowhere'}};
		assert.equal(refusal(() => store.create('deployments', elsewhere, by)).message, 'namespaces "nowhere" not found');
	});

	test('a generated name is five letters longer', () => {
		const {store} = shopStore();
		const {metadata} = store.create('pods', {...pod(), metadata: {generateName: 'web-', namespace: 'shop'}}, by);
		assert.match(metadata.name, /^web-[a-z0-9]{5}$/);
	});

	test('a pod gets its service account, token and tolerations, or is refused without the account', () => {
		const {store} = shopStore();
		const {spec} = store.create('pods', pod(), by);
		assert.equal(spec.serviceAccountName, 'default');
		assert.match(spec.volumes[0].name, /^kube-api-access-/);
		assert.equal(spec.tolerations.length, 2);
		const {code, message} = refusal(() => store.create('pods', pod('x', {serviceAccountName: 'robot'}), by));
		assert.equal(code, 403);
		assert.match(
			message,
			/^pods "x" is forbidden: error looking up service account shop\/robot: serviceaccount "robot" not found$/,
		);
	});

	test('a quota refuses one pod too many', () => {
		const {store} = shopStore();
		store.create('resourcequotas', {metadata: {name: 'few', namespace: 'shop'}, spec: {hard: {pods: '1'}}}, by);
		store.create('pods', pod('web-1'), by);
		assert.deepEqual(
			refusal(() => store.create('pods', pod('web-2'), by)),
			{
				code: 403,
				reason: 'Forbidden',
				message: 'pods "web-2" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1',
			},
		);
	});

	test('services get addresses and node ports of their own', () => {
		const {store} = shopStore();
		const make = (name: string, spec: object) =>
			store.create('services', {metadata: {name, namespace: 'shop'}, spec: {ports: [{port: 80}], ...spec}}, by)['spec'];
		const first = make('a', {type: 'NodePort'});
		assert.match(first.clusterIP, /^10\.96\./);
		assert.ok(first.ports[0].nodePort >= 30_000 && first.ports[0].nodePort <= 32_767);
		const {message} = refusal(() => make('b', {clusterIP: first.clusterIP}));
		assert.match(message, /provided IP is already allocated$/);
		assert.equal(make('c', {clusterIP: 'None'}).clusterIP, 'None');
	});

	test('a dry run answers and stores nothing', () => {
		const {store} = shopStore();
		const before = store.version();
		const answered = store.create('deployments', deployment(), {...by, dryRun: true});
		assert.equal(answered['spec'].replicas, 1);
		assert.equal(store.get('deployments', 'shop', 'web'), undefined);
		assert.equal(store.version(), before);
	});
});

suite('updating', () => {
	test('raises the generation with the spec or an annotation, not with a label', () => {
		const {store} = shopStore();
		let object: Json = store.create('deployments', deployment(), by);
		const change = (metadata: object, spec: object = {}) => {
			object = store.update(
				'deployments',
				{...object, metadata: {...object.metadata, ...metadata}, spec: {...object.spec, ...spec}},
				by,
			);
			return object.metadata.generation;
		};
		assert.equal(change({labels: {a: 'b'}}), 1);
		assert.equal(change({annotations: {a: 'b'}}), 2);
		assert.equal(change({}, {replicas: 3}), 3);
	});

	test('a write that changes nothing keeps the version and tells nobody', () => {
		const {store} = shopStore();
		const object = store.create('deployments', deployment(), by);
		let told = 0;
		store.watch('deployments', () => {
			told += 1;
		});
		assert.equal(store.update('deployments', {...object}, {manager: 'other'}), object);
		assert.equal(told, 0);
	});

	test('an old version or another uid is a conflict; no version means the last writer wins', () => {
		const {store} = shopStore();
		const first: Json = store.create('deployments', deployment(), by);
		store.update('deployments', {...first, spec: {...first.spec, replicas: 2}}, by);
		const stale = {...first, spec: {...first.spec, replicas: 3}};
		assert.deepEqual(
			refusal(() => store.update('deployments', stale, by)),
			{
				code: 409,
				reason: 'Conflict',
				message:
					'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
			},
		);
		const {resourceVersion: _version, ...metadata} = first.metadata;
		assert.equal(store.update('deployments', {...stale, metadata}, by)['spec'].replicas, 3);
		const other = {...stale, metadata: {...metadata, uid: 'x'}};
		assert.match(refusal(() => store.update('deployments', other, by)).message, /UID in precondition: x/);
	});

	test('the status is written through its subresource alone, and nothing else is', () => {
		const {store} = shopStore();
		const object: Json = store.create('deployments', deployment(), by);
		const both = {...object, spec: {...object.spec, replicas: 9}, status: {replicas: 4}};
		const status = store.update('deployments', both, {...by, subresource: 'status'});
		assert.deepEqual([status['spec'].replicas, status['status'].replicas], [1, 4]);
		const {resourceVersion: _version, ...metadata} = object.metadata;
		const spec = store.update('deployments', {...both, metadata, status: {replicas: 7}}, by);
		assert.deepEqual([spec['spec'].replicas, spec['status'].replicas], [9, 4]);
	});

	test('the selector of a Deployment cannot change', () => {
		const {store} = shopStore();
		const object: Json = store.create('deployments', deployment(), by);
		const spec = {...deployment('other').spec};
		const {code, message} = refusal(() => store.update('deployments', {...object, spec}, by));
		assert.equal(code, 422);
		assert.match(message, /spec\.selector: Invalid value: \{"matchLabels":\{"app":"other"\}\}: field is immutable$/);
	});
});

suite('managedFields', () => {
	const owners = (object: Obj) =>
		object.metadata['managedFields'].map((entry: Json) => [entry.manager, entry.subresource ?? '', entry.fieldsV1]);

	test('name who wrote what: a changed field leaves its old manager', () => {
		const {store} = shopStore();
		const object: Json = store.create(
			'configmaps',
			{metadata: {name: 'c', namespace: 'shop'}, data: {a: '1', b: '1'}},
			by,
		);
		const next = store.update('configmaps', {...object, data: {a: '1', b: '2'}}, {manager: 'other'});
		assert.deepEqual(owners(next), [
			['test', '', {'f:data': {'.': {}, 'f:a': {}}}],
			['other', '', {'f:data': {'f:b': {}}}],
		]);
	});

	test('status and scale have entries of their own', () => {
		const {store} = shopStore();
		const object: Json = store.create('deployments', deployment(), by);
		store.update('deployments', {...object, status: {replicas: 1}}, {manager: 'ctl', subresource: 'status'});
		const name = {metadata: {name: 'web', namespace: 'shop'}};
		const scaled = store.update(
			'deployments',
			{...name, spec: {replicas: 4}},
			{manager: 'kubectl', subresource: 'scale'},
		);
		assert.deepEqual(owners(scaled).slice(1), [
			['ctl', 'status', {'f:status': {'f:replicas': {}}}],
			['kubectl', 'scale', {'f:spec': {'f:replicas': {}}}],
		]);
		assert.equal(owners(scaled)[0][2]['f:spec']['f:replicas'], undefined);
	});
});

suite('removing', () => {
	test('a running pod ends in its time, and is gone when its kubelet says so', () => {
		const {store, clock} = shopStore();
		running(store);
		const ending = store.remove('pods', 'shop', 'web-1');
		assert.equal(Date.parse(ending.metadata['deletionTimestamp']), clock.now() + 30_000);
		assert.equal(ending.metadata['deletionGracePeriodSeconds'], 30);
		const sooner = store.remove('pods', 'shop', 'web-1', {gracePeriodSeconds: 5});
		assert.equal(Date.parse(sooner.metadata['deletionTimestamp']), clock.now() + 5000);
		assert.equal(store.remove('pods', 'shop', 'web-1', {gracePeriodSeconds: 60}), store.get('pods', 'shop', 'web-1'));
		store.remove('pods', 'shop', 'web-1', {gracePeriodSeconds: 0});
		assert.equal(store.get('pods', 'shop', 'web-1'), undefined);
	});

	test('a pod that runs nowhere goes at once', () => {
		const {store} = shopStore();
		store.create('pods', pod(), by);
		store.remove('pods', 'shop', 'web-1');
		assert.deepEqual(store.list('pods'), []);
	});

	test('preconditions', () => {
		const {store} = shopStore();
		const {metadata} = store.create('deployments', deployment(), by);
		const {code, message} = refusal(() => store.remove('deployments', 'shop', 'web', {uid: 'x'}));
		assert.equal(code, 409);
		assert.match(message, /the UID in the precondition \(x\) does not match the UID in record/);
		assert.match(
			refusal(() => store.remove('deployments', 'shop', 'web', {resourceVersion: '1'})).message,
			/the ResourceVersion in the precondition \(1\) does not match/,
		);
		store.remove('deployments', 'shop', 'web', {uid: metadata.uid});
		assert.equal(store.get('deployments', 'shop', 'web'), undefined);
	});

	test('a finalizer holds an object; new ones are refused while it waits', () => {
		const {store} = shopStore();
		const held = {...deployment(), metadata: {name: 'web', namespace: 'shop', finalizers: ['example.com/wait']}};
		store.create('deployments', held, by);
		store.remove('deployments', 'shop', 'web');
		const waiting: Json = store.get('deployments', 'shop', 'web');
		assert.ok(waiting.metadata.deletionTimestamp);
		const more = {...waiting, metadata: {...waiting.metadata, finalizers: ['example.com/wait', 'example.com/more']}};
		assert.match(refusal(() => store.update('deployments', more, by)).message, /no new finalizers can be added/);
		store.update('deployments', {...waiting, metadata: {...waiting.metadata, finalizers: []}}, by);
		assert.equal(store.get('deployments', 'shop', 'web'), undefined);
	});

	test('foreground and orphan deletions wait for the garbage collector', () => {
		const {store} = shopStore();
		store.create('deployments', deployment(), by);
		const object = store.remove('deployments', 'shop', 'web', {propagationPolicy: 'Foreground'});
		assert.deepEqual(object.metadata['finalizers'], ['foregroundDeletion']);
		const orphaning = store.remove('deployments', 'shop', 'web', {propagationPolicy: 'Orphan'});
		assert.deepEqual(orphaning.metadata['finalizers'], ['orphan']);
	});

	test('a namespace empties itself, takes nothing new, and goes', () => {
		const {store} = shopStore();
		store.create('deployments', deployment(), by);
		running(store);
		store.remove('namespaces', undefined, 'shop');
		assert.equal(store.get('namespaces', undefined, 'shop')?.['status'].phase, 'Terminating');
		assert.match(
			refusal(() => store.create('deployments', deployment('late'), by)).message,
			/unable to create new content in namespace shop because it is being terminated/,
		);
		store.remove('pods', 'shop', 'web-1', {gracePeriodSeconds: 0});
		assert.equal(store.get('namespaces', undefined, 'shop'), undefined);
	});
});

suite('watching', () => {
	test('a change made by a listener is told after the present one, to everyone in the same order', () => {
		const {store} = shopStore();
		const heard: string[] = [];
		const listen = (who: string) => (event: StoreEvent) =>
			heard.push(`${who} ${event.type} ${event.object.metadata.name} ${event.object['data']?.n ?? ''}`);
		store.watch('configmaps', (event) => {
			if (event.type === 'ADDED') store.update('configmaps', {...event.object, data: {n: '2'}}, by);
		});
		store.watch('configmaps', listen('first'));
		const stop = store.watch('configmaps', listen('second'));
		store.create('configmaps', {metadata: {name: 'c', namespace: 'shop'}, data: {n: '1'}}, by);
		stop();
		store.remove('configmaps', 'shop', 'c');
		assert.deepEqual(heard, [
			'first ADDED c 1',
			'second ADDED c 1',
			'first MODIFIED c 2',
			'second MODIFIED c 2',
			'first DELETED c 2',
		]);
	});

	test('what a listener throws is not the writer’s fault', () => {
		const errors: unknown[] = [];
		const {store} = shopStore({report: (error) => errors.push(error)});
		let told = 0;
		store.watch('pods', () => {
			throw new Error('broken listener');
		});
		store.watch('pods', () => {
			told += 1;
		});
		store.create('pods', pod(), by);
		assert.equal(told, 1);
		assert.match(String(errors[0]), /broken listener/);
	});

	test('lists are snapshots in order, and objects are found by their owners', () => {
		const {store} = shopStore();
		const owner = store.create('deployments', deployment(), by);
		const ownerReferences = [{apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: owner.metadata.uid}];
		for (const name of ['c', 'a', 'b']) {
			const object = pod(name);
			object.metadata.ownerReferences = ownerReferences;
			store.create('pods', object, by);
		}
		const before = store.list('pods', 'shop');
		const names = () => before.map((object) => object.metadata.name);
		assert.deepEqual(names(), ['a', 'b', 'c']);
		store.remove('pods', 'shop', 'b');
		assert.deepEqual(names(), ['a', 'b', 'c']);
		const owned = store.byOwner('pods', owner.metadata.uid);
		assert.deepEqual(owned.map((object) => object.metadata.name).sort(), ['a', 'c']);
	});
});
