import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {elapsed, median} from '../clock.ts';
import type {Bench, Figure, Measure} from '../measure.ts';
import {openScreen} from '../screen.ts';
import {usageOf} from '../usage.ts';

/** The practice cluster: how soon its shop is on the screen, and what a large one costs. */
export const sandbox: Measure = {
	name: 'sandbox',
	async run(bench) {
		const rows: number[] = [];
		for (let round = 0; round <= (bench.quick ? 2 : 10); round++) {
			const screen = openScreen({args: [bench.entry, '--sandbox']});
			const at = await screen.until('the shop is there', (lines) => lines.some((line) => line.includes('checkout')));
			if (round > 0) rows.push(at - screen.startedAt);
			await screen.close();
		}
		const first: Figure = {
			measure: 'first rows of the practice cluster',
			at: 'the shop',
			unit: 'ms',
			reached: median(rows),
			reach: 700,
		};
		return [first, ...(await served(bench, 0)), ...(await served(bench, 10_000))];
	},
};

/** What one costs that nobody looks at: until it listens, in memory, and while nothing happens. */
async function served(bench: Bench, pods: number): Promise<readonly Figure[]> {
	const program = join(dirname(bench.entry), 'sandbox', 'child.js');
	const startedAt = elapsed();
	const child = spawn(process.execPath, [program, JSON.stringify({pods, seed: 1})], {
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	await once(child.stdout, 'data');
	const upAt = elapsed();
	// What it does at first (listing to its own controllers) is no idling.
	await delay(3000);
	const before = usageOf(child.pid ?? 0);
	const seconds = bench.quick ? 3 : 20;
	await delay(seconds * 1000);
	const after = usageOf(child.pid ?? 0);
	child.stdin.end();
	await once(child, 'exit');
	const at = pods === 0 ? 'the shop' : `${pods} pods`;
	return [
		{measure: 'practice cluster up', at, unit: 'ms', reached: upAt - startedAt, ...(pods > 0 && {reach: 6000})},
		{measure: 'practice cluster, memory', at, unit: 'MB', reached: after.peak / 1e6, ...(pods > 0 && {reach: 400})},
		{
			measure: 'practice cluster, CPU idle',
			at,
			unit: '% of a core',
			reached: (after.cpuMs - before.cpuMs) / (seconds * 10),
			...(pods === 0 && {reach: 1}),
		},
	];
}
