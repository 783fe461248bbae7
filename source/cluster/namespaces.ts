import type {KubeObject} from '../objects.ts';
import {mayI} from './access.ts';
import type {Connection} from './connection.ts';
import {ClusterError} from './errors.ts';
import type {Kubeconfig} from './kubeconfig.ts';
import {getObject, listObjects} from './request.ts';

/** More would take too long to ask about one by one. */
const mostAsked = 300;
const askedAtOnce = 20;

/** The names of all namespaces, sorted; undefined if this user may not list them. Throws ClusterError for all else. */
export async function listNamespaces(connection: Connection): Promise<string[] | undefined> {
	try {
		const {items} = await listObjects<KubeObject>(connection, '/api/v1/namespaces');
		return items.map((item) => item.metadata.name).sort();
	} catch (error) {
		if (error instanceof ClusterError && error.reason === 'forbidden') {
			return undefined;
		}
		throw error;
	}
}

/**
 * Whether a namespace exists: lists in one that does not are empty, with 200. `unknown` where this user may not read it or the
 * server does not answer. Never throws.
 */
export async function isNamespaceThere(connection: Connection, name: string): Promise<'yes' | 'no' | 'unknown'> {
	try {
		await getObject(connection, `/api/v1/namespaces/${encodeURIComponent(name)}`);
		return 'yes';
	} catch (error) {
		return error instanceof ClusterError && error.reason === 'not-found' ? 'no' : 'unknown';
	}
}

/**
 * For someone who may not list in all namespaces: those in which they may list Deployments, as far as that can be found out
 * without guessing: from the list of namespaces if they may read it, else from those that the kubeconfig names for this cluster.
 * Sorted; empty if there are none. Never throws.
 */
export async function readableNamespaces(connection: Connection, kubeconfig: Kubeconfig): Promise<string[]> {
	const {context} = connection;
	const all = await listNamespaces(connection).catch(() => undefined);
	const named = kubeconfig.contexts.filter(({cluster}) => cluster === context.cluster).map(({namespace}) => namespace);
	// Those that a person wrote down come first, in case there are too many to ask about.
	const candidates = [...new Set([context.namespace, ...named, ...(all ?? [])])].slice(0, mostAsked);
	const readable: string[] = [];
	const queue = candidates.values();
	await Promise.all(
		Array.from({length: askedAtOnce}, async () => {
			for (const namespace of queue) {
				if ((await mayI(connection, {verb: 'list', group: 'apps', resource: 'deployments', namespace})) === 'yes') {
					readable.push(namespace);
				}
			}
		}),
	);
	return readable.sort();
}
