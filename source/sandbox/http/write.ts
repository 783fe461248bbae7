import {ApiError, badRequest, invalid} from '../api-error.ts';
import {isRecord} from '../json.ts';
import {jsonPatch, mergePatch} from '../json-patch.ts';
import type {Kind} from '../kinds/kind.ts';
import {required, unsupported} from '../kinds/rules.ts';
import {DecodeError, decodeAs} from '../schema/decode.ts';
import type {Json, Obj, WriteOptions} from '../store.ts';
import {goText, strategicMerge} from '../strategic-merge.ts';
import {checkImmutableMetadata} from '../write-rules.ts';
import {
	type Call,
	checkKind,
	contentType,
	isOn,
	jsonProblem,
	managerOf,
	parseDocument,
	readBody,
	type Target,
} from './call.ts';
import {objectOf, sendObject} from './list.ts';

/** Checks the parameters of a write, as the real server validates CreateOptions, UpdateOptions and PatchOptions. */
export function checkWriteOptions(query: URLSearchParams, name: string): void {
	const causes = [];
	const dryRun = query.getAll('dryRun').filter(Boolean);
	if (dryRun.some((one) => one !== 'All')) causes.push(unsupported('dryRun', dryRun, ['All']));
	const validation = query.get('fieldValidation') ?? '';
	if (!['', 'Ignore', 'Strict', 'Warn'].includes(validation)) {
		causes.push(unsupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
	}
	if ((query.get('fieldManager') ?? '').length > 128) {
		const message = 'Too long: may not be more than 128 bytes';
		causes.push({reason: 'FieldValueTooLong', message, field: 'fieldManager'});
	}
	if (causes.length > 0) throw invalid('meta.k8s.io', name, '', causes);
}

function isDryRun(query: URLSearchParams): boolean {
	return query.getAll('dryRun').includes('All');
}

/** The options of the store's writes that a request asks for. */
export function writeOptions(call: Call, subresource?: string): WriteOptions {
	return {
		manager: managerOf(call),
		dryRun: isDryRun(call.query),
		user: call.user.name,
		...(subresource === 'status' && {subresource}),
	};
}

/** What to do with fields that the kind does not have: the parameter fieldValidation. Returns them where they are errors. */
function refuseUnknown(call: Call, unknown: string[]): string | undefined {
	const validation = call.query.get('fieldValidation') || 'Warn';
	if (unknown.length === 0 || validation === 'Ignore') return undefined;
	const texts = unknown.map((path) => `unknown field "${path}"`);
	if (validation === 'Strict') return `strict decoding error: ${texts.join(', ')}`;
	call.warnings.push(...texts);
	return undefined;
}

/** The document of a body, checked against the type of its kind. */
export async function readObject(call: Call, kind: Pick<Kind, 'group' | 'version' | 'kind' | 'type'>): Promise<Json> {
	const type = contentType(call.request);
	const document = parseDocument(await readBody(call.request), type, kind.kind);
	checkKind(document, kind);
	const refuse = (why: string) =>
		badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${why}`);
	try {
		const {value, unknown} = decodeAs(kind.type, document);
		const why = refuseUnknown(call, unknown);
		if (why) throw refuse(why);
		value.metadata ??= {};
		return value;
	} catch (error) {
		throw error instanceof DecodeError ? refuse(error.message) : error;
	}
}

/** Puts a URL's namespace into an object; 400 where the object says another. */
function settle(object: Json, {kind, namespace, name}: Target): void {
	const {metadata} = object;
	if (kind.namespaced) {
		if (metadata.namespace && metadata.namespace !== namespace) {
			throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
		}
		metadata.namespace = namespace;
	} else delete metadata.namespace;
	if (name === undefined) return;
	if (!metadata.name) throw badRequest('name must be provided');
	if (metadata.name !== name) {
		throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
	}
}

/** POST to a collection. */
export async function create(call: Call, target: Target): Promise<void> {
	checkWriteOptions(call.query, 'CreateOptions');
	const object = await readObject(call, target.kind);
	settle(object, target);
	sendObject(call, target.kind, call.store.create(target.kind.resource, object, writeOptions(call)), 201);
}

/** PUT of an object or its status. */
export async function update(call: Call, target: Target): Promise<void> {
	checkWriteOptions(call.query, 'UpdateOptions');
	const object = await readObject(call, target.kind);
	settle(object, target);
	const {store} = call;
	if (target.subresource === 'finalize') {
		objectOf(call, target);
		if (!object.spec?.finalizers?.length) store.finalizeNamespace(target.name!);
		return sendObject(call, target.kind, store.get('namespaces', undefined, target.name!) ?? object);
	}
	sendObject(call, target.kind, store.update(target.kind.resource, object, writeOptions(call, target.subresource)));
}

/** The patch in a body. */
function parsePatch(body: Buffer, type: string): Json {
	const text = body.toString('utf8');
	if (jsonProblem(text)) throw badRequest('invalid JSON patch');
	const patch: Json = JSON.parse(text);
	if (type !== 'application/json-patch+json' && !isRecord(patch)) {
		const name = Array.isArray(patch) ? 'array' : typeof patch;
		throw badRequest(
			`error decoding patch: json: cannot unmarshal ${name} into Go value of type map[string]interface {}`,
		);
	}
	return patch;
}

/** A document with a patch of any type but apply; `schemaType` names its type. */
function patched(document: Json, patch: Json, type: string, schemaType: string): Json {
	if (type === 'application/json-patch+json') return jsonPatch(document, patch);
	if (type === 'application/merge-patch+json') return mergePatch(document, patch);
	return strategicMerge(schemaType, document, patch);
}

const patchTypes = [
	'application/json-patch+json',
	'application/merge-patch+json',
	'application/strategic-merge-patch+json',
];

/** Reads the patch of a request. 415 for another content type. */
export async function readPatch(call: Call): Promise<{patch: Json; type: string}> {
	const type = contentType(call.request);
	const body = await readBody(call.request);
	if (!patchTypes.includes(type)) {
		throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
	}
	return {patch: parsePatch(body, type), type};
}

/** A patched document, checked against its type. What is wrong is told as a fault of the patch (422). */
export function decodePatched(call: Call, document: Json, patch: Json, type: string, schemaType: string): Json {
	const result = patched(document, patch, type, schemaType);
	const strategic = type === 'application/strategic-merge-patch+json';
	const refuse = (why: string) => {
		const shown = JSON.stringify(strategic ? goText(patch) : JSON.stringify(result));
		const cause = {reason: 'FieldValueInvalid', message: `Invalid value: ${shown}: ${why}`, field: 'patch'};
		return invalid('', '', '', [cause]);
	};
	try {
		const {value, unknown} = decodeAs(schemaType, result);
		const why = refuseUnknown(call, unknown);
		if (why) throw refuse(why);
		return value;
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		const goType = /of type (\S+)$/.exec(error.message)?.[1];
		throw refuse(strategic && goType ? `unrecognized type: ${goType}` : error.message);
	}
}

/** PATCH of an object or its status. */
export async function patch(call: Call, target: Target): Promise<void> {
	checkWriteOptions(call.query, 'PatchOptions');
	if (contentType(call.request).startsWith('application/apply-patch')) return apply(call, target);
	const {patch, type} = await readPatch(call);
	const {kind} = target;
	const old = objectOf(call, target);
	const object = decodePatched(call, old, patch, type, kind.type);
	object.metadata ??= {};
	settle(object, target);
	checkImmutableMetadata(kind, object, old);
	sendObject(call, kind, call.store.update(kind.resource, object, writeOptions(call, target.subresource)));
}

/** PATCH with `application/apply-patch+yaml`: server-side apply. */
async function apply(call: Call, target: Target): Promise<void> {
	const {kind, namespace, name} = target;
	const {query, store} = call;
	const manager = query.get('fieldManager');
	const body = await readBody(call.request);
	if (!manager) {
		const causes = [required('fieldManager', 'is required for apply patch')];
		throw invalid('meta.k8s.io', 'PatchOptions', '', causes);
	}
	const document = parseDocument(body, 'application/yaml', kind.kind);
	if (!isRecord(document)) throw badRequest('error decoding YAML: the configuration is not an object');
	checkKind(document, kind);
	let config: Json;
	try {
		const {value, unknown} = decodeAs(kind.type, document);
		const why = refuseUnknown(call, unknown);
		if (why) throw new DecodeError(why);
		config = value;
	} catch (error) {
		if (!(error instanceof DecodeError)) throw error;
		const text = `failed to create typed patch object (${namespace ? `${namespace}/` : ''}${name}; ${document['apiVersion']}, Kind=${document['kind']}): ${error.message}`;
		throw badRequest(text);
	}
	config.metadata ??= {};
	settle(config, target);
	const options: WriteOptions = {...writeOptions(call, target.subresource), manager, operation: 'Apply'};
	const live: Obj | undefined = store.get(kind.resource, namespace, name!);
	const applied = store.apply(kind.resource, config, options, isOn(query, 'force'));
	sendObject(call, kind, applied, live ? 200 : 201);
}
