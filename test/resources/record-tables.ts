/**
 * Records what a real API server prints, beside the objects it prints: `KIND.recorded.json`, which the tests compare cell by cell.
 *
 *     ROLLDECK_TEST_KUBECONFIG=… node --import=tsx test/resources/record-tables.ts [NAMESPACE …]
 *
 * Makes namespace `rolldeck-tables` out of `mixed.yaml` and `posed.json` with kubectl, waits until its pods have got where they go,
 * records it and the namespaces named, and deletes it. Only for a test cluster whose kubelets act by image tag.
 */
import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {Agent, request} from 'node:https';
import {json} from 'node:stream/consumers';
import {setTimeout as delay} from 'node:timers/promises';
import {load} from 'js-yaml';
import type {KubeObject, Pod, PodStatus} from '../../source/objects.ts';
import {resources} from '../../source/resources/index.ts';
import type {Resource} from '../../source/resources/resource.ts';
import type {Recording} from './recording.ts';

const kubeconfig = process.env['ROLLDECK_TEST_KUBECONFIG'];
if (!kubeconfig) throw new Error('Set ROLLDECK_TEST_KUBECONFIG to the kubeconfig of a test cluster.');
const namespace = 'rolldeck-tables';
const folder = new URL('.', import.meta.url);

interface Table {
	columnDefinitions: {name: string; priority: number}[];
	rows: {cells: (string | number)[]; object: KubeObject}[];
}

const posed = JSON.parse(readFileSync(new URL('posed.json', folder), 'utf8')) as Record<string, PodStatus>;
const {server, agent} = readKubeconfig(kubeconfig);
fill();
pose();
await waitForPods();
for (const resource of Object.values(resources) as Resource[]) {
	const scopes = resource.clusterScoped ? [undefined] : [namespace, ...process.argv.slice(2)];
	const recordings = [];
	for (const scope of scopes) recordings.push(await record(resource, scope));
	write(`${resource.id}.recorded.json`, recordings);
}
cleanUp();

/** Asks until question and answer fall into one second, so that every age in the answer is known. */
async function record(resource: Resource, scope: string | undefined): Promise<Recording> {
	for (;;) {
		const before = Date.now();
		const table = await getTable(resource, scope);
		const at = Date.now();
		if (Math.floor(before / 1000) !== Math.floor(at / 1000)) continue;
		return {
			at,
			headings: table.columnDefinitions.map(({name, priority}) => ({heading: name.toUpperCase(), wide: priority > 0})),
			rows: table.rows.map(({cells, object}) => ({cells: cells.map(String), object: withoutFields(object)})),
		};
	}
}

async function getTable({group, version, id}: Resource, scope: string | undefined): Promise<Table> {
	const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
	const path = `${root}${scope === undefined ? '' : `/namespaces/${scope}`}/${id}?includeObject=Object`;
	const headers = {accept: 'application/json;as=Table;v=v1;g=meta.k8s.io'};
	return new Promise((resolve, reject) => {
		request(new URL(path, server), {agent, headers}, (response) => {
			json(response).then((table) => resolve(table as Table), reject);
		})
			.on('error', reject)
			.end();
	});
}

function fill() {
	kubectl(['create', 'namespace', namespace]);
	kubectl(['-n', namespace, 'apply', '-f', new URL('mixed.yaml', folder).pathname]);
	const ingress = [{hostname: 'b-rather-long-name.elb.example.com'}, {ip: '192.0.2.10'}, {ip: '192.0.2.10'}];
	patchStatus('service', 'balanced', {loadBalancer: {ingress}});
}

/** Gives pods that no scheduler and no kubelet touches the statuses that are hard to come by. */
function pose() {
	for (const [name, status] of Object.entries(posed)) {
		const spec = {
			schedulerName: 'none',
			initContainers: [
				{name: 'init', image: 'i:1'},
				{name: 'proxy', image: 'p:1', restartPolicy: 'Always'},
			],
			containers: [
				{name: 'a', image: 'a:1'},
				{name: 'b', image: 'b:1'},
			],
		};
		const metadata = {name, finalizers: ['example.com/hold']};
		kubectl(['-n', namespace, 'apply', '-f', '-'], JSON.stringify({apiVersion: 'v1', kind: 'Pod', metadata, spec}));
		patchStatus('pod', name, status);
	}
	kubectl(['-n', namespace, 'delete', 'pod', 'node-lost', 'ending-failed', '--wait=false', '--grace-period=600']);
}

/** Until the crashing ones have been restarted twice and the others are ready; then deletes the two that do not go. */
async function waitForPods() {
	for (;;) {
		const pods = JSON.parse(kubectl(['-n', namespace, 'get', 'pods', '-o', 'json'])) as {items: Pod[]};
		const restarts = pods.items.find(({metadata}) => metadata.name === 'oom')?.status?.containerStatuses?.[0]
			?.restartCount;
		const ending = pods.items.find(({metadata}) => metadata.name === 'ending');
		const isRunning = ending?.status?.phase === 'Running';
		if (isRunning && !ending.metadata.deletionTimestamp)
			kubectl(['-n', namespace, 'delete', 'pod', 'ending', 'held', '--wait=false']);
		if (isRunning && (restarts ?? 0) >= 2) return;
		await delay(500);
	}
}

/** Lets go of the pods that finalizers hold, then of all. */
function cleanUp() {
	for (const name of [...Object.keys(posed), 'held']) {
		kubectl(['-n', namespace, 'patch', 'pod', name, '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
	}
	kubectl(['-n', namespace, 'delete', 'pod', 'ending', '--force']);
	kubectl(['delete', 'namespace', namespace, '--wait=false']);
}

function patchStatus(kind: string, name: string, status: object) {
	kubectl([
		'-n',
		namespace,
		'patch',
		kind,
		name,
		'--subresource=status',
		'--type=merge',
		'-p',
		JSON.stringify({status}),
	]);
}

function kubectl(args: string[], input = ''): string {
	return execFileSync('kubectl', ['--kubeconfig', kubeconfig ?? '', ...args], {
		input,
		encoding: 'utf8',
		stdio: ['pipe', 'pipe', 'inherit'],
	});
}

/** The field lists of managedFields are most of an object and nobody reads them. */
function withoutFields(object: KubeObject): KubeObject {
	const managedFields = object.metadata.managedFields?.map(({manager, operation, time, subresource}) => ({
		...(manager !== undefined && {manager}),
		...(operation !== undefined && {operation}),
		...(time !== undefined && {time}),
		...(subresource !== undefined && {subresource}),
	}));
	return {...object, metadata: {...object.metadata, ...(managedFields && {managedFields})}};
}

/** One row a line, so that a new recording can be compared with the old one. */
function write(name: string, recordings: Recording[]) {
	const text = recordings.map(({at, headings, rows}) => {
		const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
		return `{"at": ${at}, "headings": ${JSON.stringify(headings)}, "rows": [\n${lines}\n]}`;
	});
	writeFileSync(new URL(name, folder), `[${text.join(',\n')}]\n`);
}

function readKubeconfig(path: string) {
	const config = load(readFileSync(path, 'utf8')) as {
		clusters: {cluster: Record<string, string>}[];
		users: {user: Record<string, string>}[];
	};
	const cluster = config.clusters[0]?.cluster ?? {};
	const user =
		config.users
			.map((entry) => entry.user)
			.find((entry) => 'client-certificate-data' in entry || 'client-certificate' in entry) ?? {};
	return {
		server: cluster['server'],
		agent: new Agent({
			ca: readPem(cluster, 'certificate-authority'),
			cert: readPem(user, 'client-certificate'),
			key: readPem(user, 'client-key'),
		}),
	};
}

function readPem(from: Record<string, string>, key: string) {
	const data = from[`${key}-data`];
	return data ? Buffer.from(data, 'base64') : readFileSync(from[key] ?? '');
}
