// oxlint-disable-next-line import/default -- CommonJS behind a typed name
import unicode11 from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';

/** How one cell of the screen looks. `colour`: 0 to 15, or undefined for the terminal's own. */
export interface CellStyle {
	readonly text: string;
	readonly colour: number | undefined;
	readonly bold: boolean;
	readonly dim: boolean;
	readonly inverse: boolean;
}

/** A terminal that nobody sees: what is written to it becomes a screen, erasures and all. */
export interface Emulator {
	readonly columns: number;
	readonly rows: number;
	/** The screen's lines, as many as rows; spaces at their ends are cut. */
	lines(): string[];
	/** `lines`, without the empty ones at the end. */
	text(): string;
	/** The cell at which `text` begins on the screen; fails if it is not there. */
	style(text: string): CellStyle;
	/** The part of the screen that is in reverse: the row under the cursor. */
	selected(): string;
	/** `alternate` while a full-screen program has it. */
	readonly buffer: 'normal' | 'alternate';
	/** Whether programs have asked for pastes to be marked. */
	readonly isPasteMarked: boolean;
	readonly isCursorShown: boolean;
	/** What a program has put on the clipboard (OSC 52). */
	readonly clipboard: string;
	write(data: string | Uint8Array): void;
	resize(columns: number, rows: number): void;
	/** Resolves once all that was written is on the screen. */
	parsed(): Promise<void>;
	/** Answers that a terminal gives to queries, to be sent to the program. */
	onAnswer(listener: (data: string) => void): void;
}

export function createEmulator(columns: number, rows: number): Emulator {
	const terminal = new xterm.Terminal({
		cols: columns,
		rows,
		allowProposedApi: true,
		convertEol: true,
		scrollback: 1000,
	});
	terminal.loadAddon(new unicode11.Unicode11Addon());
	terminal.unicode.activeVersion = '11';
	let isCursorShown = true;
	// xterm keeps this to itself, so it is read from what is written.
	const listen = (shown: boolean) => (parameters: readonly (number | number[])[]) => {
		if (parameters.includes(25)) isCursorShown = shown;
		return false;
	};
	terminal.parser.registerCsiHandler({prefix: '?', final: 'h'}, listen(true));
	terminal.parser.registerCsiHandler({prefix: '?', final: 'l'}, listen(false));

	let clipboard = '';
	terminal.parser.registerOscHandler(52, (data) => {
		clipboard = Buffer.from(data.replace(/^c;/, ''), 'base64').toString();
		return true;
	});

	const line = (row: number) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + row);
	const lines = () => Array.from({length: terminal.rows}, (_, row) => line(row)?.translateToString().trimEnd() ?? '');
	const cell = (row: number, column: number): CellStyle => {
		const found = line(row)?.getCell(column);
		return {
			text: found?.getChars() ?? '',
			colour: found?.isFgPalette() ? found.getFgColor() : undefined,
			bold: Boolean(found?.isBold()),
			dim: Boolean(found?.isDim()),
			inverse: Boolean(found?.isInverse()),
		};
	};
	return {
		get columns() {
			return terminal.cols;
		},
		get rows() {
			return terminal.rows;
		},
		lines,
		text: () => lines().join('\n').trimEnd(),
		style(text) {
			for (let row = 0; row < terminal.rows; row++) {
				for (let column = 0; column < terminal.cols; column++) {
					if (line(row)?.translateToString(true, column).startsWith(text)) return cell(row, column);
				}
			}
			throw new Error(`'${text}' is not on the screen:\n${lines().join('\n')}`);
		},
		selected: () =>
			lines()
				.map((_, row) =>
					Array.from({length: terminal.cols}, (_, column) => cell(row, column))
						.map(({text, inverse}) => (inverse ? text || ' ' : ''))
						.join('')
						.trim(),
				)
				.filter(Boolean)
				.join('\n'),
		get buffer() {
			return terminal.buffer.active.type;
		},
		get isPasteMarked() {
			return terminal.modes.bracketedPasteMode;
		},
		get isCursorShown() {
			return isCursorShown;
		},
		get clipboard() {
			return clipboard;
		},
		write: (data) => terminal.write(data),
		resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
		parsed: () => new Promise((resolve) => terminal.write('', resolve)),
		onAnswer: (listener) => void terminal.onData(listener),
	};
}
