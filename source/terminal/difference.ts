import {type Cell, cellsOf} from './cells.ts';

/** Unchanged cells that are cheaper written again than jumped over: a jump takes four bytes or more. */
const cheapGap = 4;

/**
 * What to write so that a terminal that shows `before` shows `after`: only the cells that differ. Both are the lines of a whole
 * screen. `before` undefined: nothing is known of the terminal, and everything is written.
 */
export function difference(before: readonly string[] | undefined, after: readonly string[], columns: number): string {
	if (before?.length !== after.length) {
		return `\u001B[?25l\u001B[m\u001B[H\u001B[2J${after.map((line, row) => `\u001B[${row + 1};1H${line}\u001B[m`).join('')}`;
	}
	let text = '';
	for (const [row, line] of after.entries()) {
		const old = before[row];
		if (old !== line) text += lineDifference(old ?? '', line, row, columns);
	}
	return text;
}

/** The shortest of three ways: the cells that differ; an erased line and what stands in it; the line as it is. */
function lineDifference(before: string, after: string, row: number, columns: number): string {
	const [old, now] = [cellsOf(before), cellsOf(after)];
	const start = `\u001B[${row + 1};1H`;
	const whole = `${start}${after}\u001B[m${now?.length === columns ? '' : eraseToEnd}`;
	if (!old || !now) return whole;
	const changed = cellDifference(old, now, (at) => `\u001B[${row + 1};${at + 1}H`);
	if (changed.length < columns / 2) return changed; // good enough, and most often so
	const anew = `${start}${eraseToEnd}${cellDifference([], now, (at) => (at === 0 ? '' : toColumn(at)))}`;
	return [changed, anew, whole].reduce((best, text) => (text.length < best.length ? text : best));
}

/** @param begin what takes the terminal's cursor to the first cell that differs */
function cellDifference(old: readonly Cell[], now: readonly Cell[], begin: (at: number) => string): string {
	const length = Math.max(old.length, now.length);
	const isSame = (at: number) => {
		const [left, right] = [old[at] ?? blank, now[at] ?? blank];
		return left.text === right.text && left.style === right.style;
	};
	const isBlankFrom = blankFrom(now);
	let text = '';
	let style = '';
	let onBlanks = '';
	let at = 0;
	while (at < length) {
		if (isSame(at)) {
			at += 1;
			continue;
		}
		text += text === '' ? begin(at) : toColumn(at);
		if (at >= isBlankFrom) {
			text += style === '' ? eraseToEnd : `\u001B[m${eraseToEnd}`;
			style = '';
			break;
		}
		let end = at + 1;
		for (let next = end; next < length && next - end <= cheapGap; next += 1) if (!isSame(next)) end = next + 1;
		for (; at < end; at += 1) {
			const cell = now[at] ?? blank;
			const isAlike = cell.style === (cell.text === ' ' ? onBlanks : style);
			if (!isAlike) {
				text += cell.style === '' ? '\u001B[m' : `\u001B[${style === '' ? '' : '0;'}${cell.style}m`;
				({style, onBlanks} = cell);
			}
			text += cell.text;
		}
	}
	return style === '' ? text : `${text}\u001B[m`;
}

const eraseToEnd = '\u001B[K';

/** To a column of the line that the terminal's cursor is in. */
function toColumn(at: number): string {
	return `\u001B[${at + 1}G`;
}

const blank: Cell = {text: ' ', style: '', onBlanks: ''};

/** From which column on a line is empty. */
function blankFrom(cells: readonly Cell[]): number {
	let from = cells.length;
	while (from > 0 && cells[from - 1]?.text === ' ' && cells[from - 1]?.style === '') from -= 1;
	return from;
}
