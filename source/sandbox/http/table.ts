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

/** A document around a list of things, in pieces of about a hundred: a large one is never whole in memory. */
function* pieces(
	head: string,
	objects: readonly Obj[],
	write: (object: Obj) => string,
	tail: string,
): Generator<string> {
	yield head;
	for (let start = 0; start < objects.length; start += 100) {
		const texts = objects
			.slice(start, start + 100)
			.map(write)
			.join(',');
		yield start === 0 ? texts : `,${texts}`;
	}
	yield tail;
}

/** Objects as a `meta.k8s.io/v1` Table. `metadata` is the JSON of its list metadata. */
export function tablePieces(options: TableOptions, objects: readonly Obj[], metadata: string): Generator<string> {
	const head = `{${typeText({...meta, kind: 'Table'})}"metadata":${metadata},"columnDefinitions":`;
	return pieces(`${head}${columnsText(options.kind)},"rows":[`, objects, (object) => rowText(options, object), ']}');
}

/** One object as a Table, with or without saying what the columns are. */
export function tableText(options: TableOptions, object: Obj, withColumns = true): string {
	const metadata = JSON.stringify({resourceVersion: object.metadata.resourceVersion});
	const columns = withColumns ? columnsText(options.kind) : 'null';
	return `{${typeText({...meta, kind: 'Table'})}"metadata":${metadata},"columnDefinitions":${columns},"rows":[${rowText(options, object)}]}`;
}

/** Objects as a list of their kind, or of their metadata. */
export function listPieces(kind: Kind, form: Form, objects: readonly Obj[], metadata: string): Generator<string> {
	const partial = form === 'partial';
	const type = partial ? {...meta, kind: 'PartialObjectMetadataList'} : {...kind, kind: `${kind.kind}List`};
	const write = partial ? partialText : (object: Obj) => `{${bodyOf(object)}`;
	return pieces(`{${typeText(type)}"metadata":${metadata},"items":[`, objects, write, ']}');
}

/** The `includeObject` parameter. */
export function includeOf(query: URLSearchParams): TableOptions['include'] {
	const value = query.get('includeObject');
	return value === 'None' || value === 'Object' ? value : 'Metadata';
}
