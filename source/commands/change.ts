import {revisionOf} from '../rollout/revisions.ts';
import {aim, noTarget, targets} from './aim.ts';
import type {Command, CommandContext} from './command.ts';
import {revisionUnderCursor, stopUnderCursor} from './rollout.ts';

/** The commands that change the cluster. Each only opens a dialog; the gate does the rest. */

const onRolloutViews = ['deck', 'rollout', 'history'] as const;

/** k9s has shell, previous logs and back on these keys of its pod table: a habit must not become a change. */
function notOnPods(key: string, there?: string): (context: CommandContext) => string | undefined {
	return (context) =>
		context.state.focus === 'pods' && context.state.views.at(-1)?.id === 'deck' && context.state.marks.size === 0
			? `${key} changes no single pod${there === undefined ? '' : ` (in k9s it is ${there})`}: press 1, then ${key} for the Deployment.`
			: noTarget(context);
}

export const scaleCommand: Command = {
	id: 'scale',
	title: 'set how many pods are wanted',
	hint: 'scale',
	section: 'change',
	keys: ['s'],
	words: ['scale'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: notOnPods('s', 'a shell in the pod'),
	run: (context, argument) => context.ask('scale', targets(context), argument),
};

export const scaleUpCommand: Command = {
	id: 'scale-up',
	title: 'scale one pod up',
	section: 'change',
	keys: ['+', '='],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: notOnPods('+'),
	run: (context) => context.ask('scale', targets(context), '+1'),
};

export const scaleDownCommand: Command = {
	id: 'scale-down',
	title: 'scale one pod down',
	section: 'change',
	keys: ['-'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: notOnPods('-', 'the way back'),
	run: (context) => context.ask('scale', targets(context), '-1'),
};

export const undoCommand: Command = {
	id: 'undo',
	title: 'go back to the previous revision, or one of your choice',
	hint: 'undo',
	section: 'change',
	keys: ['u'],
	words: ['undo', 'rollback'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: noTarget,
	run: (context, argument) => context.ask('undo', targets(context), argument),
};

export const undoToRowCommand: Command = {
	id: 'undo-to-row',
	title: 'go back to the revision of the row under the cursor',
	section: 'change',
	keys: ['U'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: (context) => {
		const found = aim(context.state, context.board);
		if (!found.deployment) return found.why;
		return rowRevision(context) === undefined
			? 'This line has no revision to go back to: choose a ReplicaSet, a pod, or a line of the history (h).'
			: undefined;
	},
	run(context) {
		const {deployment} = aim(context.state, context.board);
		if (deployment) context.ask('undo', [deployment], String(rowRevision(context)));
	},
};

export const restartCommand: Command = {
	id: 'restart',
	title: 'replace all pods by new ones of the same template',
	hint: 'restart',
	section: 'change',
	keys: ['r'],
	words: ['restart'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: noTarget,
	run: (context) => context.ask('restart', targets(context)),
};

export const pauseCommand: Command = {
	id: 'pause',
	title: 'pause the rollout, or let it go on',
	hint: 'pause',
	section: 'change',
	keys: ['p'],
	words: ['pause', 'resume'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: notOnPods('p', "the previous container's log"),
	run: (context) => context.ask('pause', targets(context)),
};

export const imageCommand: Command = {
	id: 'image',
	title: 'set the image of a container',
	section: 'change',
	keys: ['i'],
	words: ['image'],
	views: onRolloutViews,
	dangerous: true,
	disabledReason: (context) =>
		targets(context).length > 1
			? 'An image is set on one Deployment at a time: clear the marks with esc first.'
			: noTarget(context),
	run: (context, argument) => context.ask('image', targets(context), argument),
};

/** The revision that the line under the cursor speaks of, whichever view it is in. */
function rowRevision(context: CommandContext): number | undefined {
	const {state, board} = context;
	switch (state.views.at(-1)?.id) {
		case 'rollout':
			return stopUnderCursor(context)?.revision;
		case 'history':
			return revisionUnderCursor(context)?.number;
		case 'deck': {
			const row = board.rowAt(state, state.focus);
			const replicaSet = row && (board.objects.replicasets.get(row.metadata.uid) ?? board.replicaSetOf(row));
			return replicaSet && revisionOf(replicaSet);
		}
		case 'help':
		case 'messages':
		case 'picker':
		case undefined:
			return undefined;
	}
}
