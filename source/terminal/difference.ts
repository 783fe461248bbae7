import {type Cell, cellsOf} from './cells.ts';

/** Unchanged cells that are cheaper written again than jumped over: a jump takes five bytes or more. */
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

function lineDifference(before: string, after: string, row: number, columns: number): string {
	const [old, now] = [cellsOf(before), cellsOf(after)];
	const whole = `\u001B[${row + 1};1H${after}\u001B[m${now?.length === columns ? '' : '\u001B[K'}`;
	if (!old || !now) return whole;
	const length = Math.max(old.length, now.length);
	const isSame = (at: number) => {
		const [left, right] = [old[at] ?? blank, now[at] ?? blank];
		return left.text === right.text && left.style === right.style;
	};
	const isBlankFrom = blankFrom(now);
	let text = '';
	let style = '';
	let at = 0;
	while (at < length) {
		if (isSame(at)) {
			at += 1;
			continue;
		}
		text += `\u001B[${row + 1};${at + 1}H`;
		if (at >= isBlankFrom) {
			text += style === '' ? '\u001B[K' : '\u001B[m\u001B[K';
			style = '';
			break;
		}
		let end = at + 1;
		for (let next = end; next < length && next - end <= cheapGap; next += 1) if (!isSame(next)) end = next + 1;
		for (; at < end; at += 1) {
			const cell = now[at] ?? blank;
			if (cell.style !== style) {
				text += cell.style === '' ? '\u001B[m' : `\u001B[${style === '' ? '' : '0;'}${cell.style}m`;
				style = cell.style;
			}
			text += cell.text;
		}
	}
	if (style !== '') text += '\u001B[m';
	return text.length < whole.length ? text : whole;
}

const blank: Cell = {text: ' ', style: ''};

/** From which column on a line is empty. */
function blankFrom(cells: readonly Cell[]): number {
	let from = cells.length;
	while (from > 0 && cells[from - 1]?.text === ' ' && cells[from - 1]?.style === '') from -= 1;
	return from;
}
