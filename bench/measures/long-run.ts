import {openDeck, shownProbe} from '../deck.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import type {Life, Trouble} from '../messages.ts';
import type {Holdings} from '../probe.ts';

interface Run {
	readonly at: string;
	readonly pods: number;
	readonly changes: number;
	readonly churns: boolean;
}

/** Changes as many as in the time that is named, as quickly as the deck takes them. */
const runs: readonly Run[] = [
	{at: '10000 pods, an hour of 1000 changes/s', pods: 10_000, changes: 3_600_000, churns: false},
	{at: '200 pods, 8 hours of 20 changes/s', pods: 200, changes: 576_000, churns: true},
];

const troubles: readonly Trouble[] = ['ended', 'expired', 'ended', 'cut'];

/** Whether anything grows over hours: watches that end, expire and are cut among them. */
export const longRun: Measure = {
	name: 'long run',
	takesLong: true,
	async run(bench) {
		const figures: Figure[] = [];
		for (const run of bench.quick ? runs.slice(1) : runs) figures.push(...(await live(bench, run)));
		return figures;
	},
};

async function live(bench: Bench, {at, pods, changes, churns}: Run): Promise<readonly Figure[]> {
	const cluster = await bench.server(pods);
	const deck = await openDeck(cluster, bench);
	const holdings: Holdings[] = [];
	// After each of them stands what the process holds.
	const stretches = bench.quick ? 9 : 21;
	const lived = bench.quick ? 0.02 : 1; // part of the time
	try {
		for (let stretch = 0; stretch < stretches; stretch++) {
			const life: Life = {
				changes: (changes * lived) / stretches,
				churns,
				troubles: troubles.slice(stretch % troubles.length).slice(0, 1),
				probed: 100_000 + stretch,
			};
			await cluster.live(life);
			await deck.screen.until('all of it has arrived', () => shownProbe(deck) === life.probed, 120_000);
			holdings.push(await deck.probe.holdings());
		}
	} finally {
		await deck.close();
	}
	// The first stretch is the compiler's.
	const quarter = Math.floor((stretches - 1) / 4);
	const [early, late] = [holdings.slice(1, 1 + quarter), holdings.slice(-quarter)];
	// All of it goes up and down with what is on its way: the least shows what has come to stay.
	const growth = (key: keyof Holdings) => {
		const least = (part: readonly Holdings[]) => Math.min(...part.map((holding) => holding[key]));
		return Math.max(0, least(late) - least(early));
	};
	const kept = (['timers', 'sockets', 'streams', 'signals', 'listeners', 'warnings'] as const).map(growth);
	const after = lived === 1 ? at : `${at} (${Math.round(lived * 100)} % of it)`;
	return [
		{measure: 'growth of the heap', at: after, unit: 'MB', reached: growth('heap') / 1e6, reach: 1},
		{measure: 'growth of resident memory', at: after, unit: 'MB', reached: growth('resident') / 1e6, reach: 10},
		{
			measure: 'growth of timers, sockets, streams, signals, listeners',
			at: after,
			unit: 'objects',
			reached: kept.reduce((sum, count) => sum + count, 0),
			reach: 0,
		},
	];
}
