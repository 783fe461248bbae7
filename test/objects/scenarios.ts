import type {Condition, ContainerStatus, Pod} from '../../source/objects.ts';
import type {Stage} from './record.ts';
import type {Recording} from './recorded.ts';

/** A story on a control plane, with the moments that are kept. */
export interface Scenario {
	/** It disturbs others: it runs last, by itself. */
	alone?: boolean;
	play(stage: Stage): Promise<void>;
}

type Fields = Record<string, unknown>;

/** What differs from a Deployment of three `registry.example/web:1.0`. `container` and `pod` are merged into the template. */
interface Shape {
	name?: string;
	image?: string;
	spec?: Fields;
	container?: Fields;
	pod?: Fields;
	annotations?: Record<string, string>;
	labels?: Record<string, string>;
}

const image = (tag: string) => `registry.example/web:${tag}`;

function deployment({name = 'web', image: tag = '1.0', spec, container, pod, annotations, labels}: Shape = {}): object {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: {name, labels: {app: name}, annotations: annotations ?? {}},
		spec: {
			replicas: 3,
			selector: {matchLabels: {app: name}},
			...spec,
			template: {
				metadata: {labels: {app: name, ...labels}},
				spec: {
					...pod,
					containers: [
						{name, image: image(tag), ports: [{name: 'http', containerPort: 8080}], ...container},
						...((pod?.['containers'] as object[] | undefined) ?? []),
					],
				},
			},
		},
	};
}

function service(name = 'web', selector: Record<string, string> = {app: 'web'}, spec: Fields = {}): object {
	const ports = [{name: 'http', port: 80, targetPort: 'http'}];
	return {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {selector, ports, ...spec}};
}

const observed = ({deployment: {metadata, status}}: Recording) => status?.observedGeneration === metadata.generation;
const conditionOf = (now: Recording, type: string): Condition | undefined =>
	now.deployment.status?.conditions?.find((condition) => condition.type === type);
const complete = ({deployment: {metadata, spec, status}}: Recording) =>
	status?.observedGeneration === metadata.generation &&
	status?.updatedReplicas === spec.replicas &&
	status?.replicas === spec.replicas &&
	status?.availableReplicas === spec.replicas;
const settled = (now: Recording) => complete(now) && now.pods.length === now.deployment.spec.replicas;
const statuses = (pod: Pod): ContainerStatus[] => [
	...(pod.status?.initContainerStatuses ?? []),
	...(pod.status?.containerStatuses ?? []),
];
const waits = (reason: string) => (now: Recording) =>
	now.pods.some((pod) => statuses(pod).some((status) => status.state?.waiting?.reason === reason));
const happened =
	(reason: string, text = '') =>
	(now: Recording) =>
		now.events.some((event) => event.reason === reason && event.message?.includes(text));
const restarted = (times: number) => (now: Recording) =>
	now.pods.some((pod) => statuses(pod).some((status) => (status.restartCount ?? 0) >= times));
const every =
	(...tests: ((now: Recording) => boolean)[]) =>
	(now: Recording) =>
		tests.every((test) => test(now));

const setImage = (stage: Stage, tag: string) => stage.kubectl('set', 'image', 'deployment/web', `web=${image(tag)}`);

/** A complete `web` with a Service, ready for a second revision. */
async function prepared(stage: Stage, shape: Shape = {}, ...more: object[]): Promise<void> {
	await stage.apply(deployment(shape), service(), ...more);
	await stage.until(settled);
}

/** A second revision on a complete Deployment, kept once it is as wanted. */
function becomes(
	name: string,
	wanted: (now: Recording) => boolean,
	next: Shape,
	first: Shape = {},
	...more: object[]
): Scenario {
	return {
		async play(stage) {
			await prepared(stage, first, ...more);
			await stage.apply(deployment({...first, ...next}));
			await stage.record(name, await stage.until(wanted));
		},
	};
}

/** A Deployment that cannot start from its very first revision. */
function starts(name: string, wanted: (now: Recording) => boolean, shape: Shape, ...before: object[]): Scenario {
	return {
		async play(stage) {
			if (before.length > 0) await stage.apply(...before);
			await stage.apply(deployment(shape), service());
			await stage.record(name, await stage.until(wanted));
		},
	};
}

const quota = (hard: Fields) => ({apiVersion: 'v1', kind: 'ResourceQuota', metadata: {name: 'small'}, spec: {hard}});
const tight = {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}};

export const scenarios: Record<string, Scenario> = {
	complete: {
		async play(stage) {
			const budget = {
				apiVersion: 'policy/v1',
				kind: 'PodDisruptionBudget',
				metadata: {name: 'web'},
				spec: {minAvailable: 2, selector: {matchLabels: {app: 'web'}}},
			};
			const backend = {service: {name: 'web', port: {name: 'http'}}};
			const ingress = {
				apiVersion: 'networking.k8s.io/v1',
				kind: 'Ingress',
				metadata: {name: 'web'},
				spec: {rules: [{host: 'shop.example.com', http: {paths: [{path: '/', pathType: 'Prefix', backend}]}}]},
			};
			for (const [tag, cause] of [
				['1.0', 'first release'],
				['1.1', 'faster page'],
				['1.2', 'new basket'],
			] as const) {
				const annotations = {'kubernetes.io/change-cause': cause, 'app.example/owner': `team of ${tag}`};
				await stage.apply(
					deployment({
						image: tag,
						annotations,
						container: {
							env: [
								{name: 'LOG', value: tag === '1.2' ? 'debug' : 'info'},
								{name: 'DB_PASSWORD', value: `pass-${tag}`},
							],
						},
					}),
					service(),
					budget,
					ingress,
				);
				await stage.until(settled);
			}
			await stage.record('complete');
		},
	},
	rolling: {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 4}});
			await setImage(stage, 'slow');
			await stage.record('rolling-start', await stage.until((now) => now.deployment.status?.updatedReplicas === 2));
			await stage.record(
				'rolling',
				await stage.until(
					(now) =>
						now.replicaSets.some(
							(set) =>
								set.spec.template?.spec?.containers[0]?.image === image('slow') && (set.status?.readyReplicas ?? 0) > 0,
						) && !complete(now),
				),
			);
		},
	},
	missing: becomes(
		'missing',
		every(waits('ImagePullBackOff'), happened('Failed'), (now) => now.pods.length === 7),
		{image: 'missing'},
		{spec: {replicas: 5}},
	),
	'missing-first': starts('missing-first', waits('ErrImagePull'), {image: 'missing', spec: {replicas: 2}}),
	crash: {
		async play(stage) {
			await prepared(stage);
			await setImage(stage, 'crash');
			await stage.record('crash', await stage.until(every(restarted(2), waits('CrashLoopBackOff'))));
			await stage.record(
				'crash-running',
				await stage.until((now) =>
					now.pods.some((pod) =>
						pod.status?.containerStatuses?.some((status) => status.restartCount! > 0 && status.state?.running),
					),
				),
			);
		},
	},
	'crash-alone': starts('crash-alone', every(restarted(2), waits('CrashLoopBackOff')), {
		image: 'crash',
		spec: {replicas: 1},
	}),
	oom: becomes('oom', every(restarted(1), waits('CrashLoopBackOff')), {
		image: 'oom',
		container: {resources: {limits: {memory: '64Mi'}}},
	}),
	unready: becomes('unready', happened('Unhealthy'), {image: 'unready'}),
	badconfig: becomes('badconfig', waits('CreateContainerConfigError'), {image: 'badconfig'}),
	'init-crash': becomes('init-crash', every(restarted(2), waits('CrashLoopBackOff')), {
		image: '1.1',
		pod: {
			initContainers: [
				{name: 'setup', image: image('1.0')},
				{name: 'migrate', image: image('crash')},
			],
		},
	}),
	'init-slow': becomes(
		'init-slow',
		(now) => now.pods.some((pod) => pod.status?.initContainerStatuses?.[0]?.state?.running),
		{image: '1.1', pod: {initContainers: [{name: 'migrate', image: image('slow')}]}},
	),
	sidecar: becomes('sidecar', waits('ImagePullBackOff'), {
		image: '1.1',
		pod: {initContainers: [{name: 'proxy', image: image('missing'), restartPolicy: 'Always'}]},
	}),
	'agent-crash': becomes('agent-crash', every(restarted(1), waits('CrashLoopBackOff')), {
		image: '1.1',
		pod: {containers: [{name: 'agent', image: image('crash')}]},
	}),
	gate: becomes(
		'gate',
		(now) =>
			now.pods.some((pod) =>
				pod.status?.conditions?.some((condition) => condition.reason === 'ReadinessGatesNotReady'),
			),
		{image: '1.1', pod: {readinessGates: [{conditionType: 'example.com/load-balancer'}]}},
	),
	gated: becomes('gated', (now) => now.pods.some((pod) => pod.spec.schedulingGates?.length), {
		image: '1.1',
		pod: {schedulingGates: [{name: 'example.com/licence'}]},
	}),
	selector: becomes('selector', happened('FailedScheduling'), {image: '1.1', pod: {nodeSelector: {disk: 'ssd'}}}),
	'no-cpu': becomes('no-cpu', happened('FailedScheduling'), {
		image: '1.1',
		container: {resources: {requests: {cpu: '4000'}}},
	}),
	'no-claim': becomes('no-claim', happened('FailedScheduling'), {
		image: '1.1',
		pod: {volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data'}}]},
	}),
	quota: {
		async play(stage) {
			await prepared(stage, {}, quota({pods: '3'}));
			await setImage(stage, '1.1');
			await stage.record('quota', await stage.until(happened('FailedCreate', 'combined from similar events')));
			await stage.kubectl('patch', 'deployment', 'web', '-p', '{"spec":{"progressDeadlineSeconds":4}}');
			await stage.until((now) => conditionOf(now, 'Progressing')?.reason === 'ProgressDeadlineExceeded');
			await stage.record('quota-deadline');
		},
	},
	'quota-limits': becomes(
		'quota-limits',
		every(observed, happened('FailedCreate', 'must specify')),
		{image: '1.1', container: {}},
		{container: {resources: {limits: {cpu: '100m'}, requests: {cpu: '10m'}}}},
		quota({'limits.cpu': '4'}),
	),
	'limit-range': becomes(
		'limit-range',
		happened('FailedCreate', 'maximum cpu'),
		{image: '1.1', container: {resources: {limits: {cpu: '2'}}}},
		{},
		{
			apiVersion: 'v1',
			kind: 'LimitRange',
			metadata: {name: 'small'},
			spec: {limits: [{type: 'Container', max: {cpu: '1'}}]},
		},
	),
	account: becomes('account', happened('FailedCreate', 'service account'), {
		image: '1.1',
		pod: {serviceAccountName: 'deployer'},
	}),
	priority: becomes('priority', every(observed, happened('FailedCreate', 'PriorityClass')), {
		image: '1.1',
		pod: {priorityClassName: 'gold'},
	}),
	'pod-security': {
		async play(stage) {
			await prepared(stage);
			await stage.kubectl('label', 'namespace', stage.namespace, 'pod-security.kubernetes.io/enforce=restricted');
			await setImage(stage, '1.1');
			await stage.record('pod-security', await stage.until(happened('FailedCreate', 'violates PodSecurity')));
		},
	},
	denied: {
		async play(stage) {
			const here = {matchLabels: {'kubernetes.io/metadata.name': stage.namespace}};
			const policy = {
				apiVersion: 'admissionregistration.k8s.io/v1',
				kind: 'ValidatingAdmissionPolicy',
				metadata: {name: stage.namespace},
				spec: {
					matchConstraints: {
						resourceRules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods']}],
					},
					validations: [
						{
							expression: "!object.spec.containers.exists(c, c.image.endsWith(':9.9'))",
							message: 'images of version 9.9 are withdrawn',
						},
					],
				},
			};
			const binding = {
				apiVersion: 'admissionregistration.k8s.io/v1',
				kind: 'ValidatingAdmissionPolicyBinding',
				metadata: {name: stage.namespace},
				spec: {policyName: stage.namespace, validationActions: ['Deny'], matchResources: {namespaceSelector: here}},
			};
			await prepared(stage, {}, policy, binding);
			try {
				await setImage(stage, '9.9');
				await stage.record('denied', await stage.until(happened('FailedCreate', 'ValidatingAdmissionPolicy')));
			} finally {
				await stage.kubectl('delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', stage.namespace);
			}
		},
	},
	'webhook-down': {
		async play(stage) {
			await prepared(stage);
			const hook = {
				name: 'pods.policy.example.com',
				clientConfig: {url: 'https://127.0.0.1:1/check'},
				failurePolicy: 'Fail',
				sideEffects: 'None',
				admissionReviewVersions: ['v1'],
				timeoutSeconds: 2,
				namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': stage.namespace}},
				rules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods']}],
			};
			await stage.apply({
				apiVersion: 'admissionregistration.k8s.io/v1',
				kind: 'ValidatingWebhookConfiguration',
				metadata: {name: stage.namespace},
				webhooks: [hook],
			});
			try {
				await setImage(stage, '1.1');
				await stage.record('webhook-down', await stage.until(happened('FailedCreate', 'failed calling webhook')));
			} finally {
				await stage.kubectl('delete', 'validatingwebhookconfiguration', stage.namespace);
			}
		},
	},
	paused: {
		async play(stage) {
			await prepared(stage);
			await stage.kubectl('rollout', 'pause', 'deployment/web');
			await stage.record(
				'paused',
				await stage.until((now) => conditionOf(now, 'Progressing')?.reason === 'DeploymentPaused' && observed(now)),
			);
			await setImage(stage, '1.1');
			await stage.record(
				'paused-changed',
				await stage.until(
					(now) =>
						now.deployment.status?.observedGeneration === now.deployment.metadata.generation &&
						!now.deployment.status?.updatedReplicas,
				),
			);
		},
	},
	'paused-half': {
		async play(stage) {
			await prepared(stage);
			await setImage(stage, 'slow');
			await stage.until((now) => now.deployment.status?.updatedReplicas === 1);
			await stage.kubectl('rollout', 'pause', 'deployment/web');
			await stage.record(
				'paused-half',
				await stage.until((now) => conditionOf(now, 'Progressing')?.reason === 'DeploymentPaused' && observed(now)),
			);
		},
	},
	recreate: {
		async play(stage) {
			const first = {
				spec: {replicas: 2, strategy: {type: 'Recreate'}, progressDeadlineSeconds: 5},
				pod: {terminationGracePeriodSeconds: 600},
			};
			await prepared(stage, {...first, image: 'stubborn'});
			await setImage(stage, '1.1');
			await stage.record(
				'recreate-blocked',
				await stage.until(
					(now) =>
						!now.deployment.status?.replicas &&
						now.pods.length === 2 &&
						now.pods.every((pod) => pod.metadata.deletionTimestamp),
				),
			);
			const changed = Date.now();
			await stage.record('recreate-blocked-late', await stage.until(() => Date.now() > changed + 8000));
			await stage.kubectl('delete', 'pods', '--all', '--grace-period=0', '--force', '--wait=false');
			await stage.record(
				'recreate-starting',
				await stage.until((now) =>
					now.replicaSets.some(
						(set) =>
							set.spec.template?.spec?.containers[0]?.image === image('1.1') &&
							(set.status?.replicas ?? 0) > 0 &&
							!set.status?.readyReplicas,
					),
				),
			);
		},
	},
	leftovers: {
		async play(stage) {
			await prepared(stage, {image: 'stubborn', spec: {replicas: 2}, pod: {terminationGracePeriodSeconds: 600}});
			await setImage(stage, '1.1');
			await stage.record('leftovers', await stage.until(complete));
		},
	},
	deadline: {
		async play(stage) {
			await prepared(stage, {spec: {progressDeadlineSeconds: 5}});
			await setImage(stage, 'missing');
			await stage.record(
				'deadline',
				await stage.until(
					every(
						(now) => conditionOf(now, 'Progressing')?.reason === 'ProgressDeadlineExceeded',
						waits('ImagePullBackOff'),
					),
				),
			);
			await stage.kubectl('rollout', 'undo', 'deployment/web');
			let stale: Recording | undefined;
			await stage.until((now) => {
				if (
					now.deployment.spec.template.spec?.containers[0]?.image === image('1.0') &&
					conditionOf(now, 'Progressing')?.reason === 'ProgressDeadlineExceeded'
				)
					stale = now;
				return settled(now);
			});
			if (stale) await stage.record('undo-after-deadline', stale);
			await stage.record('undone');
		},
	},
	'deadline-undo-slow': {
		// An undo that has made no progress yet: the verdict of the change before still stands.
		async play(stage) {
			await prepared(stage, {
				image: 'slow',
				spec: {replicas: 2, progressDeadlineSeconds: 40, strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 2}}},
			});
			await setImage(stage, 'missing');
			await stage.until((now) => now.pods.length === 2 && waits('ImagePullBackOff')(now));
			await stage.kubectl('patch', 'deployment', 'web', '-p', '{"spec":{"progressDeadlineSeconds":2}}');
			await stage.until((now) => conditionOf(now, 'Progressing')?.reason === 'ProgressDeadlineExceeded');
			await stage.film('undo-stale-deadline', () => stage.kubectl('rollout', 'undo', 'deployment/web'));
		},
	},
	'undo-quota': {
		// An undo that can create no pod keeps NewReplicaSetAvailable and never times out.
		async play(stage) {
			await prepared(stage, {spec: {replicas: 2, progressDeadlineSeconds: 4, strategy: tight}});
			await setImage(stage, '1.1');
			await stage.until(settled);
			await stage.apply(quota({pods: '2'}));
			await stage.kubectl('rollout', 'undo', 'deployment/web');
			const asked = Date.now();
			await stage.record(
				'undo-quota',
				await stage.until((now) => Date.now() > asked + 9000 && happened('FailedCreate')(now)),
			);
		},
	},
	'undo-middle': {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 5}});
			await setImage(stage, 'missing');
			await stage.until(waits('ImagePullBackOff'));
			await stage.kubectl('rollout', 'undo', 'deployment/web');
			await stage.record(
				'undo-middle',
				await stage.until((now) => now.deployment.spec.template.spec?.containers[0]?.image === image('1.0')),
			);
		},
	},
	'min-ready': {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 2, minReadySeconds: 6}});
			await setImage(stage, '1.1');
			await stage.record(
				'min-ready',
				await stage.until((now) =>
					now.replicaSets.some(
						(set) =>
							set.spec.template?.spec?.containers[0]?.image === image('1.1') &&
							(set.status?.readyReplicas ?? 0) > 0 &&
							!set.status?.availableReplicas,
					),
				),
			);
		},
	},
	settling: {
		async play(stage) {
			await stage.apply(
				deployment({spec: {replicas: 2, minReadySeconds: 20, strategy: {type: 'Recreate'}}}),
				service(),
			);
			await stage.record(
				'settling',
				await stage.until(
					every(
						observed,
						(now) => now.deployment.status?.readyReplicas === 2 && !now.deployment.status.availableReplicas,
					),
				),
			);
		},
	},
	film: {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 4, progressDeadlineSeconds: 6}});
			await stage.film('film-complete', () => setImage(stage, '1.1'));
			await stage.until(settled);
			await stage.film('film-deadline', () => setImage(stage, 'missing'));
			await stage.film('film-undo', () => stage.kubectl('rollout', 'undo', 'deployment/web'));
		},
	},
	scaled: {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 8}});
			await setImage(stage, 'missing');
			await stage.until(
				(now) =>
					now.deployment.status?.updatedReplicas === 4 &&
					now.deployment.status.replicas === 10 &&
					now.pods.length === 10,
			);
			await stage.record('scaled-before');
			await stage.kubectl('scale', 'deployment/web', '--replicas=12');
			await stage.record(
				'scaled',
				await stage.until(
					(now) =>
						now.deployment.status?.observedGeneration === now.deployment.metadata.generation &&
						now.deployment.status?.replicas === 15,
				),
			);
			await stage.kubectl('scale', 'deployment/web', '--replicas=0');
			await stage.record(
				'broken-zero',
				await stage.until((now) => !now.deployment.status?.replicas && now.pods.length === 0),
			);
		},
	},
	zero: {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 1}});
			await stage.kubectl('scale', 'deployment/web', '--replicas=0');
			await stage.record('zero', await stage.until((now) => !now.deployment.status?.replicas && now.pods.length === 0));
		},
	},
	three: {
		// A third revision while the second cannot start: two old revisions with pods.
		async play(stage) {
			await prepared(stage, {spec: {replicas: 4}});
			await setImage(stage, 'missing');
			await stage.until((now) => now.pods.length === 5);
			await setImage(stage, 'slow');
			await stage.record(
				'three',
				await stage.until(
					(now) =>
						now.replicaSets.filter((set) => set.status?.replicas).length >= 2 &&
						now.replicaSets.length === 3 &&
						now.deployment.status?.observedGeneration === now.deployment.metadata.generation,
				),
			);
		},
	},
	degraded: {
		async play(stage) {
			const gate = 'example.com/ready';
			await stage.apply(deployment({pod: {readinessGates: [{conditionType: gate}]}}), service());
			const open = async (pod: string, status: string) =>
				stage.kubectl(
					'patch',
					'pod',
					pod,
					'--subresource=status',
					'--type=strategic',
					'-p',
					JSON.stringify({status: {conditions: [{type: gate, status}]}}),
				);
			const {pods} = await stage.until(
				(now) => now.pods.length === 3 && now.pods.every((pod) => pod.status?.containerStatuses?.[0]?.ready),
			);
			for (const pod of pods) await open(pod.metadata.name, 'True');
			await stage.until(settled);
			await open(pods[0]!.metadata.name, 'False');
			await stage.record('degraded', await stage.until((now) => now.deployment.status?.availableReplicas === 2));
		},
	},
	autoscaled: {
		async play(stage) {
			const autoscaler = {
				apiVersion: 'autoscaling/v2',
				kind: 'HorizontalPodAutoscaler',
				metadata: {name: 'web'},
				spec: {
					scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'web'},
					minReplicas: 2,
					maxReplicas: 4,
					metrics: [{type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 70}}}],
				},
			};
			await prepared(stage, {}, autoscaler);
			await stage.kubectl('scale', 'deployment/web', '--replicas=5');
			await stage.record('autoscaled', await stage.until(every(happened('SuccessfulRescale'), settled)));
		},
	},
	shared: {
		// One Service over two Deployments, one with a port that no container has, one that selects only an old revision's label.
		async play(stage) {
			const labels = {part: 'shop'};
			await stage.apply(
				deployment({labels: {...labels, version: '1'}}),
				deployment({name: 'canary', labels, spec: {replicas: 1}}),
			);
			await stage.apply(
				service('both', labels),
				service('typo', {app: 'web'}, {ports: [{name: 'web', port: 80, targetPort: 'web'}]}),
				service('old', {app: 'web', version: '1'}),
				service('nothing', {app: 'wbe'}),
			);
			await stage.until(settledOf('web', 4));
			await stage.apply(deployment({image: '1.1', labels: {...labels, version: '2'}}));
			await stage.record('shared', await stage.until(settledOf('web', 4)));
		},
	},
	'unready-published': {
		async play(stage) {
			await prepared(
				stage,
				{spec: {replicas: 2}},
				service('direct', {app: 'web'}, {clusterIP: 'None', publishNotReadyAddresses: true}),
			);
			await setImage(stage, 'unready');
			await stage.record(
				'unready-published',
				await stage.until((now) => now.endpointSlices.some((slice) => slice.endpoints?.length === 3)),
			);
		},
	},
	'controller-down': {
		alone: true,
		async play(stage) {
			await prepared(stage);
			stage.signal('kube-controller-manager', 'SIGSTOP');
			try {
				await setImage(stage, '1.1');
				await stage.record('unobserved');
				const {pods} = await stage.look();
				await stage.kubectl('delete', 'pod', pods[0]!.metadata.name);
				await stage.record('frozen', await stage.until((now) => now.pods.length === 2));
			} finally {
				stage.signal('kube-controller-manager', 'SIGCONT');
			}
		},
	},
	'node-away': {
		alone: true,
		async play(stage) {
			await prepared(stage, {pod: {nodeSelector: {'kubernetes.io/hostname': 'node-2'}}});
			await stage.kubectl('label', 'node', 'node-2', 'away=yes');
			try {
				await stage.record('node-away', await stage.until((now) => !now.deployment.status?.readyReplicas));
				await setImage(stage, '1.1');
				await stage.record('node-away-rolling', await stage.until((now) => now.pods.length > 3));
			} finally {
				await stage.kubectl('label', 'node', 'node-2', 'away-');
			}
		},
	},
};

function settledOf(name: string, pods: number) {
	return (now: Recording) => now.deployment.metadata.name === name && complete(now) && now.pods.length === pods;
}
