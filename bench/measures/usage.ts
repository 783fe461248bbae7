import {setTimeout as delay} from 'node:timers/promises';
import {elapsed} from '../clock.ts';
import {type Deck, during} from '../deck.ts';
import type {Figure, Measure} from '../measure.ts';
import type {Traffic} from '../messages.ts';
import {usageOf} from '../usage.ts';

const rates = [
	{traffic: {}, name: 'idle', reach: 1},
	{traffic: {rate: 50, where: 'elsewhere'}, name: '50 changes/s out of view', reach: 5},
	{traffic: {rate: 50, where: 'in view'}, name: '50 changes/s in view', reach: 12},
	{traffic: {rate: 1000, where: 'everywhere'}, name: '1000 changes/s', reach: 35},
] as const satisfies readonly {traffic: Partial<Traffic>; name: string; reach: number}[];

/** Memory and processor time of the whole process. */
export const usage: Measure = {
	name: 'memory and processor',
	async run({quick, deck: open}) {
		const figures: Figure[] = [];
		const memory = async (pods: number, reach: number) =>
			figures.push({
				measure: 'resident memory',
				at: `${pods} pods`,
				unit: 'MB',
				reached: usageOf((await open(pods)).screen.pid).resident / 1e6,
				reach,
			});
		await memory(40, 110);
		await memory(1000, 150);
		await memory(10_000, 220);
		if (!quick) await memory(50_000, 500);

		const deck = await open(10_000);
		for (const {traffic, name, reach} of rates)
			figures.push({
				measure: 'processor',
				at: `10000 pods, ${name}`,
				unit: '% of a core',
				reached: await during(deck, traffic, () => processor(deck, quick ? 2000 : 15_000)),
				reach,
			});
		figures.push({
			measure: 'resident memory',
			at: '10000 pods, after these changes',
			unit: 'MB',
			reached: usageOf(deck.screen.pid).resident / 1e6,
			reach: 220,
		});
		return figures;
	},
};

async function processor({screen}: Deck, durationMs: number): Promise<number> {
	const before = usageOf(screen.pid).cpuMs;
	const startedAt = elapsed();
	await delay(durationMs);
	return ((usageOf(screen.pid).cpuMs - before) / (elapsed() - startedAt)) * 100;
}
