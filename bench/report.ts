import {writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import type {Figure} from './measure.ts';

/** The table: a row for each figure, with what it had to reach, what it reached, and how the two compare. */
export function table(figures: readonly Figure[]): string {
	const rows = [
		['measure', 'at', 'reach', 'reached', 'ratio', ''],
		...figures.map(({measure, at, unit, reach, reached}) => [
			measure,
			at,
			reach === undefined ? '' : `<= ${amount(reach)} ${unit}`,
			shown(reached, unit),
			// To nothing there is no ratio.
			reach === undefined || reach === 0 || !Number.isFinite(reached) ? '' : (reached / reach).toFixed(2),
			isShort({reach, reached}) ? 'short' : '',
		]),
	];
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
	return rows
		.map((row) =>
			row
				.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}

/** A sentence where other work was under way when the bench began: times then say more about that than about rolldeck. */
export function busyWarning(): string | undefined {
	const [load = 0] = loadavg();
	return load > 0.5 * cpus().length
		? `The machine was busy (load ${load.toFixed(1)} on ${cpus().length} cores): ratios and bytes hold, times are too long.`
		: undefined;
}

/** Whether a figure falls short of what was to be reached. */
export function isShort({reach, reached}: {readonly reach?: number | undefined; readonly reached: number}): boolean {
	return reach !== undefined && reached > reach;
}

/** Infinity: what was waited for did not come. */
function shown(reached: number, unit: Figure['unit']): string {
	if (Number.isNaN(reached)) return 'not measured';
	return reached === Number.POSITIVE_INFINITY ? 'never' : `${amount(reached)} ${unit}`;
}

/** Three digits that count, never an exponent. */
function amount(value: number): string {
	return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** Writes the figures for programs, with what they were measured on. */
export function writeResults(path: string, figures: readonly Figure[], quick: boolean): void {
	const machine = {node: process.version, platform: process.platform, cpus: cpus().length, model: cpus()[0]?.model};
	const results = figures.map((figure) => ({...figure, short: isShort(figure)}));
	writeFileSync(path, `${JSON.stringify({at: new Date().toISOString(), quick, machine, results}, undefined, '\t')}\n`);
}
