import {setTimeout as delay} from 'node:timers/promises';
import {elapsed} from './clock.ts';
import {type Deck, during, shownProbe} from './deck.ts';
import type {Traffic} from './messages.ts';

/** How often the probe changes on the average while times are taken. */
const probeEveryMs = 100;

/**
 * Milliseconds from each change of the probe until its number stood on the screen.
 * @param rate changes a second, the probe's own among them
 */
export async function paintTimes(
	deck: Deck,
	rate: number,
	where: Traffic['where'],
	durationMs: number,
): Promise<readonly number[]> {
	const sent: {value: number; at: number}[] = [];
	const shown: {value: number; at: number}[] = [];
	const stops = [
		deck.cluster.onProbe((value, at) => sent.push({value, at})),
		deck.screen.onDraw((at) => {
			const value = shownProbe(deck);
			if (value !== undefined && value !== shown.at(-1)?.value) shown.push({value, at});
		}),
	];
	await during(deck, {rate: Math.max(0, rate - 1000 / probeEveryMs), where, probeEveryMs}, () => delay(durationMs));
	await delay(300);
	for (const stop of stops) stop();
	// A number may be overtaken by the next one before it is drawn: then it is on the screen with that one.
	return sent.flatMap(({value, at}) => {
		const drawn = shown.find((draw) => draw.value >= value && draw.at >= at);
		return drawn ? [drawn.at - at] : [Number.POSITIVE_INFINITY];
	});
}

/** Milliseconds from each key until the cursor stood elsewhere. The keys are pressed in turn, and take it there and back. */
export async function keyTimes(
	{screen}: Pick<Deck, 'screen'>,
	presses: number,
	keys: readonly string[] = ['j', 'k'],
): Promise<readonly number[]> {
	const times: number[] = [];
	for (let press = 0; press < presses; press++) {
		const before = cursors(screen.lines());
		const pressedAt = elapsed();
		screen.press(keys[press % keys.length] ?? '');
		times.push((await screen.until('the cursor moves', (lines) => cursors(lines) !== before)) - pressedAt);
		await delay(60 + Math.random() * 100);
	}
	return times;
}

/** The rows that a cursor stands on, of all panes. */
function cursors(lines: readonly string[]): string {
	return lines.flatMap((line, row) => (line.startsWith('▸') ? [row] : [])).join();
}

/**
 * Bytes of each picture that shows another number of the probe, while nothing else changes: one cell. Ages that count seconds,
 * as those of young pods do, come in pictures of their own.
 */
export async function bytesForOneChange(deck: Deck, changes: number): Promise<readonly number[]> {
	const {screen} = deck;
	const costs: number[] = [];
	let [before, shown] = [screen.bytes, shownProbe(deck)];
	const stop = screen.onDraw(() => {
		const value = shownProbe(deck);
		if (value !== shown && shown !== undefined) costs.push(screen.bytes - before);
		[before, shown] = [screen.bytes, value];
	});
	await during(deck, {probeEveryMs: 400}, async () => {
		while (costs.length < changes) await delay(50);
	});
	stop();
	return costs;
}
