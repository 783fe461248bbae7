import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Options, type OptionsInput, readOptions, rulesOf, UsageError} from '../source/options.ts';

function read(argv: readonly string[], input: Partial<OptionsInput> = {}): Options {
	return readOptions({argv, env: {}, ...input});
}

function refusal(argv: readonly string[], input: Partial<OptionsInput> = {}): string {
	try {
		read(argv, input);
	} catch (error) {
		assert.ok(error instanceof UsageError, String(error));
		return error.message;
	}
	return assert.fail(`nothing is wrong with ${argv.join(' ')}`);
}

const config = (text: string) => ({config: {path: 'config.yaml', text}});

suite('flags', () => {
	test('nothing given: the screen, on the current context and its namespace', () => {
		assert.deepEqual(read([]), {
			command: {name: 'deck', deployment: undefined, sandbox: undefined},
			kubeconfig: undefined,
			context: undefined,
			namespace: undefined,
			allNamespaces: false,
			selector: undefined,
			as: undefined,
			asGroups: [],
			requestTimeoutMs: undefined,
			readOnly: false,
			ascii: false,
			color: true,
			quiet: false,
			contexts: {},
		});
	});

	test('all of them', () => {
		const argv =
			'--kubeconfig k.yaml --context prod -n shop -l app=web --as jo --as-group dev --as-group=ops --request-timeout 5s --read-only --ascii --no-color';
		assert.deepEqual(
			{...read(argv.split(' ')), command: undefined},
			{
				command: undefined,
				kubeconfig: 'k.yaml',
				context: 'prod',
				namespace: 'shop',
				allNamespaces: false,
				selector: 'app=web',
				as: 'jo',
				asGroups: ['dev', 'ops'],
				requestTimeoutMs: 5000,
				readOnly: true,
				ascii: true,
				color: false,
				quiet: false,
				contexts: {},
			},
		);
	});

	const spellings: readonly (readonly [string, Partial<Options>])[] = [
		['--namespace shop', {namespace: 'shop'}],
		['--namespace=shop', {namespace: 'shop'}],
		['-n shop', {namespace: 'shop'}],
		['-n=shop', {namespace: 'shop'}],
		['-nshop', {namespace: 'shop'}],
		['-n one -n other', {namespace: 'other'}],
		['-l=app=web,tier!=test', {selector: 'app=web,tier!=test'}],
		['-A', {allNamespaces: true}],
		['-A=false -n shop', {allNamespaces: false, namespace: 'shop'}],
		['--read-only=false', {readOnly: false}],
		['--read-only=1', {readOnly: true}],
		['--no-color=false', {color: true}],
		['--request-timeout 0', {requestTimeoutMs: 0}],
	];
	for (const [argv, expected] of spellings) {
		test(argv, () => {
			const options = read(argv.split(' '));
			assert.deepEqual({...options, ...expected}, options);
		});
	}

	test('short ones together, the last with its value', () => {
		const {allNamespaces, command} = read(['get', 'pods', '-Awowide']);
		assert.equal(allNamespaces, true);
		assert.deepEqual(command, {name: 'get', kind: 'pods', object: undefined, output: 'wide', watch: true});
	});

	const mistakes: readonly (readonly [string, string])[] = [
		['--namespce shop', 'There is no flag --namespce: did you mean --namespace? All of them are listed by --help.'],
		['--frobnicate', 'There is no flag --frobnicate. All of them are listed by --help.'],
		[
			'--allNamespaces',
			'There is no flag --allNamespaces: did you mean --all-namespaces? All of them are listed by --help.',
		],
		['-x', 'There is no flag -x. All of them are listed by --help.'],
		['-n', '-n needs a value: -n NAME.'],
		['-n -A', '-n needs a value: -n NAME.'],
		['--namespace= -A', '--namespace needs a value: --namespace NAME.'],
		['--ascii=maybe', '--ascii is a switch: give it alone, or as --ascii=false, not =maybe.'],
		['-n shop -A', '--namespace and --all-namespaces exclude one another: leave one of them out.'],
		['--as-group dev', '--as-group needs a user to go with it: add --as USER.'],
		['--request-timeout soon', '--request-timeout has to be a time such as 5s, 1m30s or 0, not soon.'],
		['--watch', '--watch goes with `rolldeck get` only.'],
	];
	for (const [argv, sentence] of mistakes) test(argv, () => assert.equal(refusal(argv.split(' ')), sentence));

	test('the value is frozen, all the way down', () => {
		const options = read(['--as', 'jo', '--as-group', 'dev'], config('contexts: {prod: {readOnly: true}}'));
		for (const part of [options, options.command, options.asGroups, options.contexts, options.contexts.prod])
			assert.ok(Object.isFrozen(part));
	});
});

suite('environment', () => {
	test('a variable stands for each flag', () => {
		const options = read([], {
			env: {
				ROLLDECK_KUBECONFIG: 'k.yaml',
				ROLLDECK_CONTEXT: 'prod',
				ROLLDECK_NAMESPACE: 'shop',
				ROLLDECK_SELECTOR: 'app=web',
				ROLLDECK_AS: 'jo',
				ROLLDECK_AS_GROUP: 'dev,ops',
				ROLLDECK_REQUEST_TIMEOUT: '2',
				ROLLDECK_READ_ONLY: '1',
				ROLLDECK_ASCII: 'true',
				ROLLDECK_NO_COLOR: '1',
			},
		});
		assert.deepEqual(options, {
			...options,
			kubeconfig: 'k.yaml',
			context: 'prod',
			namespace: 'shop',
			selector: 'app=web',
			as: 'jo',
			asGroups: ['dev', 'ops'],
			requestTimeoutMs: 2000,
			readOnly: true,
			ascii: true,
			color: false,
			quiet: false,
		});
		assert.equal(read([], {env: {ROLLDECK_ALL_NAMESPACES: '1'}}).allNamespaces, true);
	});

	test('the command line goes before it', () => {
		const env = {ROLLDECK_NAMESPACE: 'shop', ROLLDECK_READ_ONLY: '1'};
		assert.equal(read(['-n', 'other'], {env}).namespace, 'other');
		assert.equal(read(['--read-only=false'], {env}).readOnly, false);
		assert.deepEqual([read(['-A'], {env}).namespace, read(['-A'], {env}).allNamespaces], [undefined, true]);
		const all = read(['-n', 'other'], {env: {ROLLDECK_ALL_NAMESPACES: '1'}});
		assert.deepEqual([all.namespace, all.allNamespaces], ['other', false]);
	});

	test('a variable of another command, an empty one and an unknown one count for nothing', () => {
		const env = {ROLLDECK_OUTPUT: 'nonsense', ROLLDECK_NAMESPACE: '', ROLLDECK_TEST_KUBECONFIG: 'x'};
		assert.deepEqual(read([], {env}), read([]));
	});

	test('a practice cluster that is wanted is never replaced by the real one', () => {
		const env = {ROLLDECK_SANDBOX: '1'};
		assert.deepEqual(read([], {env}).command, {name: 'deck', deployment: undefined, sandbox: ''});
		assert.match(
			refusal(['scale', 'deployment/web', '--replicas=0'], {env}),
			/^ROLLDECK_SANDBOX opens the screen on a practice/,
		);
		assert.equal(read(['get', 'pods'], {env: {ROLLDECK_SANDBOX: '0'}}).command.name, 'get');
	});

	test('mistakes name the variable', () => {
		assert.equal(refusal([], {env: {ROLLDECK_READ_ONLY: 'maybe'}}), 'ROLLDECK_READ_ONLY has to be 1 or 0, not maybe.');
		assert.equal(
			refusal([], {env: {ROLLDECK_NAMESPACE: 'shop', ROLLDECK_ALL_NAMESPACES: '1'}}),
			'ROLLDECK_NAMESPACE and ROLLDECK_ALL_NAMESPACES exclude one another: leave one of them out.',
		);
	});

	test('NO_COLOR counts unless it is empty, and a flag goes before it', () => {
		assert.equal(read([], {env: {NO_COLOR: '1'}}).color, false);
		assert.equal(read([], {env: {NO_COLOR: ''}}).color, true);
		assert.equal(read(['--no-color=false'], {env: {NO_COLOR: '1'}}).color, true);
	});

	test('ASCII where the locale has another character set than UTF-8', () => {
		const ascii = (env: Record<string, string>) => read([], {env}).ascii;
		assert.equal(ascii({LANG: 'en_GB.UTF-8'}), false);
		assert.equal(ascii({LANG: 'C.utf8'}), false);
		assert.equal(ascii({LANG: 'C'}), true);
		assert.equal(ascii({LANG: 'en_GB.UTF-8', LC_ALL: 'POSIX'}), true);
		assert.equal(ascii({LANG: 'de_DE.ISO-8859-1', LC_CTYPE: 'de_DE.UTF-8'}), false);
		assert.equal(read(['--ascii=false'], {env: {LANG: 'C'}}).ascii, false);
	});
});

suite('config file', () => {
	test('it counts where neither a flag nor a variable says otherwise', () => {
		const file = config('readOnly: true\nascii: true\n');
		assert.deepEqual([read([], file).readOnly, read([], file).ascii], [true, true]);
		assert.equal(read([], {...file, env: {ROLLDECK_READ_ONLY: '0'}}).readOnly, false);
		assert.equal(read(['--ascii=false'], file).ascii, false);
	});

	test('what it says of a context is made stricter by --read-only, never laxer', () => {
		const file = config('contexts:\n  prod: {readOnly: true, confirm: typed}\n');
		assert.deepEqual(rulesOf(read(['--read-only=false'], file), 'prod'), {readOnly: true, confirm: 'typed'});
		assert.deepEqual(rulesOf(read([], file), 'test'), {readOnly: false, confirm: 'enter'});
		assert.deepEqual(rulesOf(read(['--read-only'], file), 'test'), {readOnly: true, confirm: 'enter'});
		assert.deepEqual(rulesOf(read([], file), 'toString'), {readOnly: false, confirm: 'enter'});
	});
});

suite('commands', () => {
	const change = {deployment: 'web', dryRun: false, yes: false, confirm: undefined, wait: undefined};
	const commands: readonly (readonly [string, Options['command']])[] = [
		['deployment/web', {name: 'deck', deployment: 'web', sandbox: undefined}],
		['deploy/web -n shop', {name: 'deck', deployment: 'web', sandbox: undefined}],
		['deployments.apps/web', {name: 'deck', deployment: 'web', sandbox: undefined}],
		['--sandbox', {name: 'deck', deployment: undefined, sandbox: ''}],
		['--sandbox deployment/web', {name: 'deck', deployment: 'web', sandbox: ''}],
		['--sandbox=crash', {name: 'deck', deployment: undefined, sandbox: 'crash'}],
		['--sandbox=false', {name: 'deck', deployment: undefined, sandbox: undefined}],
		['get pods', {name: 'get', kind: 'pods', object: undefined, output: 'table', watch: false}],
		['get po web-1 -o json', {name: 'get', kind: 'po', object: 'web-1', output: 'json', watch: false}],
		['-n shop get deploy/web -w', {name: 'get', kind: 'deploy', object: 'web', output: 'table', watch: true}],
		['sandbox', {name: 'sandbox', scenario: undefined, port: undefined, pods: undefined, seed: undefined}],
		['sandbox crash --port 8080 --pods 9 --seed=1', {name: 'sandbox', scenario: 'crash', port: 8080, pods: 9, seed: 1}],
		[
			'status deployment/web --wait --timeout 5m --revision 7 --fail-fast -ojson',
			{
				name: 'status',
				deployment: 'web',
				output: 'json',
				wait: {timeoutMs: 300_000, failFast: true},
				failFast: true,
				revision: 7,
			},
		],
		[
			'status deploy web',
			{name: 'status', deployment: 'web', output: 'text', wait: undefined, failFast: false, revision: undefined},
		],
		['history deployment/web', {name: 'history', deployment: 'web', output: 'text'}],
		['diff deploy/web --from 3 --to 5', {name: 'diff', deployment: 'web', output: 'text', from: 3, to: 5}],
		['undo deployment/web --to-revision 3 --dry-run', {...change, name: 'undo', toRevision: 3, dryRun: true}],
		[
			'scale deployment/web --replicas 0 --confirm web --wait',
			{...change, name: 'scale', replicas: 0, confirm: 'web', wait: {timeoutMs: 0, failFast: false}},
		],
		['restart deployment/web -y', {...change, name: 'restart', yes: true}],
		['pause deployment/web', {...change, name: 'pause'}],
		['resume deployment/web', {...change, name: 'resume'}],
		['--help', {name: 'help'}],
		['get -h', {name: 'help'}],
		['help', {name: 'help'}],
		['--version', {name: 'version'}],
	];
	for (const [argv, command] of commands) test(argv, () => assert.deepEqual(read(argv.split(' ')).command, command));

	const mistakes: readonly (readonly [string, string])[] = [
		[
			'web',
			'There is no command web: for the Deployment of that name write deployment/web. All commands are listed by --help.',
		],
		['gte pods', 'There is no command gte: did you mean get? All commands are listed by --help.'],
		['pod/web', 'rolldeck opens Deployments only: write deployment/NAME instead of pod/web.'],
		['deployment/', 'rolldeck opens Deployments only: write deployment/NAME instead of deployment/.'],
		['deployment/a deployment/b', 'rolldeck opens one Deployment at a time: leave out deployment/b.'],
		['deployment/a -A', 'A name is looked for in one namespace: give -n NAME instead of -A, or leave a out.'],
		['get', 'Say what to get: rolldeck get KIND [NAME], e.g. `rolldeck get pods`.'],
		['get pods a b', 'pods a b is not one kind and one name: rolldeck get KIND [NAME], e.g. `rolldeck get pods`.'],
		['get pods/', 'pods/ is not one kind and one name: rolldeck get KIND [NAME], e.g. `rolldeck get pods`.'],
		['get pods -o yaml', '--output may be table, wide, rollout, name or json, not yaml.'],
		['get pods web -A', 'A name is looked for in one namespace: give -n NAME instead of -A, or leave web out.'],
		['get pods web -l app=web', 'A name and a selector exclude one another: leave web or -l out.'],
		['get pods --port 1', '--port goes with `rolldeck sandbox` only.'],
		['status', 'Say which Deployment: rolldeck status deployment/NAME.'],
		['undo web', 'web is not one Deployment: rolldeck undo deployment/NAME.'],
		[
			'undo deployment/a deployment/b',
			'deployment/a deployment/b is not one Deployment: rolldeck undo deployment/NAME.',
		],
		['undo pod/a', 'pod/a is not one Deployment: rolldeck undo deployment/NAME.'],
		['status deploy/a -A', 'A name is looked for in one namespace: give -n NAME instead of -A, or leave a out.'],
		['status deploy/a -o wide', '--output may be text or json here, not wide.'],
		['status deploy/a --timeout 5m', '--timeout is how long to wait: add --wait, or leave it out.'],
		['status deploy/a --wait --timeout soon', '--timeout has to be a time such as 30s, 5m or 0, not soon.'],
		['status deploy/a --yes', '--yes goes with `rolldeck undo, scale, restart, pause or resume` only.'],
		['pause deploy/a --wait', '--wait goes with `rolldeck status, undo, scale, restart or resume` only.'],
		['scale deploy/a', 'Say how many pods are wanted: rolldeck scale deployment/a --replicas 3.'],
		['scale deploy/a --replicas=-1', '--replicas has to be a whole number up to 999999999, not -1.'],
		[
			'undo deployment/web --yes --sandbox',
			'--sandbox opens the screen on a practice cluster, and `rolldeck undo` has none: run `rolldeck sandbox`, and set KUBECONFIG as it says.',
		],
		['sandbox a b', 'rolldeck sandbox plays one scenario, not 2.'],
		['sandbox --port 99999', '--port has to be a whole number up to 65535, not 99999.'],
		['sandbox --pods many', '--pods has to be a whole number up to 100000, not many.'],
	];
	for (const [argv, sentence] of mistakes) test(argv, () => assert.equal(refusal(argv.split(' ')), sentence));

	test('one object is looked for in one namespace, whatever the environment says of others', () => {
		const env = {ROLLDECK_ALL_NAMESPACES: '1', ROLLDECK_SELECTOR: 'app=web'};
		for (const argv of [['get', 'pods', 'web-1'], ['deployment/web']]) {
			const {allNamespaces, selector} = read(argv, {env});
			assert.deepEqual([allNamespaces, selector], [false, undefined]);
		}
	});

	test('what one command is to do is never taken from a variable; how it does it may be', () => {
		const env = {ROLLDECK_YES: '1', ROLLDECK_CONFIRM: 'web', ROLLDECK_TO_REVISION: '3', ROLLDECK_WAIT: '1'};
		assert.deepEqual(read(['undo', 'deploy/web'], {env}).command, {
			...change,
			name: 'undo',
			toRevision: undefined,
			wait: {timeoutMs: 0, failFast: false},
		});
		const output = read(['history', 'deploy/web'], {env: {ROLLDECK_OUTPUT: 'wide'}}).command;
		assert.deepEqual(output, {name: 'history', deployment: 'web', output: 'text'});
	});

	test('--help and --version are answered whatever else is wrong', () => {
		assert.equal(read(['--help'], {...config('x: ['), env: {ROLLDECK_READ_ONLY: 'maybe'}}).command.name, 'help');
	});
});
