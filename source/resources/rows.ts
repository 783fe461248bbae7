import {sanitize} from '../format/width.ts';
import type {KubeObject} from '../objects.ts';
import {namespaceColumn} from './columns.ts';
import type {Column, ColumnContext, ColumnPlace, Look} from './resource.ts';

/** One row as `-o json` prints it; both records have the headings as their keys. */
export interface Row {
	readonly name: string;
	readonly namespace?: string;
	readonly uid: string;
	/** The text that the table shows. */
	readonly cells: Readonly<Record<string, string>>;
	/** What is behind the text: numbers, and timestamps for ages. `null` where nothing is known. */
	readonly values: Readonly<Record<string, string | number | null>>;
}

const none = '<none>';

/** Which places' columns one place shows. */
const shown: Readonly<Record<ColumnPlace, readonly ColumnPlace[]>> = {
	table: ['table'],
	wide: ['table', 'wide'],
	rollout: ['table', 'rollout'],
	deck: ['deck'],
	'deck-wide': ['deck', 'deck-wide'],
};

/** The columns that a place shows, in their order; `-A` puts the namespace in front. The only function that decides it. */
export function columnsAt<O extends KubeObject>(
	look: Look<O>,
	place: ColumnPlace,
	context: ColumnContext,
): readonly Column<O>[] {
	const columns = look.columns.filter(({places}) => places.some((at) => shown[place].includes(at)));
	return context.allNamespaces && !look.clusterScoped ? [namespaceColumn, ...columns] : columns;
}

/** The headings of a place. */
export function headings<O extends KubeObject>(look: Look<O>, place: ColumnPlace, context: ColumnContext): string[] {
	return columnsAt(look, place, context).map(({heading}) => heading);
}

/** The text of every cell of an object's row at a place, on one line each and safe for a terminal. */
export function cells<O extends KubeObject>(
	look: Look<O>,
	object: O,
	place: ColumnPlace,
	context: ColumnContext,
): string[] {
	return columnsAt(look, place, context).map((column) => cell(column, object, context));
}

/** The text of one cell; see `cells`. */
export function cell<O extends KubeObject>(column: Column<O>, object: O, context: ColumnContext): string {
	const value = column.value(object, context);
	return sanitize(column.format ? column.format(value, object, context) : String(value ?? none));
}

/** An object's row for `-o json`. */
export function row<O extends KubeObject>(look: Look<O>, object: O, place: ColumnPlace, context: ColumnContext): Row {
	const columns = columnsAt(look, place, context);
	const {name, namespace, uid} = object.metadata;
	return {
		name,
		...(namespace !== undefined && {namespace}),
		uid,
		cells: Object.fromEntries(columns.map((column) => [column.heading, cell(column, object, context)])),
		values: Object.fromEntries(columns.map((column) => [column.heading, column.value(object, context) ?? null])),
	};
}

/**
 * The text a filter looks through: an object's cells at a place, lower case, without those that change by the clock.
 */
export function filterText<O extends KubeObject>(
	look: Look<O>,
	object: O,
	place: ColumnPlace,
	context: ColumnContext,
): string {
	return columnsAt(look, place, context)
		.filter(({heading}) => !clockHeadings.includes(heading))
		.map((column) => cell(column, object, context))
		.join(' ')
		.toLowerCase();
}

const clockHeadings = ['AGE', 'LAST SEEN', 'FIRST SEEN'];
