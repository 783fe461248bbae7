import type {HorizontalPodAutoscaler, MetricSource, MetricSpec, MetricStatus, MetricValue} from '../objects.ts';
import type {Role} from '../role.ts';
import {ageColumn, nameColumn, numberColumn} from './columns.ts';
import {common, keep, keepConditions, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';

type Spec = HorizontalPodAutoscaler['spec'];
type Status = NonNullable<HorizontalPodAutoscaler['status']>;

const noTarget: Spec = {maxReplicas: 0, scaleTargetRef: {kind: '', name: ''}};

export const horizontalPodAutoscalers: Resource<'horizontalpodautoscalers'> = {
	id: 'horizontalpodautoscalers',
	kind: 'HorizontalPodAutoscaler',
	singular: 'horizontalpodautoscaler',
	shortNames: ['hpa'],
	group: 'autoscaling',
	version: 'v2',
	project: keep<HorizontalPodAutoscaler>(
		{
			...common,
			spec: keep<Spec>({minReplicas: true, maxReplicas: true, scaleTargetRef: true, metrics: true}, noTarget),
			status: keep<Status>({
				currentReplicas: true,
				desiredReplicas: true,
				currentMetrics: true,
				conditions: keepConditions,
			}),
		},
		{...withoutMetadata, spec: noTarget},
	),
	columns: [
		nameColumn,
		{
			heading: 'REFERENCE',
			places: ['table', 'deck'],
			flexible: 'middle',
			value: ({spec: {scaleTargetRef}}) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
		},
		{heading: 'TARGETS', places: ['table', 'deck'], flexible: 'end', value: targets},
		{
			heading: 'MINPODS',
			places: ['table', 'deck'],
			align: 'right',
			value: ({spec}) => spec.minReplicas,
			format: (value) => String(value ?? '<unset>'),
		},
		numberColumn('MAXPODS', ({spec}) => spec.maxReplicas, ['table', 'deck']),
		numberColumn('REPLICAS', ({status}) => status?.currentReplicas ?? 0, ['table', 'deck']),
		ageColumn,
	],
	rowRole,
};

const sources: Readonly<Record<string, MetricSource>> = {
	Resource: 'resource',
	ContainerResource: 'containerResource',
	Pods: 'pods',
	Object: 'object',
	External: 'external',
};
const mostShown = 2;

/** printers/internalversion formatHPAMetrics: two metrics, and how many more there are. */
function targets({spec, status}: HorizontalPodAutoscaler): string | undefined {
	const metrics = spec.metrics ?? [];
	if (metrics.length === 0) return undefined;
	const texts = metrics.map((metric, index) => formatMetric(metric, status?.currentMetrics?.[index]));
	const shown = texts.slice(0, mostShown).join(', ');
	return texts.length > mostShown ? `${shown} + ${texts.length - mostShown} more...` : shown;
}

/** `cpu: 12%/50%`, `cpu: 120m/200m`, `4/10`, `4/10 (avg)`; the present value is `<unknown>` until there is one. */
function formatMetric(metric: MetricSpec, status: MetricStatus | undefined): string {
	const source = sources[metric.type];
	if (source === undefined) return '<unknown type>';
	const target: MetricValue = metric[source]?.target ?? {};
	const current: MetricValue = status?.[source]?.current ?? {};
	const isResource = source === 'resource' || source === 'containerResource';
	const prefix = isResource ? `${metric[source]?.name}: ` : '';
	if (target.averageValue !== undefined) {
		const suffix = isResource || source === 'pods' ? '' : ' (avg)';
		return `${prefix}${current.averageValue ?? '<unknown>'}/${target.averageValue}${suffix}`;
	}
	if (!isResource) return `${current.value ?? '<unknown>'}/${target.value}`;
	return `${prefix}${percent(current.averageUtilization) ?? '<unknown>'}/${percent(target.averageUtilization) ?? '<auto>'}`;
}

function percent(share: number | undefined): string | undefined {
	return share === undefined ? undefined : `${share}%`;
}

/** It cannot scale, or has nothing to scale by: waiting, unless a person switched it off with 0 replicas. */
function rowRole({status}: HorizontalPodAutoscaler): Role {
	const failing = status?.conditions?.find(
		({type, status: value}) => (type === 'AbleToScale' || type === 'ScalingActive') && value === 'False',
	);
	if (failing?.reason === 'ScalingDisabled') return 'muted';
	return failing ? 'waiting' : 'ok';
}
