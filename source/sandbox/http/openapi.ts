import {apiVersion, type Kind} from '../kinds/kind.ts';
import {type Field, type Shape, schema} from '../schema/schema.ts';

// Enough for kubectl: which parameters a patch takes, what fields a kind has (`kubectl explain`), how its lists merge.

type Document = Record<string, unknown>;

/** `core.v1.Pod` -> the name under which the real server publishes it. */
function publicName(name: string): string {
	return name.startsWith('meta.') ? `io.k8s.apimachinery.pkg.apis.${name}` : `io.k8s.api.${name}`;
}

const scalars: Record<string, Document> = {
	any: {type: 'object'},
	bool: {type: 'boolean'},
	bytes: {type: 'string', format: 'byte'},
	double: {type: 'number', format: 'double'},
	int32: {type: 'integer', format: 'int32'},
	int64: {type: 'integer', format: 'int64'},
	string: {type: 'string'},
};

/** Scalars that have a name of their own, which `kubectl explain` shows. */
const named: Record<string, {name: string; document: Document}> = {
	intOrString: {
		name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
		document: {oneOf: [{type: 'integer'}, {type: 'string'}], format: 'int-or-string'},
	},
	microTime: {
		name: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
		document: {type: 'string', format: 'date-time'},
	},
	quantity: {
		name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
		document: {oneOf: [{type: 'string'}, {type: 'number'}]},
	},
	time: {name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time', document: {type: 'string', format: 'date-time'}},
};

function shapeDocument(shape: Shape, used: Set<string>): Document {
	if (shape.is === 'list') return {type: 'array', items: shapeDocument(shape.of, used)};
	if (shape.is === 'map') return {type: 'object', additionalProperties: shapeDocument(shape.of, used)};
	const scalar = shape.is === 'scalar' ? named[shape.name] : undefined;
	if (shape.is === 'scalar' && !scalar) return {...scalars[shape.name]};
	if (!scalar) used.add(shape.name);
	return {$ref: `#/components/schemas/${scalar?.name ?? publicName(shape.name)}`};
}

function fieldDocument(field: Field, used: Set<string>): Document {
	const {shape, listKeys, mergeKey, retainKeys, set, atomic} = field;
	const document = shapeDocument(shape, used);
	const strategy = [mergeKey === undefined ? '' : 'merge', retainKeys ? 'retainKeys' : ''].filter(Boolean).join(',');
	const extensions: Document = {
		...(listKeys && {'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': listKeys}),
		...(set && {'x-kubernetes-list-type': 'set'}),
		...(atomic && shape.is === 'list' && {'x-kubernetes-list-type': 'atomic'}),
		...(mergeKey && {'x-kubernetes-patch-merge-key': mergeKey}),
		...(strategy && {'x-kubernetes-patch-strategy': strategy}),
	};
	return '$ref' in document ? {allOf: [document], ...extensions} : {...document, ...extensions};
}

/** The schemas of types and of all they refer to. */
function schemasOf(kinds: readonly Kind[]): Document {
	const documents: Document = Object.fromEntries(Object.values(named).map(({name, document}) => [name, document]));
	const waiting = new Set(kinds.map((kind) => kind.type));
	for (const name of waiting) {
		const kind = kinds.find((one) => one.type === name);
		const fields = [...(schema.get(name) ?? [])];
		const required = fields.filter(([, field]) => field.required).map(([key]) => key);
		documents[publicName(name)] = {
			type: 'object',
			properties: Object.fromEntries(fields.map(([key, field]) => [key, fieldDocument(field, waiting)])),
			...(required.length > 0 && {required}),
			...(kind && {'x-kubernetes-group-version-kind': [gvk(kind)]}),
		};
	}
	return documents;
}

function gvk({group, version, kind}: Kind): Document {
	return {group, version, kind};
}

function parameter(name: string, type = 'string'): Document {
	return {name, in: 'query', schema: {type, uniqueItems: true}};
}

const writeParameters = [parameter('dryRun'), parameter('fieldManager'), parameter('fieldValidation')];

function operation(kind: Kind, action: string, parameters: Document[]): Document {
	const content = {'application/json': {schema: {$ref: `#/components/schemas/${publicName(kind.type)}`}}};
	return {
		operationId: `${action}${kind.kind}`,
		parameters,
		responses: {200: {description: 'OK', content}},
		'x-kubernetes-action': action,
		'x-kubernetes-group-version-kind': gvk(kind),
	};
}

function pathsOf(kind: Kind): Document {
	const root = kind.group ? `/apis/${apiVersion(kind)}` : '/api/v1';
	const collection = `${root}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.resource}`;
	const one = {
		get: operation(kind, 'get', []),
		put: operation(kind, 'put', writeParameters),
		patch: operation(kind, 'patch', [...writeParameters, parameter('force', 'boolean')]),
		delete: operation(kind, 'delete', [parameter('dryRun')]),
	};
	const all = {get: operation(kind, 'list', []), post: operation(kind, 'post', writeParameters)};
	return {[collection]: all, [`${collection}/{name}`]: one};
}

/** The documents of `/openapi/v3` by path, such as `apis/apps/v1`. */
export function openApiPaths(kinds: readonly Kind[]): string[] {
	return [...new Set(kinds.map((kind) => (kind.group ? `apis/${apiVersion(kind)}` : 'api/v1')))];
}

/** One document of `/openapi/v3`; undefined for a path that is not served. */
export function openApiV3(kinds: readonly Kind[], path: string): unknown {
	const here = kinds.filter((kind) => (kind.group ? `apis/${apiVersion(kind)}` : 'api/v1') === path);
	if (here.length === 0) return undefined;
	return {
		openapi: '3.0.0',
		info: {title: 'rolldeck sandbox', version: '1.37'},
		paths: Object.assign({}, ...here.map(pathsOf)) as Document,
		components: {schemas: schemasOf(here)},
	};
}

/** The whole of it as `/openapi/v2`, for older clients. */
export function openApiV2(kinds: readonly Kind[]): unknown {
	const text = JSON.stringify(schemasOf(kinds)).replaceAll('#/components/schemas/', '#/definitions/');
	return {
		swagger: '2.0',
		info: {title: 'rolldeck sandbox', version: '1.37'},
		paths: Object.assign({}, ...kinds.map(pathsOf)) as Document,
		definitions: JSON.parse(text) as Document,
	};
}
