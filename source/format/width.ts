import stringWidth from 'string-width';

export interface CutOptions {
	/** Marks the cut with `~` instead of `…`. */
	readonly ascii?: boolean;
}

/**
 * Texts in which every UTF-16 unit is one cell: ASCII, Latin-1, and the arrows, lines, blocks and marks that rolldeck itself
 * draws. They are measured by their length, because this runs for every row of every frame.
 */
const narrow = /^[\x20-\x7e\xa1-\xac\xae-\xff–…←-↓↻─-▟▸●○◌◐✓✗]*$/;

/** How many terminal cells a text takes. */
export function width(text: string): number {
	return narrow.test(text) ? text.length : stringWidth(text);
}

/** The text with spaces after it until it takes `cells`; a longer one is left as it is. */
export function padEnd(text: string, cells: number): string {
	const missing = cells - width(text);
	return missing > 0 ? text + ' '.repeat(missing) : text;
}

/** The text with spaces before it until it takes `cells`; a longer one is left as it is. */
export function padStart(text: string, cells: number): string {
	const missing = cells - width(text);
	return missing > 0 ? ' '.repeat(missing) + text : text;
}

/** Cuts the end of a text that takes more than `cells` (`payments-reco…`). May come out a cell short where a wide character stood. */
export function cutEnd(text: string, cells: number, options: CutOptions = {}): string {
	return cut(text, cells, options, (room) => [room, 0]);
}

/** Cuts the beginning of a text that takes more than `cells` (`…/prod-eu`). */
export function cutStart(text: string, cells: number, options: CutOptions = {}): string {
	return cut(text, cells, options, (room) => [0, room]);
}

/** Cuts the middle out of a text that takes more than `cells` (`payments…worker`): names differ at both ends. */
export function cutMiddle(text: string, cells: number, options: CutOptions = {}): string {
	return cut(text, cells, options, (room) => [Math.ceil(room / 2), Math.floor(room / 2)]);
}

/** The text in exactly `cells` cells: cut where it is too long, padded where it is too short. */
export function fit(
	text: string,
	cells: number,
	options: CutOptions & {readonly align?: 'left' | 'right'; readonly cut?: 'middle' | 'end'} = {},
): string {
	const shortened = options.cut === 'middle' ? cutMiddle(text, cells, options) : cutEnd(text, cells, options);
	return options.align === 'right' ? padStart(shortened, cells) : padEnd(shortened, cells);
}

/** Escape sequences: CSI, the strings OSC, DCS, SOS, PM and APC with their end, and the short ones. Both 7 and 8 bit. */
const escapes =
	// oxlint-disable-next-line no-control-regex -- control characters are what it removes
	/(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;
// oxlint-disable-next-line no-control-regex -- see above
const spaces = /\r\n|[\t\n\v\f\r\x85\u2028\u2029]/g;
/** Control characters, and the marks that turn the direction of the text around them. */
const controls = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text from outside (a message, a log line, a name in a kubeconfig) made safe for one line of a terminal: no escape sequence,
 * control character or direction mark survives, tabs and line ends become spaces, half a surrogate pair becomes U+FFFD.
 */
export function sanitize(text: string): string {
	if (narrow.test(text)) return text;
	return text.replace(escapes, '').replace(spaces, ' ').replace(controls, '').toWellFormed();
}

const graphemes = new Intl.Segmenter();

/** Keeps as much of both ends as `split` gives them cells of what is left beside the mark. */
function cut(
	text: string,
	cells: number,
	options: CutOptions,
	split: (room: number) => [head: number, tail: number],
): string {
	const total = width(text);
	if (total <= cells) return text;
	if (cells <= 0) return '';
	const [head, tail] = split(cells - 1);
	const mark = options.ascii ? '~' : '…';
	if (narrow.test(text)) {
		return text.slice(0, head) + mark + text.slice(text.length - tail);
	}
	const pieces = Array.from(graphemes.segment(text), ({segment}) => segment);
	return take(pieces, head).join('') + mark + take(pieces.toReversed(), tail).toReversed().join('');
}

function take(pieces: readonly string[], cells: number): readonly string[] {
	let used = 0;
	const end = pieces.findIndex((piece) => (used += width(piece)) > cells);
	return end === -1 ? pieces : pieces.slice(0, end);
}
