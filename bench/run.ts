// npm run bench: measures all that was promised, and prints what was reached beside it; half an hour. `--quick` takes less than a
// minute: fewer rounds of what a person sees. Words choose the measures whose name holds one of them: npm run bench -- --quick bytes
import {cpSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {startServer} from './cluster.ts';
import {type Deck, openDeck} from './deck.ts';
import type {Bench, Figure} from './measure.ts';
import {measures} from './measures/index.ts';
import {busyWarning, isShort, table, writeResults} from './report.ts';

const wanted = process.argv.slice(2).filter((argument) => argument !== '--quick');
const quick = process.argv.includes('--quick');
const folder = mkdtempSync(join(tmpdir(), 'rolldeck-bench-'));
const warning = busyWarning();
const decks = new Map<number, Promise<Deck>>();

// A copy, because the product is built anew by every test run; beside it what makes Node read it as modules.
const entry = join(folder, 'dist', 'rolldeck.js');
cpSync(fileURLToPath(new URL('../dist', import.meta.url)), join(folder, 'dist'), {recursive: true});
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');

const bench: Bench = {
	quick,
	folder,
	entry,
	server: (pods) => startServer({pods, perDeployment: Math.min(20, pods / 4)}, folder),
	deck(pods) {
		let deck = decks.get(pods);
		if (!deck) {
			deck = bench.server(pods).then((cluster) => openDeck(cluster, bench));
			decks.set(pods, deck);
		}
		return deck;
	},
};

const figures: Figure[] = [];
try {
	for (const measure of measures) {
		const isWanted =
			wanted.length > 0 ? wanted.some((word) => measure.name.includes(word)) : !(quick && measure.takesLong);
		if (!isWanted) continue;
		const startedAt = performance.now();
		process.stderr.write(`${measure.name} ... `);
		figures.push(...(await measure.run(bench)));
		process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`);
	}
} finally {
	for (const deck of decks.values()) await deck.then((open) => open.close()).catch(() => {});
	rmSync(folder, {recursive: true, force: true});
}
writeResults(fileURLToPath(new URL('results.json', import.meta.url)), figures, quick);
process.stdout.write(`\n${table(figures)}\n`);
const short = figures.filter(isShort).length;
if (warning !== undefined) process.stdout.write(`\n${warning}\n`);
if (short > 0) process.stdout.write(`\n${short} of ${figures.length} figures fall short of what they should reach.\n`);
