import {
	becomes,
	complete,
	every,
	happened,
	image,
	prepared,
	restarted,
	type Scenario,
	setImage,
	starts,
	waits,
} from './story.ts';

/** New pods that cannot start, or take their time. */
export const podScenarios: Record<string, Scenario> = {
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
};
