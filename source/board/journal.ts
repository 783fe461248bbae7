import {age} from '../format/age.ts';
import type {Deployment, EndpointSlice, KindId, KubeObject, ObjectMeta, Pod, ReplicaSet, Service} from '../objects.ts';
import {endpointState} from '../resources/service-endpoints.ts';
import {momentOfEvent} from '../rollout/event-moments.ts';
import {type Moment, moment, namesOf} from '../rollout/moments.ts';
import {isLive, isReady} from '../rollout/pods.ts';
import {reference} from '../rollout/reference.ts';
import {seenOfDeployment, seenOfReplicaSet} from '../rollout/seen.ts';
import {seenOfPod, seenOfTraffic} from '../rollout/seen-pods.ts';
import {seenOfService} from '../rollout/seen-services.ts';
import {momentsOfPod} from '../rollout/timeline.ts';
import {selectsPodsOf} from '../rollout/traffic.ts';
import {type AppliedChange, controllerUid, type ObjectSets, serviceKey} from '../state/objects.ts';
import type {Freshness, State} from '../state/state.ts';

/**
 * What the watches have seen change around the Deployments that somebody looks at: what no object remembers. Nothing is reckoned
 * for the others.
 */
export interface Journal {
	/** Keeps these Deployments, and the last few that were looked at before them. */
	follow(uids: Iterable<string>): void;
	/** Writes down what a batch has changed. @param at when it came, in milliseconds since the epoch by the server's clock */
	note(kind: KindId, changes: readonly AppliedChange[], freshness: Freshness, at: number): void;
	/** Has to hear of every state, so that it knows when the connection was down. */
	hear(freshness: State['freshness'], now: number): void;
	/** In the order in which it was seen; the same array until something is added. */
	of(uid: string): readonly Moment[];
	clear(): void;
}

/** So many Deployments are kept, each with so many moments: a few hundred kilobytes at most. */
const mostPages = 8;
const mostMoments = 400;
/** Shorter gaps are no matter: nothing came much later than it happened. */
const shortGap = 2000;

interface Page {
	readonly deployment: Deployment;
	/** The names of the ReplicaSets that it has or had, by uid. */
	readonly sets: Map<string, string>;
	moments: readonly Moment[];
}

const none: readonly Moment[] = [];

export function createJournal(objects: ObjectSets): Journal {
	/** Those that were looked at last come last. */
	const pages = new Map<string, Page>();
	const pageOfSet = new Map<string, Page>();
	/** Since when a kind was not fresh, and until when what comes may have happened in such a time. */
	const lost = new Map<KindId, number>();
	const catchingUp = new Map<KindId, number>();
	let down: number | undefined;

	const begin = (deployment: Deployment): Page => {
		const {uid} = deployment.metadata;
		const page: Page = {deployment, sets: new Map(), moments: none};
		for (const replicaSet of objects.replicasets.ownedBy(uid)) adopt(page, replicaSet);
		return page;
	};
	const adopt = (page: Page, {metadata}: ReplicaSet) => {
		page.sets.set(metadata.uid, metadata.name);
		pageOfSet.set(metadata.uid, page);
	};
	const end = (page: Page) => {
		pages.delete(page.deployment.metadata.uid);
		for (const uid of page.sets.keys()) pageOfSet.delete(uid);
	};

	const noteReplicaSet = ({before, after}: AppliedChange<ReplicaSet>, at: number): Noted => {
		const present = after ?? before;
		const page = present && pages.get(controllerUid(present) ?? '');
		if (!page) return undefined;
		const {uid} = present.metadata;
		// Its pods may have come before it; nobody knew then whose they were.
		const early = page.sets.has(uid) ? [] : objects.pods.ownedBy(uid);
		adopt(page, present);
		return [page, [...seenOfReplicaSet(before, after, at), ...early.flatMap((pod) => seenOfPod(undefined, pod, at))]];
	};
	const notePods = (changes: readonly AppliedChange<Pod>[], at: number): readonly Noted[] =>
		changes.map(({before, after}) => {
			const page = pageOfSet.get(controllerUid((after ?? before) as Pod) ?? '');
			if (!page) return undefined;
			const isLess = before && (!after || isServing(after) !== isServing(before));
			const kept = isLess ? withoutKnown(page, toldBy(before, !after)) : [];
			return [page, [...kept, ...seenOfPod(before, after, at)]];
		});
	/** What a pod told, and once it is gone its events: nobody else does from now on. */
	const toldBy = (pod: Pod, isGone: boolean): readonly Moment[] => {
		const {uid, namespace = ''} = pod.metadata;
		const events = isGone ? objects.events.inNamespace(namespace) : [];
		return [
			...momentsOfPod(pod),
			...events.flatMap((event) => (event.involvedObject.uid === uid ? (momentOfEvent(event, pod) ?? []) : [])),
		];
	};
	const noteDeployment = ({before, after}: AppliedChange<Deployment>, at: number): Noted => {
		const page = pages.get((after ?? before)?.metadata.uid ?? '');
		return page && [page, seenOfDeployment(before, after, at)];
	};

	/** It concerns whoever had its requests before, and whoever has them now. */
	const noteService = ({before, after}: AppliedChange<Service>, at: number): readonly Noted[] => {
		const moments = seenOfService(before, after, at);
		if (moments.length === 0) return [];
		return [...pages.values()].flatMap((page): readonly Noted[] => {
			const {uid} = page.deployment.metadata;
			const deployment = objects.deployments.get(uid) ?? page.deployment;
			const sets = objects.replicasets.ownedBy(uid);
			const isConcerned = [before, after].some((service) => service && selectsPodsOf(service, deployment, sets));
			return isConcerned ? [[page, moments]] : [];
		});
	};

	/** An endpoint may move from one slice to another: what counts is what the Service has in all of them. */
	const noteSlices = (changes: readonly AppliedChange<EndpointSlice>[], at: number): readonly Noted[] => {
		const byService = Map.groupBy(changes, ({before, after}) => keyOf((after ?? before) as EndpointSlice));
		return [...byService.values()].flatMap((group): readonly Noted[] => {
			const [slice] = group.flatMap(({before, after}) => after ?? before ?? []);
			const near = [...pages.values()].filter(
				({deployment}) => deployment.metadata.namespace === slice?.metadata.namespace,
			);
			if (!slice || near.length === 0) return [];
			const changed = new Set(group.map(({after}) => after));
			const slices = objects.endpointslices.under(keyOf(slice));
			const after = readyIn(slices);
			const before = readyIn([
				...slices.filter((one) => !changed.has(one)),
				...group.flatMap((one) => one.before ?? []),
			]);
			const turned = (page: Page, isIn: boolean) => {
				const [those, these] = isIn ? [before, after] : [after, before];
				const sets = new Set(page.sets.values());
				return [...these.values()]
					.filter((target) => !those.has(target.uid) && sets.has(namesOf({metadata: target})[1]))
					.map((target) => seenOfTraffic(serviceOf(slice), isIn, target, objects.pods.get(target.uid), at));
			};
			return near.map((page) => [page, [...turned(page, false), ...turned(page, true)]]);
		});
	};

	const seen: {readonly [K in KindId]?: (changes: readonly AppliedChange[], at: number) => readonly Noted[]} = {
		deployments: (changes, at) => changes.map((change) => noteDeployment(change as AppliedChange<Deployment>, at)),
		replicasets: (changes, at) => changes.map((change) => noteReplicaSet(change as AppliedChange<ReplicaSet>, at)),
		pods: (changes, at) => notePods(changes as readonly AppliedChange<Pod>[], at),
		services: (changes, at) => changes.flatMap((change) => noteService(change as AppliedChange<Service>, at)),
		endpointslices: noteSlices,
	};
	const add = (page: Page, moments: readonly Moment[]) => {
		if (moments.length > 0) page.moments = [...page.moments, ...moments].slice(-mostMoments);
	};

	return {
		follow(uids) {
			for (const uid of uids) {
				const deployment = objects.deployments.get(uid);
				const page = pages.get(uid) ?? (deployment && begin(deployment));
				if (!page) continue;
				pages.delete(uid);
				pages.set(uid, page);
			}
			if (pages.size > mostPages) for (const page of [...pages.values()].slice(0, -mostPages)) end(page);
		},
		note(kind, changes, freshness, at) {
			if (pages.size === 0) return;
			const noted = Map.groupBy(
				(seen[kind]?.(changes, at) ?? []).filter((one) => one !== undefined),
				([page]) => page,
			);
			// What a first list brings has not changed: it is only new to us.
			if (freshness.phase === 'loading' || (freshness.phase === 'stale' && !freshness.complete)) return;
			const since = lost.get(kind);
			const isMissed = since === undefined ? at < (catchingUp.get(kind) ?? 0) : at - since >= shortGap;
			for (const [page, group] of noted) {
				const moments = group.flatMap(([, each]) => each);
				add(page, isMissed ? moments.map((one) => (one.at === at ? {...one, missed: true} : one)) : moments);
			}
		},
		hear(freshness, now) {
			for (const kind of Object.keys(seen) as (keyof typeof seen)[]) {
				const state = freshness[kind];
				const since = lost.get(kind);
				if (state.phase === 'stale') lost.set(kind, since ?? state.since);
				else if (since !== undefined) {
					lost.delete(kind);
					if (now - since >= shortGap) catchingUp.set(kind, now + shortGap);
				}
			}
			if (lost.size > 0) {
				down ??= Math.min(...lost.values());
				return;
			}
			if (down === undefined) return;
			const [since, lasted] = [down, now - down];
			down = undefined;
			if (lasted < shortGap) return;
			for (const page of pages.values()) {
				const link = {actor: 'rolldeck', text: `the connection was down for ${age(lasted)}`, role: 'waiting'} as const;
				add(page, [{...moment(link, since, reference(page.deployment, 'Deployment')), until: now}]);
			}
		},
		of: (uid) => pages.get(uid)?.moments ?? none,
		clear() {
			for (const each of [pages, pageOfSet, lost, catchingUp]) each.clear();
			down = undefined;
		},
	};
}

type Noted = readonly [Page, readonly Moment[]] | undefined;

/** What gets requests by these slices, by uid. */
function readyIn(slices: readonly EndpointSlice[]): ReadonlyMap<string, Pick<ObjectMeta, 'name' | 'uid'>> {
	const ready = new Map<string, Pick<ObjectMeta, 'name' | 'uid'>>();
	for (const {endpoints} of slices) {
		for (const endpoint of endpoints ?? []) {
			const {uid, name} = endpoint.targetRef ?? {};
			if (uid !== undefined && name !== undefined && endpointState(endpoint) === 'ready') ready.set(uid, {uid, name});
		}
	}
	return ready;
}

function withoutKnown({moments}: Page, told: readonly Moment[]): readonly Moment[] {
	return told.filter(({fact}) => fact === undefined || !moments.some((one) => one.fact === fact));
}

function isServing(pod: Pod): boolean {
	return isLive(pod) && isReady(pod);
}

function keyOf(slice: EndpointSlice): string {
	return serviceKey(slice.metadata.namespace, serviceOf(slice));
}

function serviceOf({metadata}: KubeObject): string {
	return metadata.labels?.['kubernetes.io/service-name'] ?? '';
}
