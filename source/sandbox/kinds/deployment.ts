import type {Cause} from '../api-error.ts';
import {equal} from '../json.ts';
import {selectorText, selects} from '../selectors.ts';
import type {Json} from '../store.ts';
import {ageColumn, integer, type Kind, nameColumn, text} from './kind.ts';
import {checkTemplate, fillPodSpec} from './pod-spec.ts';
import {age, containersAndImages} from './print.ts';
import {
	checkIntOrPercent,
	checkLabels,
	checkNotNegative,
	checkSelector,
	forbiddenField,
	immutable,
	invalidValue,
	required,
	unsupported,
} from './rules.ts';

function isZero(value: unknown): boolean {
	return value === 0 || value === '0%';
}

function checkStrategy(strategy: Json): Cause[] {
	const {type, rollingUpdate} = strategy ?? {};
	if (type === 'Recreate') {
		const why = "may not be specified when strategy `type` is 'Recreate'";
		return rollingUpdate ? [forbiddenField('spec.strategy.rollingUpdate', why)] : [];
	}
	if (type !== 'RollingUpdate') return [unsupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
	const at = 'spec.strategy.rollingUpdate';
	const {maxSurge, maxUnavailable} = rollingUpdate ?? {};
	const causes = [
		...checkIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
		...checkIntOrPercent(maxSurge, `${at}.maxSurge`),
	];
	if (isZero(maxSurge) && isZero(maxUnavailable)) {
		causes.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
	}
	if (typeof maxUnavailable === 'string' && Number.parseInt(maxUnavailable, 10) > 100) {
		causes.push(invalidValue(`${at}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'));
	}
	return causes;
}

/** The checks of selector and template that Deployment and ReplicaSet share; `kind` is how the empty selector is refused. */
export function checkSelectorAndTemplate(spec: Json, kind: string): Cause[] {
	const causes: Cause[] = [];
	const {selector, template} = spec ?? {};
	const size = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length;
	if (!selector) causes.push(required('spec.selector'));
	else {
		causes.push(...checkSelector(selector, 'spec.selector'));
		if (size === 0) causes.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${kind}`));
	}
	const labels = template?.metadata?.labels;
	const matched = selector !== undefined && (size === 0 || selects(selector, labels ?? {}));
	causes.push(
		...checkTemplate(template, matched, 'spec.template', checkLabels(labels, 'spec.template.metadata.labels')),
	);
	return causes;
}

export const deployment: Kind = {
	group: 'apps',
	version: 'v1',
	kind: 'Deployment',
	resource: 'deployments',
	singular: 'deployment',
	shortNames: ['deploy'],
	categories: ['all'],
	namespaced: true,
	type: 'apps.v1.Deployment',
	status: true,
	statusCarriesAnnotations: true,
	scale: true,
	generation: ({spec, metadata}) => [spec, metadata.annotations],
	fill(object) {
		const spec = object.spec;
		if (!spec) return;
		spec.replicas ??= 1;
		spec.revisionHistoryLimit ??= 10;
		spec.progressDeadlineSeconds ??= 600;
		spec.strategy ??= {};
		spec.strategy.type ??= 'RollingUpdate';
		if (spec.strategy.type === 'RollingUpdate') {
			spec.strategy.rollingUpdate = {maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy.rollingUpdate};
		}
		if (spec.template?.spec) fillPodSpec(spec.template.spec);
	},
	begin(object) {
		object.status = {};
	},
	check({spec}, old) {
		const deadline = spec?.progressDeadlineSeconds;
		const causes = [
			...checkNotNegative(spec?.replicas, 'spec.replicas'),
			...checkSelectorAndTemplate(spec, 'deployment'),
			...(spec ? checkStrategy(spec.strategy) : []),
			...checkNotNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
			...checkNotNegative(spec?.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
			...checkNotNegative(deadline, 'spec.progressDeadlineSeconds'),
		];
		if (deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)) {
			causes.push(invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
		}
		if (old && !equal(spec?.selector, old['spec'].selector)) causes.push(immutable('spec.selector', spec?.selector));
		return causes;
	},
	columns: [
		nameColumn,
		text('Ready'),
		integer('Up-to-date'),
		integer('Available'),
		ageColumn,
		...['Containers', 'Images', 'Selector'].map((name) => text(name, 1)),
	],
	cells(object, now) {
		const {spec, status = {}} = object;
		return [
			object.metadata.name,
			`${status.readyReplicas ?? 0}/${spec.replicas}`,
			status.updatedReplicas ?? 0,
			status.availableReplicas ?? 0,
			age(object, now),
			...containersAndImages(spec.template.spec),
			selectorText(spec.selector),
		];
	},
};
