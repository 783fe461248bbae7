import {parseTime} from '../format/age.ts';
import type {Deployment, Event, KubeObject, Pod, ReplicaSet} from '../objects.ts';
import type {Evidence, RolloutInput} from './facts.ts';
import {specWrites} from './history.ts';
import {type Moment, moment, momentOfEvent, shortName, type TimelineEntry} from './moments.ts';
import {containersOf, isLive, isReady, readyChangedAt} from './pods.ts';
import {controllerUid, findNewReplicaSet, ownedReplicaSets, revisionOf} from './revisions.ts';
import {verdictOf} from './status.ts';

export type {TimelineEntry} from './moments.ts';

/** Neighbours this close are one act of one controller. */
const together = 3000;

/**
 * What the objects and events still tell of the rollout, newest first. Events live for an hour; of an object only its last change is
 * known: for more, keep what the watch says.
 */
export function timelineOf(input: RolloutInput): TimelineEntry[] {
	const {deployment} = input;
	const owned = ownedReplicaSets(deployment, input.replicaSets ?? []);
	const own = new Map<string, KubeObject>([deployment, ...owned].map((object) => [object.metadata.uid, object]));
	const pods = (input.pods ?? []).filter((pod) => own.has(controllerUid(pod) ?? ''));
	for (const pod of pods) own.set(pod.metadata.uid, pod);
	const events = (input.events ?? []).filter(
		({involvedObject}) => own.has(involvedObject.uid ?? '') || isPodOf(involvedObject, owned),
	);
	const moments = [
		...writes(deployment, owned),
		...owned.map((replicaSet) => made(replicaSet)),
		...verdicts(deployment, owned),
		...events.flatMap((event) => momentOfEvent(event, own.get(event.involvedObject.uid ?? '')) ?? []),
		...pods.flatMap((pod) => ofPod(pod)),
	].filter(({at}) => Number.isFinite(at));
	return fold(moments.sort(inOrder)).reverse();
}

/** The links of the chain, first to last: most clocks here tell whole seconds, in which a whole chain may happen. */
const chain = ['deployment controller', 'replica set controller', 'scheduler', 'kubelet'];

function inOrder(a: Moment, b: Moment): number {
	return Math.floor(a.at / 1000) - Math.floor(b.at / 1000) || linkOf(a) - linkOf(b) || a.at - b.at;
}

/** A person or tool comes first (-1), a verdict on it all last. */
function linkOf({actor, role}: Moment): number {
	return role === 'ok' && actor === chain[0] ? chain.length : chain.findIndex((link) => actor.startsWith(link));
}

/** A pod that is gone is known by its name, which begins with its ReplicaSet's. */
function isPodOf({kind, name = ''}: Event['involvedObject'], owned: readonly ReplicaSet[]): boolean {
	return kind === 'Pod' && owned.some(({metadata}) => name.startsWith(`${metadata.name}-`));
}

/** Who wrote the Deployment: each manager's last write, with the revision that came of it. */
function writes(deployment: Deployment, owned: readonly ReplicaSet[]): Moment[] {
	const object = referenceTo(deployment, 'Deployment');
	const present = findNewReplicaSet(deployment, owned);
	return specWrites(deployment).map(({manager, at}, index) => {
		const made = owned.find(({metadata}) => {
			const created = parseTime(metadata.creationTimestamp) ?? 0;
			return created >= at - 1000 && created - at <= together;
		});
		const again = index === 0 && present && !made && owned.some((set) => created(set) > created(present));
		const revision = made ?? (again ? present : undefined);
		const isFirst = at - created(deployment) <= 1000;
		const what = isFirst
			? 'Deployment made'
			: again
				? 'template changed back'
				: made
					? 'template changed'
					: 'Deployment changed';
		const number = revision && revisionOf(revision);
		const text = number === undefined ? what : `${what}, now revision ${number}`;
		return moment(at, manager, text, object);
	});
}

function made(replicaSet: ReplicaSet): Moment {
	const text = `${replicaSet.metadata.name} made${revisionOf(replicaSet) === undefined ? '' : `, now revision ${revisionOf(replicaSet)}`}`;
	return moment(created(replicaSet), 'deployment controller', text, referenceTo(replicaSet, 'ReplicaSet'));
}

/** What comes without an event: complete, or given up. */
function verdicts(deployment: Deployment, owned: readonly ReplicaSet[]): Moment[] {
	const verdict = verdictOf(deployment, findNewReplicaSet(deployment, owned));
	if (!verdict?.applies || verdict.at === undefined) return [];
	const object = referenceTo(deployment, 'Deployment');
	if (verdict.reason === 'NewReplicaSetAvailable')
		return [moment(verdict.at, 'deployment controller', 'rollout complete', object, 'ok')];
	if (verdict.reason === 'ProgressDeadlineExceeded')
		return [moment(verdict.at, 'deployment controller', 'deadline passed: gives up waiting', object, 'failed')];
	return [];
}

/** Readiness and ends of containers, which have no events of their own. */
function ofPod(pod: Pod): Moment[] {
	const actor = `kubelet ${pod.spec.nodeName ?? ''}`.trim();
	const object = referenceTo(pod, 'Pod');
	const name = shortName(pod.metadata.name);
	const moments: Moment[] = [];
	const ready = isLive(pod) && isReady(pod) ? readyChangedAt(pod) : undefined;
	if (ready !== undefined) {
		const fold = {key: `ready ${controllerUid(pod)}`, many: (texts: readonly string[]) => `${texts.length} pods ready`};
		moments.push({...moment(ready, 'kubelet', `${name} ready`, object, 'ok'), fold});
	}
	for (const {status} of containersOf(pod)) {
		const end = status.state?.terminated ?? status.lastState?.terminated;
		const at = parseTime(end?.finishedAt);
		if (end && end.exitCode !== 0 && at !== undefined) {
			const often = (status.restartCount ?? 0) > 1 ? `, ${status.restartCount} restarts` : '';
			moments.push(
				moment(
					at,
					actor,
					`${name}: ${status.name} ended, ${end.reason ?? 'Error'}, exit ${end.exitCode}${often}`,
					object,
					'failed',
				),
			);
		}
	}
	return moments;
}

/** Neighbours of one key within a few seconds become one entry. */
function fold(moments: readonly Moment[]): TimelineEntry[] {
	const entries: TimelineEntry[] = [];
	const open = new Map<string, {index: number; texts: string[]; last: number}>();
	for (const {fold, ...entry} of moments) {
		const group = fold && open.get(fold.key);
		if (!fold || !group || entry.at - group.last > together) {
			if (fold) open.set(fold.key, {index: entries.length, texts: [entry.text], last: entry.at});
			entries.push(entry);
			continue;
		}
		group.texts.push(entry.text);
		group.last = entry.at;
		const before = entries[group.index]!;
		const text = fold.many(group.texts);
		entries[group.index] = {
			...before,
			text,
			until: Math.max(before.until, entry.until),
			count: before.count + entry.count,
		};
	}
	return entries;
}

function created({metadata}: KubeObject): number {
	return parseTime(metadata.creationTimestamp) ?? Number.NaN;
}

function referenceTo({metadata: {name, uid}}: KubeObject, kind: string): Evidence['object'] {
	return {kind, name, uid};
}
