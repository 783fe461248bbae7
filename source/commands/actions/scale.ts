import {predictScale} from '../../rollout/scaling.ts';
import type {Action, DialogRow} from '../action.ts';

/** What has been typed; `fresh` until the first key, so that typing replaces the number that was there. */
export interface ScaleInput {
	readonly text: string;
	readonly fresh: boolean;
}

/** Far above any Deployment there is; it only keeps a slip of the keyboard from becoming a request. */
const mostReplicas = 100_000;

/**
 * Scales through the `scale` subresource, with a precondition on uid and on the replicas that were shown
 * (reference 1e; by resourceVersion a healthy rollout would refuse nearly every change).
 */
export const scale: Action<ScaleInput> = {
	id: 'scale',
	verb: 'Scale',
	access: {verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale'},
	keyHints: ['+ - one step', 'ctrl-u clear'],

	start(deployment, _context, argument) {
		const present = deployment.spec.replicas ?? 1;
		if (argument === undefined || argument === '') return {text: String(present), fresh: true};
		if (argument === '+1') return {text: String(present + 1), fresh: true};
		if (argument === '-1') return {text: String(Math.max(0, present - 1)), fresh: true};
		return {text: argument, fresh: true};
	},

	plan(deployment, input, {board, count}) {
		const before = deployment.spec.replicas ?? 1;
		const {name, namespace = '', uid} = deployment.metadata;
		const field: DialogRow = {label: 'replicas', text: `${before} → ${input.text}█`};
		if (!/^\d+$/.test(input.text))
			return {kind: 'refused', sentence: 'Type how many pods are wanted, as a whole number.', rows: [field]};
		const after = Number(input.text);
		if (after > mostReplicas)
			return {
				kind: 'refused',
				sentence: `${input.text} replicas are more than ${mostReplicas}: type a smaller number.`,
				rows: [field],
			};
		if (after === before) {
			return {
				kind: 'refused',
				sentence: `${name} already wants ${before} ${before === 1 ? 'pod' : 'pods'}.`,
				rows: [field],
			};
		}
		const facts = board.facts(uid);
		const prediction = facts && predictScale(facts, deployment, after, board.autoscalers(deployment));
		return {
			kind: 'ready',
			subresource: 'scale',
			operations: [
				{op: 'test', path: '/metadata/uid', value: uid},
				// A Scale leaves out a count of 0 (omitempty), where a test with null holds, and only `add` finds a place.
				{op: 'test', path: '/spec/replicas', value: before === 0 ? null : before},
				{op: 'add', path: '/spec/replicas', value: after},
			],
			summary: `${before} → ${after} replicas`,
			kubectl: `scale deployment/${name} --replicas=${after}`,
			enter: 'apply',
			doing: `scaling ${before} → ${after}`,
			done: `scaled to ${after}`,
			until: 'complete',
			...(after === 0 && {typeFirst: count > 1 ? namespace : name}),
			rows: [
				field,
				...(prediction?.sentences ?? []).map((text, index): DialogRow => ({label: index === 0 ? 'happens' : '', text})),
			],
		};
	},

	key(key, input, deployment) {
		if (/^\d$/.test(key)) return {text: input.fresh ? key : `${input.text}${key}`.slice(0, 7), fresh: false};
		switch (key) {
			case 'backspace':
				return {text: input.text.slice(0, -1), fresh: false};
			case 'ctrl-u':
				return {text: '', fresh: false};
			case '+':
			case '=':
			case 'up':
				return {text: String(step(input.text, deployment.spec.replicas ?? 1, 1)), fresh: true};
			case '-':
			case 'down':
				return {text: String(step(input.text, deployment.spec.replicas ?? 1, -1)), fresh: true};
			default:
				return undefined;
		}
	},
};

function step(text: string, present: number, by: number): number {
	const from = /^\d+$/.test(text) ? Number(text) : present;
	return Math.min(mostReplicas, Math.max(0, from + by));
}
