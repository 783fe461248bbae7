import {badRequest, invalid} from '../api-error.ts';
import {unsupported} from '../kinds/rules.ts';
import {DecodeError, decodeAs} from '../schema/decode.ts';
import type {Json, Obj, RemoveOptions} from '../store.ts';
import {send} from './answer.ts';
import {type Call, contentType, numberIn, parseDocument, readBody, type Target} from './call.ts';
import {matcherOf, objectOf, sendObject} from './list.ts';
import {listPieces} from './table.ts';

const policies = ['Foreground', 'Background', 'Orphan'] as const;

/** The options of a deletion, from its body or, without one, its query. */
async function readOptions(call: Call): Promise<RemoveOptions> {
	const {query, request} = call;
	const body = await readBody(request);
	let options: Json = {
		gracePeriodSeconds: numberIn(query, 'gracePeriodSeconds'),
		propagationPolicy: query.get('propagationPolicy') ?? undefined,
		dryRun: query.getAll('dryRun').filter(Boolean),
	};
	if (body.length > 0) {
		const document = parseDocument(body, contentType(request), '');
		try {
			options = decodeAs('meta.v1.DeleteOptions', document).value;
		} catch (error) {
			throw error instanceof DecodeError ? badRequest(error.message) : error;
		}
	}
	const causes = [];
	const {propagationPolicy, dryRun = [], preconditions = {}, gracePeriodSeconds, orphanDependents} = options;
	if (propagationPolicy !== undefined && !policies.includes(propagationPolicy)) {
		causes.push(unsupported('propagationPolicy', propagationPolicy, [...policies, 'nil']));
	}
	if (dryRun.some((one: string) => one !== 'All')) causes.push(unsupported('dryRun', dryRun, ['All']));
	if (causes.length > 0) throw invalid('meta.k8s.io', 'DeleteOptions', '', causes);
	const policy =
		propagationPolicy ?? (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background');
	return {
		...(gracePeriodSeconds !== undefined && {gracePeriodSeconds}),
		...(policy && {propagationPolicy: policy}),
		...(preconditions.uid && {uid: preconditions.uid}),
		...(preconditions.resourceVersion && {resourceVersion: preconditions.resourceVersion}),
		...((dryRun.length > 0 || query.getAll('dryRun').includes('All')) && {dryRun: true}),
	};
}

/** Kinds whose deletion is answered with the object even where it is gone at once. */
const answeredWhole = new Set(['pods', 'services', 'serviceaccounts', 'resourcequotas']);

/** DELETE of an object. */
export async function remove(call: Call, target: Target): Promise<void> {
	const {kind, name, namespace} = target;
	const options = await readOptions(call);
	const before = objectOf(call, target);
	const object = call.store.remove(kind.resource, namespace, name!, options);
	const waits = object.metadata['deletionTimestamp'] !== undefined;
	if (waits || answeredWhole.has(kind.resource)) return sendObject(call, kind, object);
	const details = {name, ...(kind.group && {group: kind.group}), kind: kind.resource, uid: before.metadata.uid};
	send(call, 200, JSON.stringify({kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details}));
}

/** DELETE of a collection: every object that the selectors mean. */
export async function removeAll(call: Call, {kind, namespace}: Target): Promise<void> {
	const {store, query} = call;
	const options = await readOptions(call);
	const matches = matcherOf(kind, query);
	const meant: readonly Obj[] = store.list(kind.resource, namespace).filter((object) => !matches || matches(object));
	const removed = meant.map((object) =>
		store.get(kind.resource, object.metadata.namespace, object.metadata.name)
			? store.remove(kind.resource, object.metadata.namespace, object.metadata.name, options)
			: object,
	);
	const metadata = JSON.stringify({resourceVersion: String(store.version())});
	send(call, 200, [...listPieces(kind, 'object', removed, metadata)].join(''));
}
