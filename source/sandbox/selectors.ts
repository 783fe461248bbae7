import {badRequest} from './api-error.ts';
import type {Json, Obj} from './store.ts';

export type Matcher = (object: Obj) => boolean;

/** Whether labels satisfy a LabelSelector (`matchLabels`, `matchExpressions`). An empty selector matches all, none matches nothing. */
export function selects(selector: Json, labels: Record<string, string> | undefined): boolean {
	if (!selector) return false;
	for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels?.[key] !== value) return false;
	for (const {key, operator, values = []} of selector.matchExpressions ?? []) {
		const value = labels?.[key];
		if (operator === 'In' && (value === undefined || !values.includes(value))) return false;
		if (operator === 'NotIn' && value !== undefined && values.includes(value)) return false;
		if (operator === 'Exists' && value === undefined) return false;
		if (operator === 'DoesNotExist' && value !== undefined) return false;
	}
	return true;
}

/** A LabelSelector in the form of the `labelSelector` parameter, in order of its keys: `app=web,tier in (a,b)`. */
export function selectorText(selector: Json): string {
	const parts = Object.entries<string>(selector?.matchLabels ?? {}).map(([key, value]) => ({
		key,
		text: `${key}=${value}`,
	}));
	for (const {key, operator, values = []} of selector?.matchExpressions ?? []) {
		const list = `(${(values as string[]).toSorted().join(',')})`;
		const texts: Record<string, string> = {
			In: `${key} in ${list}`,
			NotIn: `${key} notin ${list}`,
			Exists: key,
			DoesNotExist: `!${key}`,
		};
		parts.push({key, text: texts[operator] ?? ''});
	}
	const ordered = parts.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
	return ordered.map(({text}) => text).join(',');
}

type Labels = Record<string, string>;
type Requirement = (labels: Labels) => boolean;

const operators = 'in, notin, =, ==, !=, gt, lt';

function tokens(text: string): string[] {
	return text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
}

function refuse(found: string | undefined, expected: string): Error {
	return badRequest(`unable to parse requirement: found '${found ?? ''}'${expected}`);
}

/** The requirements of a `labelSelector` parameter. Throws 400 in the real parser's words. */
function parseLabels(text: string): Requirement[] {
	const rest = tokens(text);
	const requirements: Requirement[] = [];
	const word = /^[^=!(),<>]+$/;
	while (rest.length > 0) {
		let key = rest.shift()!;
		const absent = key === '!';
		if (absent) key = rest.shift() ?? '';
		if (!word.test(key)) throw refuse(key, ', expected: !, identifier, or end of string');
		requirements.push(absent ? (labels) => labels[key] === undefined : requirement(key, rest));
		const next = rest.shift();
		if (next !== undefined && next !== ',') throw refuse(next, ", expected: ',' or 'end of string'");
		if (next === ',' && rest.length === 0) throw refuse('', ", expected: identifier after ','");
	}
	return requirements;
}

function requirement(key: string, rest: string[]): Requirement {
	const operator = rest[0];
	if (operator === undefined || operator === ',') return (labels) => labels[key] !== undefined;
	rest.shift();
	const one = () => (rest[0] === undefined || rest[0] === ',' ? '' : rest.shift()!);
	switch (operator) {
		case '=':
		case '==': {
			const value = one();
			return (labels) => labels[key] === value;
		}
		case '!=': {
			const value = one();
			return (labels) => labels[key] !== value;
		}
		case '>':
		case '<': {
			const value = Number(one());
			return (labels) =>
				labels[key] !== undefined && (operator === '>' ? Number(labels[key]) > value : Number(labels[key]) < value);
		}
		case 'in':
		case 'notin': {
			const open = rest.shift();
			if (open !== '(') throw refuse(open, " expected: '('");
			const values = new Set<string>();
			for (;;) {
				const next = rest.shift();
				if (next === ')') break;
				if (next === undefined) throw refuse('', ", expected: ',' or ')'");
				if (next !== ',') values.add(next);
			}
			return (labels) => (labels[key] !== undefined && values.has(labels[key])) === (operator === 'in');
		}
		default:
			throw refuse(operator, `, expected: ${operators}`);
	}
}

/** The matcher of a `labelSelector` parameter; undefined where it matches all. */
export function labelMatcher(text: string | undefined): Matcher | undefined {
	const requirements = parseLabels(text ?? '');
	if (requirements.length === 0) return undefined;
	const none: Labels = {};
	return (object) => {
		const labels: Labels = object.metadata['labels'] ?? none;
		return requirements.every((requirement) => requirement(labels));
	};
}

/** The matcher of a `fieldSelector` parameter over the fields a kind knows; undefined where it matches all. */
export function fieldMatcher(
	text: string | undefined,
	fields: Readonly<Record<string, (object: Obj) => string>> | undefined,
): Matcher | undefined {
	const known: Record<string, (object: Obj) => string> = {
		'metadata.name': (object) => object.metadata.name,
		'metadata.namespace': (object) => object.metadata.namespace ?? '',
		...fields,
	};
	const terms: Matcher[] = [];
	for (const term of (text ?? '').split(',').filter(Boolean)) {
		const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
		if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
		const [, field, operator, value] = match as unknown as [string, string, string, string];
		const read = known[field.trim()];
		if (!read) {
			throw badRequest(
				fields
					? `field label not supported: ${field}`
					: `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
			);
		}
		terms.push((object) => (read(object) === value) === (operator !== '!='));
	}
	return terms.length > 0 ? (object) => terms.every((term) => term(object)) : undefined;
}
