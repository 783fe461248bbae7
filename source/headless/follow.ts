import type {Connection} from '../cluster/connection.ts';
import {ClusterError} from '../cluster/errors.ts';
import {type Watch, watch} from '../cluster/watcher.ts';
import type {KindId, KubeObject} from '../objects.ts';
import type {GetOutput} from '../options.ts';
import {resources} from '../resources/index.ts';
import type {Resource} from '../resources/resource.ts';
import {filterText} from '../resources/rows.ts';
import {createObjectSet, type ObjectChanges} from '../state/objects.ts';
import type {Outlet} from './outlet.ts';
import {createPrinter} from './printer.ts';
import {byNamespaceAndName, collectionPath, columnContext, type Query} from './query.ts';
import {createRollouts, type FactKind, factKinds} from './rollouts.ts';

/**
 * Prints the rows of a query and then every row that changes, of a deleted object its last one, until the signal is
 * aborted. A row whose only change is an age is not printed again.
 * @throws ClusterError If the server cannot be reached at first, or refuses at any time; a connection that is lost later
 * is told on stderr and mended. Rejects with the signal's reason when it is aborted.
 */
export async function followRows(
	connection: Connection,
	query: Query,
	output: GetOutput,
	outlet: Outlet,
): Promise<never> {
	const {resource, name, selector} = query;
	const objects = createObjectSet<KubeObject>();
	const rollouts = output === 'rollout' ? createRollouts() : undefined;
	const print = createPrinter(resource, output, true);
	const printed = new Map<string, string>();
	const loading = new Set<KindId>(rollouts ? factKinds : [resource.id]);
	const lost = new Set<KindId>();
	const watches: Watch[] = [];
	const {promise, reject} = Promise.withResolvers<never>();

	const show = (candidates: readonly KubeObject[]) => {
		const context = columnContext(query, outlet.now() + connection.clockSkewMs(), rollouts);
		const changed = candidates.filter((object) => {
			const text = filterText(resource, object, output === 'wide' || output === 'json' ? 'wide' : 'table', context);
			const facts = rollouts?.facts(object.metadata.uid, context.now);
			const signature = [text, facts?.state, facts?.causes[0]?.short, facts?.kubectlStatus.text].join('\n');
			const isNew = printed.get(object.metadata.uid) !== signature;
			printed.set(object.metadata.uid, signature);
			return isNew;
		});
		if (changed.length > 0) outlet.stdout.write(print(changed, context));
	};

	const settle = (kind: KindId, as: 'complete' | 'denied') => {
		if (!loading.delete(kind)) return;
		rollouts?.settle(kind as FactKind, as);
		if (loading.size > 0) return;
		const all = [...objects.all()].sort(byNamespaceAndName);
		if (name !== undefined && all.length === 0)
			reject(new ClusterError('not-found', `There is no ${resource.singular} ${name} in ${query.namespace}`));
		show(all);
	};

	const take = (kind: KindId, changes: ObjectChanges) => {
		const affected = new Set(rollouts?.apply(kind as FactKind, changes));
		const gone = kind === resource.id ? changes.deletes.map((uid) => objects.get(uid)) : [];
		if (kind === resource.id) {
			objects.apply(changes);
			for (const {metadata} of changes.upserts) affected.add(metadata.uid);
		}
		if (loading.size > 0) return;
		for (const uid of changes.deletes) printed.delete(uid);
		show([...gone, ...Array.from(affected, (uid) => objects.get(uid))].filter((object) => object !== undefined));
	};

	const begin = (kind: KindId) => {
		const isSubject = kind === resource.id;
		const target = {
			path: collectionPath({...query, resource: resourceOf(kind)}),
			query: {
				...(isSubject && selector !== undefined && {labelSelector: selector}),
				...(isSubject && name !== undefined && {fieldSelector: `metadata.name=${name}`}),
			},
			project: (object: KubeObject) => resourceOf(kind).project(object),
		};
		watches.push(
			watch<KubeObject>(connection, target, {
				changes(batch) {
					take(kind, batch);
					if (batch.synced) settle(kind, 'complete');
				},
				state(state) {
					if (state.phase === 'denied' && !isSubject) settle(kind, 'denied');
					else if ('error' in state && (state.phase !== 'stale' || loading.size > 0)) reject(state.error);
					else if (state.phase === 'stale') {
						if (lost.size === 0) outlet.stderr.write(`${state.error.message}. Going on as soon as it answers again.\n`);
						lost.add(kind);
					} else lost.delete(kind);
				},
			}),
		);
	};

	outlet.signal.addEventListener('abort', () => reject(outlet.signal.reason), {once: true});
	for (const kind of loading) begin(kind);
	try {
		return await promise;
	} finally {
		for (const each of watches) each.stop();
	}
}

function resourceOf(kind: KindId): Resource {
	return resources[kind];
}
