import {setTimeout as delay} from 'node:timers/promises';
import {elapsed, quantile} from '../clock.ts';
import {type Deck, during, openDeck} from '../deck.ts';
import type {Line} from '../line.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import {keyTimes} from '../sampling.ts';

/** 64 kbit/s, 50 ms each way. */
const mobile: Line = {bytesPerSecond: 8000, delayMs: 50};
/** 9,600 baud: ten bits a byte. */
const serial: Line = {bytesPerSecond: 960, delayMs: 0};

/** Keys a second of a key that is held down. */
const repeat = 10;
const traffic = {rate: 50, where: 'in view'} as const;

/** A terminal of 80x24 at the other end of a slow line, while the cluster changes under the cursor. */
export const slowLine: Measure = {
	name: 'slow line',
	async run(bench) {
		return [...(await overMobile(bench)), ...(bench.quick ? [] : await overSerial(bench))];
	},
};

async function overMobile(bench: Bench): Promise<readonly Figure[]> {
	const at = 'a line of 64 kbit/s and 50 ms, 50 changes/s in view';
	return withDeck(bench, mobile, async (deck) => {
		const figures: Figure[] = [];
		for (const {pane, key, keys, name, reach} of [
			{pane: 'pods', key: '4', keys: ['j', 'k'], name: 'key to painted', reach: 150},
			{pane: 'Deployments', key: '1', keys: ['j', 'k'], name: 'key to painted', reach: 150},
			{pane: 'Deployments', key: '1', keys: ['\u0006', '\u0002'], name: 'page to painted', reach: 500},
		]) {
			deck.screen.press(key);
			const times = await during(deck, traffic, () => keyTimes(deck, bench.quick ? 5 : 60, keys));
			figures.push({
				measure: `${name}, p95`,
				at: `${at}, among ${pane}`,
				unit: 'ms',
				reached: quantile(times, 0.95),
				reach,
			});
		}
		return figures;
	});
}

async function overSerial(bench: Bench): Promise<readonly Figure[]> {
	const at = `9,600 baud, 50 changes/s in view, ${repeat} keys/s held`;
	return withDeck(bench, serial, async (deck) => {
		deck.screen.press('4');
		await delay(1000);
		const late = await during(deck, traffic, () => held(deck, 10));
		return [
			{measure: 'cursor behind the keys, p95', at, unit: 'ms', reached: quantile(late.each, 0.95), reach: 500},
			{measure: 'cursor behind the last key', at, unit: 'ms', reached: Math.max(...late.last), reach: 500},
		];
	});
}

async function withDeck<T>(bench: Bench, line: Line, task: (deck: Deck) => Promise<T>): Promise<T> {
	const deck = await openDeck(await bench.server(400), {...bench, terminal: {columns: 80, rows: 24, line}});
	try {
		return await task(deck);
	} finally {
		await deck.close();
	}
}

/** Holds `j` and then `k` down, from one end of the pods to the other. Milliseconds that the cursor was behind each key. */
async function held({screen, cluster}: Deck, rounds: number): Promise<{each: readonly number[]; last: number[]}> {
	const steps = cluster.pods.length - 1;
	const cursor = () => {
		const row = screen.lines().find((line) => line.startsWith('▸') && /-p\d{4}\b/.test(line));
		return Number(/-p(\d{4})\b/.exec(row ?? '')?.[1]);
	};
	const each: number[] = [];
	const last: number[] = [];
	for (const key of Array.from({length: rounds}, () => ['j', 'k']).flat()) {
		const pressed: number[] = [];
		let shown = 0;
		const stop = screen.onDraw((at) => {
			const position = key === 'j' ? cursor() : steps - cursor();
			for (; shown < Math.min(position, pressed.length); shown++) each.push(at - (pressed[shown] ?? at));
		});
		for (let step = 0; step < steps; step++) {
			pressed.push(elapsed());
			screen.press(key);
			await delay(1000 / repeat);
		}
		await screen.until('the cursor is at the end', () => shown === steps);
		stop();
		last.push(each.at(-1) ?? Number.NaN);
	}
	return {each, last};
}
