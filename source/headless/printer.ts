import type {KindId, KubeObject, ObjectsByKind} from '../objects.ts';
import type {GetOutput} from '../options.ts';
import type {ColumnContext, Resource} from '../resources/resource.ts';
import {cells, headings, row} from '../resources/rows.ts';
import {createLayout} from './layout.ts';

/** Turns objects into what `rolldeck get` writes. The first call of a table writes its headings too. */
export type Printer<O extends KubeObject> = (objects: readonly O[], context: ColumnContext) => string;

/**
 * @param isStream Rows come in several calls: JSON is then one row a line instead of one array.
 */
export function createPrinter<K extends KindId>(
	resource: Resource<K>,
	output: GetOutput,
	isStream: boolean,
): Printer<ObjectsByKind[K]> {
	if (output === 'name') {
		const kind = resource.group === '' ? resource.singular : `${resource.singular}.${resource.group}`;
		return (objects) => objects.map(({metadata}) => `${kind}/${metadata.name}\n`).join('');
	}
	if (output === 'json') {
		return (objects, context) => {
			const rows = objects.map((object) => row(resource, object, 'wide', context));
			return isStream
				? rows.map((one) => `${JSON.stringify(one)}\n`).join('')
				: `${JSON.stringify(rows, undefined, 2)}\n`;
		};
	}
	const lay = createLayout();
	let hasHeadings = false;
	return (objects, context) => {
		if (objects.length === 0) return '';
		const rows = objects.map((object) => cells(resource, object, output, context));
		const lines = hasHeadings ? rows : [headings(resource, output, context), ...rows];
		hasHeadings = true;
		return lay(lines);
	};
}
