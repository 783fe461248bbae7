import {quantile} from '../clock.ts';
import type {Figure, Measure} from '../measure.ts';
import {paintTimes} from '../sampling.ts';

const cases = [
	{pods: 10_000, rate: 50, p50: 60, p99: 120},
	{pods: 10_000, rate: 1000, p50: 90, p99: 180},
	{pods: 1000, rate: 10, p50: 120},
	{pods: 1000, rate: 1000, p50: 120},
];

/** From the moment at which a server sends a change until its number has reached the terminal. */
export const eventToPaint: Measure = {
	name: 'event to painted screen',
	async run({quick, deck}) {
		const figures: Figure[] = [];
		for (const {pods, rate, p50, p99} of quick ? cases.slice(0, 2) : cases) {
			const times = await paintTimes(await deck(pods), rate, 'everywhere', quick ? 1200 : 20_000);
			const at = `${pods} pods, ${rate} changes/s`;
			figures.push(
				{measure: 'event to painted, p50', at, unit: 'ms', reached: quantile(times, 0.5), reach: p50},
				{
					measure: 'event to painted, p99',
					at,
					unit: 'ms',
					reached: quantile(times, 0.99),
					...(p99 !== undefined && {reach: p99}),
				},
			);
		}
		return figures;
	},
};
