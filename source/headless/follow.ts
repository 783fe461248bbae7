import type {Connection} from '../cluster/connection.ts';
import {ClusterError} from '../cluster/errors.ts';
import type {KubeObject} from '../objects.ts';
import type {GetOutput} from '../options.ts';
import {filterText} from '../resources/rows.ts';
import {createObjectSet} from '../state/objects.ts';
import type {Outlet} from './outlet.ts';
import {createPrinter} from './printer.ts';
import {byNamespaceAndName, columnContext, type Query} from './query.ts';
import {createRollouts, factKinds} from './rollouts.ts';
import {watchKinds} from './watch-kinds.ts';

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
	const {resource, name} = query;
	const objects = createObjectSet<KubeObject>();
	const rollouts = output === 'rollout' ? createRollouts() : undefined;
	const print = createPrinter(resource, output, true);
	const printed = new Map<string, string>();
	let isLoaded = false;

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

	const watches = watchKinds(connection, query, rollouts ? factKinds : [resource.id], outlet, {
		changes(kind, changes) {
			const affected = new Set(rollouts?.apply(kind, changes));
			const gone = kind === resource.id ? changes.deletes.map((uid) => objects.get(uid)) : [];
			if (kind === resource.id) {
				objects.apply(changes);
				for (const {metadata} of changes.upserts) affected.add(metadata.uid);
			}
			if (!isLoaded) return;
			for (const uid of changes.deletes) printed.delete(uid);
			show([...gone, ...Array.from(affected, (uid) => objects.get(uid))].filter((object) => object !== undefined));
		},
		settled: (kind, as) => rollouts?.settle(kind, as),
		loaded() {
			isLoaded = true;
			const all = [...objects.all()].sort(byNamespaceAndName);
			if (name !== undefined && all.length === 0)
				throw new ClusterError('not-found', `There is no ${resource.singular} ${name} in ${query.namespace}`);
			show(all);
		},
	});
	try {
		return await watches.failed;
	} finally {
		watches.stop();
	}
}
