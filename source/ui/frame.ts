import {cutEnd, fit, sanitize, width} from '../format/width.ts';
import type {Role} from '../role.ts';
import type {Painter} from './painter.ts';

/** Pieces of a line, in order; each with the role that colours it, or none. */
export interface Piece {
	readonly text: string;
	readonly role?: Role | undefined;
	readonly bold?: boolean;
	readonly muted?: boolean;
}

/**
 * A line of coloured pieces that takes at most `cells`: what does not fit is cut at the end, colours whole. Texts may be a
 * server's own: what would move the cursor or change the terminal is taken out.
 */
export function pieces(parts: readonly Piece[], cells: number, painter: Painter): string {
	let room = cells;
	let line = '';
	for (const {text, role, bold, muted} of parts) {
		if (room <= 0) break;
		const cut = cutEnd(sanitize(text), room, {ascii: painter.ascii});
		room -= width(cut);
		line += role ? painter.role(role, cut) : bold ? painter.bold(cut) : muted ? painter.muted(cut) : cut;
	}
	return line;
}

/** The cells that pieces take when nothing is cut. */
export function widthOf(parts: readonly Piece[]): number {
	return parts.reduce((sum, {text}) => sum + width(text), 0);
}

/** Two ends of a line: the left gives way to the right. */
export function ends(left: readonly Piece[], right: readonly Piece[], cells: number, painter: Painter): string {
	const room = Math.max(0, cells - widthOf(right));
	const leftWidth = Math.min(room, widthOf(left));
	return pieces(left, room, painter) + ' '.repeat(room - leftWidth) + pieces(right, cells - room, painter);
}

/** A pane's rule with its title and, in their places, the headings of its columns. */
export function rule(
	title: string,
	headings: readonly {readonly at: number; readonly text: string}[],
	cells: number,
	focused: boolean,
	painter: Painter,
): string {
	const {line} = painter.signs;
	let text = `${line}${cutEnd(sanitize(title), Math.max(0, cells - 2), {ascii: painter.ascii})} `;
	for (const {at, text: heading} of headings) {
		// A heading that the title has pushed away would stand over the wrong column: it is left out.
		if (at <= width(text) || at + width(heading) > cells) continue;
		text = `${text}${line.repeat(at - width(text) - 1)} ${heading}${at + width(heading) < cells ? ' ' : ''}`;
	}
	return painter.rule(
		fit(text + line.repeat(Math.max(0, cells - width(text))), cells, {ascii: painter.ascii}),
		focused,
	);
}

/**
 * A sentence broken at spaces into lines of at most `cells`; a word that is longer is cut. Where `most` lines are too few, all that is
 * left stands on the last one, and is cut there. As in `pieces`, what would move the cursor is taken out.
 */
export function wrap(
	text: string,
	cells: number,
	painter: Pick<Painter, 'ascii'>,
	most = Number.POSITIVE_INFINITY,
): readonly string[] {
	const lines: string[] = [];
	// Spaces in front are meant (a table stands there); those at a break are not.
	let line: string | undefined;
	for (const [index, word] of sanitize(text).split(' ').entries()) {
		if (line === undefined) line = word === '' && index > 0 ? undefined : word;
		else if (width(line) + 1 + width(word) <= cells) line = `${line} ${word}`;
		else {
			lines.push(line);
			line = word === '' ? undefined : word;
		}
	}
	if (line !== undefined) lines.push(line);
	const shown = lines.length > most ? [...lines.slice(0, most - 1), lines.slice(most - 1).join(' ')] : lines;
	return shown.map((one) => cutEnd(one, cells, {ascii: painter.ascii}));
}
