import {execFile} from 'node:child_process';
import {homedir} from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {type ApiRequest, type Connection, connect} from '../../source/cluster/connection.ts';
import {loadKubeconfig} from '../../source/cluster/kubeconfig.ts';
import type {Deployment, KubeObject, Pod, ReplicaSet} from '../../source/objects.ts';
import {readOptions} from '../../source/options.ts';

/** The kubeconfig of the cluster that the tests may change; never that of `KUBECONFIG`. */
export const clusterKubeconfig = process.env['ROLLDECK_TEST_KUBECONFIG'] ?? '';

/** A namespace of the test cluster, as its administrator sees it. */
export interface Place {
	readonly name: string;
	/** Does this when the test ends, before the namespace goes: the last one first. */
	atEnd(task: () => Promise<unknown>): void;
	/** As the administrator; for what the functions below do not have. */
	request<T>(request: ApiRequest): Promise<T>;
	create<O extends object>(object: O): Promise<O & KubeObject>;
	deployment(name: string): Promise<Deployment>;
	/** The ReplicaSets that a Deployment controls, newest revision first. */
	replicaSets(name: string): Promise<ReplicaSet[]>;
	/** The pods with the label `app: NAME` that are not being deleted. */
	pods(name: string): Promise<Pod[]>;
	/** A strategic merge patch of a Deployment, as another person's kubectl sends it. */
	change(name: string, patch: object, subresource?: 'status'): Promise<Deployment>;
	setImage(name: string, image: string): Promise<Deployment>;
	/** Changes the image to one whose pods run, but are not ready before `letServe` says so. */
	setGatedImage(name: string, image: string): Promise<Deployment>;
	/** Lets so many pods that wait for it become ready. */
	letServe(name: string, count: number): Promise<void>;
	remove(plural: string, name: string): Promise<void>;
	/** Makes a Deployment and waits until it is rolled out. */
	deploy(name: string, options?: DeploymentOptions): Promise<Deployment>;
	/** Waits until the Deployment's controller has brought the present template out. */
	rolledOut(name: string): Promise<Deployment>;
	/** Waits until its ReplicaSets, the newest revision first, have these sizes and say so. */
	sized(name: string, sizes: readonly number[]): Promise<readonly ReplicaSet[]>;
	/** Runs kubectl in this namespace, and returns what it prints. */
	kubectl(...args: readonly string[]): Promise<string>;
}

export interface DeploymentOptions {
	readonly replicas?: number;
	readonly image?: string;
	readonly annotations?: Record<string, string>;
	/** More of the spec: a strategy, a deadline. */
	readonly spec?: object;
	/** More of the pod's spec. */
	readonly pod?: object;
}

/** A Deployment with one container `web`; what the pods do is chosen by the image's tag. */
export function deployment(name: string, options: DeploymentOptions = {}): object {
	const {replicas = 1, image = 'web:1.0', annotations, spec, pod} = options;
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name, ...(annotations && {annotations})},
		spec: {
			replicas,
			selector: {matchLabels: {app: name}},
			template: {
				metadata: {labels: {app: name}},
				spec: {terminationGracePeriodSeconds: 1, containers: [{name: 'web', image}], ...pod},
			},
			...spec,
		},
	};
}

/** A Service before the pods of a Deployment. */
export function service(name: string): object {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: {name},
		spec: {selector: {app: name}, ports: [{port: 80, targetPort: 8080}]},
	};
}

/** Reads the test cluster's kubeconfig, as the command line with these flags would. */
export function readClusterConfig(flags: readonly string[] = [], kubeconfig = clusterKubeconfig) {
	const options = readOptions({argv: ['--kubeconfig', kubeconfig, ...flags], env: {LANG: 'C.UTF-8'}});
	return {options, kubeconfig: loadKubeconfig({...options, env: {}, home: homedir()})};
}

/**
 * Looks again and again until there is an answer, and returns it; fails, naming it, if there is none within a minute. The
 * server may be away meanwhile: a look that throws counts as none.
 */
export async function eventually<T>(what: string, look: () => Promise<T | false | undefined>): Promise<T> {
	const end = performance.now() + 60_000;
	let problem: unknown;
	for (;;) {
		try {
			const found = await look();
			if (found !== undefined && found !== false) return found;
		} catch (error) {
			problem = error;
		}
		if (performance.now() > end) throw new Error(`waited in vain until ${what}`, {cause: problem});
		await delay(50);
	}
}

/** A test, or a suite's hooks. */
export interface Ending {
	after(task: () => Promise<void>): void;
	diagnostic(text: string): void;
}

/** Makes a namespace that goes with the test. */
export async function makePlace(test: Ending, topic: string): Promise<Place> {
	const name = `rolldeck-${topic}-${Date.now().toString(36)}`;
	const place = await borrowPlace(test, name);
	await place.create({apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
	place.atEnd(() => place.request({method: 'DELETE', path: `/api/v1/namespaces/${name}`}));
	// Until the namespace has its account, pods are refused and their ReplicaSet waits before it tries again.
	await eventually('the service account is there', () =>
		place.request<KubeObject>({path: `/api/v1/namespaces/${name}/serviceaccounts/default`}),
	);
	return place;
}

/** A namespace that is there already. */
export async function borrowPlace(test: Ending, name: string): Promise<Place> {
	const connection = await connect(readClusterConfig().kubeconfig, {env: {}});
	const tasks: (() => Promise<unknown>)[] = [];
	test.after(async () => {
		try {
			for (const task of tasks.reverse()) await task();
		} catch (error) {
			// A hook that fails keeps the others from running, and the process from ending.
			test.diagnostic(`${name} was not cleaned up: ${String(error)}`);
		}
		await connection.close();
	});
	return placeAt(connection, name, (task) => tasks.push(task));
}

function placeAt(connection: Connection, name: string, atEnd: Place['atEnd']): Place {
	const apps = `/apis/apps/v1/namespaces/${name}`;
	const list = async <O>(path: string, labelSelector: string) =>
		(await connection.request<{items: O[]}>({path, query: {labelSelector}})).items;
	const place: Place = {
		name,
		atEnd,
		request: (request) => connection.request(request),
		create: (object) => connection.request({method: 'POST', path: collectionOf(object as Typed, name), body: object}),
		deployment: (deploymentName) => connection.request({path: `${apps}/deployments/${deploymentName}`}),
		async replicaSets(deploymentName) {
			const {uid} = (await place.deployment(deploymentName)).metadata;
			return (await list<ReplicaSet>(`${apps}/replicasets`, `app=${deploymentName}`))
				.filter(({metadata}) => metadata.ownerReferences?.[0]?.uid === uid)
				.sort((a, b) => revisionOf(b) - revisionOf(a));
		},
		async pods(app) {
			const pods = await list<Pod>(`/api/v1/namespaces/${name}/pods`, `app=${app}`);
			return pods.filter(({metadata}) => metadata.deletionTimestamp === undefined);
		},
		change: (deploymentName, patch, subresource) =>
			connection.request({
				method: 'PATCH',
				path: `${apps}/deployments/${deploymentName}${subresource === undefined ? '' : `/${subresource}`}`,
				contentType: 'application/strategic-merge-patch+json',
				body: patch,
			}),
		setImage: (deploymentName, image) =>
			place.change(deploymentName, {spec: {template: {spec: {containers: [{name: 'web', image}]}}}}),
		setGatedImage: (deploymentName, image) =>
			place.change(deploymentName, {
				spec: {template: {spec: {readinessGates: [{conditionType: gate}], containers: [{name: 'web', image}]}}},
			}),
		async letServe(app, count) {
			const waiting = await eventually(`${count} pods of ${app} wait`, async () => {
				const found = (await place.pods(app)).filter(isWaitingAtGate);
				return found.length >= count && found.slice(0, count);
			});
			for (const pod of waiting) {
				await connection.request({
					method: 'PATCH',
					path: `/api/v1/namespaces/${name}/pods/${pod.metadata.name}/status`,
					contentType: 'application/strategic-merge-patch+json',
					body: {status: {conditions: [{type: gate, status: 'True'}]}},
				});
			}
		},
		async remove(plural, objectName) {
			const root = plural === 'deployments' || plural === 'replicasets' ? apps : `/api/v1/namespaces/${name}`;
			await connection.request({method: 'DELETE', path: `${root}/${plural}/${objectName}`});
		},
		async deploy(deploymentName, options) {
			await place.create(deployment(deploymentName, options));
			return place.rolledOut(deploymentName);
		},
		rolledOut: (deploymentName) =>
			eventually(`${deploymentName} is rolled out`, async () => {
				const found = await place.deployment(deploymentName);
				return isRolledOut(found) && found;
			}),
		sized: (deploymentName, sizes) =>
			eventually(`the ReplicaSets of ${deploymentName} have ${sizes.join(', ')}`, async () => {
				const sets = await place.replicaSets(deploymentName);
				const isSo = ({spec, status}: ReplicaSet, index: number) =>
					spec.replicas === sizes[index] && (status?.replicas ?? 0) === sizes[index];
				return sets.length === sizes.length && sets.every(isSo) && sets;
			}),
		async kubectl(...args) {
			const all = ['--kubeconfig', clusterKubeconfig, '-n', name, ...args];
			return (await promisify(execFile)('kubectl', all)).stdout;
		},
	};
	return place;
}

/** A condition that nobody sets but these tests. */
const gate = 'example.com/go';

function isWaitingAtGate({spec, status}: Pod): boolean {
	return (
		spec.readinessGates !== undefined &&
		status?.phase === 'Running' &&
		status.conditions?.some(({type, status: value}) => type === gate && value === 'True') !== true
	);
}

export function revisionOf({metadata}: KubeObject): number {
	return Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

/** kubectl's rule for a finished rollout. */
function isRolledOut({metadata, spec, status = {}}: Deployment): boolean {
	const wanted = spec.replicas ?? 1;
	const {observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0} = status;
	return (
		observedGeneration >= (metadata.generation ?? 0) &&
		updatedReplicas === wanted &&
		replicas === wanted &&
		availableReplicas === wanted
	);
}

interface Typed {
	readonly apiVersion: string;
	readonly kind: string;
}

const clusterScoped = new Set(['Namespace', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']);

function collectionOf({apiVersion, kind}: Typed, namespace: string): string {
	const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
	const lower = kind.toLowerCase();
	const plural = lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}${lower.endsWith('s') ? 'es' : 's'}`;
	return clusterScoped.has(kind) ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}
