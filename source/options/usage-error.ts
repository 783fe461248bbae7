/** The command line, the environment or the config file asks for something impossible. The message is a sentence for a person. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** The known word that is closest to a mistyped one, or undefined where none is close enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
	const ranked = known
		.map((candidate) => ({candidate, steps: distance(word.toLowerCase(), candidate.toLowerCase())}))
		.sort((a, b) => a.steps - b.steps);
	const [best] = ranked;
	return best && best.steps <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** `text`, a comma and `or` between them: `table, wide or json`. */
export function either(words: readonly string[]): string {
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** How many letters have to be inserted, deleted, replaced or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
	const rows = [Array.from({length: to.length + 1}, (_, index) => index)];
	const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
	for (let i = 1; i <= from.length; i++) {
		const row = [i];
		rows.push(row);
		for (let j = 1; j <= to.length; j++) {
			const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
			row.push(
				Math.min(
					at(i - 1, j) + 1,
					at(i, j - 1) + 1,
					at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1),
					swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
				),
			);
		}
	}
	return at(from.length, to.length);
}
