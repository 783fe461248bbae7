import {deployment, every, happened, prepared, type Scenario, service, setImage, settled, settledOf} from './story.ts';

/** What is around a rollout: Services, an autoscaler, the controller, a node. */
export const clusterScenarios: Record<string, Scenario> = {
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
	zoned: {
		async play(stage) {
			await prepared(
				stage,
				{spec: {replicas: 6}},
				service('near', {app: 'web'}, {trafficDistribution: 'PreferSameZone', sessionAffinity: 'ClientIP'}),
			);
			await stage.record(
				'zoned',
				await stage.until(
					(now) => now.endpointSlices.filter((slice) => slice.endpoints?.every(({zone}) => zone)).length > 1,
				),
			);
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
				await stage.recordWithGround('node-away', await stage.until((now) => !now.deployment.status?.readyReplicas));
				await setImage(stage, '1.1');
				await stage.recordWithGround('node-away-rolling', await stage.until((now) => now.pods.length > 3));
			} finally {
				await stage.kubectl('label', 'node', 'node-2', 'away-');
			}
		},
	},
};
