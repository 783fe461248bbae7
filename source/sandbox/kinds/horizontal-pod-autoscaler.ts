import type {Json} from '../store.ts';
import {ageColumn, integer, type Kind, nameColumn, text} from './kind.ts';
import {age} from './print.ts';
import {invalidValue, required} from './rules.ts';

/** The column TARGETS: what is measured against what is wanted, at most two of them. */
function targets(spec: Json, status: Json): string {
	const metrics: Json[] = spec.metrics ?? [];
	if (metrics.length === 0) return '<none>';
	const texts = metrics.map((metric, index) => {
		const key = metric.type.charAt(0).toLowerCase() + metric.type.slice(1);
		const wanted = metric[key]?.target ?? {};
		const current = status?.currentMetrics?.[index]?.[key]?.current ?? {};
		if (wanted.averageUtilization !== undefined) {
			const measured = current.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`;
			return `${metric[key].name}: ${measured}/${wanted.averageUtilization}%`;
		}
		const averaged = wanted.averageValue !== undefined;
		const measured = (averaged ? current.averageValue : current.value) ?? '<unknown>';
		// Metrics of pods are averages by nature; of those from elsewhere it has to be said.
		const prefix = metric.type.endsWith('Resource') ? `${metric[key].name}: ` : '';
		const suffix = averaged && (metric.type === 'External' || metric.type === 'Object') ? ' (avg)' : '';
		return `${prefix}${measured}/${wanted.averageValue ?? wanted.value}${suffix}`;
	});
	return texts.slice(0, 2).join(', ') + (texts.length > 2 ? ` + ${texts.length - 2} more...` : '');
}

export const horizontalPodAutoscaler: Kind = {
	group: 'autoscaling',
	version: 'v2',
	kind: 'HorizontalPodAutoscaler',
	resource: 'horizontalpodautoscalers',
	singular: 'horizontalpodautoscaler',
	shortNames: ['hpa'],
	categories: ['all'],
	namespaced: true,
	type: 'autoscaling.v2.HorizontalPodAutoscaler',
	status: true,
	generation: ({spec}) => spec,
	fill({spec}) {
		if (!spec) return;
		spec.minReplicas ??= 1;
		spec.metrics ??= [
			{type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 80}}},
		];
	},
	begin(object) {
		object.status = {desiredReplicas: 0};
	},
	check({spec = {}}) {
		const causes = [];
		const {minReplicas, maxReplicas, scaleTargetRef: target = {}} = spec;
		if (minReplicas !== undefined && minReplicas < 1) {
			causes.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
		}
		if (!(maxReplicas > 0)) causes.push(invalidValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0'));
		if ((maxReplicas ?? 0) < (minReplicas ?? 0)) {
			causes.push(invalidValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than or equal to `minReplicas`'));
		}
		if (!target.kind) causes.push(required('spec.scaleTargetRef.kind'));
		if (!target.name) causes.push(required('spec.scaleTargetRef.name'));
		if (!target.apiVersion?.includes('/')) {
			causes.push(
				invalidValue('spec.scaleTargetRef.apiVersion', target.apiVersion ?? '', 'apiVersion must specify API group'),
			);
		}
		return causes;
	},
	columns: [
		nameColumn,
		text('Reference'),
		text('Targets'),
		text('MinPods'),
		text('MaxPods'),
		integer('Replicas'),
		ageColumn,
	],
	cells(object, now) {
		const {spec, status = {}} = object;
		return [
			object.metadata.name,
			`${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
			targets(spec, status),
			String(spec.minReplicas ?? '<unset>'),
			String(spec.maxReplicas),
			status.currentReplicas ?? 0,
			age(object, now),
		];
	},
};
