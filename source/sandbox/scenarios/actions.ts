import {loadAnnotation} from '../controllers/autoscaler/controller.ts';
import {revisionOf} from '../controllers/deployment/revisions.ts';
import {awayLabel} from '../controllers/kubelet/controller.ts';
import type {Deployment, ReplicaSet} from '../controllers/shapes.ts';
import {ApiError, type Obj, type Store} from '../store.ts';

const namespace = 'shop';
const practiceQuota = 'practice';
const causeAnnotation = 'kubernetes.io/change-cause';

/** Something that can happen to the shop, for practice. */
export interface Scenario {
	/** As it is typed. */
	name: string;
	/** A short phrase for a list. */
	title: string;
	/** Makes it happen. Throws an ApiError where the shop lacks what it needs. */
	start(store: Store): void;
}

/** All scenarios, in the order in which one might learn from them. */
export const scenarios: readonly Scenario[] = [
	{
		name: 'good-rollout',
		title: 'A good release of web',
		start: (store) => rollOut(store, 'web', nextTag(store, 'web'), 'all is well'),
	},
	{
		name: 'missing-image',
		title: 'web gets an image that does not exist',
		start: (store) => rollOut(store, 'web', 'missing', 'a typo in the tag'),
	},
	{
		name: 'crash-loop',
		title: 'cart starts and dies, again and again',
		start: (store) => rollOut(store, 'cart', 'crash', 'dies at start'),
	},
	{
		name: 'never-ready',
		title: 'gateway runs but never becomes ready',
		start: (store) => rollOut(store, 'gateway', 'unready', 'fails its checks'),
	},
	{name: 'out-of-quota', title: 'A quota leaves no room for the new pods of web', start: outOfQuota},
	{name: 'node-down', title: 'A node goes away', start: nodeDown},
	{
		name: 'recreate',
		title: 'checkout stops everything before it starts anew',
		start: (store) => rollOut(store, 'checkout', nextTag(store, 'checkout'), 'all at once'),
	},
	{
		name: 'autoscaler-fight',
		title: 'The load on web rises, and its autoscaler wants its own size',
		start: autoscalerFight,
	},
	{name: 'someone-elses-change', title: 'Someone else changes web while you look', start: someoneElse},
	{name: 'heal', title: 'Everything back to how it was good', start: heal},
];

function find(store: Store, resource: string, name: string, within: string | undefined = namespace): Obj {
	const object = store.get(resource, within, name);
	if (!object) throw new ApiError(404, 'NotFound', `${resource} "${name}" not found: this scenario needs it`);
	return object;
}

/** Sets the image of a Deployment's first container, with a change cause, as `kubectl set image` would. */
function rollOut(store: Store, name: string, tag: string, cause: string, manager = 'kubectl-set'): void {
	const deployment = find(store, 'deployments', name) as Deployment;
	const {template} = deployment.spec;
	const [main, ...others] = template.spec.containers;
	const image = main?.image.replace(/:[^:/]*$/, `:${tag}`);
	const annotations = {...deployment.metadata.annotations, [causeAnnotation]: `${name} ${tag}: ${cause}`};
	const containers = [{...main, image}, ...others];
	const next = {
		...deployment,
		metadata: {...deployment.metadata, annotations},
		spec: {...deployment.spec, template: {...template, spec: {...template.spec, containers}}},
	};
	store.update('deployments', next, {manager});
}

/** The version after the highest that the Deployment's revisions have. */
function nextTag(store: Store, name: string): string {
	const deployment = find(store, 'deployments', name);
	const versions = store.byOwner('replicasets', deployment.metadata.uid).flatMap((set) => versionOf(set));
	const [major = 1, minor = 0] = versions.sort((a, b) => a[0] - b[0] || a[1] - b[1]).at(-1) ?? [];
	return `${major}.${minor + 1}`;
}

function versionOf(set: Obj): [major: number, minor: number][] {
	const match = /:(\d+)\.(\d+)$/.exec(set.spec.template.spec.containers[0]?.image ?? '');
	return match ? [[Number(match[1]), Number(match[2])]] : [];
}

/** A quota with room for what the shop wants, and none for a rollout's surge. */
function outOfQuota(store: Store): void {
	const pods = String(store.list('deployments', namespace).reduce((sum, {spec}) => sum + (spec.replicas ?? 1), 0));
	const quota = store.get('resourcequotas', namespace, practiceQuota);
	const spec = {hard: {pods}};
	const options = {manager: 'kubectl-create'};
	if (quota) store.update('resourcequotas', {...quota, spec}, options);
	else store.create('resourcequotas', {metadata: {name: practiceQuota, namespace}, spec}, options);
	rollOut(store, 'web', nextTag(store, 'web'), 'needs one pod more');
}

/** The last node that is well stops answering. */
function nodeDown(store: Store): void {
	const node = store.list('nodes').findLast(({metadata}) => metadata.labels?.[awayLabel] === undefined);
	if (!node) throw new ApiError(404, 'NotFound', 'no node is left that could go away');
	const labels = {...node.metadata.labels, [awayLabel]: 'yes'};
	store.update('nodes', {...node, metadata: {...node.metadata, labels}}, {manager: 'kubectl-label'});
}

/** So much load that web needs six pods: whoever sets another size meets the autoscaler. */
function autoscalerFight(store: Store): void {
	annotate(store, 'horizontalpodautoscalers', 'web', loadAnnotation, '400');
}

/** A colleague's pipeline releases web in a few seconds, and once more a little later. */
function someoneElse(store: Store): void {
	find(store, 'deployments', 'web');
	for (const seconds of [6, 20]) {
		store.clock.at(store.clock.now() + seconds * 1000, () => {
			if (store.get('deployments', namespace, 'web'))
				rollOut(store, 'web', nextTag(store, 'web'), 'from the pipeline', 'argocd-controller');
		});
	}
}

function annotate(store: Store, resource: string, name: string, key: string, value: string | undefined): void {
	const object = find(store, resource, name);
	const {[key]: _, ...annotations} = object.metadata.annotations ?? {};
	if (value !== undefined) annotations[key] = value;
	store.update(resource, {...object, metadata: {...object.metadata, annotations}}, {manager: 'kubectl-annotate'});
}

/** Takes back what the scenarios did: the quota, the silence of nodes, the load, and images that cannot work. */
function heal(store: Store): void {
	if (store.get('resourcequotas', namespace, practiceQuota)) store.remove('resourcequotas', namespace, practiceQuota);
	for (const node of store.list('nodes')) {
		const {[awayLabel]: away, ...labels} = node.metadata.labels ?? {};
		if (away === undefined) continue;
		store.update('nodes', {...node, metadata: {...node.metadata, labels}}, {manager: 'kubectl-label'});
	}
	if (store.get('horizontalpodautoscalers', namespace, 'web'))
		annotate(store, 'horizontalpodautoscalers', 'web', loadAnnotation, undefined);
	for (const deployment of store.list('deployments', namespace)) {
		const image: string = deployment.spec.template.spec.containers[0]?.image ?? '';
		if (/:(missing|crash|oom|unready|badconfig)$/.test(image)) rollBack(store, deployment);
	}
}

/** Back to the newest revision with a version of its own, as `kubectl rollout undo --to-revision` would. */
function rollBack(store: Store, deployment: Obj): void {
	const sets = store.byOwner('replicasets', deployment.metadata.uid) as readonly ReplicaSet[];
	const target = sets.filter((set) => versionOf(set).length > 0).sort((a, b) => revisionOf(b) - revisionOf(a))[0];
	if (!target) return;
	const {'pod-template-hash': _, ...labels} = target.spec.template.metadata?.labels ?? {};
	const template = {...target.spec.template, metadata: {...target.spec.template.metadata, labels}};
	const cause = target.metadata.annotations?.[causeAnnotation] ?? '';
	const annotations = {...deployment.metadata.annotations, [causeAnnotation]: cause};
	const next = {...deployment, metadata: {...deployment.metadata, annotations}, spec: {...deployment.spec, template}};
	store.update('deployments', next, {manager: 'kubectl'});
}
