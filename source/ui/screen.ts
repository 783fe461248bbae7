import type {CommandContext} from '../commands/command.ts';
import {isTooSmall, smallest} from '../state/size.ts';
import {createScreenMemory, deckLines, type ScreenMemory} from './deck.ts';
import {dialogLines} from './dialog.ts';
import {footerLines} from './footer.ts';
import {headerLines} from './header.ts';
import {historyLines} from './history.ts';
import {helpLines, messagesLines, pickerLines} from './pages.ts';
import {asciiText, type Painter} from './painter.ts';
import {rolloutLines} from './rollout.ts';

/** Makes the screen: every line of it, from the state. Equal lines are the same strings, so that nothing is drawn twice. */
export interface ScreenMaker {
	lines(context: CommandContext, now: number): readonly string[];
	/** How many rows what has the keys shows at once, as last drawn. */
	page(): number;
}

export function createScreenMaker(painter: Painter): ScreenMaker {
	let memory: ScreenMemory = createScreenMemory();
	let scope: unknown;
	let drawn: unknown;
	let size: unknown;
	let last: readonly string[] = [];
	return {
		lines(context, now) {
			const {state} = context;
			// React asks three times for every publication; whatever changes what is drawn publishes a new state.
			if (state === drawn) return last;
			drawn = state;
			if (state.scope !== scope) {
				scope = state.scope;
				memory = createScreenMemory();
			}
			const made = makeLines(context, memory, painter, now);
			const lines = painter.ascii ? made.map(asciiText) : made;
			// After a change of size the terminal shows something else than it did: equal lines are drawn all the same.
			const sameSize = state.size === size;
			size = state.size;
			if (sameSize && lines.length === last.length && lines.every((line, index) => line === last[index])) return last;
			last = lines;
			return lines;
		},
		page: () => memory.page,
	};
}

function makeLines(context: CommandContext, memory: ScreenMemory, painter: Painter, now: number): readonly string[] {
	const {state, board} = context;
	const {columns, rows} = state.size;
	if (isTooSmall(state.size)) {
		return [`rolldeck needs ${smallest.columns}x${smallest.rows}, this is ${columns}x${rows}.`];
	}
	const header = headerLines(state, board, painter);
	const footer = footerLines(context, painter);
	const room = rows - header.length - footer.length;
	const dialog = state.dialog ? dialogLines(state, board, room, painter, now) : [];
	// The deck stays above a dialog where it still has room to say something.
	const above = room - dialog.length;
	memory.page = Math.max(1, above - 1);
	const main = dialog.length === 0 || above >= 5 ? viewLines(context, above, memory, painter) : [];
	const body = main.slice(0, above);
	while (body.length < above) body.push('');
	return [...header, ...body, ...dialog, ...footer];
}

function viewLines(context: CommandContext, rows: number, memory: ScreenMemory, painter: Painter): readonly string[] {
	const {state, board} = context;
	const view = state.views.at(-1);
	switch (view?.id) {
		case undefined:
		case 'deck':
			return deckLines(state, board, rows, memory, painter);
		case 'rollout':
			return rolloutLines(context, rows, painter);
		case 'history':
			return historyLines(context, rows, painter);
		case 'help':
			return helpLines(context, rows, painter);
		case 'messages':
			return messagesLines(state, board, rows, painter);
		case 'picker':
			return pickerLines(state, rows, painter);
	}
}
