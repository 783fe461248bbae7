import type {RolloutState} from '../rollout/facts.ts';
import type {State} from '../state/state.ts';
import type {Board} from './board.ts';

/** What a person who looks elsewhere should be called back for. */
export interface Alert {
	readonly name: string;
	/** `complete`, `stuck: image not found`. */
	readonly what: string;
}

/** Says, from one look to the next, which watched rollouts have come to their end or got stuck meanwhile. */
export interface AlertWatch {
	look(state: State, board: Board): readonly Alert[];
}

const ended: readonly RolloutState[] = ['complete', 'stuck'];

/** Watched is the rollout whose screen is open, and every Deployment that a change of ours is on its way in. */
export function createAlertWatch(): AlertWatch {
	let last = new Map<string, RolloutState>();
	return {
		look(state, board) {
			const now = new Map<string, RolloutState>();
			const alerts: Alert[] = [];
			for (const uid of watched(state)) {
				const facts = board.facts(uid);
				const deployment = board.objects.deployments.get(uid);
				if (!facts || !deployment) continue;
				now.set(uid, facts.state);
				const before = last.get(uid);
				if (before === undefined || before === facts.state || !ended.includes(facts.state)) continue;
				const cause = facts.causes[0]?.short;
				alerts.push({
					name: deployment.metadata.name,
					what: facts.state === 'stuck' && cause !== undefined ? `stuck: ${cause}` : facts.state,
				});
			}
			last = now;
			return alerts;
		},
	};
}

function watched(state: State): ReadonlySet<string> {
	const uids = state.views.flatMap((view) => (view.id === 'rollout' ? [view.uid] : []));
	const followed = state.messages.flatMap(({following}) =>
		// One look more after its end, so that the end itself is seen.
		following && (following.finishedAt === undefined || state.now - following.finishedAt < 5000)
			? [following.deploymentUid]
			: [],
	);
	return new Set([...uids, ...followed]);
}
