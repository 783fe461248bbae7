import type {Board} from '../board/board.ts';
import {dialogView} from '../dialog/view.ts';
import type {State} from '../state/state.ts';
import {type Piece, pieces, rule, wrap} from './frame.ts';
import type {Painter} from './painter.ts';

/** Cells for the labels in front of a dialog's rows. */
const labelWidth = 10;

/** The dialog's lines, at most `rows`: what is minor goes first when they are too many. */
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
	const drawn = view.rows.flatMap((row) => {
		const sign = row.selected ? ` ${painter.signs.cursor} ` : '   ';
		return wrap(row.text, cells - labelWidth - 4, painter).map((text, index) => ({
			minor: row.minor ?? false,
			line: row.selected
				? painter.selected(`${sign}${(index === 0 ? row.label : '').padEnd(labelWidth)}${text}`)
				: pieces(
						[
							{text: sign},
							{text: (index === 0 ? row.label : '').padEnd(labelWidth), muted: true},
							{text, role: row.role},
						],
						cells,
						painter,
					),
		}));
	});
	const room = Math.max(1, rows - 2);
	let kept = drawn;
	while (kept.length > room && kept.some(({minor}) => minor)) {
		const last = kept.findLastIndex(({minor}) => minor);
		kept = kept.filter((_, index) => index !== last);
	}
	const top = Math.min(dialog.top, Math.max(0, kept.length - room));
	const keys: Piece[] = [{text: ' '}];
	if (dialog.phase === 'finished') keys.push({text: 'enter', bold: true}, {text: ' close   '});
	else if (view.enter !== undefined)
		keys.push(
			...(view.blocked === undefined
				? [{text: 'enter', bold: true}, {text: ` ${view.enter}   `}]
				: [{text: `enter waits: ${view.blocked}   `, muted: true}]),
		);
	keys.push(...view.keyHints.map((text) => ({text: `${text}   `})), {text: 'esc', bold: true}, {text: ' leave'});
	return [
		rule(view.title, [], cells, true, painter),
		...kept.slice(top, top + room).map(({line}) => line),
		pieces(keys, cells, painter),
	];
}
