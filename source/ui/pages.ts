import type {Board} from '../board/board.ts';
import type {Command, CommandContext} from '../commands/command.ts';
import {commandsHere, whyNot} from '../commands/index.ts';
import {matchingChoices} from '../commands/move.ts';
import {clockTime} from '../format/time.ts';
import {fit, sanitize, width} from '../format/width.ts';
import type {State} from '../state/state.ts';
import {messageText} from './footer.ts';
import {pieces, rule, wrap} from './frame.ts';
import type {Painter} from './painter.ts';

/** The pages that take the deck's place: keys, messages, pickers. */

/** The keys of the place that `?` was pressed in, from the commands themselves; what is off says why. */
export function helpLines(context: CommandContext, rows: number, painter: Painter): readonly string[] {
	const {state} = context;
	const {columns} = state.size;
	const view = state.views.at(-1);
	const behind = {...context, state: {...state, views: state.views.slice(0, -1)}};
	const sections: readonly (readonly [Command['section'], string])[] = [
		['change', 'Change the Deployment of the row'],
		['look', 'Look'],
		['go', 'Go'],
		['move', 'Move'],
	];
	const lines = sections.flatMap(([section, title]) => {
		const commands = commandsHere(behind).filter((command) => command.section === section);
		return [
			'',
			painter.bold(` ${title}`),
			...commands.flatMap((command) => commandLines(command, behind, columns, painter)),
		];
	});
	return page(
		'Keys of this place, esc goes back',
		lines.slice(1),
		view?.id === 'help' ? view.top : 0,
		rows,
		columns,
		painter,
	);
}

/** Cells for a command's keys in front of what it does. */
const keysWidth = 20;

/** What a command does, and on lines of its own why it is off, if it is. */
function commandLines(command: Command, context: CommandContext, columns: number, painter: Painter): readonly string[] {
	const keys = [...command.keys, ...(command.words?.slice(0, 1).map((word) => `:${word}`) ?? [])].join(' ');
	const why = whyNot(command, context);
	const indent = ' '.repeat(keysWidth + 3);
	const [first = '', ...rest] = wrap(command.title, columns - indent.length, painter);
	const off = why === undefined ? [] : wrap(`off: ${why}`, columns - indent.length, painter);
	const muted = why !== undefined;
	return [
		pieces(
			[
				{text: `   ${keys.padEnd(keysWidth)}`, bold: !muted, muted},
				{text: first, muted},
			],
			columns,
			painter,
		),
		...rest.map((text) => pieces([{text: `${indent}${text}`, muted}], columns, painter)),
		...off.map((text) => painter.muted(`${indent}${text}`)),
	];
}

export function messagesLines(state: State, board: Board, rows: number, painter: Painter): readonly string[] {
	const {columns} = state.size;
	const view = state.views.at(-1);
	const lines = [...state.messages].reverse().flatMap((message) => {
		const {role, text} = messageText(message, board, state.now);
		const at = clockTime(message.at, true);
		const sign = painter.sign(role);
		const indent = at.length + sign.length + 3;
		return wrap(text, columns - indent, painter).map((line, index) =>
			index === 0
				? pieces([{text: ` ${at} `, muted: true}, {text: `${sign} `, role}, {text: line}], columns, painter)
				: `${' '.repeat(indent)}${line}`,
		);
	});
	if (lines.length === 0) lines.push(painter.muted('  Nothing has been said yet.'));
	return page(
		'Messages, newest first, esc goes back',
		lines,
		view?.id === 'messages' ? view.top : 0,
		rows,
		columns,
		painter,
	);
}

export function pickerLines(state: State, rows: number, painter: Painter): readonly string[] {
	const view = state.views.at(-1);
	if (view?.id !== 'picker') return [];
	const {columns} = state.size;
	const choices = matchingChoices(view);
	const widest = Math.min(columns - 4, Math.max(0, ...choices.map(({value}) => width(value))));
	const lines = choices.map(({value, detail}, index) => {
		// Long names (a cloud's, of clusters) differ at their end.
		const name = fit(sanitize(value), widest, {cut: 'middle', ascii: painter.ascii});
		const text = `${index === view.cursor ? ` ${painter.signs.cursor} ` : '   '}${name}  ${detail}`.trimEnd();
		return index === view.cursor
			? painter.selected(pieces([{text}], columns, painter))
			: pieces([{text}], columns, painter);
	});
	if (lines.length === 0) lines.push(painter.muted(`   Nothing matches ${view.filter}: backspace.`));
	const title = `Choose a ${view.picks}${view.filter === '' ? ', or type a part of its name' : `: ${view.filter}`}`;
	const top = Math.max(0, view.cursor - (rows - 2));
	return page(title, lines, top, rows, columns, painter);
}

/** A rule and a window of lines below it. */
function page(
	title: string,
	lines: readonly string[],
	top: number,
	rows: number,
	columns: number,
	painter: Painter,
): readonly string[] {
	const room = Math.max(1, rows - 1);
	const start = Math.min(top, Math.max(0, lines.length - room));
	const more = start + room < lines.length ? `${title}, ${lines.length - start - room} more below` : title;
	return [rule(more, [], columns, true, painter), ...lines.slice(start, start + room)];
}
