import {setTimeout as delay} from 'node:timers/promises';
import {median} from '../clock.ts';
import {during} from '../deck.ts';
import type {Figure, Measure} from '../measure.ts';
import {bytesForOneChange} from '../sampling.ts';

/** What goes over the line to the terminal, at 200x60. */
export const bytes: Measure = {
	name: 'bytes to the terminal',
	async run({quick, deck: open}) {
		const figures: Figure[] = [];
		for (const pods of quick ? [10_000] : [40, 10_000]) {
			const deck = await open(pods);
			const costs = await bytesForOneChange(deck, quick ? 3 : 20);
			figures.push({
				measure: 'bytes for one changed cell',
				at: `${pods} pods`,
				unit: 'bytes',
				reached: median(costs),
				reach: 120,
			});
		}
		const {screen} = await open(10_000);
		const each = async (seconds: number) => {
			const before = screen.bytes;
			await delay(seconds * 1000);
			return (screen.bytes - before) / seconds;
		};
		figures.push({
			measure: 'bytes a second, idle',
			at: '10000 pods',
			unit: 'bytes/s',
			reached: await each(quick ? 3 : 60), // a whole minute: every age and the clock have moved on once
			reach: 20,
		});
		figures.push({
			measure: 'bytes a second',
			at: '10000 pods, 50 changes/s in view',
			unit: 'bytes/s',
			reached: await during(await open(10_000), {rate: 50, where: 'in view'}, () => each(quick ? 2 : 15)),
			reach: 6000,
		});
		return figures;
	},
};
