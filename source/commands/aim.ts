import type {Board} from '../board/board.ts';
import type {Deployment} from '../objects.ts';
import type {State} from '../state/state.ts';
import type {Aim, CommandContext} from './command.ts';

/**
 * What a key acts on: the Deployment of the focused row, found by controller owners (Pod → ReplicaSet → Deployment),
 * never by name or label. A ghost row and a row without an owner are refused with a sentence.
 */
export function aim(state: State, board: Board): Aim {
	const view = state.views.at(-1);
	if (view?.id === 'rollout' || view?.id === 'history') {
		const deployment = board.objects.deployments.get(view.uid);
		return deployment
			? {row: deployment, deployment, why: ''}
			: {row: undefined, deployment: undefined, why: 'This Deployment was deleted: press q to go back.'};
	}
	const pane = state.panes[state.focus];
	if (pane.ghost) {
		const {name} = pane.ghost.object.metadata;
		const what = pane.ghost.why === 'deleted' ? 'was deleted' : 'does not match the filter any more';
		return {
			row: pane.ghost.object,
			deployment: undefined,
			why: `${name} ${what}: move the cursor to another row first.`,
		};
	}
	const row = board.rowAt(state, state.focus);
	if (!row) return {row: undefined, deployment: undefined, why: 'There is no row under the cursor to act on.'};
	if (state.focus === 'endpoints') {
		return {
			row,
			deployment: undefined,
			why: 'A Service is not scaled or rolled back: choose a Deployment, a ReplicaSet or a pod (keys 1, 2, 4).',
		};
	}
	const deployment = board.deploymentOf(row);
	return deployment
		? {row, deployment, why: ''}
		: {
				row,
				deployment: undefined,
				why: `${row.metadata.name} belongs to no Deployment, so there is nothing to act on.`,
			};
}

/** The marked Deployments, or else the one that the cursor leads to. Marks count only on the deck. */
export function targets({state, board}: CommandContext): readonly Deployment[] {
	if (state.marks.size > 0 && state.views.at(-1)?.id === 'deck') {
		return [...state.marks].flatMap((uid) => board.objects.deployments.get(uid) ?? []);
	}
	const {deployment} = aim(state, board);
	return deployment ? [deployment] : [];
}

/** Why no change can be made here at all, or undefined. */
export function noTarget(context: CommandContext): string | undefined {
	if (targets(context).length > 0) return undefined;
	return aim(context.state, context.board).why;
}
