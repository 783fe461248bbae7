/** Milliseconds on a clock that all processes of the machine share and nobody sets. */
export function elapsed(): number {
	return Number(process.hrtime.bigint()) / 1e6;
}

export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** The value below which this part of them lies; NaN if there are none. */
export function quantile(values: readonly number[], part: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
