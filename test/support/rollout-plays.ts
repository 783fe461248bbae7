import type {Deployment, Pod, ReplicaSet} from '../../source/objects.ts';
import {deployment} from './cluster-place.ts';
import type {Kubectl} from './kubectl.ts';
import type {Recording} from './rollout-recorder.ts';

/** A rollout that is played with kubectl, on any cluster. */
export interface Play {
	readonly name: string;
	/** The Deployment before; it is rolled out when the play starts. */
	readonly replicas: number;
	readonly spec?: object;
	/** How many pods the namespace may have; a play with a quota needs a namespace of its own. */
	readonly quota?: number;
	/** Returns once the rollout is at rest. */
	play(hand: Hand): Promise<void>;
	/** Pods come and go for ever, so that it is never at rest. */
	readonly restless?: boolean;
}

/** What a person does to one Deployment. */
export interface Hand {
	/** Runs kubectl, and fails with what it printed unless it succeeds. */
	kubectl(...args: readonly string[]): Promise<string>;
	setTag(tag: string): Promise<void>;
	/** Waits until kubectl calls the rollout done. */
	done(): Promise<void>;
	/** Waits until the Deployment is so. */
	until(what: string, holds: (deployment: Deployment) => boolean): Promise<void>;
	/** Waits until one of its pods is so. */
	untilPod(what: string, holds: (pod: Pod) => boolean): Promise<void>;
	/** Waits until its ReplicaSets, the oldest revision first, have these sizes: `8/5`. */
	sizes(sizes: string): Promise<void>;
}

function handOf(run: Kubectl, recording: Recording, name: string): Hand {
	const hand: Hand = {
		async kubectl(...args) {
			const {code, stdout, stderr} = await run(args);
			if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
			return stdout;
		},
		setTag: async (tag) => void (await hand.kubectl('set', 'image', `deployment/${name}`, `web=${name}:${tag}`)),
		done: async () => void (await hand.kubectl('rollout', 'status', `deployment/${name}`, '--timeout=60s')),
		until: (what, holds) =>
			recording.until(`${name} ${what}`, ({deployments}) =>
				deployments.some((deployment) => deployment.metadata.name === name && holds(deployment)),
			),
		untilPod: (what, holds) =>
			recording.until(`a pod of ${name} ${what}`, ({pods}) =>
				pods.some((pod) => pod.metadata.labels?.['app'] === name && holds(pod)),
			),
		sizes: (sizes) =>
			recording.until(
				`the sizes of ${name} are ${sizes}`,
				({replicaSets}) => sizesOf(replicaSets.filter(({metadata}) => metadata.labels?.['app'] === name)) === sizes,
			),
	};
	return hand;
}

function sizesOf(sets: readonly ReplicaSet[]): string {
	const revision = ({metadata}: ReplicaSet) => Number(metadata.annotations?.['deployment.kubernetes.io/revision']);
	const sorted = sets.toSorted((a, b) => revision(a) - revision(b));
	return sorted.map(({spec}) => spec.replicas).join('/');
}

function hasCondition(type: string, reason: string): (deployment: Deployment) => boolean {
	return ({status}) => status?.conditions?.some((one) => one.type === type && one.reason === reason) === true;
}

function observed({metadata, status}: Deployment): boolean {
	return metadata.generation === status?.observedGeneration;
}

export const plays: readonly Play[] = [
	{
		name: 'good',
		replicas: 4,
		async play({setTag, done}) {
			await setTag('2.0');
			await done();
		},
	},
	{
		name: 'missing',
		replicas: 10,
		async play({setTag, sizes}) {
			await setTag('missing');
			await sizes('8/5');
		},
	},
	{
		name: 'crash',
		replicas: 3,
		restless: true,
		async play({setTag, untilPod}) {
			await setTag('crash');
			await untilPod('has crashed again', ({status}) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0);
		},
	},
	{
		name: 'unready',
		replicas: 4,
		async play({setTag, sizes}) {
			await setTag('unready');
			await sizes('3/2');
		},
	},
	{
		name: 'paused',
		replicas: 3,
		async play({kubectl, setTag, done, until, sizes}) {
			await kubectl('rollout', 'pause', 'deployment/paused');
			await setTag('2.0');
			await until('is seen to be paused', (it) => observed(it) && hasCondition('Progressing', 'DeploymentPaused')(it));
			await kubectl('scale', 'deployment/paused', '--replicas=5');
			await sizes('5');
			await kubectl('rollout', 'resume', 'deployment/paused');
			await done();
		},
	},
	{
		name: 'undone',
		replicas: 8,
		async play({kubectl, setTag, done, sizes}) {
			await setTag('unready');
			await sizes('6/4');
			await kubectl('rollout', 'undo', 'deployment/undone');
			await done();
		},
	},
	{
		name: 'wavering',
		replicas: 8,
		async play({kubectl, setTag, done, until, sizes}) {
			const isRevision = ({metadata}: Deployment, wanted: string) =>
				metadata.annotations?.['deployment.kubernetes.io/revision'] === wanted;
			await setTag('unready');
			await sizes('6/4');
			await kubectl('rollout', 'undo', 'deployment/wavering');
			await until('is on its way back', (it) => isRevision(it, '3'));
			await kubectl('rollout', 'undo', 'deployment/wavering');
			await until('is on its way forth again', (it) => isRevision(it, '4'));
			await sizes('6/4');
			await setTag('2.0');
			await done();
		},
	},
	{
		name: 'too-late',
		replicas: 3,
		async play({kubectl, done, until}) {
			const containers = [{name: 'web', image: 'too-late:missing'}];
			const patch = {spec: {progressDeadlineSeconds: 4, template: {spec: {containers}}}};
			await kubectl('patch', 'deployment', 'too-late', '-p', JSON.stringify(patch));
			await until('is out of time', hasCondition('Progressing', 'ProgressDeadlineExceeded'));
			// The way back gets all the time it needs, on a busy machine too.
			await kubectl('patch', 'deployment', 'too-late', '-p', '{"spec":{"progressDeadlineSeconds":60}}');
			await kubectl('rollout', 'undo', 'deployment/too-late');
			// kubectl may still see the old reason just after the undo.
			await until('is back', ({status}) => status?.updatedReplicas === 3 && status.replicas === 3);
			await until('says so', hasCondition('Progressing', 'NewReplicaSetAvailable'));
			await done();
		},
	},
	{
		name: 'scaled',
		replicas: 10,
		async play({kubectl, setTag, done, sizes}) {
			await setTag('unready');
			await sizes('8/5');
			await kubectl('scale', 'deployment/scaled', '--replicas=15');
			await sizes('12/7');
			await kubectl('scale', 'deployment/scaled', '--replicas=5');
			await sizes('4/3');
			await setTag('3.0');
			await done();
		},
	},
	{
		name: 'recreate',
		replicas: 3,
		spec: {strategy: {type: 'Recreate'}},
		async play({setTag, done, until}) {
			await setTag('2.0');
			await until('has its new pods', ({status}) => status?.updatedReplicas === 3);
			await done();
		},
	},
	{
		name: 'surge-0',
		replicas: 3,
		spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}},
		async play({setTag, done}) {
			await setTag('2.0');
			await done();
		},
	},
	{
		name: 'quota',
		replicas: 3,
		quota: 3,
		async play({kubectl, setTag, done, until}) {
			await setTag('2.0');
			await until('may not make its pod', hasCondition('ReplicaFailure', 'FailedCreate'));
			await kubectl('patch', 'resourcequota', 'pods', '-p', '{"spec":{"hard":{"pods":"6"}}}');
			await done();
		},
	},
	{
		name: 'restart',
		replicas: 3,
		async play({kubectl, done}) {
			await kubectl('rollout', 'restart', 'deployment/restart');
			await done();
		},
	},
];

/** Makes the play's Deployment (and quota), waits until it is rolled out, and plays. */
export async function perform(run: Kubectl, recording: Recording, play: Play): Promise<void> {
	const {name, replicas, spec, quota} = play;
	const hand = handOf(run, recording, name);
	const make = async (object: object) => {
		const {code, stderr} = await run(['create', '-f', '-'], JSON.stringify(object));
		if (code !== 0) throw new Error(stderr);
	};
	if (quota !== undefined) {
		await make({
			apiVersion: 'v1',
			kind: 'ResourceQuota',
			metadata: {name: 'pods'},
			spec: {hard: {pods: String(quota)}},
		});
		await hand.kubectl('wait', 'resourcequota', 'pods', '--for=jsonpath={.status.used.pods}=0');
	}
	await make(deployment(name, {replicas, image: `${name}:1.0`, ...(spec && {spec})}));
	await hand.done();
	await play.play(hand);
}
