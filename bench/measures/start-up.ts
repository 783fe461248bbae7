import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {bundle} from '../bundle.ts';
import {median, quantile} from '../clock.ts';
import type {Cluster} from '../cluster.ts';
import {isLive, startDeck} from '../deck.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import {type Loop, openProbe} from '../probe.ts';
import {keyTimes} from '../sampling.ts';
import {openScreen, type Screen} from '../screen.ts';
import {longestBlock} from './event-loop.ts';

/** From the start of the process until bytes reach the terminal; each round runs all of them one after the other. */
export const startUp: Measure = {
	name: 'start-up',
	async run(bench) {
		const ink = await bundle('programs/ink.ts', join(bench.folder, 'ink'));
		const hello = fileURLToPath(new URL('../programs/hello.js', import.meta.url));
		const cluster = await bench.server(40);
		const times: {hello: number; ink: number; paint: number; rows: number}[] = [];
		// The first round fills the compile caches.
		for (let round = 0; round <= (bench.quick ? 2 : 20); round++) {
			const taken = {
				hello: await firstPaint(openScreen({args: [hello], blind: true})),
				ink: await firstPaint(openScreen({args: [ink], blind: true})),
				...(await startTimes(cluster, bench)),
			};
			if (round > 0) times.push(taken);
		}
		await cluster.close();
		const ratio = (to: 'hello' | 'ink') => median(times.map((taken) => taken.paint / taken[to]));
		const figures: Figure[] = [
			{measure: 'first paint', at: '40 pods', unit: 'ms', reached: median(times.map(({paint}) => paint))},
			{measure: 'first paint to that of node hello', at: 'each round', unit: 'x', reached: ratio('hello')},
			{measure: 'first paint to that of the smallest Ink bundle', at: 'each round', unit: 'x', reached: ratio('ink')},
			{
				measure: 'first rows on the screen',
				at: '40 pods',
				unit: 'ms',
				reached: median(times.map(({rows}) => rows)),
				reach: 350,
			},
		];
		return [...figures, ...(await largeStart(bench))];
	},
};

async function firstPaint(screen: Screen): Promise<number> {
	await screen.ended;
	return (screen.firstByteAt ?? Number.NaN) - screen.startedAt;
}

/** Milliseconds until the first byte, and until the first Deployment is on the screen. */
export async function startTimes(cluster: Cluster, bench: Bench): Promise<{paint: number; rows: number}> {
	const screen = startDeck(cluster, bench);
	const rowsAt = await screen.until('there are rows', (lines) =>
		lines.some((line) => line.includes(cluster.deployment)),
	);
	await screen.close();
	return {paint: (screen.firstByteAt ?? Number.NaN) - screen.startedAt, rows: rowsAt - screen.startedAt};
}

/** The shared deck has had the server pack its lists, and goes on watching them. */
async function largeStart(bench: Bench): Promise<readonly Figure[]> {
	const pods = 10_000;
	const {cluster} = await bench.deck(pods);
	const rows: number[] = [];
	const all: number[] = [];
	for (let round = 0; round < (bench.quick ? 1 : 5); round++) {
		const screen = startDeck(cluster, bench);
		const {startedAt} = screen;
		const first = await screen.until('there are rows', (lines) =>
			lines.some((line) => line.includes(cluster.deployment)),
		);
		const last = await screen.until('everything is there', isLive, 60_000);
		await screen.close();
		rows.push(first - startedAt);
		all.push(last - startedAt);
	}
	return [
		{measure: 'first rows on the screen', at: `${pods} pods`, unit: 'ms', reached: median(rows), reach: 500},
		{measure: 'all rows there', at: `${pods} pods`, unit: 'ms', reached: median(all), reach: 2500},
		...(await keysMeanwhile(cluster, bench)),
	];
}

/** Whether keys are answered while all is being listed, from the first rows on. */
async function keysMeanwhile(cluster: Cluster, bench: Bench): Promise<readonly Figure[]> {
	const keys: number[] = [];
	const loops: Loop[] = [];
	for (let round = 0; round < (bench.quick ? 1 : 5); round++) {
		const probe = await openProbe(bench.folder);
		const screen = startDeck(cluster, {...bench, ...probe});
		await screen.until('there are rows', (lines) => lines.some((line) => line.includes(cluster.deployment)));
		await probe.watchLoop();
		const live = screen.until('everything is there', isLive, 60_000).then(() => true);
		while (!(await Promise.race([live, delay(1)]))) keys.push(...(await keyTimes({screen}, 2)));
		loops.push(await probe.loop());
		await screen.close();
		probe.close();
	}
	const at = '10000 pods, while they are listed';
	return [
		{measure: 'key to painted, p95', at, unit: 'ms', reached: quantile(keys, 0.95), reach: 50},
		...longestBlock(at, loops),
	];
}
