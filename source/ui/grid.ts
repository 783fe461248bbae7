import {fit, width} from '../format/width.ts';
import type {KubeObject} from '../objects.ts';
import type {Column, ColumnContext, ColumnPlace, Look} from '../resources/resource.ts';
import {cell, columnsAt} from '../resources/rows.ts';
import type {Role} from '../role.ts';
import type {Painter} from './painter.ts';

/** What one pane shows of a table: which rows, and how much room there is. */
export interface GridInput {
	readonly look: Look;
	readonly place: ColumnPlace;
	readonly context: ColumnContext;
	readonly rows: readonly GridRow[];
	readonly columns: number;
	readonly painter: Painter;
	/** What the first column gets at least, so that the pane's title, which stands over it, pushes no heading away. */
	readonly titleWidth: number;
	/** Widths so far, by heading: columns grow, and never jitter, while a view is open. */
	readonly widths: Map<string, number>;
	readonly drawn: DrawnRows;
}

/** The rows that one pane has drawn, by their objects: most are the same from picture to picture. */
export type DrawnRows = WeakMap<KubeObject, DrawnRow>;

/** What was drawn of a row, and what it was drawn from: while that is the same, so is the row. */
interface DrawnRow {
	readonly context: ColumnContext;
	readonly facts: unknown;
	readonly place: ColumnPlace;
	readonly cells: readonly Cell[];
	/** The last line made of the cells, and everything else that went into it. */
	line: {readonly of: string; readonly text: string} | undefined;
}

export interface GridRow {
	readonly object: KubeObject;
	readonly selected: boolean;
	readonly marked: boolean;
	/** Instead of the cells behind the name: `deleted 3s ago`. */
	readonly instead?: string | undefined;
	readonly dimmed: boolean;
}

export interface Grid {
	/** The headings in their places, with spaces between. The first column's heading is left to the pane's title. */
	readonly headings: readonly {readonly at: number; readonly text: string}[];
	readonly lines: readonly string[];
}

/** Between two columns. */
const gap = 2;
/** The cursor's sign and the mark's, in front of every row. */
const prefix = 2;

/** The lines of a table: one string a row, cut and padded here, so that Ink has nothing to lay out. */
export function grid(input: GridInput): Grid {
	const {look, place, context, rows} = input;
	let columns = columnsAt(look, place, context);
	const drawn = rows.map(({object}) => remembered(object, columns, input));
	const texts = drawn.map(({cells}) => cells);
	let widths = columnWidths(columns, texts, input);
	// What finds no room even when all that may be cut is cut is left out, from the right.
	while (columns.length > 1 && lineWidth(widths) > input.columns) {
		columns = columns.slice(0, -1);
		widths = columnWidths(columns, texts, input);
	}
	const starts: number[] = [];
	let at = prefix;
	for (const [index] of columns.entries()) {
		starts.push(at);
		at += (widths[index] ?? 0) + gap;
	}
	return {
		headings: columns.map(({heading, align}, index) => ({
			at: (starts[index] ?? 0) + (align === 'right' ? Math.max(0, (widths[index] ?? 0) - heading.length) : 0),
			text: heading,
		})),
		lines: rows.map((row, index) => {
			const {selected, marked, dimmed, instead = ''} = row;
			const of = [selected, marked, dimmed, instead, input.columns, ...widths].join();
			const before = drawn[index] as DrawnRow;
			if (before.line?.of !== of) before.line = {of, text: line(row, columns, before.cells, widths, input)};
			return before.line.text;
		}),
	};
}

/** A row as it was drawn before, or with its cells made anew. */
function remembered(object: KubeObject, columns: readonly Column[], input: GridInput): DrawnRow {
	const {place, context, painter, drawn} = input;
	const facts = context.facts?.(object);
	const before = drawn.get(object);
	// The context is another one each second, so that ages go on.
	if (before?.context === context && before.facts === facts && before.place === place) return before;
	const cells = columns.map((column) => signed(column, object, context, painter));
	const row: DrawnRow = {context, facts, place, cells, line: undefined};
	drawn.set(object, row);
	return row;
}

interface Cell {
	readonly text: string;
	readonly width: number;
	readonly role: Role | undefined;
}

/** A cell's text; where a column tells a state (ROLLOUT), the role's sign stands in front of the words. */
function signed(column: Column, object: KubeObject, context: ColumnContext, painter: Painter): Cell {
	const words = cell(column, object, context);
	const role = column.role?.(object, context);
	const text = role && column.sign ? `${painter.sign(role)} ${words}` : words;
	return {text, width: width(text), role};
}

function line(
	row: GridRow,
	columns: readonly Column[],
	cells: readonly Cell[],
	widths: readonly number[],
	{columns: room, context, look, painter}: GridInput,
): string {
	const role = look.rowRole(row.object, context);
	const sign = `${row.selected ? painter.signs.cursor : ' '}${row.marked ? painter.signs.mark : ' '}`;
	const parts = columns.map((column, index) => {
		const {text = '', role: own} = cells[index] ?? {};
		const cut = fit(text, widths[index] ?? 0, {
			align: column.align ?? 'left',
			cut: column.flexible ?? 'end',
			ascii: painter.ascii,
		});
		if (row.selected || row.dimmed) return cut;
		if (own) return painter.role(own, cut);
		return role === 'muted' || role === 'done' ? painter.muted(cut) : cut;
	});
	if (row.instead !== undefined) {
		const [name = ''] = parts;
		const text = fit(`${sign}${name}  ${row.instead}`, room, {ascii: painter.ascii});
		return row.selected ? painter.selected(text) : painter.muted(text);
	}
	const text = `${sign}${parts.join(' '.repeat(gap))}`;
	if (row.selected) return painter.selected(fit(text, room, {ascii: painter.ascii}));
	return row.dimmed ? painter.muted(text.trimEnd()) : text;
}

function lineWidth(widths: readonly number[]): number {
	return widths.reduce((sum, one) => sum + one, prefix + gap * (widths.length - 1));
}

/** Whose turn it is to give way: lists first, then names, and last what tells a state. */
function givesWay({flexible, role}: Column): number | undefined {
	if (flexible === undefined) return undefined;
	return flexible === 'middle' ? 1 : role ? 2 : 0;
}

/** What each column gets: what it needs, then the flexible ones give way. */
function columnWidths(
	columns: readonly Column[],
	texts: readonly (readonly Cell[])[],
	input: GridInput,
): readonly number[] {
	const widths = columns.map(({heading, minWidth = 0}, index) => {
		const key = `${input.place}/${heading}`;
		const needed = Math.max(
			index === 0 ? input.titleWidth : heading.length,
			minWidth,
			input.widths.get(key) ?? 0,
			...texts.map((cells) => cells[index]?.width ?? 0),
		);
		input.widths.set(key, needed);
		return needed;
	});
	let over = lineWidth(widths) - input.columns;
	for (const turn of [0, 1, 2]) {
		for (const [index, column] of columns.entries()) {
			if (over <= 0 || givesWay(column) !== turn) continue;
			const {minWidth = 8, heading} = column;
			const give = Math.min(
				over,
				Math.max(0, (widths[index] ?? 0) - Math.max(minWidth, index === 0 ? 0 : heading.length)),
			);
			widths[index] = (widths[index] ?? 0) - give;
			over -= give;
		}
	}
	// Room to spare goes to the sentence, so that it need not be cut when it grows; lines are not stretched beyond 100 cells.
	const sentence = columns.findIndex(({flexible}) => flexible === 'end');
	if (over < 0 && sentence >= 0)
		widths[sentence] = (widths[sentence] ?? 0) + Math.min(-over, Math.max(0, 100 - (input.columns + over)));
	return widths;
}
