import type {RolloutFacts, RolloutState} from '../rollout/facts.ts';

export type Verdict = 'complete' | 'failed' | 'going';

const ended: readonly RolloutState[] = ['complete', 'scaled-to-zero'];
/** Where nothing else can be told, kubectl's word counts. */
const byCounts: readonly RolloutState[] = ['paused', 'unknown'];

/**
 * Whether a rollout has come to its end: kubectl's rules (reference 1a), but for the cases in which kubectl is mistaken. The
 * verdict of an earlier deadline is no failure of the present change; while paused, nothing fails. Nothing is complete beside old pods
 * that still run, while the counts are behind the pods, where containers crash again and again and are available in between, and on
 * the way to 0 pods as long as some are not asked to stop.
 * @param failFast A cause that does not heal by itself is a failure, too.
 */
export function verdictOn(facts: RolloutFacts, failFast: boolean): Verdict {
	const {state, kubectlStatus, causes} = facts;
	if (ended.includes(state) || (kubectlStatus.done && byCounts.includes(state))) return 'complete';
	if (kubectlStatus.failed && causes.some(({id}) => id === 'deadline')) return 'failed';
	// Until the controller has seen the change, all other causes are those of the change before.
	const cause = state === 'unobserved' ? causes.find(({id}) => id === 'unobserved') : causes[0];
	return failFast && cause?.needsPerson ? 'failed' : 'going';
}
