import type {LabelSelector} from './shapes.ts';

export type Labels = Readonly<Record<string, string>> | undefined;

/** Whether `labels` have every pair of `wanted`. */
export function hasLabels(labels: Labels, wanted: Readonly<Record<string, string>>): boolean {
	return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}

/** Whether a label selector takes these labels. An empty selector takes everything, an absent one nothing. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
	if (!selector) return false;
	return (
		hasLabels(labels, selector.matchLabels ?? {}) &&
		(selector.matchExpressions ?? []).every(({key, operator, values = []}) => {
			const value = labels?.[key];
			if (operator === 'Exists') return value !== undefined;
			if (operator === 'DoesNotExist') return value === undefined;
			const among = value !== undefined && values.includes(value);
			return operator === 'In' ? among : !among;
		})
	);
}
