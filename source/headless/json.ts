import type {Deployment} from '../objects.ts';
import type {Cause, RolloutFacts} from '../rollout/facts.ts';
import type {RevisionEntry} from '../rollout/history.ts';
import type {LastWords} from '../rollout/last-words.ts';
import type {TemplateChange} from '../rollout/template-diff.ts';
import type {Verdict} from './verdict.ts';

/**
 * What `-o json` prints. `version` counts up when a field changes its meaning or goes; new fields may come any time. Times are ISO
 * 8601 in UTC; what is not known is left out. The readme has the fields.
 */
const version = 1;

function subject(kind: string, {metadata}: Deployment) {
	return {version, kind, deployment: metadata.name, namespace: metadata.namespace};
}

/** What is known beside the objects. `clockSkew`: milliseconds that the server's clock is ahead of ours; 0 is left out. */
export interface Besides {
	readonly clockSkew: number;
	readonly lastWords: LastWords | undefined;
}

/** What `rolldeck status -o json` prints of one moment: the readme lists its fields. */
export function statusJson(
	deployment: Deployment,
	facts: RolloutFacts,
	verdict: Verdict,
	{clockSkew, lastWords}: Besides,
): object {
	const {status = {}, spec} = deployment;
	const {state, words, revision, from, bounds} = facts;
	return {
		...subject('status', deployment),
		state,
		words,
		complete: verdict === 'complete',
		failed: verdict === 'failed',
		revision,
		from,
		paused: spec.paused ?? false,
		pods: {
			desired: spec.replicas ?? 1,
			updated: status.updatedReplicas ?? 0,
			available: status.availableReplicas ?? 0,
			atLeast: bounds.minimumAvailable,
			atMost: bounds.maximumPods,
		},
		revisions: facts.lanes
			.filter(({place}) => place !== 'past')
			.map(({replicaSet, revision: number, place, desired, running, ready, available, waiting, ending, failed}) => ({
				revision: number,
				replicaSet: replicaSet.metadata.name,
				place,
				desired,
				running,
				ready,
				available,
				waiting,
				ending,
				failed,
			})),
		causes: facts.causes.map(causeJson),
		startedAt: time(facts.startedAt),
		completedAt: time(facts.completedAt),
		deadlineAt: time(facts.clocks.find(({id}) => id === 'deadline')?.at),
		lastWords: lastWords && {
			pod: lastWords.of.pod.name,
			container: lastWords.of.container,
			lines: lastWords.lines,
			problem: lastWords.problem,
		},
		clockSkewSeconds: clockSkew === 0 ? undefined : Math.round(clockSkew / 1000),
	};
}

function causeJson({id, short, sentence, needsPerson, pods, evidence, since}: Cause) {
	return {
		id,
		short,
		sentence,
		needsPerson,
		pods,
		since: time(since),
		evidence: evidence.map(({object, source, text, count, first, last}) => ({
			object: {kind: object.kind, name: object.name},
			source,
			text,
			count,
			first: time(first),
			last: time(last),
		})),
	};
}

/** What `rolldeck history -o json` prints: the readme lists its fields. */
export function historyJson(deployment: Deployment, entries: readonly RevisionEntry[]): object {
	return {
		...subject('history', deployment),
		revisions: entries.map(({number, replicaSet, createdAt, images, changeCause, pods, current, writtenBy}) => ({
			revision: number,
			current,
			replicaSet: replicaSet.metadata.name,
			createdAt: time(createdAt),
			images,
			pods,
			changeCause,
			writtenBy,
		})),
	};
}

/** What looks like a credential is never printed: its values are left out, and `masked` is true. */
export function diffJson(
	deployment: Deployment,
	from: number | undefined,
	to: number | undefined,
	changes: readonly TemplateChange[],
): object {
	return {
		...subject('diff', deployment),
		from,
		to,
		changes: changes.map(({path, before, after, secret}) => {
			const what =
				before === undefined && after === undefined
					? 'reordered'
					: before === undefined
						? 'added'
						: after === undefined
							? 'removed'
							: 'changed';
			return {path, what, ...(secret ? {} : {before, after}), masked: secret};
		}),
	};
}

function time(at: number | undefined): string | undefined {
	return at === undefined || !Number.isFinite(at) ? undefined : new Date(at).toISOString();
}
