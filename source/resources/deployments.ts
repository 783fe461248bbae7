import {shortImage} from '../format/image.ts';
import {formatSelector} from '../format/selector.ts';
import type {Deployment} from '../objects.ts';
import type {Role} from '../role.ts';
import {ageColumn, nameColumn, numberColumn, templateColumns, unknown} from './columns.ts';
import {commonWithWriters, keep, keepConditions, withoutMetadata} from './keep.ts';
import type {Column, ColumnContext, Resource} from './resource.ts';
import {deploymentRevisionColumn} from './revision-columns.ts';

type Status = NonNullable<Deployment['status']>;

const rolloutColumn: Column<Deployment> = {
	heading: 'ROLLOUT',
	places: ['deck'],
	minWidth: 20,
	flexible: 'end',
	value: (deployment, context) => context.rollout?.(deployment.metadata.uid)?.words,
	format: (value) => (value === undefined ? unknown : String(value)),
	role: (deployment, context) => context.rollout?.(deployment.metadata.uid)?.role,
	sign: true,
};

export const deployments: Resource<'deployments'> = {
	id: 'deployments',
	kind: 'Deployment',
	singular: 'deployment',
	shortNames: ['deploy', 'dp'],
	group: 'apps',
	version: 'v1',
	project: keep<Deployment>(
		{
			...commonWithWriters,
			spec: keep<Deployment['spec']>(
				{
					replicas: true,
					paused: true,
					minReadySeconds: true,
					progressDeadlineSeconds: true,
					revisionHistoryLimit: true,
					selector: true,
					strategy: true,
					template: true,
				},
				{template: {}},
			),
			status: keep<Status>({
				replicas: true,
				updatedReplicas: true,
				readyReplicas: true,
				availableReplicas: true,
				unavailableReplicas: true,
				terminatingReplicas: true,
				observedGeneration: true,
				collisionCount: true,
				conditions: keepConditions,
			}),
		},
		{...withoutMetadata, spec: {template: {}}},
	),
	columns: [
		nameColumn,
		{
			heading: 'READY',
			places: ['table', 'deck'],
			align: 'right',
			value: ready,
			format: (value, deployment) => `${value}/${desired(deployment)}`,
		},
		deploymentRevisionColumn,
		rolloutColumn,
		numberColumn('UP-TO-DATE', ({status}) => status?.updatedReplicas ?? 0, ['table', 'deck-wide']),
		numberColumn('AVAILABLE', ({status}) => status?.availableReplicas ?? 0, ['table', 'deck-wide']),
		ageColumn,
		{
			heading: 'IMAGES',
			places: ['deck-wide'],
			flexible: 'middle',
			value: ({spec}) => spec.template.spec?.containers.map(({image = ''}) => shortImage(image)).join(','),
		},
		...templateColumns<Deployment>(),
		{heading: 'SELECTOR', places: ['wide'], value: ({spec}) => formatSelector(spec.selector)},
		{...deploymentRevisionColumn, places: ['rollout']},
		{...rolloutColumn, places: ['rollout']},
	],
	rowRole,
};

function ready({status}: Deployment): number {
	return status?.readyReplicas ?? 0;
}

function desired({spec}: Deployment): number {
	return spec.replicas ?? 1;
}

/** The rollout's own role; while its facts are not known, what the object's counts say alone. */
function rowRole(deployment: Deployment, context: ColumnContext): Role {
	const facts = context.rollout?.(deployment.metadata.uid);
	if (facts) return facts.role;
	if (deployment.spec.paused) return 'paused';
	return ready(deployment) >= desired(deployment) ? 'ok' : 'moving';
}
