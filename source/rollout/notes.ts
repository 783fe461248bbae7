import {age} from '../format/age.ts';
import {matchesSelector} from '../format/selector.ts';
import type {PodDisruptionBudget} from '../objects.ts';
import type {RolloutState} from './facts.ts';
import {specWrites} from './history.ts';
import type {Scene} from './scene.ts';
import {deadlineOf} from './status.ts';
import {listed, nextSpanChange, span} from './words.ts';

/** States in which a rollout is under way. */
const going: ReadonlySet<RolloutState> = new Set(['moving', 'waiting', 'stuck', 'unobserved']);

/** What is worth knowing about a rollout though it is no reason to wait: one sentence each. */
export function notesOf(
	scene: Scene,
	state: RolloutState,
	budgets: readonly PodDisruptionBudget[] | undefined,
): string[] {
	const {deployment, lanes, bounds} = scene;
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
	const fight = revertedBy(scene);
	if (fight) notes.push(fight);
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

/** Managers that put a Deployment back to what stands in a repository. */
const gitops = /^(?:argocd|kustomize-controller|helm-controller)/;
/** Two writes so close to one another are likely one the answer to the other; an hour later nobody asks any more. */
const answered = 600_000;
const remembered = 3_600_000;

/** Whether a GitOps controller has written after somebody else did. What it changed is not told: each manager keeps its last time only. */
function revertedBy({deployment, now, wake}: Scene): string | undefined {
	const [last, ...others] = specWrites(deployment);
	const before = others.find(({manager}) => !gitops.test(manager));
	if (!last || !before || !gitops.test(last.manager)) return undefined;
	if (last.at - before.at > answered || now - last.at > remembered) return undefined;
	wake(nextSpanChange(last.at, now));
	const later = last.at === before.at ? 'right' : age(last.at - before.at);
	return `${last.manager} wrote to it ${later} after ${before.manager}, ${span(now - last.at)} ago: it may have put its own version back.`;
}
