/** `40s`, `2m`, `3h`, `12d`: one unit, so that a cell changes seldom. @param ms milliseconds, below zero counts as 0 */
export function span(ms: number): string {
	const {step, unit} = stepOf(ms);
	return `${Math.floor(Math.max(0, ms) / step)}${unit}`;
}

/** When `span(now - since)` changes next; milliseconds since the epoch. */
export function nextSpanChange(since: number, now: number): number {
	const ms = Math.max(0, now - since);
	const {step} = stepOf(ms);
	return Math.max(since, since + (Math.floor(ms / step) + 1) * step);
}

function stepOf(ms: number): {readonly step: number; readonly unit: string} {
	if (ms < 60_000) return {step: 1000, unit: 's'};
	if (ms < 3_600_000) return {step: 60_000, unit: 'm'};
	return ms < 172_800_000 ? {step: 3_600_000, unit: 'h'} : {step: 86_400_000, unit: 'd'};
}

/** `1 pod`, `3 pods`. */
export function count(number: number, noun: string): string {
	return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(texts: readonly string[]): string {
	return texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

/** A server's text on one line. */
export function oneLine(text: string): string {
	return text.replaceAll(/\s+/g, ' ').trim();
}
