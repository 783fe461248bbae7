import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import type {PodTemplateSpec} from '../../source/objects.ts';
import {describeChange, diffTemplates} from '../../source/rollout/template-diff.ts';
import {recorded} from '../objects/recorded.ts';
import {ofRevision, templateWith} from './make.ts';

const lines = (from: PodTemplateSpec, to: PodTemplateSpec) =>
	diffTemplates(from, to).map((change) => describeChange(change));
const web = (template: PodTemplateSpec) => template.spec!.containers[0]!;

test('two recorded revisions differ in image and variables; what looks like a credential is masked', () => {
	const recording = recorded('complete');
	const changes = diffTemplates(ofRevision(recording, 2).spec.template!, ofRevision(recording, 3).spec.template!);
	assert.deepEqual(
		changes.map((change) => describeChange(change)),
		[
			'web.image  registry.example/web:1.1 → registry.example/web:1.2',
			'web.env LOG  info → debug',
			'web.env DB_PASSWORD  •••• → ••••',
		],
	);
	assert.equal(describeChange(changes[2]!, {reveal: true}), 'web.env DB_PASSWORD  pass-1.1 → pass-1.2');
});

test('the same template differs in nothing, whatever its hash label', () => {
	const {deployment} = recorded('complete');
	assert.deepEqual(diffTemplates(deployment.spec.template, ofRevision(recorded('complete'), 3).spec.template!), []);
});

describe('each part of a template in words', () => {
	const cases: readonly (readonly [string, (template: PodTemplateSpec) => void, string[]])[] = [
		[
			'a variable from a secret',
			(template) => (web(template).env![0] = {name: 'LOG', valueFrom: {secretKeyRef: {name: 'log', key: 'level'}}}),
			['web.env LOG  debug → from secret log, key level'],
		],
		[
			'a variable from a config map',
			(template) => web(template).env!.push({name: 'A', valueFrom: {configMapKeyRef: {name: 'c', key: 'a'}}}),
			['web.env A  added: from config map c, key a'],
		],
		[
			'a variable from a field',
			(template) => web(template).env!.push({name: 'A', valueFrom: {fieldRef: {fieldPath: 'metadata.name'}}}),
			['web.env A  added: from field metadata.name'],
		],
		['an empty variable', (template) => web(template).env!.push({name: 'A'}), ['web.env A  added: ""']],
		['a removed variable', (template) => web(template).env!.shift(), ['web.env LOG  removed: debug']],
		[
			'arguments',
			(template) => (web(template)['args'] = ['--level', 'two words']),
			['web.args  added: --level "two words"'],
		],
		[
			'an argument with a credential',
			(template) => (web(template)['args'] = ['--db-password=hunter2']),
			['web.args  added: ••••'],
		],
		[
			'a variable that holds a login in a URL',
			(template) => web(template).env!.push({name: 'DB', value: 'postgres://app:hunter2@db/shop'}),
			['web.env DB  added: ••••'],
		],
		[
			'a variable whose options hold a credential',
			(template) =>
				web(template).env!.push({name: 'JAVA_OPTS', value: '-Xmx1g -Djavax.net.ssl.keyStorePassword=changeit'}),
			['web.env JAVA_OPTS  added: ••••'],
		],
		[
			'a command with a credential in its words',
			(template) => (web(template)['command'] = ['sh', '-c', 'TOKEN=hunter2 exec web']),
			['web.command  added: ••••'],
		],
		[
			'a probe that signs in',
			(template) =>
				(web(template)['livenessProbe'] = {
					httpGet: {path: '/', httpHeaders: [{name: 'Authorization', value: 'Bearer hunter2'}]},
				}),
			['web.livenessProbe httpGet.path  added: /', 'web.livenessProbe httpGet.httpHeaders  added: ••••'],
		],
		[
			'a secret that is named is none that is told',
			(template) => {
				template.spec!['imagePullSecrets'] = [{name: 'registry'}];
				template.spec!['automountServiceAccountToken'] = false;
			},
			['pod.imagePullSecrets  added: name: registry', 'pod.automountServiceAccountToken  added: false'],
		],
		[
			'resources',
			(template) => (web(template).resources = {limits: {memory: '1Gi'}}),
			['web.resources limits.memory  added: 1Gi'],
		],
		[
			'a probe',
			(template) => (web(template)['readinessProbe'] = {httpGet: {path: '/healthz', port: 'http'}, periodSeconds: 5}),
			[
				'web.readinessProbe httpGet.path  added: /healthz',
				'web.readinessProbe httpGet.port  added: http',
				'web.readinessProbe periodSeconds  added: 5',
			],
		],
		['a port', (template) => web(template).ports!.push({containerPort: 9090}), ['web.port 9090  added: 9090/TCP']],
		[
			'a volume and its mount',
			(template) => {
				web(template)['volumeMounts'] = [{name: 'data', mountPath: '/data'}];
				template.spec!['volumes'] = [{name: 'data', configMap: {name: 'web', defaultMode: 420}}];
			},
			['web.mount /data  added: name: data', 'volume data  added: configMap {name: web, defaultMode: 420}'],
		],
		[
			'a new container is one change',
			(template) => template.spec!.containers.push({name: 'agent', image: 'agent:1', env: [{name: 'A', value: 'b'}]}),
			['container agent  added: agent:1'],
		],
		[
			'an init container is told like any other',
			(template) => (template.spec!.initContainers = [{name: 'migrate', image: 'm:1'}]),
			['container migrate  added: m:1'],
		],
		[
			'the rest of the pod',
			(template) => (template.spec!['nodeSelector'] = {disk: 'ssd'}),
			['pod.nodeSelector disk  added: ssd'],
		],
		[
			'a list of the pod',
			(template) => (template.spec!['tolerations'] = [{key: 'a', operator: 'Exists'}]),
			['pod.tolerations  added: key: a, operator: Exists'],
		],
		[
			'a label and an annotation',
			({metadata}) => {
				metadata!.labels!['tier'] = 'front';
				metadata!.annotations = {'kubectl.kubernetes.io/restartedAt': '2026-01-31T09:30:00+01:00'};
			},
			['label tier  added: front', 'annotation kubectl.kubernetes.io/restartedAt  added: 2026-01-31T09:30:00+01:00'],
		],
		['only the order', (template) => web(template).env!.reverse(), ['order of the lists in the template changed']],
	];
	for (const [name, change, expected] of cases) {
		test(name, () => {
			const [from, to] = [templateWith('complete', () => {}), templateWith('complete', change)];
			assert.deepEqual(lines(from, to), expected);
			assert.equal(lines(to, from).length, expected.length);
		});
	}
});

test('in too little room both values are cut in their middles, and the tags stay', () => {
	const registry = 'registry.example.com/a-team/a-service';
	const change = {path: 'web.image', before: `${registry}:1.4.2`, after: `${registry}:1.4.3`, secret: false};
	const text = describeChange(change, {cells: 60});
	assert.match(text, /^web\.image {2}\S+…\S+:1\.4\.2 → \S+…\S+:1\.4\.3$/);
	assert.ok(text.length <= 60, text);
	assert.equal(describeChange(change, {cells: 200}), describeChange(change));
	assert.match(describeChange({...change, before: 'web:1'}, {cells: 60}), / {2}web:1 → registry.*:1\.4\.3$/);
});
