import type {KubeObject} from '../objects.ts';
import {unknown} from './columns.ts';
import type {Column} from './resource.ts';

/** The number the controller gave a Deployment's or ReplicaSet's template; undefined where it has none yet. */
function annotatedRevision({metadata}: KubeObject): number | undefined {
	const text = metadata.annotations?.['deployment.kubernetes.io/revision'];
	return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

const revision = {heading: 'REV', places: ['deck'], minWidth: 3, format: numberOrUnknown} as const;

/** The revision a pod belongs to: `14`, or `-` where nothing says. */
export const revisionNumberColumn: Column = {
	...revision,
	align: 'right',
	value: (object, context) => context.revision?.(object)?.number,
};

/** A Deployment's present revision, by its rollout's facts or else its annotation. */
export const deploymentRevisionColumn: Column = {
	...revision,
	align: 'right',
	value: (object, context) => context.rollout?.(object.metadata.uid)?.revision ?? annotatedRevision(object),
};

/** A ReplicaSet's revision and where it stands in the rollout: `14 new`, `13 old`, `12`. */
export const replicaSetRevisionColumn: Column = {
	...revision,
	minWidth: 6,
	value: (object, context) => context.revision?.(object)?.number ?? annotatedRevision(object),
	format(value, object, context) {
		const place = context.revision?.(object)?.place ?? 'past';
		return place === 'past' ? numberOrUnknown(value) : `${numberOrUnknown(value)} ${place}`;
	},
};

function numberOrUnknown(value: string | number | undefined): string {
	return value === undefined ? unknown : String(value);
}
