import type {Pod} from '../objects.ts';
import type {RolloutFacts} from '../rollout/facts.ts';

/** How a rollout went that was watched from its beginning: what no object remembers once it is over. */
export interface RolloutRecord {
	readonly revision: number | undefined;
	/** Milliseconds since the epoch, when we first saw it; `endedAt` once it is complete. */
	readonly startedAt: number;
	readonly endedAt: number | undefined;
	readonly desired: number;
	/** The fewest pods of all revisions that were available at any moment. */
	readonly lowestAvailable: number;
	/** How many pods of the new revision were made, and how often their containers restarted. */
	readonly pods: number;
	readonly restarts: number;
}

/** Remembers of every Deployment how its rollouts went, while somebody watches. */
export interface Chronicle {
	note(uid: string, facts: RolloutFacts, newPods: readonly Pod[], now: number): void;
	/** The last rollout that was seen from its beginning. */
	last(uid: string): RolloutRecord | undefined;
	/** How long those before it took, newest first, in milliseconds. */
	earlier(uid: string): readonly number[];
	clear(): void;
}

interface Page {
	/** The ReplicaSet that the present rollout leads to; another one is another rollout. */
	readonly target: string | undefined;
	readonly record: RolloutRecord | undefined;
	readonly podUids: ReadonlySet<string>;
	readonly restarts: ReadonlyMap<string, number>;
	readonly durations: readonly number[];
}

export function createChronicle(): Chronicle {
	const pages = new Map<string, Page>();
	return {
		note(uid, facts, newPods, now) {
			const page = pages.get(uid);
			const target = facts.newReplicaSet?.metadata.uid;
			// Without its ReplicaSet a rollout has not begun yet; what was under way when we came, began without us.
			if (target === undefined) return;
			if (!page) {
				pages.set(uid, {target, record: undefined, podUids: new Set(), restarts: new Map(), durations: []});
				return;
			}
			const begins = page.target !== target;
			if (!begins && (!page.record || page.record.endedAt !== undefined)) return;
			pages.set(uid, written(begins ? turned(page, target) : page, facts, newPods, now));
		},
		last: (uid) => pages.get(uid)?.record,
		earlier: (uid) => pages.get(uid)?.durations ?? [],
		clear: () => pages.clear(),
	};
}

/** An empty page for the next rollout; the last one's duration goes to the list. */
function turned({record, durations}: Page, target: string): Page {
	const took = record?.endedAt === undefined ? [] : [record.endedAt - record.startedAt];
	return {
		target,
		record: undefined,
		podUids: new Set(),
		restarts: new Map(),
		durations: [...took, ...durations].slice(0, 10),
	};
}

function written(page: Page, facts: RolloutFacts, newPods: readonly Pod[], now: number): Page {
	const available = facts.lanes.reduce((sum, lane) => sum + lane.available, 0);
	const podUids = new Set([...page.podUids, ...newPods.map(({metadata}) => metadata.uid)]);
	// Of a pod that is gone the last count stays.
	const restarts = new Map([...page.restarts, ...newPods.map((pod) => [pod.metadata.uid, restartsOf(pod)] as const)]);
	const ended = facts.state === 'complete' || facts.state === 'scaled-to-zero';
	return {
		...page,
		podUids,
		restarts,
		record: {
			revision: facts.revision ?? page.record?.revision,
			startedAt: page.record?.startedAt ?? now,
			endedAt: ended ? now : undefined,
			desired: facts.bounds.desired,
			lowestAvailable: Math.min(available, page.record?.lowestAvailable ?? available),
			pods: podUids.size,
			restarts: [...restarts.values()].reduce((sum, one) => sum + one, 0),
		},
	};
}

function restartsOf({status}: Pod): number {
	return (status?.containerStatuses ?? []).reduce((sum, {restartCount = 0}) => sum + restartCount, 0);
}
