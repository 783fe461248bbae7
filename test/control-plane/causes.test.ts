import {suite, test} from 'node:test';
import {parseTime} from '../../source/format/age.ts';
import type {ContainerStatus, Deployment, Pod, ReplicaSet} from '../../source/objects.ts';
import type {Place} from '../support/cluster-place.ts';
import {denyIn} from '../support/cluster-policy.ts';
import {isUnobserved, prove, type Shown, type Trouble} from '../support/cluster-troubles.ts';
import type {Snapshot} from '../support/rollout-recorder.ts';

const statusesOf = ({status}: Pod): ContainerStatus[] => [
	...(status?.initContainerStatuses ?? []),
	...(status?.containerStatuses ?? []),
];
const podsWith = (holds: (status: ContainerStatus) => boolean) => (now: Snapshot) =>
	now.pods.filter((pod) => statusesOf(pod).some(holds));
const waitingFor = (...reasons: readonly string[]) =>
	podsWith(({state}) => reasons.includes(state?.waiting?.reason ?? ''));
const conditionOf = (object: Deployment | ReplicaSet | Pod | undefined, type: string) =>
	object?.status?.conditions?.find((condition) => condition.type === type);
const podsHeldBy = (type: string, reason: string) => (now: Snapshot) =>
	now.pods.filter((pod) => conditionOf(pod, type)?.reason === reason);
const refused = ({replicaSets}: Snapshot) =>
	replicaSets.filter((set) => conditionOf(set, 'ReplicaFailure')?.status === 'True');
const isDone = ({deployments}: Snapshot) =>
	deployments.every((one) => {
		const {replicas, updatedReplicas, availableReplicas} = one.status ?? {};
		const wanted = one.spec.replicas;
		return !isUnobserved(one) && [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted);
	});
const hasImage = (image: string) => (now: Snapshot) =>
	now.deployments.some(({spec}) => spec.template.spec?.containers[0]?.image === image);
/** Since when a container runs that is not ready. */
const runsUnready = ({state, ready}: ContainerStatus) => state?.running !== undefined && ready !== true;
const startOf = (now: Snapshot) =>
	Math.min(
		...now.pods.flatMap((pod) =>
			statusesOf(pod)
				.filter(runsUnready)
				.map(({state}) => parseTime(state?.running?.startedAt) ?? Number.POSITIVE_INFINITY),
		),
	);

/** An image that holds it up, and a better one in its place. */
function ofImage(tag: string, told: Trouble['told'], shown: Shown, more: Partial<Trouble> = {}): Trouble {
	return {
		make: (place) => place.setImage('web', `web:${tag}`),
		told,
		shown,
		mend: (place) => place.setImage('web', 'web:2.0'),
		mended: hasImage('web:2.0'),
		...more,
	};
}

/** A template that holds it up, and the one from before. */
function ofTemplate(pod: object, before: object, told: Trouble['told'], shown: Shown): Trouble {
	return {
		make: (place) => place.change('web', {spec: {template: {spec: pod}}}),
		told,
		shown,
		mend: (place) => place.change('web', {spec: {template: {spec: before}}}),
		mended: ({deployments}) => deployments.some(({metadata}) => (metadata.generation ?? 0) > 2),
	};
}

const small = {apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'small'}, spec: {hard: {pods: '2'}}};

const troubles: Readonly<Record<string, Trouble>> = {
	missing: ofImage('missing', waitingFor('ErrImagePull', 'ImagePullBackOff'), [
		/^. web .* stuck .*image not found/m,
		/1 of 1 new pod cannot pull web:missing: not found/,
	]),
	config: ofImage('badconfig', waitingFor('CreateContainerConfigError'), [
		/^. web .* stuck .*missing (?:secret|config ?map)/m,
		/1 of 1 new pod cannot start web: /,
	]),
	crash: ofImage(
		'crash',
		podsWith(({state}) => state?.terminated !== undefined || state?.waiting?.reason === 'CrashLoopBackOff'),
		[/^. web .* (?:stuck|waiting) .*(?:crashed|crash loop), exit 1/m, /1 of 1 new pod crashes in web \(exit 1/],
	),
	memory: ofImage(
		'oom',
		podsWith(({state, lastState}) =>
			[state, lastState].some((one) => one?.terminated?.reason === 'OOMKilled' && state?.running === undefined),
		),
		[/^. web .* (?:stuck|waiting) .*out of memory/m, /1 of 1 new pod runs out of memory in web/],
	),
	unready: ofImage(
		'unready',
		podsWith(runsUnready),
		[/^. web .* waiting .*not ready/m, /1 of 1 new pod runs web but is not ready/],
		{after: {seconds: 10, since: startOf}},
	),
	slow: ofImage(
		'slow',
		podsWith(runsUnready),
		[/^. web .* waiting .*not ready/m, /1 of 1 new pod runs web but is not ready/],
		{
			web: {replicas: 1},
			after: {seconds: 10, since: startOf},
			mend: async () => {},
			mended: isDone,
		},
	),
	'init-crash': ofTemplate(
		{initContainers: [{name: 'migrate', image: 'web:crash'}]},
		{initContainers: null},
		podsWith(({state}) => state?.terminated?.exitCode === 1 || state?.waiting?.reason === 'CrashLoopBackOff'),
		[/^. web .* (?:stuck|waiting) .*init crash/m, /1 of 1 new pod crashes in migrate \(exit 1/],
	),
	'init-slow': {
		...ofTemplate(
			{initContainers: [{name: 'migrate', image: 'web:slow'}]},
			{initContainers: null},
			podsWith(({name, state}) => name === 'migrate' && state?.running !== undefined),
			[/^. web .* waiting .*init step 1 runs/m, /waits for start-up step 1 of 1, migrate/],
		),
		after: {seconds: 10, since: startOf},
	},
	gate: {
		make: (place) => place.setGatedImage('web', 'web:2.0'),
		told: podsHeldBy('Ready', 'ReadinessGatesNotReady'),
		shown: [/^. web .* waiting .*readiness gate closed/m, /waits? for readiness gate example\.com\/go/],
		async mend(place) {
			await place.letServe('web', 1);
			await place.letServe('web', 1);
		},
		mended: isDone,
	},
	stubborn: {
		web: {
			image: 'web:stubborn',
			spec: {strategy: {type: 'Recreate'}},
			pod: {terminationGracePeriodSeconds: 600},
		},
		make: (place) => place.setImage('web', 'web:2.0'),
		told: ({pods}) => pods.filter(({metadata}) => metadata.deletionTimestamp !== undefined),
		after: {
			seconds: 10,
			since: ({pods}) =>
				Math.min(...pods.map(({metadata}) => (parseTime(metadata.deletionTimestamp) ?? Infinity) - 600_000)),
		},
		shown: [
			/^. web .* waiting .*2 old pods stopping/m,
			/2 old pods still have to stop before the first new one starts/,
		],
		mend: (place) => place.kubectl('delete', 'pods', '--all', '--force', '--grace-period=0', '--wait=false'),
		mended: ({pods}) => !pods.some(({metadata}) => metadata.deletionTimestamp !== undefined),
	},
	quota: {
		prepare: (place) => place.create(small),
		make: (place) => place.setImage('web', 'web:2.0'),
		told: refused,
		shown: [/^. web .* stuck .*quota full/m, /1 new pod cannot be created: quota small has no room/],
		mend: (place) => place.remove('resourcequotas', 'small'),
		mended: (now) => now.replicaSets.length === 2 && refused(now).length === 0,
	},
	selector: ofTemplate(
		{nodeSelector: {disk: 'ssd'}},
		{nodeSelector: null},
		podsHeldBy('PodScheduled', 'Unschedulable'),
		[
			/^. web .* waiting .*no node fits/m,
			/1 of 1 new pod cannot be placed: 0 of \d+ nodes fit: .*didn't match Pod's node/,
		],
	),
	resources: ofTemplate(
		{containers: [{name: 'web', resources: {requests: {cpu: '4000'}}}]},
		{containers: [{name: 'web', resources: {requests: {cpu: '1m'}}}]},
		podsHeldBy('PodScheduled', 'Unschedulable'),
		[/^. web .* waiting .*no node fits/m, /1 of 1 new pod cannot be placed: 0 of \d+ nodes fit: .*Insufficient cpu/],
	),
	claim: {
		async make(place) {
			await place.create({apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {name: 'data'}, spec: disk});
			const volumes = [{name: 'data', persistentVolumeClaim: {claimName: 'data'}}];
			await place.change('web', {spec: {template: {spec: {volumes}}}});
		},
		told: podsHeldBy('PodScheduled', 'Unschedulable'),
		// The claim is asked for once the scheduler has said that it waits for one.
		after: {
			seconds: 0,
			since: (now) =>
				parseTime(conditionOf(podsHeldBy('PodScheduled', 'Unschedulable')(now)[0], 'PodScheduled')?.lastTransitionTime),
		},
		shown: [
			/^. web .* stuck .*no disk for the claim/m,
			/1 of 1 new pod waits for its disk: claim data gets no volume: /,
		],
		mend: makeVolume,
		mended: isDone,
	},
	policy: {
		prepare: denyVersion9,
		make: (place) => place.setImage('web', 'web:9.9'),
		told: refused,
		shown: [
			/^. web .* stuck .*policy denied/m,
			/1 new pod cannot be created: policy \S+ refuses it: version 9\.9 is withdrawn/,
		],
		mend: (place) => place.setImage('web', 'web:2.0'),
		mended: hasImage('web:2.0'),
	},
	deadline: {
		web: {spec: {progressDeadlineSeconds: 3}},
		make: (place) => place.setImage('web', 'web:missing'),
		told: ({deployments}) =>
			deployments.filter((one) => conditionOf(one, 'Progressing')?.reason === 'ProgressDeadlineExceeded'),
		shown: [/^. web .* stuck .*/m, /Kubernetes keeps trying/],
		mend: (place) => place.setImage('web', 'web:2.0'),
		mended: hasImage('web:2.0'),
	},
};

/** A node of its own that goes away, and comes back. */
const away: Trouble = {
	prepare: makeNode,
	web: {
		pod: {
			nodeSelector: {'example.com/own': 'yes'},
			tolerations: [{key: 'example.com/own', operator: 'Exists'}],
		},
	},
	make: (place) => place.kubectl('label', 'node', place.name, 'away=yes'),
	told: ({pods}) => (pods.every((pod) => conditionOf(pod, 'Ready')?.status === 'False') ? pods : []),
	shown: [
		/^. web .* degraded 0\/2: node is down/m,
		/2 of 2 pods are on rolldeck-\S+, which is not (?:ready|heard of any more)/,
	],
	mend: (place) => place.kubectl('label', 'node', place.name, 'away-'),
	mended: ({pods}) => pods.every((pod) => conditionOf(pod, 'Ready')?.status === 'True'),
};

/** Pods with an image of version 9.9 are not allowed here. */
async function denyVersion9(place: Place): Promise<void> {
	await denyIn(place, {
		rule: {apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods']},
		expression: "!object.spec.containers.exists(c, c.image.endsWith(':9.9'))",
		message: 'version 9.9 is withdrawn',
		probe: {
			method: 'POST',
			path: `/api/v1/namespaces/${place.name}/pods`,
			body: {metadata: {name: 'probe'}, spec: {containers: [{name: 'web', image: 'web:9.9'}]}},
		},
	});
}

const disk = {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}};

/** A volume for the claim that is there. */
async function makeVolume(place: Place): Promise<void> {
	await place.request({
		method: 'POST',
		path: '/api/v1/persistentvolumes',
		body: {
			metadata: {name: place.name},
			spec: {
				capacity: {storage: '1Gi'},
				accessModes: disk.accessModes,
				hostPath: {path: '/data'},
				claimRef: {namespace: place.name, name: 'data'},
			},
		},
	});
	place.atEnd(() => place.request({method: 'DELETE', path: `/api/v1/persistentvolumes/${place.name}`}));
}

/** A node on which nothing is placed but what asks for it. It has the name of the namespace. */
async function makeNode(place: Place): Promise<void> {
	const size = {cpu: '64', memory: '256Gi', pods: '110'};
	const own = {'example.com/own': 'yes'};
	await place.request({
		method: 'POST',
		path: '/api/v1/nodes',
		body: {
			metadata: {name: place.name, labels: own},
			spec: {taints: [{key: 'example.com/own', effect: 'NoSchedule'}]},
			status: {capacity: size, allocatable: size, addresses: [{type: 'InternalIP', address: '127.0.0.1'}]},
		},
	});
	place.atEnd(() => place.request({method: 'DELETE', path: `/api/v1/nodes/${place.name}`}));
}

suite('what holds up a rollout is on the screen while it is so', {concurrency: true}, () => {
	test('a node that goes away', (t) => prove(t, 'node', away));
	for (const [topic, trouble] of Object.entries(troubles)) test(topic, (t) => prove(t, topic, trouble));
});
