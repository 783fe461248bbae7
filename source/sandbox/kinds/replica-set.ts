import {equal} from '../json.ts';
import {selectorText} from '../selectors.ts';
import {checkSelectorAndTemplate} from './deployment.ts';
import {ageColumn, integer, type Kind, nameColumn, text} from './kind.ts';
import {fillPodSpec} from './pod-spec.ts';
import {age, containersAndImages} from './print.ts';
import {checkNotNegative, immutable} from './rules.ts';

export const replicaSet: Kind = {
	group: 'apps',
	version: 'v1',
	kind: 'ReplicaSet',
	resource: 'replicasets',
	singular: 'replicaset',
	shortNames: ['rs'],
	categories: ['all'],
	namespaced: true,
	type: 'apps.v1.ReplicaSet',
	status: true,
	scale: true,
	generation: ({spec}) => spec,
	fill({spec}) {
		if (!spec) return;
		spec.replicas ??= 1;
		if (spec.template?.spec) fillPodSpec(spec.template.spec);
	},
	begin(object) {
		object.status = {replicas: 0};
	},
	check({spec}, old) {
		const causes = [
			...checkNotNegative(spec?.replicas, 'spec.replicas'),
			...checkNotNegative(spec?.minReadySeconds, 'spec.minReadySeconds'),
			...checkSelectorAndTemplate(spec, 'deployment'),
		];
		if (old && !equal(spec?.selector, old['spec'].selector)) causes.push(immutable('spec.selector', spec?.selector));
		return causes;
	},
	fields: {'status.replicas': (object) => String(object['status']?.replicas ?? 0)},
	columns: [
		nameColumn,
		integer('Desired'),
		integer('Current'),
		integer('Ready'),
		ageColumn,
		...['Containers', 'Images', 'Selector'].map((name) => text(name, 1)),
	],
	cells(object, now) {
		const {spec, status = {}} = object;
		return [
			object.metadata.name,
			spec.replicas,
			status.replicas ?? 0,
			status.readyReplicas ?? 0,
			age(object, now),
			...containersAndImages(spec.template?.spec),
			selectorText(spec.selector),
		];
	},
};
