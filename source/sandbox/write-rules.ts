import {ApiError, type Cause, conflict, invalid, modified, type Subject} from './api-error.ts';
import {clone, equal, timestamp} from './json.ts';
import type {Kind} from './kinds/kind.ts';
import {checkMetadata, immutable, subdomainProblem} from './kinds/rules.ts';
import type {Json, Obj, RemoveOptions, WriteOptions} from './store.ts';

const collectorFinalizers = ['foregroundDeletion', 'orphan'];
/** Metadata that no client writes. */
export const systemMetadata = [
	'uid',
	'creationTimestamp',
	'deletionTimestamp',
	'deletionGracePeriodSeconds',
	'generation',
];

/** What an error about an object of a kind names. */
export function subject(kind: Kind, name: string): Subject {
	return {group: kind.group, resource: kind.resource, name};
}

/** Throws 422 where an object breaks the rules of its kind; `old` is there for an update. */
export function check(kind: Kind, object: Json, old?: Obj): void {
	const rule = kind.nameRule ?? subdomainProblem;
	const causes: Cause[] = checkMetadata(object.metadata, old ? () => undefined : rule);
	causes.push(...(kind.check?.(object, old) ?? []));
	if (causes.length > 0) throw invalid(kind.group, kind.kind, object.metadata.name ?? '', causes);
}

/** Throws 409 where a write was made from another version, or for another object of the same name. */
export function checkPreconditions(kind: Kind, old: Obj, given: Json): void {
	const {uid, resourceVersion} = given;
	const {name} = old.metadata;
	if (uid && uid !== old.metadata.uid) {
		const at = `/registry/${kind.resource}/${old.metadata.namespace ? `${old.metadata.namespace}/` : ''}${name}`;
		throw conflict(
			subject(kind, name),
			`StorageError: invalid object, Code: 4, Key: ${at}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`,
		);
	}
	if (!resourceVersion || resourceVersion === old.metadata.resourceVersion) return;
	if (!/^\d+$/.test(resourceVersion)) {
		throw new ApiError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
	}
	throw conflict(subject(kind, name), modified);
}

/** The object as it will be: what the client may write from the input, the rest from before. */
export function merged(kind: Kind, old: Obj, input: Json, options: WriteOptions): Json {
	const part = options.subresource;
	if (part === 'status') {
		const metadata: Json = {...old.metadata};
		if (kind.statusCarriesAnnotations) metadata.annotations = clone(input.metadata.annotations);
		return withoutEmptyMetadata({...old, metadata, status: clone(input.status) ?? {}});
	}
	if (part === 'scale') {
		return {...old, metadata: {...old.metadata}, spec: {...old['spec'], replicas: input.spec?.replicas ?? 0}};
	}
	const {apiVersion: _version, kind: _kind, metadata, ...content} = clone(input);
	const object: Json = {apiVersion: old.apiVersion, kind: old.kind, metadata, ...content};
	for (const key of systemMetadata) {
		if (old.metadata[key] === undefined) delete metadata[key];
		else metadata[key] = old.metadata[key];
	}
	metadata.managedFields = old.metadata['managedFields'];
	delete metadata.selfLink;
	if (old.metadata.namespace) metadata.namespace = old.metadata.namespace;
	if (kind.status) object.status = old['status'];
	kind.keep?.(object, old);
	kind.fill?.(object);
	return withoutEmptyMetadata(object);
}

/** Empty maps and lists of the metadata are not stored: Go leaves them out. Changes the object, and returns it. */
export function withoutEmptyMetadata(object: Json): Json {
	for (const key of ['annotations', 'labels', 'finalizers', 'ownerReferences']) {
		const value = object.metadata[key];
		if (value === undefined || value === null || Object.keys(value).length === 0) delete object.metadata[key];
	}
	return object;
}

/** Throws 422 where finalizers are added to an object that is being deleted. */
export function checkFinalizers(kind: Kind, object: Json, old: Obj): void {
	if (!old.metadata['deletionTimestamp']) return;
	const before: string[] = old.metadata['finalizers'] ?? [];
	const added = (object.metadata.finalizers ?? []).filter((one: string) => !before.includes(one));
	if (added.length === 0) return;
	const list = added.map((one: string) => JSON.stringify(one)).join(', ');
	const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
	const cause = {reason: 'FieldValueForbidden', message, field: 'metadata.finalizers'};
	throw invalid(kind.group, kind.kind, object.metadata.name, [cause]);
}

/** Throws 409 where the object to delete is another than was meant. */
export function checkDeletePreconditions(kind: Kind, old: Obj, options: RemoveOptions): void {
	const {name} = old.metadata;
	const refuse = (what: string, wanted: string, is: string, happened: string) =>
		conflict(
			{group: kind.group, resource: kind.kind, name},
			`the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). The object might have been ${happened}`,
		);
	if (options.uid && options.uid !== old.metadata.uid) {
		throw refuse('UID', options.uid, old.metadata.uid, 'deleted and then recreated');
	}
	if (options.resourceVersion && options.resourceVersion !== old.metadata.resourceVersion) {
		throw refuse('ResourceVersion', options.resourceVersion, old.metadata.resourceVersion, 'modified');
	}
}

/** The finalizers of an object once its deletion has begun, with those the garbage collector works by. */
export function finalizersFor(old: Obj, {propagationPolicy}: RemoveOptions): string[] {
	const before: string[] = old.metadata['finalizers'] ?? [];
	if (!propagationPolicy) return before;
	const rest = before.filter((one) => !collectorFinalizers.includes(one));
	if (propagationPolicy === 'Background') return rest;
	return [...rest, propagationPolicy === 'Orphan' ? 'orphan' : 'foregroundDeletion'];
}

/** How long a pod may take; 0 where nothing runs. A pod that is ending may only be given less. */
export function podGrace(pod: Obj, asked: number | undefined): number {
	const idle = !pod['spec'].nodeName || ['Succeeded', 'Failed'].includes(pod['status']?.phase);
	const wanted = idle ? 0 : Math.max(0, asked ?? pod['spec'].terminationGracePeriodSeconds ?? 30);
	const before: number | undefined = pod.metadata['deletionTimestamp'] && pod.metadata['deletionGracePeriodSeconds'];
	return before === undefined ? wanted : Math.min(wanted, before);
}

/** The object with its deletion begun; the same one where that changes nothing. */
export function dying(old: Obj, finalizers: string[], grace: number, now: number): Obj {
	const {deletionTimestamp, deletionGracePeriodSeconds: before = 0} = old.metadata;
	const begun = deletionTimestamp ? Date.parse(deletionTimestamp) - before * 1000 : now;
	const metadata: Json = {
		...old.metadata,
		deletionTimestamp: deletionTimestamp && before === grace ? deletionTimestamp : timestamp(begun + grace * 1000),
		deletionGracePeriodSeconds: grace,
	};
	if (finalizers.length > 0) metadata.finalizers = finalizers;
	else delete metadata.finalizers;
	if (equal(metadata, old.metadata)) return old;
	if (!deletionTimestamp && metadata.generation) metadata.generation += 1;
	const object: Json = {...old, metadata};
	if (old.kind === 'Namespace') object.status = {...old['status'], phase: 'Terminating'};
	return object;
}

/** An object without what a write that changes nothing would still change. */
export function withoutBookkeeping(object: Json): Json {
	const {managedFields: _managed, resourceVersion: _version, ...metadata} = object.metadata;
	return {...object, metadata};
}

/** Whether nothing holds a deleted object any more. */
export function isGone({kind, metadata, spec}: Json): boolean {
	if (!metadata.deletionTimestamp || metadata.finalizers?.length) return false;
	if (kind === 'Namespace') return !spec?.finalizers?.length;
	return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** 422 for metadata that a patch must not touch. The update itself takes the server's value silently. */
export function checkImmutableMetadata(kind: Kind, object: Json, old: Obj): void {
	const causes: Cause[] = [];
	const {uid} = object.metadata ?? {};
	if (uid && uid !== old.metadata.uid) causes.push(immutable('metadata.uid', uid));
	if (causes.length > 0) throw invalid(kind.group, kind.kind, old.metadata.name, causes);
}
