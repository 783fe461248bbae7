import {matchesSelector} from '../format/selector.ts';
import type {PodDisruptionBudget} from '../objects.ts';
import type {RolloutState} from './facts.ts';
import type {Scene} from './scene.ts';
import {deadlineOf} from './status.ts';
import {listed} from './words.ts';

/** States in which a rollout is under way. */
const going: ReadonlySet<RolloutState> = new Set(['moving', 'waiting', 'stuck', 'unobserved']);

/** What is worth knowing about a rollout though it is no reason to wait: one sentence each. */
export function notesOf(
	{deployment, lanes, bounds}: Scene,
	state: RolloutState,
	budgets: readonly PodDisruptionBudget[] | undefined,
): string[] {
	const {metadata, spec} = deployment;
	const notes: string[] = [];
	const olds = lanes
		.filter(({place, desired}) => place === 'old' && desired > 0)
		.map(({revision}) => String(revision ?? '?'));
	if (olds.length > 1)
		notes.push(`A newer revision came before the last one was complete: ${listed(olds.toReversed())} still have pods.`);
	if (going.has(state) && olds.length > 0) {
		if (deadlineOf(deployment) === undefined)
			notes.push('No deadline is set: a rollout that cannot go on waits for ever.');
		if (bounds.strategy === 'Recreate')
			notes.push('Recreate: nothing serves between the last old pod and the first new one.');
		else if (bounds.surge + bounds.unavailable === 1 && bounds.desired > 4) {
			notes.push(`It moves one pod at a time (maxSurge ${bounds.surge}, maxUnavailable ${bounds.unavailable}).`);
		}
	}
	if (spec.revisionHistoryLimit === 0)
		notes.push('No old revision is kept (revisionHistoryLimit 0): once it is complete there is no way back.');
	for (const budget of budgets ?? []) {
		if (
			budget.metadata.namespace !== metadata.namespace ||
			!matchesSelector(budget.spec.selector, spec.template.metadata?.labels)
		)
			continue;
		if (budget.status?.disruptionsAllowed === 0 && (budget.status.expectedPods ?? 0) > 0) {
			notes.push(
				`Budget ${budget.metadata.name} allows no disruption now: that holds up drains of nodes, not this rollout.`,
			);
		}
	}
	return notes;
}
