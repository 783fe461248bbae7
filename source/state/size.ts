import type {State} from './state.ts';

/** The smallest window that the deck fits in. */
export const smallest = {columns: 60, rows: 12};

/** Whether the window is too small for anything but saying so: what is not seen takes no keys. */
export function isTooSmall({columns, rows}: State['size']): boolean {
	return columns < smallest.columns || rows < smallest.rows;
}
