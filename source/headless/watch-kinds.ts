import type {Connection} from '../cluster/connection.ts';
import {type Watch, watch} from '../cluster/watcher.ts';
import type {KindId, KubeObject} from '../objects.ts';
import {resources} from '../resources/index.ts';
import type {Resource} from '../resources/resource.ts';
import type {ObjectChanges} from '../state/objects.ts';
import type {Outlet} from './outlet.ts';
import {collectionPath, type Query} from './query.ts';
import {isMember} from './read.ts';

export interface KindHandlers {
	changes(kind: KindId, changes: ObjectChanges): void;
	/** All of a kind is in, or none of it may be read. */
	settled(kind: KindId, as: 'complete' | 'denied'): void;
	/** All kinds are settled. */
	loaded(): void;
}

export interface KindWatches {
	/**
	 * Rejects with a ClusterError if the server cannot be reached at first, or refuses the subject at any time; with what a handler
	 * throws; and with the signal's reason when ctrl-c is pressed. A connection that is lost later is told on stderr and mended.
	 */
	readonly failed: Promise<never>;
	stop(): void;
}

/**
 * Watches the subject of a query and the kinds that belong to it.
 * @param members The labels that all ReplicaSets and pods in question have.
 */
export function watchKinds(
	connection: Connection,
	subject: Query,
	kinds: readonly KindId[],
	outlet: Outlet,
	handlers: KindHandlers,
	members?: string,
): KindWatches {
	const loading = new Set(kinds);
	const lost = new Set<KindId>();
	const watches: Watch[] = [];
	const {promise: failed, reject} = Promise.withResolvers<never>();
	failed.catch(() => {}); // who has stopped does not listen any more

	/** A watch only logs what its handlers throw. */
	const guarded = (task: () => void) => {
		try {
			task();
		} catch (error) {
			reject(error);
		}
	};
	const settle = (kind: KindId, as: 'complete' | 'denied') => {
		if (!loading.delete(kind)) return;
		handlers.settled(kind, as);
		if (loading.size === 0) handlers.loaded();
	};

	const begin = (kind: KindId) => {
		const isSubject = kind === subject.resource.id;
		const resource: Resource = resources[kind];
		const selector = isSubject ? subject.selector : isMember(kind) ? members : undefined;
		const target = {
			path: collectionPath({...subject, resource}),
			query: {
				...(selector !== undefined && {labelSelector: selector}),
				...(isSubject && subject.name !== undefined && {fieldSelector: `metadata.name=${subject.name}`}),
			},
			project: (object: KubeObject) => resource.project(object),
		};
		return watch<KubeObject>(connection, target, {
			changes: (batch) =>
				guarded(() => {
					handlers.changes(kind, batch);
					if (batch.synced) settle(kind, 'complete');
				}),
			state: (state) =>
				guarded(() => {
					if (state.phase === 'denied' && !isSubject) settle(kind, 'denied');
					else if ('error' in state && (state.phase !== 'stale' || loading.size > 0)) reject(state.error);
					else if (state.phase === 'stale') {
						if (lost.size === 0) outlet.stderr.write(`${state.error.message}. Going on as soon as it answers again.\n`);
						lost.add(kind);
					} else lost.delete(kind);
				}),
		});
	};

	if (outlet.signal.aborted) reject(outlet.signal.reason);
	outlet.signal.addEventListener('abort', () => reject(outlet.signal.reason), {once: true});
	for (const kind of kinds) watches.push(begin(kind));
	return {
		failed,
		stop() {
			for (const each of watches) each.stop();
		},
	};
}
