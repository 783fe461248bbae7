import {Chalk, type ChalkInstance} from 'chalk';
import type {Role} from '../role.ts';

/** How things are drawn here: with which signs, and with which colours. */
export interface Painter {
	readonly ascii: boolean;
	readonly signs: Signs;
	/** The text in the role's colour. */
	role(role: Role, text: string): string;
	/** The role's sign, uncoloured: state is told by word and sign first, colour second. */
	sign(role: Role): string;
	bold(text: string): string;
	muted(text: string): string;
	/** The row under the cursor. Colours inside are taken out, so that it reads on any ground. */
	selected(text: string): string;
	/** The practice cluster's banner and other things that must not be overlooked. */
	banner(text: string): string;
	/** The rule of the pane that has the keys, and of the others. */
	rule(text: string, focused: boolean): string;
}

export interface Signs {
	readonly line: string;
	readonly bar: string;
	readonly cursor: string;
	readonly mark: string;
	readonly arrow: string;
	readonly ellipsis: string;
	readonly dot: string;
	readonly full: string;
	readonly partial: string;
	readonly live: string;
	readonly loading: string;
	readonly reconnecting: string;
	readonly stale: string;
	readonly caret: string;
}

const unicodeSigns: Signs = {
	line: '─',
	bar: '│',
	cursor: '▸',
	mark: '•',
	arrow: '→',
	ellipsis: '…',
	dot: '·',
	full: '█',
	partial: '▒',
	live: '●',
	loading: '◌',
	reconnecting: '◐',
	stale: '○',
	caret: '█',
};

const asciiSigns: Signs = {
	line: '-',
	bar: '|',
	cursor: '>',
	mark: '*',
	arrow: '->',
	ellipsis: '~',
	dot: '-',
	full: '#',
	partial: ':',
	live: '*',
	loading: 'o',
	reconnecting: '~',
	stale: 'o',
	caret: '_',
};

/** Each role's sign, its ASCII twin and its colour, all from the 16 that every terminal has and a person may have chosen. */
const roles: {
	readonly [R in Role]: {
		readonly glyph: string;
		readonly ascii: string;
		readonly colour: (chalk: ChalkInstance) => ChalkInstance;
	};
} = {
	ok: {glyph: '✓', ascii: 'ok', colour: (chalk) => chalk.green},
	moving: {glyph: '↻', ascii: '~', colour: (chalk) => chalk.cyan},
	waiting: {glyph: '◌', ascii: '?', colour: (chalk) => chalk.yellow},
	failed: {glyph: '✗', ascii: 'x', colour: (chalk) => chalk.red},
	ending: {glyph: '↓', ascii: 'v', colour: (chalk) => chalk.magenta},
	done: {glyph: '✓', ascii: 'ok', colour: (chalk) => chalk.dim},
	paused: {glyph: '=', ascii: '=', colour: (chalk) => chalk.blue},
	muted: {glyph: '·', ascii: '-', colour: (chalk) => chalk.dim},
};

/** @param colour false under `--no-color`, NO_COLOR and on terminals without any */
export function createPainter({ascii, colour}: {readonly ascii: boolean; readonly colour: boolean}): Painter {
	const chalk = new Chalk({level: colour ? 1 : 0});
	// Reverse and bold are no colours: NO_COLOR does not forbid them, and a cursor must be seen.
	const styles = new Chalk({level: 1});
	const signs = ascii ? asciiSigns : unicodeSigns;
	return {
		ascii,
		signs,
		role: (role, text) => roles[role].colour(chalk)(text),
		sign: (role) => (ascii ? roles[role].ascii : roles[role].glyph),
		bold: (text) => styles.bold(text),
		muted: (text) => chalk.dim(text),
		selected: (text) => styles.inverse(plain(text)),
		banner: (text) => styles.inverse(styles.bold(text)),
		rule: (text, focused) => (focused ? styles.bold(text) : chalk.dim(text)),
	};
}

/** The text without the colours that this file put in. */
export function plain(text: string): string {
	// oxlint-disable-next-line no-control-regex -- SGR sequences are what it removes
	return text.includes('\u001B') ? text.replaceAll(/\u001B\[[\d;]*m/g, '') : text;
}

/** The ASCII twin of a text that rolldeck itself wrote (facts speak with arrows and dots): one cell for one, so that it still fits. */
export function asciiText(text: string): string {
	// oxlint-disable-next-line no-control-regex -- everything that is not ASCII
	if (/^[\u0000-\u007F]*$/.test(text)) return text;
	return text
		.replaceAll('→', '>')
		.replaceAll('…', '~')
		.replaceAll('·', '-')
		.replaceAll(/[─]/g, '-')
		.replaceAll('│', '|')
		.replaceAll('█', '#')
		.replaceAll('▒', ':')
		.replaceAll('↑', '^')
		.replaceAll('↓', 'v')
		.replaceAll('✓', '+')
		.replaceAll('✗', 'x')
		.replaceAll('–', '-');
}
