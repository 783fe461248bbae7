import {setTimeout as delay} from 'node:timers/promises';
import {elapsed, quantile} from '../clock.ts';
import {type Deck, during, isLive, startDeck} from '../deck.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import {openProbe, type Probe} from '../probe.ts';
import {keyTimes} from '../sampling.ts';
import type {Screen} from '../screen.ts';

const pods = 10_000;

/** Whether anything ever keeps the keyboard waiting: the longest turn of the event loop, and the keys meanwhile. */
export const eventLoop: Measure = {
	name: 'event loop',
	async run(bench) {
		return [...(await whileListing(bench)), ...(await whileWatching(bench))];
	},
};

async function whileListing(bench: Bench): Promise<readonly Figure[]> {
	const cluster = await bench.server(pods);
	const keys: number[] = [];
	const longest: number[] = [];
	const longestCpu: number[] = [];
	// The first round has the server pack its lists.
	for (let round = 0; round <= (bench.quick ? 1 : 5); round++) {
		const probe = await openProbe(bench.folder);
		const screen = startDeck(cluster, {...bench, ...probe});
		await screen.until('there are rows', (lines) => lines.some((line) => line.includes(cluster.deployment)));
		await probe.watchLoop();
		const live = screen.until('everything is there', isLive, 60_000).then(() => true);
		const times: number[] = [];
		while (!(await Promise.race([live, delay(1)]))) times.push(...(await keyTimes({screen}, 2)));
		const loop = await probe.loop();
		await screen.close();
		probe.close();
		if (round === 0) continue;
		keys.push(...times);
		longest.push(loop.longestMs);
		longestCpu.push(loop.longestCpuMs);
	}
	await cluster.close();
	const at = `${pods} pods, while they are listed`;
	return [
		{measure: 'key to painted, p95', at, unit: 'ms', reached: quantile(keys, 0.95), reach: 50},
		...blocks(at, {longestMs: Math.max(...longest), longestCpuMs: Math.max(...longestCpu)}),
	];
}

async function whileWatching({quick, deck: open}: Bench): Promise<readonly Figure[]> {
	const deck = await open(pods);
	const {probe, screen} = deck;
	const figures: Figure[] = [];
	await during(deck, {rate: 1000, where: 'everywhere'}, async () => {
		await probe.watchLoop();
		await delay(quick ? 2000 : 20_000);
		figures.push(...blocks(`${pods} pods, 1000 changes/s`, await probe.loop()));
	});
	// All pods in one pane, sorted by one column after another, and filtered letter by letter.
	await press(screen, '4');
	await press(screen, 'a');
	figures.push(...(await keysWatched(probe, screen, 'sorting', ['o', 'o', 'o', 'o', 'o', 'O'])));
	figures.push(...(await keysWatched(probe, screen, 'filtering', ['/', 'a', 'p', 'p', '-', '0', '1', '2', '3'])));
	await press(screen, '\u001B');
	for (const key of 'oo') await press(screen, key);
	await press(screen, 'a');
	return figures;
}

async function keysWatched(probe: Probe, screen: Screen, what: string, keys: readonly string[]) {
	await probe.watchLoop();
	const times: number[] = [];
	for (const key of keys) times.push(await press(screen, key));
	const at = `${pods} pods in one pane, ${what}`;
	return [
		{measure: 'key to painted, longest', at, unit: 'ms' as const, reached: Math.max(...times)},
		...blocks(at, await probe.loop()),
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

function blocks(at: string, {longestMs, longestCpuMs}: Awaited<ReturnType<Deck['probe']['loop']>>): readonly Figure[] {
	return [
		{measure: 'longest block of the event loop', at, unit: 'ms', reached: longestMs, reach: 50},
		{measure: '... of it on the processor', at, unit: 'ms', reached: longestCpuMs, reach: 50},
	];
}
