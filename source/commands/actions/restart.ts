import {restartTime} from '../../format/time.ts';
import type {JsonPatchOperation} from '../../objects.ts';
import type {Action} from '../action.ts';

const restartedAt = 'kubectl.kubernetes.io/restartedAt';

/** The moment is that of the question: what the dialog shows is what is sent. */
export interface RestartInput {
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** Replaces all pods by the present template with a new timestamp, as `kubectl rollout restart` does (reference 1d). */
export const restart: Action<RestartInput> = {
	id: 'restart',
	verb: 'Restart',
	access: {verb: 'patch', group: 'apps', resource: 'deployments'},

	start: (_deployment, {now}) => ({at: now}),

	plan(deployment, {at}, {board}) {
		const {metadata, spec} = deployment;
		if (spec.paused) {
			return {
				kind: 'refused',
				sentence: `${metadata.name} is paused: resume it first (p), a paused Deployment does not restart.`,
				rows: [],
			};
		}
		const annotations = spec.template.metadata?.annotations;
		const value = restartTime(at);
		const before = annotations?.[restartedAt];
		// The time is told in whole seconds: the same one again would change nothing.
		if (before === value)
			return {kind: 'refused', sentence: `${metadata.name} was restarted this very second.`, rows: []};
		const change: JsonPatchOperation = annotations
			? {op: 'add', path: `/spec/template/metadata/annotations/${restartedAt.replace('/', '~1')}`, value}
			: {op: 'add', path: '/spec/template/metadata/annotations', value: {[restartedAt]: value}};
		const facts = board.facts(metadata.uid);
		const bounds = facts?.bounds;
		return {
			kind: 'ready',
			operations: [
				{op: 'test', path: '/metadata/uid', value: metadata.uid},
				{op: 'test', path: '/spec/template', value: spec.template},
				change,
			],
			summary: `restarted ${before ?? 'never'} → ${value}`,
			kubectl: `rollout restart deployment/${metadata.name}`,
			enter: 'restart',
			doing: 'restarting',
			done: 'restarted',
			until: 'complete',
			rows: [
				{label: 'changes', text: `restartedAt ${before ?? 'none'} → ${value}`},
				{
					label: 'happens',
					text:
						bounds?.strategy === 'Recreate'
							? 'all pods stop, then as many new ones start'
							: `all ${spec.replicas ?? 1} pods are replaced, a new revision of the same template`,
				},
				...(bounds && bounds.strategy === 'RollingUpdate'
					? [
							{
								label: '',
								text: `at least ${bounds.minimumAvailable} available, at most ${bounds.maximumPods} at a time`,
							},
						]
					: []),
				...(facts?.owners ?? []).map((text, index) => ({
					label: index === 0 ? 'careful' : '',
					text,
					role: 'waiting' as const,
				})),
			],
		};
	},
};
