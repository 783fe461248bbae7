import type {Deployment} from '../../objects.ts';
import type {Action, Plan} from '../action.ts';

/** Holds a rollout where it is, or lets it go on (reference 1d). One action: it does what the Deployment is not. */
export const pause: Action<undefined> = {
	id: 'pause',
	verb: 'Pause or resume',
	access: {verb: 'patch', group: 'apps', resource: 'deployments'},
	start: () => undefined,
	plan: (deployment) => (deployment.spec.paused ? resumePlan(deployment) : pausePlan(deployment)),
};

function pausePlan({metadata, spec}: Deployment): Plan {
	return {
		kind: 'ready',
		operations: [
			{op: 'test', path: '/metadata/uid', value: metadata.uid},
			// A test against null holds where the field is absent; `false` cannot be told from it by any reader.
			{op: 'test', path: '/spec/paused', value: spec.paused ?? null},
			{op: 'add', path: '/spec/paused', value: true},
		],
		summary: 'running → paused',
		kubectl: `rollout pause deployment/${metadata.name}`,
		enter: 'pause',
		doing: 'pausing',
		done: 'paused',
		until: 'observed',
		rows: [
			{label: 'paused', text: 'no → yes'},
			{label: 'happens', text: 'no pod is replaced until it is resumed; a changed template waits, scaling still works'},
		],
	};
}

function resumePlan({metadata}: Deployment): Plan {
	return {
		kind: 'ready',
		operations: [
			{op: 'test', path: '/metadata/uid', value: metadata.uid},
			{op: 'test', path: '/spec/paused', value: true},
			{op: 'remove', path: '/spec/paused'},
		],
		summary: 'paused → running',
		kubectl: `rollout resume deployment/${metadata.name}`,
		enter: 'resume',
		doing: 'resuming',
		done: 'resumed',
		until: 'observed',
		rows: [
			{label: 'paused', text: 'yes → no'},
			{label: 'happens', text: 'what waits in the template rolls out now; the deadline starts anew'},
		],
	};
}
