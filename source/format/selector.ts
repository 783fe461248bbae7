import type {LabelSelector} from '../objects.ts';

export type Labels = Readonly<Record<string, string>>;

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';

/** One condition on labels; `operator` is spelled as in a LabelSelector, `Gt` and `Lt` as in a node selector. */
export interface Requirement {
	readonly key: string;
	readonly operator: Operator;
	readonly values: readonly string[];
}

/** What reading a text gave: a value, or a sentence that says what is wrong with the text. */
export type Parsed<T> = {readonly ok: true; readonly value: T} | {readonly ok: false; readonly problem: string};

const label = String.raw`[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?`;
const requirement = new RegExp(
	String.raw`^(?:(?<absent>!)\s*(?<absentKey>${label})|(?<key>${label})(?:\s*(?<sign>==?|!=|>|<)\s*(?<value>[^\s,()=!]*)|\s+(?<set>in|notin)\s*\((?<list>[^()]*)\))?)$`,
);

/**
 * Reads a label selector as `kubectl -l` takes it: `app=web`, `tier!=db`, `env in (a,b)`, `env notin (a)`, `canary`, `!canary`,
 * `size>3`, comma separated. All must hold. An empty text selects everything.
 */
export function parseSelector(text: string): Parsed<readonly Requirement[]> {
	if (text.trim() === '') return {ok: true, value: []};
	const requirements: Requirement[] = [];
	for (const part of splitOutsideBrackets(text)) {
		const groups = requirement.exec(part)?.groups;
		if (!groups) return {ok: false, problem: describeProblem(part)};
		requirements.push(toRequirement(groups));
	}
	return {ok: true, value: requirements};
}

const tests: Readonly<Record<Operator, (value: string | undefined, values: readonly string[]) => boolean>> = {
	Exists: (value) => value !== undefined,
	DoesNotExist: (value) => value === undefined,
	In: (value, values) => value !== undefined && values.includes(value),
	NotIn: (value, values) => value === undefined || !values.includes(value),
	Gt: (value, [limit]) => Number(value) > Number(limit),
	Lt: (value, [limit]) => Number(value) < Number(limit),
};

/** Whether labels hold all requirements. `!=` and `notin` hold for an absent label too, as in Kubernetes. */
export function matchesRequirements(requirements: readonly Requirement[], labels: Labels | undefined): boolean {
	return requirements.every(({key, operator, values}) => tests[operator](labels?.[key], values));
}

/** A workload's selector against labels: `{}` selects everything, no selector at all nothing (LabelSelectorAsSelector). */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
	const requirements = toRequirements(selector);
	return requirements !== undefined && matchesRequirements(requirements, labels);
}

/** A Service's selector against labels: an empty one or none selects nothing, since the Service has no automatic endpoints. */
export function matchesLabels(selector: Labels | undefined, labels: Labels | undefined): boolean {
	const wanted = Object.entries(selector ?? {});
	return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value);
}

/** kubectl's SELECTOR cell of a workload: `app=web,tier in (a,b)`; undefined where it is empty. */
export function formatSelector(selector: LabelSelector | undefined): string | undefined {
	return joined((toRequirements(selector) ?? []).toSorted((a, b) => order(a.key, b.key)).map(formatRequirement));
}

/** kubectl's SELECTOR cell of a Service: `app=web,tier=front`; undefined where it is empty. */
export function formatLabels(labels: Labels | undefined): string | undefined {
	return joined(
		Object.entries(labels ?? {})
			.map(([key, value]) => `${key}=${value}`)
			.toSorted(order),
	);
}

function joined(texts: readonly string[]): string | undefined {
	return texts.length === 0 ? undefined : texts.join(',');
}

function order(left: string, right: string): number {
	return left < right ? -1 : Number(left > right);
}

function toRequirements(selector: LabelSelector | undefined): Requirement[] | undefined {
	if (!selector) return undefined;
	return [
		...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
			key,
			operator: 'In' as const,
			values: [value],
		})),
		...(selector.matchExpressions ?? []).map(({key, operator, values = []}) => ({
			key,
			operator: operator as Operator,
			values,
		})),
	];
}

function toRequirement(groups: Record<string, string | undefined>): Requirement {
	const {absentKey, key = '', sign, value = '', set, list = ''} = groups;
	if (absentKey !== undefined) return {key: absentKey, operator: 'DoesNotExist', values: []};
	if (set !== undefined) {
		return {key, operator: set === 'in' ? 'In' : 'NotIn', values: list.split(',').map((item) => item.trim())};
	}
	if (sign === undefined) return {key, operator: 'Exists', values: []};
	const operators = {'=': 'In', '==': 'In', '!=': 'NotIn', '>': 'Gt', '<': 'Lt'} as const;
	return {key, operator: operators[sign as keyof typeof operators], values: [value]};
}

function formatRequirement({key, operator, values}: Requirement): string {
	const sorted = values.toSorted(order).join(',');
	const texts: Readonly<Record<Operator, string>> = {
		Exists: key,
		DoesNotExist: `!${key}`,
		In: values.length === 1 ? `${key}=${sorted}` : `${key} in (${sorted})`,
		NotIn: `${key} notin (${sorted})`,
		Gt: `${key}>${sorted}`,
		Lt: `${key}<${sorted}`,
	};
	return texts[operator];
}

function splitOutsideBrackets(text: string): string[] {
	return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function describeProblem(part: string): string {
	if (part === '') return 'The label selector has a comma with nothing beside it; write for example app=web,tier!=db.';
	if (/\s(?:in|notin)\b/.test(part)) {
		return `The label selector "${part}" needs its values in brackets; write for example env in (test,live).`;
	}
	return `The label selector "${part}" cannot be read; write for example app=web, tier!=db, env in (test,live), canary or !canary.`;
}
