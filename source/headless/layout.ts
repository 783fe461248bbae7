import {width} from '../format/width.ts';

/** Cells between two columns, and the least that a column takes with them: kubectl's tables (cli-runtime, GetNewTabWriter). */
const gap = 3;
const leastColumn = 6;

/**
 * Lays rows of cells out as kubectl does: columns as wide as their longest cell, the last one as long as its text. Columns
 * that one call has made wide stay wide in the next, so that rows which come later stand under their headings.
 */
export function createLayout(): (rows: readonly (readonly string[])[]) => string {
	const widths: number[] = [];
	return (rows) => {
		for (const row of rows)
			for (const [index, cell] of row.slice(0, -1).entries())
				widths[index] = Math.max(widths[index] ?? leastColumn, width(cell) + gap);
		return rows.map((row) => `${row.map((cell, index) => pad(cell, index, row.length)).join('')}\n`).join('');
	};

	function pad(cell: string, index: number, columns: number): string {
		return index === columns - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - width(cell));
	}
}
