import type {Connection} from '../cluster/connection.ts';
import {getObject, listObjects, objectPath} from '../cluster/request.ts';
import type {KindId, KubeObject, ObjectsByKind} from '../objects.ts';
import type {ColumnContext, Resource} from '../resources/resource.ts';
import type {Rollouts} from './rollouts.ts';

/** Which objects of which kind a command is about. */
export interface Query<K extends KindId = KindId> {
	readonly resource: Resource<K>;
	/** undefined: all of them. */
	readonly namespace: string | undefined;
	/** One object, in one namespace; undefined: all that the selector picks. */
	readonly name?: string | undefined;
	readonly selector?: string | undefined;
}

/** The path of the query's collection; its name and selector are no part of it. */
export function collectionPath({resource: {group, version, id}, namespace}: Query): string {
	return objectPath({group, version, plural: id, namespace});
}

/** Reads what a query asks for, projected, in the server's order (by namespace and name). Throws ClusterError. */
export async function readObjects<K extends KindId>(
	connection: Connection,
	query: Query<K>,
	signal: AbortSignal,
): Promise<ObjectsByKind[K][]> {
	const {resource, namespace, name, selector} = query;
	const {group, version, id} = resource;
	if (name !== undefined) {
		const path = objectPath({group, version, plural: id, namespace, name});
		return [resource.project(await getObject<ObjectsByKind[K]>(connection, path, signal))];
	}
	const selectors = selector === undefined ? {} : {labelSelector: selector};
	const {items} = await listObjects<ObjectsByKind[K]>(connection, collectionPath(query), selectors, signal);
	return items.map((object) => resource.project(object));
}

/** What the cells of rows are made with. `now`: by the server's clock, on which kubectl's ages are counted. */
export function columnContext(query: Query, now: number, rollouts: Rollouts | undefined): ColumnContext {
	return {
		now,
		allNamespaces: query.namespace === undefined,
		...(rollouts && {rollout: (uid) => rollouts.facts(uid, now)}),
	};
}

/** The order in which the server lists. */
export function byNamespaceAndName(a: KubeObject, b: KubeObject): number {
	return listKey(a) < listKey(b) ? -1 : 1;
}

function listKey({metadata: {namespace = '', name}}: KubeObject): string {
	return `${namespace}/${name}`;
}
