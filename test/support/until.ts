import {setTimeout as delay} from 'node:timers/promises';

/**
 * Waits until a condition holds, looking again and again; fails, naming it, if it does not within twenty seconds: long
 * enough for a machine that is busy with something else.
 */
export async function until(what: string, condition: () => boolean): Promise<void> {
	const end = performance.now() + 20_000;
	while (!condition()) {
		if (performance.now() > end) {
			throw new Error(`waited in vain until ${what}`);
		}
		await delay(1);
	}
}
