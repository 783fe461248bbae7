import type {Board} from '../board/board.ts';
import {type DialogView, dialogView} from '../dialog/view.ts';
import type {Role} from '../role.ts';
import type {State} from '../state/state.ts';
import {type Piece, pieces, rule, widthOf, wrap} from './frame.ts';
import type {Painter} from './painter.ts';

/** Cells for the labels in front of a dialog's rows. */
const labelWidth = 10;

/** What somebody has to know before or after Enter: it stands there however long the rest is. */
const pinned: readonly (Role | undefined)[] = ['failed', 'waiting', 'moving'];

/**
 * The dialog's lines, at most `rows`. When they are too many, what is minor goes first; then the rest is turned over page by page, above
 * what has to be seen.
 */
export function dialogLines(
	state: State,
	board: Board,
	rows: number,
	painter: Painter,
	now: number,
): readonly string[] {
	const {dialog, size} = state;
	if (!dialog) return [];
	const view = dialogView(dialog, board, now);
	const cells = size.columns;
	const drawn = view.rows.flatMap((row) =>
		wrap(row.text, cells - labelWidth - 4, painter).map((text, index) => {
			const isFirst = index === 0;
			const sign = row.selected && isFirst ? ` ${painter.signs.cursor} ` : '   ';
			const label = (isFirst ? row.label : '').padEnd(labelWidth);
			return {
				minor: row.minor ?? false,
				isPinned: pinned.includes(row.role),
				line: row.selected
					? painter.selected(pieces([{text: `${sign}${label}${text}`}], cells, painter))
					: pieces([{text: sign}, {text: label, muted: true}, {text, role: row.role}], cells, painter),
			};
		}),
	);
	const room = Math.max(1, rows - 2);
	let kept = drawn;
	while (kept.length > room && kept.some(({minor}) => minor)) {
		const last = kept.findLastIndex(({minor}) => minor);
		kept = kept.filter((_, index) => index !== last);
	}
	return [
		rule(view.title, [], cells, true, painter),
		...windowOf(kept, room, dialog.top, painter),
		keyLine(view, dialog.phase === 'finished', cells, painter),
	];
}

/** Its keys: the way out is last and stays, what stands before it gives way. */
function keyLine({enter, blocked, keyHints}: DialogView, isFinished: boolean, cells: number, painter: Painter): string {
	const gap: Piece[] = [{text: '   '}];
	const leave: Piece[] = [{text: 'esc', bold: true}, {text: ' leave'}];
	const main: Piece[] = isFinished
		? [{text: 'enter', bold: true}, {text: ' close'}]
		: enter === undefined
			? []
			: blocked === undefined
				? [{text: 'enter', bold: true}, {text: ` ${enter}`}]
				: [{text: `enter waits: ${blocked}`, muted: true}];
	const groups = [main, ...(isFinished ? [] : keyHints.map((text) => [{text}]))].filter(({length}) => length > 0);
	const front = () =>
		groups.flatMap((group, index): Piece[] => (index === 0 ? [{text: ' '}, ...group] : [...gap, ...group]));
	const room = cells - widthOf([...gap, ...leave]);
	while (groups.length > 1 && widthOf(front()) > room) groups.pop();
	return groups.length === 0
		? pieces([{text: ' '}, ...leave], cells, painter)
		: pieces(front(), room, painter) + pieces([...gap, ...leave], cells, painter);
}

interface DrawnLine {
	readonly line: string;
	readonly isPinned: boolean;
}

function windowOf(lines: readonly DrawnLine[], room: number, wanted: number, painter: Painter): readonly string[] {
	if (lines.length <= room) return lines.map(({line}) => line);
	const [still, turned] = [true, false].map((isPinned) => lines.filter((line) => line.isPinned === isPinned));
	// Where even that is too much for a small window, all of it is turned over.
	const fits = still && turned && still.length + 3 <= room;
	const [above, below] = fits ? [turned, still] : [lines, []];
	const size = Math.max(1, room - below.length - 1);
	const top = Math.min(wanted, Math.max(0, above.length - size));
	const left = above.length - size - top;
	const more = left > 0 ? `${left} more lines: pgdn` : `the end of ${above.length} lines: pgup`;
	return [
		...above.slice(top, top + size).map(({line}) => line),
		painter.muted(`   ${painter.signs.ellipsis} ${more}`),
		...below.map(({line}) => line),
	];
}
