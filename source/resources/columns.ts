import {ageAt} from '../format/age.ts';
import type {KubeObject, PodTemplateSpec} from '../objects.ts';
import type {Column} from './resource.ts';

/** What a cell shows that cannot be known (yet), where kubectl has no text of its own for it. */
export const unknown = '-';

export const namespaceColumn: Column = {
	heading: 'NAMESPACE',
	places: ['table', 'deck'],
	minWidth: 9,
	flexible: 'middle',
	value: (object) => object.metadata.namespace,
};

export const nameColumn: Column = {
	heading: 'NAME',
	places: ['table', 'deck'],
	minWidth: 12,
	flexible: 'middle',
	value: (object) => object.metadata.name,
};

export const ageColumn: Column = {
	heading: 'AGE',
	places: ['table', 'deck'],
	align: 'right',
	minWidth: 4,
	value: (object) => object.metadata.creationTimestamp,
	format: (value, _object, {now}) => ageAt(value as string | undefined, now),
};

/** A right-aligned column of whole numbers, in kubectl's tables unless said otherwise. */
export function numberColumn<O extends KubeObject>(
	heading: string,
	value: (object: O) => number | undefined,
	places: Column<O>['places'] = ['table'],
): Column<O> {
	return {heading, places, align: 'right', value};
}

/** kubectl's CONTAINERS and IMAGES of a workload's template. */
export function templateColumns<O extends KubeObject & {spec: {template?: PodTemplateSpec}}>(): readonly Column<O>[] {
	const containers = (object: O) => object.spec.template?.spec?.containers ?? [];
	return [
		{
			heading: 'CONTAINERS',
			places: ['wide'],
			value: (object) =>
				containers(object)
					.map(({name}) => name)
					.join(','),
		},
		{
			heading: 'IMAGES',
			places: ['wide'],
			value: (object) =>
				containers(object)
					.map(({image = ''}) => image)
					.join(','),
		},
	];
}
