import {median, quantile} from '../clock.ts';
import {openControlPlane} from '../control-plane.ts';
import {openDeck} from '../deck.ts';
import type {Measure} from '../measure.ts';
import {bytesForOneChange, paintTimes} from '../sampling.ts';
import {startTimes} from './start-up.ts';

/** What can be measured against a real API server; nothing where ROLLDECK_TEST_KUBECONFIG names none. */
export const controlPlane: Measure = {
	name: 'control plane',
	async run(bench) {
		const kubeconfig = process.env['ROLLDECK_TEST_KUBECONFIG'];
		if (!kubeconfig) return [];
		const cluster = await openControlPlane(kubeconfig);
		const starts: number[] = [];
		// The first round fills the compile cache.
		for (let round = 0; round <= (bench.quick ? 3 : 10); round++) {
			const {rows} = await startTimes(cluster, bench);
			if (round > 0) starts.push(rows);
		}
		const deck = await openDeck(cluster, bench);
		try {
			const times = await paintTimes(deck, 10, 'everywhere', bench.quick ? 2000 : 20_000);
			const costs = await bytesForOneChange(deck, bench.quick ? 3 : 20);
			const at = 'real control plane, 40 pods';
			return [
				{measure: 'first rows on the screen', at, unit: 'ms', reached: median(starts), reach: 350},
				{measure: 'event to painted, p50', at, unit: 'ms', reached: quantile(times, 0.5), reach: 120},
				{measure: 'event to painted, p99', at, unit: 'ms', reached: quantile(times, 0.99)},
				{measure: 'bytes for one changed cell', at, unit: 'bytes', reached: median(costs), reach: 120},
			];
		} finally {
			await deck.close();
		}
	},
};
