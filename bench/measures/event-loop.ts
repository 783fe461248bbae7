import {setTimeout as delay} from 'node:timers/promises';
import {elapsed} from '../clock.ts';
import {during} from '../deck.ts';
import type {Figure, Measure} from '../measure.ts';
import type {Loop, Probe} from '../probe.ts';
import type {Screen} from '../screen.ts';

const pods = 10_000;

/** Whether anything keeps the keyboard waiting: the longest turn of the event loop under load and after keys that cost much. */
export const eventLoop: Measure = {
	name: 'event loop',
	async run({quick, deck: open}) {
		const deck = await open(pods);
		const {probe, screen} = deck;
		screen.press('4');
		const figures: Figure[] = [];
		await during(deck, {rate: 1000, where: 'everywhere'}, async () => {
			await probe.watchLoop();
			await delay(quick ? 2000 : 20_000);
			figures.push(...longestBlock(`${pods} pods, 1000 changes/s`, [await probe.loop()]));
		});
		// All pods in one pane, sorted by each column in turn, and filtered letter by letter.
		figures.push(
			...(await watched(probe, 'brought in', async () => [await press(screen, 'a')])),
			...(await watched(probe, 'sorted', async () => {
				const times = [await press(screen, 'O'), await press(screen, 'O')];
				do times.push(await press(screen, 'o'));
				while (screen.lines().some((line) => /4 Pods .* by \w/.test(line)));
				return times;
			})),
			...(await watched(probe, 'filtered', async () => {
				const times: number[] = [];
				for (const key of ['/', 'a', 'p', 'p', '-', '0', '1', '2', '3']) times.push(await press(screen, key));
				return times;
			})),
		);
		await press(screen, '\u001B');
		await press(screen, 'a');
		return figures;
	},
};

async function watched(probe: Probe, what: string, task: () => Promise<readonly number[]>): Promise<readonly Figure[]> {
	await probe.watchLoop();
	const times = await task();
	const at = `${pods} pods in one pane, ${what}`;
	return [
		{measure: 'key to painted, longest', at, unit: 'ms', reached: Math.max(...times)},
		...longestBlock(at, [await probe.loop()]),
	];
}

/** Milliseconds from a key until the screen is another one. */
async function press(screen: Screen, key: string): Promise<number> {
	const before = screen.lines().slice(1).join('\n');
	const pressedAt = elapsed();
	screen.press(key);
	const at = await screen.until(`${key} shows`, (lines) => lines.slice(1).join('\n') !== before);
	await delay(150);
	return at - pressedAt;
}

/** The worst of several times that the event loop was watched. */
export function longestBlock(at: string, loops: readonly Loop[]): readonly Figure[] {
	const longest = (key: keyof Loop) => Math.max(...loops.map((loop) => loop[key]));
	return [
		{measure: 'longest block of the event loop', at, unit: 'ms', reached: longest('longestMs'), reach: 50},
		{measure: '... of it on the processor', at, unit: 'ms', reached: longest('longestCpuMs'), reach: 50},
	];
}
