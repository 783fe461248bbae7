import type {Deployment, HorizontalPodAutoscaler, KindId, KubeObject, ReplicaSet} from '../objects.ts';
import type {ColumnContext} from '../resources/resource.ts';
import {mergeSlices} from '../resources/service-endpoints.ts';
import type {RolloutFacts, RolloutGround} from '../rollout/facts.ts';
import type {Moment} from '../rollout/moments.ts';
import {type TimelineEntry, timelineOf} from '../rollout/timeline.ts';
import {
	type AppliedChange,
	controllerUid,
	createObjectSets,
	type ObjectChanges,
	type ObjectSets,
} from '../state/objects.ts';
import {type PaneId, type PaneState, paneIds, type State} from '../state/state.ts';
import type {Table} from '../state/table.ts';
import {createChronicle, type RolloutRecord} from './chronicle.ts';
import {
	createFactsCache,
	isAnyLoading,
	type ReadableAs,
	readabilityKey,
	readabilityOf,
	servicesOf,
	slicesOf,
} from './facts.ts';
import {createJournal} from './journal.ts';
import {applyFilter, applySort, createPaneTable} from './pane-table.ts';
import {createTally} from './tally.ts';

/**
 * Everything the watches have said, joined: the objects, the facts of every rollout, and the tables of the panes. It is
 * changed only inside a publication of the store; the screens read it. No I/O, no timers.
 */
export interface Board {
	readonly objects: ObjectSets;
	/** For the columns; its `now` is that of the last `tick`. */
	readonly context: ColumnContext;
	facts(deploymentUid: string): RolloutFacts | undefined;
	/** Who did what, and what followed from it; newest first. Made anew only when the facts are, or more was seen. */
	timeline(deploymentUid: string): readonly TimelineEntry[];
	/** How its last rollout went, if we saw all of it, and how long those before it took (milliseconds, newest first). */
	record(deploymentUid: string): {readonly last: RolloutRecord | undefined; readonly earlier: readonly number[]};
	/** The Deployment that the panes below show the parts of: the one under the cursor, ghosts excepted. */
	subject(state: State): Deployment | undefined;
	deploymentOf(object: KubeObject): Deployment | undefined;
	replicaSetOf(object: KubeObject): ReplicaSet | undefined;
	/** Those of its namespace; undefined where they cannot be read, or are still being listed. */
	autoscalers(deployment: Deployment): readonly HorizontalPodAutoscaler[] | undefined;
	/** The row under the cursor of a pane; a ghost is no row. */
	rowAt(state: State, pane: PaneId): KubeObject | undefined;
	rows(pane: PaneId, start: number, length: number): readonly KubeObject[];
	/** How many rows match the filter, and how many there are. */
	count(pane: PaneId): {readonly shown: number; readonly all: number};
	indexOf(pane: PaneId, uid: string): number;
	/** The pane with its cursor moved by so many rows; the first move away ends a ghost. */
	moveCursor(state: State, pane: PaneId, by: number): PaneState;
	/** How the Deployments are doing, for the header. */
	tally(): {readonly all: number; readonly moving: number; readonly stuck: number; readonly waiting: number};

	/**
	 * Takes a batch of one kind in, and gives back the state with cursors and ghosts put right.
	 * @param at when it came, in milliseconds since the epoch by the server's clock; left out: now
	 */
	apply(state: State, kind: KindId, changes: ObjectChanges, at?: number): State;
	/** Makes ahead, step by step, what `follow` would make in one go for a state in which other kinds can be read. */
	prepare(state: State): Generator<void>;
	/** Makes ahead, step by step, what the first letter of a filter would have to make in one go. */
	prepareFilter(pane: PaneId): Iterable<void>;
	/** Lets the tables follow the state: another subject, sort, filter or scope. Gives the state back, cursors put right. */
	follow(state: State): State;
	/** What is known of the ground of the Deployment on the screen: facts of that one alone rest on it. */
	stand(state: State, deploymentUid: string, ground: RolloutGround): State;
	/** The clock has moved on. */
	tick(state: State): State;
	/** Forgets all objects: another scope. */
	clear(): void;
}

export function createBoard(options: {readonly ascii: boolean}): Board {
	const objects = createObjectSets();
	let context: ColumnContext = {now: 0};
	let readability: ReadableAs = () => 'loading';
	const facts = createFactsCache(objects, (kind) => readability(kind));
	const tables = Object.fromEntries(paneIds.map((pane) => [pane, createPaneTable(pane, () => context)])) as {
		readonly [P in PaneId]: Table<KubeObject>;
	};
	const chronicle = createChronicle();
	const tally = createTally();
	const journal = createJournal(objects);
	let followed: Followed | undefined;
	let timeline: Timeline | undefined;

	const factsOf = (uid: string) => {
		const deployment = objects.deployments.get(uid);
		return deployment && facts.facts(deployment, context.now);
	};
	const replicaSetOf = (object: KubeObject) => objects.replicasets.get(controllerUid(object) ?? '');
	const deploymentOf = (object: KubeObject) => {
		const {uid} = object.metadata;
		return objects.deployments.get(uid) ?? objects.deployments.get(controllerUid(replicaSetOf(object) ?? object) ?? '');
	};
	const laneOf = (object: KubeObject) => {
		const replicaSet = objects.replicasets.get(object.metadata.uid) ?? replicaSetOf(object);
		const owner = replicaSet && controllerUid(replicaSet);
		const lanes = owner === undefined ? undefined : factsOf(owner)?.lanes;
		return lanes?.find((lane) => lane.replicaSet.metadata.uid === replicaSet?.metadata.uid);
	};
	context = {
		now: 0,
		ascii: options.ascii,
		rollout: factsOf,
		facts(object) {
			const deployment = deploymentOf(object);
			return deployment && factsOf(deployment.metadata.uid);
		},
		revision(object) {
			const lane = laneOf(object);
			return lane && {number: lane.revision, place: lane.place};
		},
		serving(uid) {
			const replicaSet = objects.replicasets.get(uid);
			return replicaSet && laneOf(replicaSet)?.serving;
		},
	};

	const subject = (state: State): Deployment | undefined => {
		const {cursor, ghost} = state.panes.deployments;
		if (ghost) return undefined;
		const uid = cursor ?? tables.deployments.window(0, 1)[0]?.metadata.uid;
		return uid === undefined ? undefined : objects.deployments.get(uid);
	};

	const members = (pane: PaneId, of: Followed): readonly KubeObject[] => {
		if (pane === 'deployments') return [...objects.deployments.all()];
		if (of.showAll) {
			if (pane === 'endpoints') return servicesWithEndpoints([...objects.services.all()]);
			return [...objects[pane].all()];
		}
		if (pane === 'replicasets') return objects.replicasets.ownedBy(of.subject ?? '');
		if (pane === 'pods') return [...of.sets].flatMap((uid) => objects.pods.ownedBy(uid));
		const deployment = objects.deployments.get(of.subject ?? '');
		if (!deployment) return [];
		return servicesWithEndpoints(servicesOf(objects, deployment).filter(({spec}) => spec.selector));
	};
	const servicesWithEndpoints = (services: Parameters<typeof mergeSlices>[0]) =>
		mergeSlices(services, slicesOf(objects, services));

	/** Whether an object is a row of a pane as it is now. */
	const belongs = (pane: PaneId, object: KubeObject): boolean => {
		if (pane === 'deployments' || followed?.showAll) return true;
		const owner = controllerUid(object);
		if (!followed || owner === undefined) return false;
		return pane === 'replicasets' ? owner === followed.subject : followed.sets.has(owner);
	};

	const takeIn = (kind: KindId, applied: readonly AppliedChange[]) => {
		const dirty = facts.note(kind, applied);
		if (kind === 'deployments' || kind === 'replicasets' || kind === 'pods') {
			for (const {before, after} of applied) {
				if (kind === 'replicasets' && after) {
					if (controllerUid(after) === followed?.subject) followed?.sets.add(after.metadata.uid);
					else followed?.sets.delete(after.metadata.uid);
				}
				if (after && belongs(kind, after)) tables[kind].upsert(after);
				else if (before) tables[kind].remove((after ?? before).metadata.uid);
			}
		}
		redraw(dirty);
	};

	/** Rows whose derived cells (ROLLOUT, REV, SERVING) may have changed though their own object did not. */
	const redraw = (deployments: Iterable<string>) => {
		for (const uid of deployments) {
			const deployment = objects.deployments.get(uid);
			if (deployment) tables.deployments.upsert(deployment);
			const made = factsOf(uid);
			tally.note(uid, deployment && made?.state);
			const newPods = objects.pods.ownedBy(made?.newReplicaSet?.metadata.uid ?? '');
			if (made) chronicle.note(uid, made, newPods, context.now);
			if (followed?.showAll !== true && uid !== followed?.subject) continue;
			for (const replicaSet of objects.replicasets.ownedBy(uid)) tables.replicasets.upsert(replicaSet);
		}
	};

	/** The marks of what is still there: what is deleted can be marked no more. */
	const standing = (marks: State['marks']): State['marks'] => {
		const left = [...marks].filter((uid) => objects.deployments.get(uid));
		return left.length === marks.size ? marks : new Set(left);
	};

	/** A pane of which other rows are shown: the cursor stays on its object, or goes back to the first row. */
	const shownCursor = (pane: PaneId, {panes}: State): PaneState => {
		const {cursor, ghost} = panes[pane];
		const kept = cursor !== undefined && tables[pane].indexOf(cursor) >= 0 ? cursor : undefined;
		return kept === cursor && !ghost ? panes[pane] : {...panes[pane], cursor: kept, ghost: undefined};
	};

	const follow = (state: State): State => {
		const readable: ReadableAs = (kind) => readabilityOf(state, kind);
		const isOther = readabilityKey(readable) !== readabilityKey(readability);
		readability = readable;
		if (isOther) {
			// What can be read decides what may be said: "none" and "not visible" are different facts.
			facts.reread();
			redraw([...objects.deployments.all()].map(({metadata}) => metadata.uid));
		}
		if (context.allNamespaces !== (state.scope.namespace === undefined)) {
			context = {...context, allNamespaces: state.scope.namespace === undefined};
		}
		let next = state;
		for (const pane of paneIds) {
			const {sort, filter} = next.panes[pane];
			applySort(tables[pane], sort);
			if (applyFilter(tables[pane], filter)) next = withPane(next, pane, shownCursor(pane, next));
		}
		// While pages load the cursor stays on the first row, whichever that is; then it is that row's object, and stays.
		const [first] = tables.deployments.window(0, 1);
		const {deployments} = next.panes;
		const loading = readable('deployments') === 'loading' || isAnyLoading(readable);
		if (!loading && first && deployments.cursor === undefined && !deployments.ghost) {
			next = withPane(next, 'deployments', {...deployments, cursor: first.metadata.uid});
		}
		journal.hear(next.freshness, next.now);
		journal.follow(lookedAt(next, subject(next)?.metadata.uid));
		const {cursor, ghost} = next.panes.deployments;
		const uid = ghost?.why === 'deleted' ? cursor : subject(next)?.metadata.uid;
		if (!followed || followed.subject !== uid || followed.showAll !== next.showAll) {
			const sets = new Set(objects.replicasets.ownedBy(uid ?? '').map(({metadata}) => metadata.uid));
			const wanted: Followed = {subject: uid, sets, showAll: next.showAll};
			followed = wanted;
			for (const pane of paneIds) {
				if (pane === 'deployments') continue;
				tables[pane].replaceAll(members(pane, wanted));
				next = withPane(next, pane, shownCursor(pane, next));
			}
		}
		return next;
	};

	/** Runs a change of the tables; where the object under a cursor has left its table, a ghost stays in its place. */
	const keepingCursors = (state: State, change: () => void): State => {
		const under = paneIds.map((pane) => {
			const {cursor, ghost} = state.panes[pane];
			if (cursor === undefined || ghost) return undefined;
			const index = tables[pane].indexOf(cursor);
			const [object] = index < 0 ? [] : tables[pane].window(index, 1);
			return object && {pane, cursor, index, object};
		});
		change();
		let next = state;
		for (const pane of paneIds) {
			const {cursor, ghost} = state.panes[pane];
			// It has come back, or matches the filter again.
			if (ghost && cursor !== undefined && tables[pane].indexOf(cursor) >= 0)
				next = withPane(next, pane, {...state.panes[pane], ghost: undefined});
		}
		for (const place of under) {
			if (!place || tables[place.pane].indexOf(place.cursor) >= 0) continue;
			const {pane, cursor, index, object} = place;
			const why = tables[pane].get(cursor) ? 'filtered' : 'deleted';
			next = withPane(next, pane, {...next.panes[pane], ghost: {object, why, at: context.now, index}});
		}
		return next;
	};
	return {
		objects,
		get context() {
			return context;
		},
		facts: factsOf,
		timeline(uid) {
			const deployment = objects.deployments.get(uid);
			const made = factsOf(uid);
			if (!deployment || !made) return [];
			const seen = journal.of(uid);
			if (timeline?.of !== made || timeline.seen !== seen)
				timeline = {of: made, seen, entries: timelineOf(facts.input(deployment, context.now), seen)};
			return timeline.entries;
		},
		record: (uid) => ({last: chronicle.last(uid), earlier: chronicle.earlier(uid)}),
		subject,
		deploymentOf,
		replicaSetOf,
		autoscalers: (deployment) => facts.autoscalers(deployment),
		rowAt(state, pane) {
			const {cursor, ghost} = state.panes[pane];
			if (ghost) return undefined;
			const index = cursor === undefined ? 0 : tables[pane].indexOf(cursor);
			return index < 0 ? undefined : tables[pane].window(index, 1)[0];
		},
		rows: (pane, start, length) => tables[pane].window(start, length),
		count: (pane) => ({shown: tables[pane].size, all: tables[pane].total}),
		indexOf: (pane, uid) => tables[pane].indexOf(uid),
		moveCursor(state, pane, by) {
			const present = state.panes[pane];
			const table = tables[pane];
			if (table.size === 0) return {...present, cursor: undefined, ghost: undefined};
			const index = present.ghost
				? present.ghost.index
				: present.cursor === undefined
					? 0
					: Math.max(0, table.indexOf(present.cursor));
			// From a ghost, one step down lands on the row that took its place.
			const to = Math.min(table.size - 1, Math.max(0, index + (present.ghost && by > 0 ? by - 1 : by)));
			return {...present, cursor: table.window(to, 1)[0]?.metadata.uid, ghost: undefined};
		},
		tally: () => ({all: objects.deployments.size, ...tally.counts()}),
		apply(state, kind, changes, at = state.now) {
			const next = keepingCursors(state, () => {
				const set = objects[kind] as unknown as {apply(changes: ObjectChanges): AppliedChange[]};
				const applied = set.apply(changes);
				takeIn(kind, applied);
				journal.note(kind, applied, state.freshness[kind], at);
				// A pod may be seen before the ReplicaSet that owns it: what belongs is then found out late.
				const come = applied.some(({before}) => before === undefined);
				if (kind === 'replicasets' && come && followed && !followed.showAll)
					tables.pods.replaceAll(members('pods', followed));
				if ((kind === 'services' || kind === 'endpointslices') && followed)
					tables.endpoints.replaceAll(members('endpoints', followed));
			});
			const marks = kind === 'deployments' ? standing(next.marks) : next.marks;
			return follow({...next, marks, version: next.version + 1});
		},
		prepare: (state) => facts.prepare((kind) => readabilityOf(state, kind), context.now),
		prepareFilter: (pane) => tables[pane].prepareFilter(),
		follow,
		stand(state, deploymentUid, ground) {
			const next = keepingCursors(state, () => redraw(facts.stand(deploymentUid, ground)));
			return {...next, version: next.version + 1};
		},
		tick(state) {
			const isEarlier = state.now < context.now;
			if (state.now !== context.now) context = {...context, now: state.now};
			return keepingCursors(state, () => {
				if (!isEarlier) return redraw(facts.expired(state.now));
				// A clock was set, or the server's is found to be behind: what was said of a later time is wrong now.
				facts.forgetAll();
				return redraw([...objects.deployments.all()].map(({metadata}) => metadata.uid));
			});
		},
		clear() {
			for (const set of Object.values(objects)) set.clear();
			facts.forgetAll();
			chronicle.clear();
			tally.clear();
			journal.clear();
			for (const pane of paneIds) tables[pane].replaceAll([]);
			followed = undefined;
		},
	};
}

/** The Deployments whose rollout is on the screen, or that a change of ours is on its way in. */
function lookedAt({views, messages}: State, subject: string | undefined): ReadonlySet<string> {
	const shown = views.flatMap((view) => (view.id === 'rollout' || view.id === 'history' ? [view.uid] : []));
	const changed = messages.flatMap(({following}) =>
		following && following.finishedAt === undefined ? [following.deploymentUid] : [],
	);
	return new Set([...(subject === undefined ? [] : [subject]), ...changed, ...shown]);
}

interface Timeline {
	readonly of: RolloutFacts;
	readonly seen: readonly Moment[];
	readonly entries: readonly TimelineEntry[];
}

/** What panes 2 to 4 show. */
interface Followed {
	/** The uid of the Deployment, which may be deleted by now: what it leaves behind goes on for a while. */
	readonly subject: string | undefined;
	/** The uids of its ReplicaSets, those that are gone too: their pods end after them. */
	readonly sets: Set<string>;
	readonly showAll: boolean;
}

function withPane(state: State, pane: PaneId, value: PaneState): State {
	return {...state, panes: {...state.panes, [pane]: value}};
}
