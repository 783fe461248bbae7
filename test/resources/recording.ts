import {readFileSync} from 'node:fs';
import type {KindId, KubeObject, ObjectsByKind} from '../../source/objects.ts';

/** What a real API server printed of one kind in one namespace, beside the objects; made by `record-tables.ts`. */
export interface Recording<O extends KubeObject = KubeObject> {
	/** Milliseconds since the epoch, of the second in which the server counted the ages. */
	readonly at: number;
	/** `wide`: only `-o wide` shows it. */
	readonly headings: readonly {readonly heading: string; readonly wide: boolean}[];
	readonly rows: readonly {readonly cells: readonly string[]; readonly object: O}[];
}

/** The recordings of a kind, one a namespace. */
export function readRecordings<K extends KindId>(id: K): readonly Recording<ObjectsByKind[K]>[] {
	return JSON.parse(readFileSync(new URL(`${id}.recorded.json`, import.meta.url), 'utf8')) as Recording<
		ObjectsByKind[K]
	>[];
}

/** The whole objects of a kind, over all recorded namespaces. */
export function recordedObjects<K extends KindId>(id: K): readonly ObjectsByKind[K][] {
	return readRecordings(id).flatMap(({rows}) => rows.map(({object}) => object));
}
