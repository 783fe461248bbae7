import type {PodDisruptionBudget} from '../objects.ts';
import {ageColumn, nameColumn, numberColumn} from './columns.ts';
import {common, keep, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';

type Status = NonNullable<PodDisruptionBudget['status']>;

export const podDisruptionBudgets: Resource<'poddisruptionbudgets'> = {
	id: 'poddisruptionbudgets',
	kind: 'PodDisruptionBudget',
	singular: 'poddisruptionbudget',
	shortNames: ['pdb'],
	group: 'policy',
	version: 'v1',
	project: keep<PodDisruptionBudget>(
		{
			...common,
			spec: keep<PodDisruptionBudget['spec']>({minAvailable: true, maxUnavailable: true, selector: true}),
			status: keep<Status>({disruptionsAllowed: true, currentHealthy: true, desiredHealthy: true, expectedPods: true}),
		},
		{...withoutMetadata, spec: {}},
	),
	columns: [
		nameColumn,
		{
			heading: 'MIN AVAILABLE',
			places: ['table', 'deck'],
			align: 'right',
			value: ({spec}) => spec.minAvailable ?? 'N/A',
		},
		{
			heading: 'MAX UNAVAILABLE',
			places: ['table', 'deck'],
			align: 'right',
			value: ({spec}) => spec.maxUnavailable ?? 'N/A',
		},
		numberColumn('ALLOWED DISRUPTIONS', disruptionsAllowed, ['table', 'deck']),
		ageColumn,
	],
	rowRole: (budget) => (disruptionsAllowed(budget) === 0 ? 'waiting' : 'ok'),
};

function disruptionsAllowed({status}: PodDisruptionBudget): number {
	return status?.disruptionsAllowed ?? 0;
}
