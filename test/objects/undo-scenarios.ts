import {quota} from './creation-scenarios.ts';
import type {Recording} from './recorded.ts';
import {conditionOf, every, happened, image, prepared, type Scenario, setImage, settled, waits} from './story.ts';

const tight = {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}};

/** Deadlines that pass, and ways back. */
export const undoScenarios: Record<string, Scenario> = {
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
	film: {
		async play(stage) {
			await prepared(stage, {spec: {replicas: 4, progressDeadlineSeconds: 6}});
			await stage.film('film-complete', () => setImage(stage, '1.1'));
			await stage.until(settled);
			await stage.film('film-deadline', () => setImage(stage, 'missing'));
			await stage.film('film-undo', () => stage.kubectl('rollout', 'undo', 'deployment/web'));
		},
	},
};
