import {parseTime} from '../format/age.ts';
import type {Deployment, Event, KubeObject, Pod, ReplicaSet} from '../objects.ts';
import {momentOfEvent} from './event-moments.ts';
import type {RolloutInput} from './facts.ts';
import {type SpecWrite, specWrites, templateWrites} from './history.ts';
import {containerEnded, type Moment, moment, podReady, type TimelineEntry} from './moments.ts';
import {containersOf, isLive, isReady, readyChangedAt} from './pods.ts';
import {reference} from './reference.ts';
import {controllerUid, findNewReplicaSet, firstRevisionOf, ownedReplicaSets, revisionOf} from './revisions.ts';
import {setMade, verdict} from './seen.ts';
import {verdictOf} from './status.ts';

export type {TimelineEntry} from './moments.ts';

/** Neighbours this close are one act of one controller. */
const together = 3000;
/** A pod that is made this long after its ReplicaSet grew was not made for that. */
const soon = 120_000;
/** The controller answers to a new size within this time. */
const answersWithin = 5000;

/**
 * Who did what, and what followed from it, newest first: from what the objects and events still tell (events live for an hour; of an
 * object only its last change is known), and from what a watch has seen change, which tells the rest. Nothing is told twice.
 */
export function timelineOf(input: RolloutInput, seen: readonly Moment[] = []): TimelineEntry[] {
	const {deployment} = input;
	const owned = ownedReplicaSets(deployment, input.replicaSets ?? []);
	const own = new Map<string, KubeObject>([deployment, ...owned].map((object) => [object.metadata.uid, object]));
	const pods = (input.pods ?? []).filter((pod) => own.has(controllerUid(pod) ?? ''));
	for (const pod of pods) own.set(pod.metadata.uid, pod);
	const events = (input.events ?? []).filter(
		({involvedObject}) => own.has(involvedObject.uid ?? '') || isPodOf(involvedObject, owned),
	);
	const told = [
		...owned.map(setMade),
		...verdicts(deployment, owned),
		...events.flatMap((event) => momentOfEvent(event, own.get(event.involvedObject.uid ?? '')) ?? []),
		...pods.flatMap(momentsOfPod),
	];
	const moments = [...told, ...writes(deployment, owned, seen), ...untold(seen, told)]
		.filter(({at}) => Number.isFinite(at))
		.sort(inOrder);
	return linked(folded(newestOf(moments))).reverse();
}

/** The links of the chain, first to last: most clocks here tell whole seconds, in which a whole chain may happen. */
const chain = [
	'deployment controller',
	'replica set controller',
	'api server',
	'scheduler',
	'kubelet',
	'endpoint controller',
];

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

/**
 * Who wrote the Deployment: each manager's last write as the object tells it, and every one that was seen, in its words; with the
 * revision that came of it.
 */
function writes(deployment: Deployment, owned: readonly ReplicaSet[], seen: readonly Moment[]): Moment[] {
	const object = reference(deployment, 'Deployment');
	const present = findNewReplicaSet(deployment, owned);
	const known = seen.filter(({step}) => step === 'spec').map((write) => settled(write, seen));
	const facts = new Set(known.map(({fact}) => fact));
	const ofTemplate = new Set(templateWrites(deployment).map(factOf));
	const [newest] = ofTemplate;
	const others = specWrites(deployment)
		.map((write) => moment({actor: write.manager, text: '', step: 'spec', fact: factOf(write)}, write.at, object))
		.filter(({fact}) => !facts.has(fact));
	return [...others, ...known].map((write) => {
		const {at, text, fact = ''} = write;
		const made =
			text === '' && !ofTemplate.has(fact)
				? undefined
				: owned.find((set) => created(set) >= at - 1000 && created(set) - at <= together);
		const isLast = fact === newest;
		const isBack = isLast && present && !made && owned.some((set) => created(set) > created(present));
		const isFirst = text === '' && at - created(deployment) <= 1000;
		const what = isFirst
			? 'Deployment made'
			: isBack
				? text.replace(/^template changed(?=:)/, '$& back') || 'template changed back'
				: text || (made ? 'template changed' : 'Deployment changed');
		const isRevised = text === '' || /template changed|restart/.test(text);
		const [then, now] = [made && firstRevisionOf(made), isBack ? revisionOf(present) : undefined];
		const revision = then === undefined ? now && `, now revision ${now}` : `, revision ${then}`;
		return {...write, text: isRevised && revision ? `${what}${revision}` : what};
	});
}

function factOf({manager, at}: SpecWrite): string {
	return `write ${manager} ${at}`;
}

/** A change of size whose time is not known was made before the controller answered to it. */
function settled(write: Moment, seen: readonly Moment[]): Moment {
	if (!write.late) return write;
	const answers = seen.filter(
		({scaling, desired, at}) => scaling && desired === write.desired && Math.abs(at - write.at) <= answersWithin,
	);
	const at = Math.min(write.at, ...answers.map((answer) => answer.at));
	return {...write, at, until: at};
}

/** Of what was seen, that which neither an object nor an event tells. Events tell the steps of a size that came here as one. */
function untold(seen: readonly Moment[], told: readonly Moment[]): Moment[] {
	const facts = new Set(told.map(({fact}) => fact));
	const steps = told.filter(({scaling}) => scaling);
	const isStep = ({at, scaling}: Moment, is: (scaling: NonNullable<Moment['scaling']>) => boolean) =>
		steps.some(
			(step) =>
				step.scaling?.set === scaling?.set &&
				step.scaling !== undefined &&
				is(step.scaling) &&
				at >= step.at - answersWithin &&
				at <= step.until + answersWithin,
		);
	return seen.filter((one) => {
		if (one.step === 'spec' || (one.fact !== undefined && facts.has(one.fact))) return false;
		const {scaling} = one;
		return !(
			scaling &&
			isStep(one, ({from}) => from === undefined || from === scaling.from) &&
			isStep(one, ({to}) => to === scaling.to)
		);
	});
}

function verdicts(deployment: Deployment, owned: readonly ReplicaSet[]): Moment[] {
	const told = verdictOf(deployment, findNewReplicaSet(deployment, owned));
	return told?.applies && told.at !== undefined ? verdict(deployment, told.reason, told.at) : [];
}

/** Readiness and ends of containers, which have no events of their own. */
export function momentsOfPod(pod: Pod): Moment[] {
	const ready = isLive(pod) && isReady(pod) ? readyChangedAt(pod) : undefined;
	const ends = containersOf(pod).flatMap(({status}) => {
		const end = status.state?.terminated ?? status.lastState?.terminated;
		const at = parseTime(end?.finishedAt);
		return end && end.exitCode !== 0 && at !== undefined ? [containerEnded(pod, status, end, at)] : [];
	});
	return ready === undefined ? ends : [podReady(pod, ready), ...ends];
}

/** Each repeated moment once, where it was last, with how often. @param moments oldest first */
function newestOf(moments: readonly Moment[]): readonly Moment[] {
	const counts = new Map<string, number>();
	for (const {newest} of moments) if (newest !== undefined) counts.set(newest, (counts.get(newest) ?? 0) + 1);
	const left = new Map(counts);
	return moments.flatMap((one) => {
		if (one.newest === undefined) return [one];
		const rest = (left.get(one.newest) ?? 1) - 1;
		left.set(one.newest, rest);
		return rest > 0 ? [] : [{...one, count: counts.get(one.newest) ?? 1}];
	});
}

/** Neighbours of one key within a few seconds become one. What was seen late is told as such. */
function folded(moments: readonly Moment[]): Moment[] {
	const entries: Moment[] = [];
	const open = new Map<string, {readonly index: number; readonly texts: string[]; since: number}>();
	for (const one of moments) {
		const {fold, missed, step} = one;
		// What is asked for next is another chapter.
		if (step === 'spec') open.clear();
		const key = `${missed ? 'missed ' : ''}${fold?.key}`;
		const group = fold && open.get(key);
		const before = group && one.at - group.since < together ? entries[group.index] : undefined;
		if (!fold || !group || !before) {
			if (fold) open.set(key, {index: entries.length, texts: [one.text], since: one.at});
			entries.push(one);
			continue;
		}
		group.texts.push(one.text);
		if (fold.repeats) group.since = one.at;
		entries[group.index] = {
			...before,
			actor: fold.actor ?? before.actor,
			text: fold.many(group.texts),
			until: Math.max(before.until, one.until),
			count: fold.repeats ? before.count + one.count : Math.max(before.count, one.count),
		};
	}
	return entries;
}

/** Entries with what each followed from: the last step of the kind before it. @param moments oldest first */
function linked(moments: readonly Moment[]): TimelineEntry[] {
	const steps = new Map<string, Moment>();
	return moments.map((one) => {
		const {at, until, actor, text, object, count, role, follows, step, missed} = one;
		const from = follows === undefined ? undefined : steps.get(follows);
		if (step !== undefined) steps.set(step, one);
		const isNear = from !== undefined && (follows === 'spec' || at - from.until <= soon);
		const after = isNear ? from.text.replace(/:.*$|, (now )?revision .*$/, '') : undefined;
		return {
			at,
			until,
			actor,
			text: missed ? `while the connection was down: ${text}` : text,
			object,
			count,
			role,
			after,
		};
	});
}

function created({metadata}: KubeObject): number {
	return parseTime(metadata.creationTimestamp) ?? Number.NaN;
}
