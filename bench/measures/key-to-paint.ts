import {quantile} from '../clock.ts';
import {during} from '../deck.ts';
import type {Figure, Measure} from '../measure.ts';
import {keyTimes} from '../sampling.ts';

/** From a key until the cursor stands elsewhere, in a small pane and in one that decides what all others show. */
export const keyToPaint: Measure = {
	name: 'key to painted screen',
	async run({quick, deck: open}) {
		const pods = 10_000;
		const deck = await open(pods);
		const figures: Figure[] = [];
		for (const {pane, key} of [
			{pane: 'Deployments', key: '1'},
			{pane: 'pods', key: '4'},
		]) {
			deck.screen.press(key);
			const times = await during(deck, {rate: 1000, where: 'everywhere'}, () => keyTimes(deck, quick ? 10 : 100));
			const at = `${pods} pods, 1000 changes/s, among ${pane}`;
			figures.push(
				{measure: 'key to painted, p50', at, unit: 'ms', reached: quantile(times, 0.5)},
				{measure: 'key to painted, p95', at, unit: 'ms', reached: quantile(times, 0.95), reach: 30},
			);
		}
		return figures;
	},
};
