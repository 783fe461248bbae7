import {ageColumn, integer, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';
import {checkIntOrPercent, checkSelector, invalidValue} from './rules.ts';

export const podDisruptionBudget: Kind = {
	group: 'policy',
	version: 'v1',
	kind: 'PodDisruptionBudget',
	resource: 'poddisruptionbudgets',
	singular: 'poddisruptionbudget',
	shortNames: ['pdb'],
	namespaced: true,
	type: 'policy.v1.PodDisruptionBudget',
	status: true,
	generation: ({spec}) => spec,
	begin(object) {
		object.status = {disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0};
	},
	check({spec = {}}) {
		const causes = [];
		if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
			const shown = {
				MinAvailable: spec.minAvailable,
				Selector: spec.selector ?? null,
				MaxUnavailable: spec.maxUnavailable,
				UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
			};
			causes.push(invalidValue('spec', shown, 'minAvailable and maxUnavailable cannot be both set'));
		}
		causes.push(...checkIntOrPercent(spec.minAvailable, 'spec.minAvailable'));
		causes.push(...checkIntOrPercent(spec.maxUnavailable, 'spec.maxUnavailable'));
		causes.push(...checkSelector(spec.selector, 'spec.selector'));
		return causes;
	},
	columns: [nameColumn, text('Min Available'), text('Max Unavailable'), integer('Allowed Disruptions'), ageColumn],
	cells(object, now) {
		const {spec, status = {}} = object;
		return [
			object.metadata.name,
			String(spec.minAvailable ?? 'N/A'),
			String(spec.maxUnavailable ?? 'N/A'),
			status.disruptionsAllowed ?? 0,
			age(object, now),
		];
	},
};
