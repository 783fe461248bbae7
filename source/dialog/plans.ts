import type {Board} from '../board/board.ts';
import type {Plan, PlanContext} from '../commands/action.ts';
import {findAction} from '../commands/actions/index.ts';
import type {Dialog, Target} from '../state/dialog.ts';

/** What a dialog would do, worked out anew from the objects as they are: never from what they were when it opened. */

/** What Enter would do to one target, or why it may not. */
export function planFor(dialog: Dialog, target: Target, board: Board, now: number): Plan {
	const deployment = board.objects.deployments.get(target.uid);
	if (!deployment) return {kind: 'refused', sentence: `${target.name} was deleted meanwhile.`, rows: []};
	return findAction(dialog.action).plan(deployment, dialog.input, planContext(board, now, dialog.targets.length));
}

/** What would be sent, as text: equal means that nothing a person decided on has changed. */
export function signatureOf(dialog: Dialog, board: Board): string {
	return JSON.stringify(
		dialog.targets.map((target) => {
			const plan = planFor(dialog, target, board, 0);
			return plan.kind === 'ready' ? plan.operations : plan.sentence;
		}),
	);
}

/** Why Enter does nothing now, in a few words; undefined: it goes ahead. The whole of a refusal stands in the dialog's rows. */
export function blocker(dialog: Dialog, board: Board, now: number): string | undefined {
	if (dialog.phase === 'applying') return 'asking the server';
	if (dialog.phase === 'finished') return undefined;
	for (const [index, target] of dialog.targets.entries()) {
		const plan = planFor(dialog, target, board, now);
		if (plan.kind === 'refused') return dialog.targets.length > 1 ? `${target.name}: ${plan.sentence}` : plan.sentence;
		const check = dialog.checks[index];
		if (check?.why !== undefined) return dialog.targets.length > 1 ? `${target.name} is refused` : 'it is refused';
		if (check?.dryRun === undefined) return 'checking';
	}
	if (now < dialog.armedAt) return 'it has just changed: look first';
	const required = typeFirst(dialog, board, now);
	return required !== undefined && dialog.typed !== required ? `type ${required} first` : undefined;
}

/** The word that has to be typed before Enter counts: where nothing would serve, and where the context's rules say so. */
export function typeFirst(dialog: Dialog, board: Board, now: number): string | undefined {
	for (const target of dialog.targets) {
		const plan = planFor(dialog, target, board, now);
		if (plan.kind !== 'ready') continue;
		if (plan.typeFirst !== undefined) return plan.typeFirst;
		if (dialog.mustType) return dialog.targets.length > 1 ? target.namespace : target.name;
	}
	return undefined;
}

/** @param count how many targets the dialog has */
export function planContext(board: Board, now: number, count: number): PlanContext {
	return {board, now, count};
}
