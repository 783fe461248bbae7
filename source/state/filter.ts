import {matchesRequirements, type Parsed, parseSelector, type Requirement} from '../format/selector.ts';
import type {KubeObject} from '../objects.ts';

/** Whether a row is shown. `text` gives the row's cells, lower case; it is asked only where the filter looks at text. */
export interface Filter {
	/** What the person typed, as it was. */
	readonly source: string;
	matches(object: KubeObject, text: () => string): boolean;
}

const selectorFlag = /(?<=^|\s)-l(?=\s|$)/;
/** A selector goes on over the spaces around commas, inside brackets, and before and after `in` and `notin`. */
const selectorText = /^\s*(?:\([^)]*\)?|\s+(?:not)?in(?=\s*\()\s*|\s*,\s*|[^\s,(]+)*/;

/**
 * Reads what a person types after `/`. Words must all occur in the row, in any order and case; `!word` must not; `-l` takes a
 * label selector (`web !completed -l app=web,env in (test,live)`). An empty text shows everything: undefined.
 */
export function parseFilter(source: string): Parsed<Filter | undefined> {
	const requirements: Requirement[] = [];
	let rest = source;
	for (let flag = selectorFlag.exec(rest); flag; flag = selectorFlag.exec(rest)) {
		const after = rest.slice(flag.index + flag[0].length);
		const text = selectorText.exec(after)?.[0] ?? '';
		const parsed = parseSelector(text);
		if (!parsed.ok) return parsed;
		requirements.push(...parsed.value);
		rest = `${rest.slice(0, flag.index)} ${after.slice(text.length)}`;
	}
	const words = rest.toLowerCase().split(/\s+/).filter(Boolean);
	const wanted = words.filter((word) => !word.startsWith('!'));
	const unwanted = words.filter((word) => word.startsWith('!') && word !== '!').map((word) => word.slice(1));
	if (requirements.length + wanted.length + unwanted.length === 0) return {ok: true, value: undefined};
	return {
		ok: true,
		value: {
			source,
			matches(object, text) {
				if (!matchesRequirements(requirements, object.metadata.labels)) return false;
				if (wanted.length + unwanted.length === 0) return true;
				const cells = text();
				return wanted.every((word) => cells.includes(word)) && !unwanted.some((word) => cells.includes(word));
			},
		},
	};
}
