import type {Board} from './board/board.ts';
import type {Connection} from './cluster/connection.ts';
import {withHint} from './cluster/errors.ts';
import {inSlices} from './cluster/slice.ts';
import {type ChangeBatch, type WatchOptions, type WatchState, watch} from './cluster/watcher.ts';
import {watchGround} from './ground.ts';
import type {Event, KindId, KubeObject, ObjectsByKind} from './objects.ts';
import {endpointsAsSlice} from './resources/endpoints-as-slice.ts';
import {resources} from './resources/index.ts';
import type {Resource} from './resources/resource.ts';
import type {Freshness, State} from './state/state.ts';
import type {Store} from './state/store.ts';

/** What the deck is made of. Endpoints come in only where a server has no EndpointSlices. */
const watchedKinds = [
	'deployments',
	'replicasets',
	'pods',
	'services',
	'endpointslices',
	'horizontalpodautoscalers',
	'poddisruptionbudgets',
	'ingresses',
	'events',
] as const satisfies readonly KindId[];

/** So many Deployments that their facts, made in one go, would keep the keyboard waiting. */
const many = 100;

/** Events of anything else are not kept: no field selector can say "one of these kinds", so the choice is made here. */
const eventKinds = new Set(['Deployment', 'ReplicaSet', 'Pod', 'HorizontalPodAutoscaler', 'PersistentVolumeClaim']);

export interface Watches {
	stop(): void;
	retryNow(): void;
	/** This process did not run since then (milliseconds since the epoch, by this machine's clock). */
	doubt(since: number): void;
}

/**
 * Watches all that the deck shows, in these namespaces (undefined: everywhere, in one watch), and carries it into the
 * store: objects batched, states at once.
 * @param now milliseconds since the epoch by the server's clock
 */
export function watchDeck(
	connection: Connection,
	namespaces: readonly (string | undefined)[],
	selector: string | undefined,
	store: Store<State>,
	board: Board,
	now: () => number,
	watching?: WatchOptions,
): Watches {
	const running = new Set<Watches>();
	let stopped = false;

	/** How fresh each kind is: what was told, or will be in a moment. */
	let known: Partial<State['freshness']> = {};
	let becameLive = 0;
	const tell = (fresh: Partial<State['freshness']>) =>
		// After the objects that came before it, so that "live" is never said of rows that are still on their way.
		store.merge((state) => (stopped ? state : board.follow({...state, freshness: {...state.freshness, ...fresh}})));
	/** Tells that a kind is live, once what can then be said of many Deployments has been made in short slices. */
	const tellLive = async () => {
		becameLive += 1;
		const mine = becameLive;
		if (board.objects.deployments.size >= many) {
			await store.idle();
			const state = store.get();
			const steps = board.prepare({...state, freshness: {...state.freshness, ...known}});
			// Another kind may become live meanwhile: both are told together.
			if (!(await inSlices(steps, () => mine === becameLive))) return;
		}
		tell(known);
	};

	const begin = (kind: KindId, namespace: string | undefined, into: KindId, states: Map<string, Freshness>) => {
		const resource: Resource = resources[kind];
		const key = `${kind}/${namespace ?? ''}`;
		const target = {
			path: resourcePath(resource, namespace),
			// A selector picks Deployments; their ReplicaSets, pods and Services carry other labels and are joined by owner.
			...(selector !== undefined && kind === 'deployments' && {query: {labelSelector: selector}}),
			// Who wrote a Deployment or a ReplicaSet is a fact of its rollout; of pods and slices it is only bytes.
			needsManagedFields: kind === 'deployments' || kind === 'replicasets',
			project: (object: unknown) => {
				const projected = resource.project(object as ObjectsByKind[KindId]);
				return kind === 'endpoints' ? endpointsAsSlice(projected) : projected;
			},
		};
		let complete = false;
		const handle = watch<KubeObject>(
			connection,
			target,
			{
				changes(batch: ChangeBatch<KubeObject>) {
					if (stopped) return;
					complete ||= batch.synced;
					const upserts =
						kind === 'events'
							? batch.upserts.filter((object) => eventKinds.has((object as Event).involvedObject.kind ?? ''))
							: batch.upserts;
					if (upserts.length > 0 || batch.deletes.length > 0) {
						const [changes, at] = [{upserts, deletes: batch.deletes}, now()];
						const isFirst = kind === 'deployments' && board.objects.deployments.size === 0;
						store.merge((state) => (stopped ? state : board.apply(state, into, changes, at)));
						// What a person waits for is shown at once, though the states of the watches were told a moment ago.
						if (isFirst) store.flush();
					}
				},
				state(watchState) {
					if (stopped) return;
					if (watchState.phase === 'absent' && kind === 'endpointslices') {
						handle.stop();
						begin('endpoints', namespace, 'endpointslices', states);
						return;
					}
					states.set(key, freshnessOfWatch(watchState, complete, states.get(key), store.get()));
					known = {...known, [into]: worstOf([...states.values()])};
					if (watchState.phase === 'live') void tellLive();
					else tell({[into]: known[into]});
				},
			},
			watching,
		);
		running.add(handle);
	};

	for (const kind of watchedKinds) {
		const states = new Map<string, Freshness>();
		for (const namespace of namespaces) begin(kind, namespace, kind, states);
	}
	running.add(watchGround(connection, store, board, watching));
	return {
		stop() {
			stopped = true;
			for (const handle of running) handle.stop();
		},
		retryNow() {
			for (const handle of running) handle.retryNow();
		},
		doubt(since) {
			for (const handle of running) handle.doubt(since);
		},
	};
}

/** `/apis/apps/v1/namespaces/shop/deployments`; without a namespace, of all of them. */
export function resourcePath(
	{group, version, id}: {readonly group: string; readonly version: string; readonly id: string},
	namespace: string | undefined,
): string {
	const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
	return namespace === undefined ? `${root}/${id}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${id}`;
}

/** The watch goes by this machine's clock, what is shown by the server's. */
function freshnessOfWatch(
	state: WatchState,
	complete: boolean,
	before: Freshness | undefined,
	{now, clockSkew}: State,
): Freshness {
	switch (state.phase) {
		case 'listing':
			if (!complete) return {phase: 'loading', loaded: state.loaded, remaining: state.remaining};
			// The list is made anew behind rows that are all there: they are merely not fresh.
			return before?.phase === 'stale'
				? before
				: {phase: 'stale', since: now, retryAt: undefined, why: 'listing anew', complete};
		case 'live':
			return {phase: 'live'};
		case 'stale':
			return {
				phase: 'stale',
				since: state.since + clockSkew,
				retryAt: state.retryAt === undefined ? undefined : state.retryAt + clockSkew,
				why: withHint(state.error),
				complete,
			};
		case 'denied':
		case 'signed-out':
		case 'absent':
			return {
				phase: state.phase,
				since: complete ? state.since + clockSkew : undefined,
				why: withHint(state.error),
				next: state.error.hint,
			};
	}
}

const order: readonly Freshness['phase'][] = ['signed-out', 'stale', 'loading', 'denied', 'absent', 'live', 'off'];

/** Of several watches of one kind, the state that a person must know of. */
function worstOf(states: readonly Freshness[]): Freshness {
	let worst: Freshness = {phase: 'off'};
	for (const state of states) if (order.indexOf(state.phase) < order.indexOf(worst.phase)) worst = state;
	return worst;
}
