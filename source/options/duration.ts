const milliseconds = {ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000} as const;

/**
 * A time as kubectl's flags take it: whole seconds (`30`), or numbers with units (`500ms`, `1m30s`, `1.5h`).
 * @returns Milliseconds, at least 1 unless the time is 0; undefined for any other text, and for what no timer can hold.
 */
export function parseDuration(text: string): number | undefined {
	if (/^\d+$/.test(text)) return withinTimer(Number(text) * 1000);
	if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
	let total = 0;
	for (const [, count, unit] of text.matchAll(/([\d.]+)([a-zµ]+)/g))
		total += Number(count) * milliseconds[unit as keyof typeof milliseconds];
	return withinTimer(Math.ceil(total));
}

function withinTimer(value: number): number | undefined {
	return value <= 0x7fff_ffff ? value : undefined;
}
