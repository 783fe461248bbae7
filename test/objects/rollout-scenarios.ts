import {
	complete,
	conditionOf,
	deployment,
	every,
	image,
	observed,
	prepared,
	type Scenario,
	service,
	setImage,
	settled,
} from './story.ts';

/** Rollouts by their course: complete, paused, recreated, scaled. */
export const rolloutScenarios: Record<string, Scenario> = {
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
};
