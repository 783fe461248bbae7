import type {RolloutFacts} from '../rollout/facts.ts';
import type {TimelineEntry} from '../rollout/timeline.ts';
import type {PaneId} from '../state/state.ts';

/** A place on a rollout's screen that the cursor can stand on: a line that speaks of one object. */
export interface Stop {
	/** The same for the same line from one frame to the next. */
	readonly key: string;
	readonly section: 'lanes' | 'why' | 'traffic' | 'timeline';
	/** Where Enter goes. */
	readonly pane: PaneId;
	readonly uid: string;
	readonly revision?: number | undefined;
}

const paneOfKind: Readonly<Record<string, PaneId>> = {
	Deployment: 'deployments',
	ReplicaSet: 'replicasets',
	Pod: 'pods',
	Service: 'endpoints',
};

/** How many pieces of evidence a cause shows: the first few tell it, the rest is in the pane. */
export const evidenceShown = 2;

/** The stops of a rollout's screen, from top to bottom. */
export function rolloutStops(facts: RolloutFacts, timeline: readonly TimelineEntry[]): readonly Stop[] {
	return [
		...lanesShown(facts).map(
			({replicaSet, revision}): Stop => ({
				key: `lane ${replicaSet.metadata.uid}`,
				section: 'lanes',
				pane: 'replicasets',
				uid: replicaSet.metadata.uid,
				revision,
			}),
		),
		...facts.causes.flatMap((cause, order) =>
			cause.evidence.slice(0, evidenceShown).flatMap(({object}, index): Stop[] => {
				const pane = paneOfKind[object.kind];
				if (pane === undefined || object.uid === undefined) return [];
				return [{key: evidenceKey(order, cause.id, index), section: 'why', pane, uid: object.uid}];
			}),
		),
		...facts.traffic.map(
			({service}): Stop => ({
				key: `service ${service.metadata.uid}`,
				section: 'traffic',
				pane: 'endpoints',
				uid: service.metadata.uid,
			}),
		),
		...timeline.flatMap((entry): Stop[] => {
			const pane = paneOfKind[entry.object.kind];
			if (pane === undefined || entry.object.uid === undefined) return [];
			return [{key: timelineKey(entry), section: 'timeline', pane, uid: entry.object.uid}];
		}),
	];
}

/** What a moment is known by from picture to picture: the cursor stays on it. */
export function timelineKey({at, actor, text, object}: TimelineEntry): string {
	return `time ${at} ${actor} ${object.name} ${text}`;
}

/** Two causes may be of one kind (two images): their order tells them apart. */
export function evidenceKey(order: number, cause: string, index: number): string {
	return `why ${order} ${cause} ${index}`;
}

/** The revisions that have pods or are to have some; the new one always. */
export function lanesShown({lanes}: RolloutFacts): RolloutFacts['lanes'] {
	return lanes.filter(
		(lane) => lane.place === 'new' || lane.desired + lane.running + lane.waiting + (lane.ending ?? 0) > 0,
	);
}
