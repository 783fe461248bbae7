import {setTimeout as delay} from 'node:timers/promises';
import {elapsed} from '../clock.ts';
import {type Deck, during, openDeck} from '../deck.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import type {Traffic} from '../messages.ts';
import {usageOf} from '../usage.ts';

const rates = [
	{traffic: {}, name: 'idle', reach: 1},
	{traffic: {rate: 50, where: 'elsewhere'}, name: '50 changes/s out of view', reach: 5},
	{traffic: {rate: 50, where: 'in view'}, name: '50 changes/s in view', reach: 12},
	{traffic: {rate: 1000, where: 'everywhere'}, name: '1000 changes/s', reach: 35},
] as const satisfies readonly {traffic: Partial<Traffic>; name: string; reach: number}[];

const memories = [
	{pods: 40, reach: 110},
	{pods: 10_000, reach: 220},
	{pods: 50_000, reach: 500},
];

/** Processor time and memory of the whole process. */
export const usage: Measure = {
	name: 'processor and memory',
	async run(bench) {
		const {quick} = bench;
		const deck = await bench.deck(10_000);
		const figures: Figure[] = [];
		for (const {traffic, name, reach} of rates)
			figures.push({
				measure: 'processor',
				at: `10000 pods, ${name}`,
				unit: '% of a core',
				reached: await during(deck, traffic, () => processor(deck, quick ? 1200 : 15_000)),
				reach,
			});
		for (const {pods, reach} of quick ? memories.slice(1, 2) : memories)
			figures.push({
				measure: 'resident memory',
				at: `${pods} pods`,
				unit: 'MB',
				reached: (await residentAtFirst(bench, pods)) / 1e6,
				reach,
			});
		figures.push({
			measure: 'resident memory',
			at: '10000 pods, after all that was measured before',
			unit: 'MB',
			reached: usageOf(deck.screen.pid).resident / 1e6,
			reach: 220,
		});
		return figures;
	},
};

/** Of a deck that has just listed all. One of 50,000 pods is not kept, so that it takes no time from what comes after. */
async function residentAtFirst(bench: Bench, pods: number): Promise<number> {
	if (pods <= 10_000) return (await bench.deck(pods)).residentAtFirst;
	const deck = await openDeck(await bench.server(pods), bench);
	await deck.close();
	return deck.residentAtFirst;
}

async function processor({screen}: Deck, durationMs: number): Promise<number> {
	const before = usageOf(screen.pid).cpuMs;
	const startedAt = elapsed();
	await delay(durationMs);
	return ((usageOf(screen.pid).cpuMs - before) / (elapsed() - startedAt)) * 100;
}
