/** One cell of the screen: a character that takes exactly one column, and how it looks. */
export interface Cell {
	readonly text: string;
	/** SGR parameters, as `1;32`; empty: plain. Of a blank only what is seen of it: it looks the same in any colour and weight. */
	readonly style: string;
	/** What a blank in the same style has for its own. */
	readonly onBlanks: string;
}

/**
 * A line, as cells; undefined if it holds anything but characters that every terminal draws in one column. Such a line is
 * written whole whenever it changes: what its cells are cannot be known from here.
 */
export function cellsOf(line: string): readonly Cell[] | undefined {
	const cells: Cell[] = [];
	const active = new Map<string, string>();
	let style = '';
	let onBlanks = '';
	let at = 0;
	while (at < line.length) {
		if (line.codePointAt(at) === escape) {
			const end = line.indexOf('m', at);
			const parameters = sgr.exec(line.slice(at, end + 1))?.[1];
			if (parameters === undefined) return undefined;
			for (const code of parameters === '' ? ['0'] : codesOf(parameters)) applyCode(active, code);
			style = [...active.values()].join(';');
			onBlanks = seenOnBlanks(active) ? style : '';
			at = end + 1;
			continue;
		}
		const text = line.charAt(at);
		if (!oneColumn.test(text)) return undefined;
		cells.push({text, style: text === ' ' ? onBlanks : style, onBlanks});
		at += 1;
	}
	return cells;
}

/** In reverse even the colour of the text is seen; lines through or under it, and grounds, always are. */
function seenOnBlanks(active: ReadonlyMap<string, string>): boolean {
	return ['4', '5', '7', '9', 'ground'].some((attribute) => active.has(attribute));
}

const escape = 0x1b;
// oxlint-disable-next-line no-control-regex -- SGR sequences begin with one
const sgr = /^\u001B\[([\d;]*)m$/;
/** ASCII, Latin-1 letters, and the signs that rolldeck draws with. Everything else is left to the terminal. */
const oneColumn = /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u00FF–…←-↓↻─-▟▸●○◌◐✓✗•]$/;

/** Colours of the 256 and the 16 million take several parameters: they stay together. */
function codesOf(parameters: string): readonly string[] {
	return parameters.match(/[34]8;5;\d+|[34]8;2;\d+;\d+;\d+|\d+/g) ?? [];
}

/** Which attribute a code sets; one that ends an attribute takes its entry away. */
function applyCode(active: Map<string, string>, code: string): void {
	const number = Number.parseInt(code, 10);
	if (number === 0) active.clear();
	else if (number === 22) {
		active.delete('bold');
		active.delete('dim');
	} else if (number >= 23 && number <= 29) active.delete(String(number - 20));
	else if (number === 39) active.delete('colour');
	else if (number === 49) active.delete('ground');
	else if (number === 1) active.set('bold', code);
	else if (number === 2) active.set('dim', code);
	else if (number < 10) active.set(String(number), code);
	else if ((number >= 30 && number <= 38) || (number >= 90 && number <= 97)) active.set('colour', code);
	else active.set('ground', code);
}
