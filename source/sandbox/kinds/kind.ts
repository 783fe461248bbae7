import type {Cause} from '../api-error.ts';
import type {Json, Obj} from '../store.ts';

/** A column of the table `kubectl get` prints. */
export interface Column {
	name: string;
	type: 'string' | 'integer' | 'date';
	format?: 'name';
	/** 1 for columns of the wide output only. */
	priority?: 0 | 1;
}

export type Cell = string | number | null;

/** All the API server knows of one kind. A new kind is one file with this value, and one line in index.ts. */
export interface Kind {
	/** Empty for the core group. */
	readonly group: string;
	readonly version: string;
	readonly kind: string;
	/** In plural, as in URLs. */
	readonly resource: string;
	readonly singular: string;
	readonly shortNames?: readonly string[];
	readonly categories?: readonly string[];
	readonly namespaced: boolean;
	/** Its type in the schema, such as `apps.v1.Deployment`. */
	readonly type: string;
	/** Has a status of its own, which only writes of the subresource change. */
	readonly status?: boolean;
	/** A write of the status writes the annotations too, without a new generation. */
	readonly statusCarriesAnnotations?: boolean;
	readonly scale?: boolean;
	/** The part of it whose change raises `metadata.generation`; absent for kinds that have none. */
	readonly generation?: (object: Json) => Json;
	/** More subresources, for discovery: name -> kind and verbs. */
	readonly subresources?: Readonly<Record<string, {kind: string; group?: string; version?: string; verbs: string[]}>>;
	/** What its name has to be. */
	readonly nameRule?: (name: string) => string | undefined;
	/** Puts the defaults in; changes the object it is given. */
	fill?(object: Json): void;
	/** What the server itself sets when one is created; changes the object. `now` is an RFC 3339 time. */
	begin?(object: Json, now: string): void;
	/** What an update cannot change and silently keeps; changes the object. */
	keep?(object: Json, old: Obj): void;
	/** What is wrong with it, in the order the real server finds it; `old` is there for an update. */
	check?(object: Json, old?: Obj): Cause[];
	/** The field selectors it knows besides metadata.name and metadata.namespace. */
	readonly fields?: Readonly<Record<string, (object: Obj) => string>>;
	readonly columns: readonly Column[];
	/** One row of the table; `now` in milliseconds since the epoch. */
	cells(object: Obj, now: number): Cell[];
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersion(kind: {group: string; version: string}): string {
	return kind.group ? `${kind.group}/${kind.version}` : kind.version;
}

export const nameColumn: Column = {name: 'Name', type: 'string', format: 'name'};
export const ageColumn: Column = {name: 'Age', type: 'string'};

/** A plain column of text. */
export function text(name: string, priority: 0 | 1 = 0): Column {
	return {name, type: 'string', priority};
}

/** A column of whole numbers. */
export function integer(name: string, priority: 0 | 1 = 0): Column {
	return {name, type: 'integer', priority};
}
