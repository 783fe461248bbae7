import {ApiError} from '../api-error.ts';
import type {Kind} from '../kinds/kind.ts';
import type {Obj} from '../store.ts';
import {bodyOf, objectText, typeText} from './answer.ts';

/** In what shape a client wants objects: themselves, rows of a table, or their metadata alone. */
export type Form = 'object' | 'table' | 'partial';

const acceptable =
	'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** The first form of an Accept header that this server has. 406 where there is none. */
export function formOf(accept: string | undefined): Form {
	if (!accept) return 'object';
	for (const part of accept.split(',')) {
		const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
		if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
		const as = parameters.find((parameter) => parameter.startsWith('as='))?.slice(3);
		if (as === undefined) return 'object';
		if (!parameters.includes('g=meta.k8s.io') || !parameters.some((one) => one === 'v=v1' || one === 'v=v1beta1'))
			continue;
		if (as === 'table') return 'table';
		if (as === 'partialobjectmetadata' || as === 'partialobjectmetadatalist') return 'partial';
	}
	throw new ApiError(406, 'NotAcceptable', acceptable);
}

const meta = {group: 'meta.k8s.io', version: 'v1'};

/** An object's metadata as a PartialObjectMetadata. */
export function partialText(object: Obj): string {
	return `{${typeText({...meta, kind: 'PartialObjectMetadata'})}"metadata":${JSON.stringify(object.metadata)}}`;
}

function columnsText(kind: Kind): string {
	const columns = kind.columns.map(({name, type, format = '', priority = 0}) => ({
		name,
		type,
		format,
		description: '',
		priority,
	}));
	return JSON.stringify(columns);
}

/** How a table is to be made. */
export interface TableOptions {
	kind: Kind;
	/** What each row carries of its object. */
	include: 'None' | 'Metadata' | 'Object';
	/** Milliseconds since the epoch, for ages. */
	now: number;
}

/** The rows of a table, as JSON without brackets. */
function rowText({kind, include, now}: TableOptions, object: Obj): string {
	const cells = JSON.stringify(kind.cells(object, now));
	if (include === 'None') return `{"cells":${cells}}`;
	const shown = include === 'Object' ? objectText(kind, object) : partialText(object);
	return `{"cells":${cells},"object":${shown}}`;
}

/** Objects as a `meta.k8s.io/v1` Table. `metadata` is the JSON of its list metadata. */
export function tableText(
	options: TableOptions,
	objects: readonly Obj[],
	metadata: string,
	withColumns = true,
): string {
	const columns = withColumns ? columnsText(options.kind) : 'null';
	const rows = objects.map((object) => rowText(options, object)).join(',');
	return `{${typeText({...meta, kind: 'Table'})}"metadata":${metadata},"columnDefinitions":${columns},"rows":[${rows}]}`;
}

/** Objects as a list of their kind, or of their metadata. */
export function listText(kind: Kind, form: Form, objects: readonly Obj[], metadata: string): string {
	if (form === 'partial') {
		const items = objects.map(partialText).join(',');
		return `{${typeText({...meta, kind: 'PartialObjectMetadataList'})}"metadata":${metadata},"items":[${items}]}`;
	}
	const items = objects.map((object) => `{${bodyOf(object)}`).join(',');
	return `{${typeText({...kind, kind: `${kind.kind}List`})}"metadata":${metadata},"items":[${items}]}`;
}

/** The `includeObject` parameter. */
export function includeOf(query: URLSearchParams): TableOptions['include'] {
	const value = query.get('includeObject');
	return value === 'None' || value === 'Object' ? value : 'Metadata';
}
