import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {type TestContext, test} from 'node:test';
import {
	KubeconfigError,
	type KubeconfigSelection,
	loadKubeconfig,
	NoKubeconfigError,
	needsTerminal,
} from '../../source/cluster/kubeconfig.ts';
import {temporaryFolder} from './connecting.ts';

/** A small kubeconfig whose names carry a letter. */
function config(letter: string, more: Record<string, unknown> = {}): string {
	return JSON.stringify({
		clusters: [{name: `cluster-${letter}`, cluster: {server: `https://${letter}.example:6443`}}],
		users: [{name: `user-${letter}`, user: {token: `token-${letter}`}}],
		contexts: [{name: letter, context: {cluster: `cluster-${letter}`, user: `user-${letter}`}}],
		'current-context': letter,
		...more,
	});
}

/** Writes files into a folder of the test and gives what loads from there. */
function files(context: TestContext, contents: Record<string, string>) {
	const home = temporaryFolder(context);
	for (const [name, content] of Object.entries(contents)) {
		mkdirSync(join(home, name, '..'), {recursive: true});
		writeFileSync(join(home, name), content);
	}
	const path = (name: string): string => join(home, name);
	return {
		home,
		path,
		load: (selection: Partial<KubeconfigSelection> = {}) =>
			loadKubeconfig({env: {}, home, serviceAccountFolder: path('sa'), ...selection}),
	};
}

/** What KubeconfigError says. */
function complaint(load: () => unknown): string {
	try {
		load();
	} catch (error) {
		assert.ok(error instanceof KubeconfigError);
		return error.message;
	}
	throw new Error('nothing was wrong');
}

test('finds --kubeconfig, else KUBECONFIG, else ~/.kube/config', (context) => {
	const {load, path} = files(context, {
		'.kube/config': config('home'),
		variable: config('variable'),
		flag: config('flag'),
	});
	const env = {KUBECONFIG: path('variable')};
	assert.equal(load({kubeconfig: path('flag'), env}).current.name, 'flag');
	assert.equal(load({env}).current.name, 'variable');
	assert.equal(load({env: {KUBECONFIG: ''}}).current.name, 'home');
	assert.deepEqual(load().sources, [path('.kube/config')]);
	assert.deepEqual(load().current, {
		name: 'home',
		cluster: 'cluster-home',
		user: 'user-home',
		namespace: 'default',
		server: 'https://home.example:6443',
	});
});

test('of several files the first that says something counts, whole entry by whole entry; missing ones are passed over', (context) => {
	const second = config('b', {
		clusters: [
			{name: 'cluster-b', cluster: {server: 'https://b.example'}},
			{name: 'cluster-a', cluster: {server: 'https://not-a.example', 'insecure-skip-tls-verify': true}},
		],
	});
	const {load, path} = files(context, {a: config('a'), b: second, empty: '', comment: '# nothing\n'});
	const env = {KUBECONFIG: ['empty', 'missing', 'a', 'comment', 'b', 'a'].map(path).join(delimiter)};
	const {current, clusters, contexts, sources} = load({env});
	assert.equal(current.name, 'a');
	assert.equal(clusters.get('cluster-a')?.server, 'https://a.example:6443');
	assert.equal(clusters.get('cluster-a')?.insecureSkipTlsVerify, false);
	assert.deepEqual(
		contexts.map(({name}) => name),
		['a', 'b'],
	);
	assert.deepEqual(sources, ['empty', 'a', 'comment', 'b'].map(path));
	assert.equal(load({env, context: 'b', namespace: 'other'}).current.namespace, 'other');
	assert.equal(load({env, namespace: 'other'}).contexts[1]?.namespace, 'default');
});

test('paths count from the file they stand in, and inline data wins over them', (context) => {
	const {load, path} = files(context, {
		'deep/config': config('a', {
			clusters: [{name: 'cluster-a', cluster: {server: 'https://a.example', 'certificate-authority': 'pki/ca.crt'}}],
			users: [
				{
					name: 'user-a',
					user: {
						'client-certificate': 'a.crt',
						'client-key': '/etc/a.key',
						'client-key-data': 'a2V5',
						tokenFile: '../token',
						exec: {
							apiVersion: 'client.authentication.k8s.io/v1',
							command: './bin/login',
							interactiveMode: 'Always',
							provideClusterInfo: true,
						},
					},
				},
			],
		}),
	});
	const kubeconfig = load({kubeconfig: path('deep/config')});
	const user = kubeconfig.users.get('user-a');
	assert.equal(kubeconfig.clusters.get('cluster-a')?.caFile, path('deep/pki/ca.crt'));
	assert.equal(user?.certFile, path('deep/a.crt'));
	assert.equal(user?.keyFile, undefined);
	assert.equal(user?.keyData, 'a2V5');
	assert.equal(user?.tokenFile, path('token'));
	assert.equal(user?.exec?.command, path('deep/bin/login'));
	assert.equal(needsTerminal(kubeconfig, 'a'), true);
});

test('a plugin by its bare name is looked up in PATH, and asks for no terminal unless it must have one', (context) => {
	const {load, path} = files(context, {
		config: config('a', {
			users: [{name: 'user-a', user: {exec: {command: 'aws', args: ['eks', 1], env: [{name: 'A', value: 'b'}]}}}],
		}),
	});
	const kubeconfig = load({kubeconfig: path('config')});
	assert.deepEqual(kubeconfig.users.get('user-a')?.exec, {
		apiVersion: 'client.authentication.k8s.io/v1',
		command: 'aws',
		args: ['eks', '1'],
		env: {A: 'b'},
		installHint: undefined,
		provideClusterInfo: false,
		interactiveMode: 'IfAvailable',
	});
	assert.equal(needsTerminal(kubeconfig, 'a'), false);
	assert.equal(needsTerminal(kubeconfig, 'other'), false);
});

test('in a pod without a kubeconfig: its service account', (context) => {
	const {load, path} = files(context, {'sa/token': 'secret', 'sa/ca.crt': 'ca', 'sa/namespace': 'shop\n'});
	const env = {KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443'};
	const {current, users, clusters} = load({env});
	assert.deepEqual(current, {
		name: 'in-cluster',
		cluster: 'in-cluster',
		user: 'in-cluster',
		namespace: 'shop',
		server: 'https://[fd00::1]:443',
	});
	assert.equal(load({env: {...env, POD_NAMESPACE: 'other'}}).current.namespace, 'other');
	assert.equal(users.get('in-cluster')?.tokenFile, path('sa/token'));
	assert.equal(clusters.get('in-cluster')?.caFile, path('sa/ca.crt'));
	assert.throws(() => load({env: {KUBERNETES_SERVICE_HOST: 'host'}}), NoKubeconfigError);
});

test('none anywhere: where it looked', (context) => {
	const {load, path} = files(context, {});
	assert.throws(load, (error) => {
		assert.ok(error instanceof NoKubeconfigError);
		assert.deepEqual(error.lookedIn, [path('.kube/config')]);
		return error.message.includes(path('.kube/config'));
	});
});

const clusterConfig = (more: Record<string, unknown>): string =>
	config('a', {clusters: [{name: 'cluster-a', cluster: {server: 'https://a.example', ...more}}]});
const userConfig = (user: Record<string, unknown>): string => config('a', {users: [{name: 'user-a', user}]});

const twice = (key: string): string => config('a', {[`${key}s`]: [{name: 'b'}, {name: 'b'}]});

/** What client-go refuses too; taken for something weaker, it would ask another server, or as nobody. */
const entryMistakes: Readonly<Record<string, readonly [content: string, sentence: RegExp]>> = {
	'two-clusters': [twice('cluster'), /two-clusters has two clusters named b: remove or rename one of them/],
	'two-users': [twice('user'), /has two users named b/],
	'two-contexts': [twice('context'), /has two contexts named b/],
	proxy: [
		clusterConfig({'proxy-url': 'proxy.example:3128'}),
		/^The proxy-url of the cluster cluster-a is no address of a proxy: /,
	],
	'proxy-kind': [
		clusterConfig({'proxy-url': 'ftp://proxy.example'}),
		/^The proxy-url of the cluster cluster-a is no address of a proxy: .*http, https or socks5/,
	],
	insecure: [
		clusterConfig({'insecure-skip-tls-verify': true, 'certificate-authority': 'ca.crt'}),
		/certificate-authority and insecure-skip-tls-verify, which exclude one another/,
	],
	keyless: [
		userConfig({'client-certificate': 'a.crt'}),
		/^The user user-a has a client certificate without its key: add client-key/,
	],
	commandless: [
		userConfig({exec: {apiVersion: 'client.authentication.k8s.io/v1'}}),
		/\(exec\) of the user user-a has no command/,
	],
	'old-plugin': [
		userConfig({exec: {apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x'}}),
		/has the apiVersion client\.authentication\.k8s\.io\/v1alpha1, which is not supported/,
	],
	gcp: [
		userConfig({'auth-provider': {name: 'gcp'}}),
		/through the auth provider gcp, which neither .*: use a sign-in plugin \(exec\) such as gke-gcloud-auth-plugin\.$/,
	],
	'other-provider': [
		userConfig({'auth-provider': {name: 'other'}}),
		/through the auth provider other, .*: use a sign-in plugin \(exec\)\.$/,
	],
	oidc: [
		userConfig({'auth-provider': {name: 'oidc', config: {'idp-issuer-url': 'https://a.example'}}}),
		/through OIDC, but has no client-id/,
	],
};

test('what is wrong is said in a sentence with what to do next', (context) => {
	const {load, path} = files(context, {
		good: config('good'),
		empty: '',
		'folder/config': config('x'),
		broken: 'clusters:\n- name: a\n  cluster: {server: "https://a"\nusers: []\n',
		list: '- a\n- b\n',
		none: config('a', {'current-context': ''}),
		cluster: config('a', {clusters: []}),
		user: config('a', {users: []}),
		server: config('a', {clusters: [{name: 'cluster-a', cluster: {server: 'a.example:6443'}}]}),
	});
	const say = (selection: Partial<KubeconfigSelection>): string => complaint(() => load(selection));
	assert.match(
		say({kubeconfig: path('missing')}),
		/There is no kubeconfig .*missing\. Check the path given with --kubeconfig\./,
	);
	assert.match(say({env: {KUBECONFIG: path('missing')}}), /None of the files named by KUBECONFIG exists: .*missing/);
	assert.match(say({kubeconfig: path('empty')}), /empty is empty\. Fill it/);
	assert.match(say({kubeconfig: path('folder')}), /is a folder, not a file\. .*folder\/config/);
	assert.match(say({kubeconfig: path('broken')}), /is not valid YAML in line 4, column \d+/);
	assert.match(say({kubeconfig: path('list')}), /is YAML, but no kubeconfig/);
	assert.match(say({kubeconfig: path('none')}), /names no current context; there are: a\. Choose one with --context/);
	assert.match(say({kubeconfig: path('good'), context: 'bad'}), /There is no context bad in .*; there are: good\./);
	assert.match(say({kubeconfig: path('cluster')}), /wants the cluster cluster-a, which .* \(there are none\)/);
	assert.match(say({kubeconfig: path('user')}), /wants the user user-a, which/);
	assert.match(say({kubeconfig: path('server')}), /the server "a\.example:6443", which is no URL/);
	assert.match(say({kubeconfig: path('good'), asGroups: ['admins']}), /add --as to --as-group/);
});

for (const [name, [content, sentence]] of Object.entries(entryMistakes)) {
	test(`a mistake in an entry: ${name}`, (context) => {
		const {load, path} = files(context, {[name]: content});
		assert.match(
			complaint(() => load({kubeconfig: path(name)})),
			sentence,
		);
	});
}
