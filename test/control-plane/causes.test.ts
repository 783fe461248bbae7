import assert from 'node:assert/strict';
import {after, before, suite, type TestContext, test} from 'node:test';
import {type Connection, connect} from '../../source/cluster/connection.ts';
import {parseTime} from '../../source/format/age.ts';
import type {
	ContainerStatus,
	Deployment,
	KindId,
	KubeObject,
	ObjectMeta,
	Pod,
	ReplicaSet,
} from '../../source/objects.ts';
import {openDeck} from '../support/cluster-deck.ts';
import {type DeploymentOptions, makePlace, type Place, readClusterConfig} from '../support/cluster-place.ts';
import {denyIn} from '../support/cluster-policy.ts';
import {freezePart, noServerProcess} from '../support/cluster-server.ts';
import {recordChanges, type Snapshot} from '../support/rollout-recorder.ts';

/** Something that holds up a rollout, from its making to its end. */
interface Trouble {
	/** More of the Deployment `web`, as it is before. */
	readonly web?: DeploymentOptions;
	prepare?(place: Place): Promise<unknown>;
	make(place: Place): Promise<unknown>;
	/** The objects that say so, as the API has them; none: it is not so yet. */
	told(now: Snapshot): readonly KubeObject[];
	/** It is a trouble once it has lasted so many seconds, by what the objects say. */
	readonly after?: {readonly seconds: number; since(now: Snapshot): number | undefined};
	/** The controller has not seen the change; else it must have, before anything may be said. */
	readonly unseen?: true;
	/** Its row, and the sentence below. */
	readonly shown: Shown;
	mend(place: Place): Promise<unknown>;
	/** By what the API has, it is over. */
	mended(now: Snapshot): boolean;
}

type Shown = readonly [row: RegExp, sentence: RegExp];

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

/** The controllers stand still. */
function silence(): Trouble {
	let goOn = () => {};
	return {
		async make(place) {
			goOn = freezePart('kube-controller-manager');
			place.atEnd(async () => goOn());
			await place.setImage('web', 'web:2.0');
		},
		told: ({deployments}) => deployments.filter(isUnobserved),
		unseen: true,
		after: {
			seconds: 10,
			since: ({deployments}) =>
				Math.max(
					...deployments.flatMap(({metadata}) =>
						(metadata.managedFields ?? []).flatMap(({time, subresource}) =>
							subresource === undefined ? (parseTime(time) ?? []) : [],
						),
					),
				),
		},
		shown: [/^. web .* not seen by the controller \d+s/m, /The deployment controller has not seen the last change/],
		mend: async () => goOn(),
		mended: ({deployments}) => !deployments.some(isUnobserved),
	};
}

function isUnobserved({metadata, status}: Deployment): boolean {
	return (metadata.generation ?? 0) > (status?.observedGeneration ?? 0);
}

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

let connection: Connection;
before(async () => {
	connection = await connect(readClusterConfig().kubeconfig, {env: {}});
});
after(() => connection.close());

/**
 * The API is watched beside the deck. Once the objects say that there is a trouble, and the deck has those very versions, it must be on
 * the screen; once they say that it is over, it must go from there. How long that takes is told, not asserted: a busy machine is slow.
 */
async function prove(t: TestContext, topic: string, trouble: Trouble): Promise<void> {
	const place = await makePlace(t, `cause-${topic}`);
	await trouble.prepare?.(place);
	await place.deploy('web', {replicas: 2, ...trouble.web});
	const deck = await openDeck(t, {flags: ['-n', place.name]});
	await deck.shows(/^▸ web .* complete/m);
	const recording = await recordChanges(connection, place.name);
	t.after(() => recording.stop());
	const whenSo = async (what: string, holds: (now: Snapshot) => boolean) => {
		await recording.until(`${topic} is ${what}`, holds);
		return Date.now();
	};
	const [row, sentence] = trouble.shown;
	const shown = new RegExp(`${row.source}[^]*${sentence.source}`, 'm');
	const anyOfIt = new RegExp(`${row.source}|${sentence.source}`, 'm');
	assert.doesNotMatch(deck.text(), anyOfIt);

	let evidence: readonly (readonly [KindId, ObjectMeta])[] = [];
	let since: number | undefined;
	const told = async () => {
		const at = await whenSo('told', (now) => {
			const objects = trouble.told(now);
			evidence = [...now.deployments, ...objects].map(({metadata}) => [kindOf(metadata.uid, now), metadata]);
			since = trouble.after?.since(now);
			return objects.length > 0 && (trouble.unseen || !now.deployments.some(isUnobserved));
		});
		if (trouble.after) return (since ?? at) + trouble.after.seconds * 1000;
		for (const [kind, metadata] of evidence) await deck.has(kind, metadata);
		assert.match(deck.text(), shown, 'the deck has the objects, and says so');
		return at;
	};
	const onScreen = async () => {
		await deck.shows(shown);
		return Date.now();
	};
	const [trueAt, shownAt] = await Promise.all([told(), onScreen(), trouble.make(place)]);
	const [mendedAt] = await Promise.all([whenSo('mended', trouble.mended), trouble.mend(place)]);
	await deck.hides(anyOfIt);
	t.diagnostic(`${topic}: on the screen after ${shownAt - trueAt} ms, gone after ${Date.now() - mendedAt} ms`);
}

function kindOf(uid: string, {pods, replicaSets}: Snapshot): KindId {
	const isOne = ({metadata}: KubeObject) => metadata.uid === uid;
	return pods.some(isOne) ? 'pods' : replicaSets.some(isOne) ? 'replicasets' : 'deployments';
}

suite('what holds up a rollout is on the screen while it is so', {concurrency: true}, () => {
	test('a node that goes away', (t) => prove(t, 'node', away));
	suite('one after the other', {concurrency: 1}, () => {
		suite('at once', {concurrency: true}, () => {
			for (const [topic, trouble] of Object.entries(troubles)) test(topic, (t) => prove(t, topic, trouble));
		});
		test('the controllers stand still', {skip: noServerProcess}, (t) => prove(t, 'controllers', silence()));
	});
});
