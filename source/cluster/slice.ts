import {setImmediate as nextTurn} from 'node:timers/promises';

/** How long one piece of work may keep the keyboard waiting. */
const sliceMs = 4;

/** Cuts long work into short slices: `await slice.rest()` often; it lets others run once the slice is used up. */
export function makeSlice(): {isOver(): boolean; rest(): Promise<void>} {
	let since = performance.now();
	const isOver = (): boolean => performance.now() - since >= sliceMs;
	return {
		isOver,
		async rest() {
			if (isOver()) {
				await nextTurn();
				since = performance.now();
			}
		},
	};
}

/**
 * Does all the steps in short slices, so that others run between them, and only as long as they are wanted.
 * @returns whether all was done
 */
export async function inSlices(steps: Iterable<unknown>, isWanted: () => boolean = () => true): Promise<boolean> {
	const slice = makeSlice();
	for (const _ of steps) {
		await slice.rest();
		if (!isWanted()) return false;
	}
	return true;
}
