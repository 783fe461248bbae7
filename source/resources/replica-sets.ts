import {shortImage} from '../format/image.ts';
import {formatSelector} from '../format/selector.ts';
import type {ReplicaSet} from '../objects.ts';
import type {Role} from '../role.ts';
import {ageColumn, nameColumn, numberColumn, templateColumns, unknown} from './columns.ts';
import {commonWithWriters, keep, keepConditions, withoutMetadata} from './keep.ts';
import type {Resource} from './resource.ts';
import {replicaSetRevisionColumn} from './revision-columns.ts';

type Status = NonNullable<ReplicaSet['status']>;

export const replicaSets: Resource<'replicasets'> = {
	id: 'replicasets',
	kind: 'ReplicaSet',
	singular: 'replicaset',
	shortNames: ['rs'],
	group: 'apps',
	version: 'v1',
	project: keep<ReplicaSet>(
		{
			...commonWithWriters,
			spec: keep<ReplicaSet['spec']>({replicas: true, minReadySeconds: true, selector: true, template: true}),
			status: keep<Status>({
				replicas: true,
				fullyLabeledReplicas: true,
				readyReplicas: true,
				availableReplicas: true,
				terminatingReplicas: true,
				observedGeneration: true,
				conditions: keepConditions,
			}),
		},
		{...withoutMetadata, spec: {}},
	),
	columns: [
		nameColumn,
		replicaSetRevisionColumn,
		numberColumn('DESIRED', desired, ['table', 'deck']),
		numberColumn('CURRENT', ({status}) => status?.replicas ?? 0),
		numberColumn('READY', ready, ['table', 'deck']),
		{
			heading: 'SERVING',
			places: ['deck'],
			align: 'right',
			value: (replicaSet, context) => context.serving?.(replicaSet.metadata.uid),
			format: (value) => (value === undefined ? unknown : String(value)),
		},
		{
			heading: 'IMAGE',
			places: ['deck'],
			flexible: 'middle',
			value: ({spec}) => spec.template?.spec?.containers.map(({image = ''}) => shortImage(image)).join(','),
		},
		{...ageColumn, places: ['table', 'deck-wide']},
		...templateColumns<ReplicaSet>(),
		{heading: 'SELECTOR', places: ['wide'], value: ({spec}) => formatSelector(spec.selector)},
		{...replicaSetRevisionColumn, places: ['rollout']},
	],
	rowRole,
};

function desired({spec}: ReplicaSet): number {
	return spec.replicas ?? 1;
}

function ready({status}: ReplicaSet): number {
	return status?.readyReplicas ?? 0;
}

function rowRole(replicaSet: ReplicaSet): Role {
	const {status} = replicaSet;
	if (status?.conditions?.some(({type, status: value}) => type === 'ReplicaFailure' && value === 'True'))
		return 'failed';
	if (desired(replicaSet) === 0) return status?.replicas ? 'ending' : 'muted';
	return ready(replicaSet) >= desired(replicaSet) ? 'ok' : 'moving';
}
