import {ApiError} from '../api-error.ts';
import type {ReadLog} from '../container-log.ts';
import type {Kind} from '../kinds/kind.ts';
import {apiVersion} from '../kinds/kind.ts';
import {type Call, isOn, type Target} from './call.ts';
import {remove, removeAll} from './delete.ts';
import {list, objectOf, type Pages, sendObject} from './list.ts';
import {sendLog} from './logs.ts';
import {authorize} from './rights.ts';
import {evict, getScale, patchScale, putScale} from './subresources.ts';
import {type WatchSettings, watch} from './watch.ts';
import {create, patch, update} from './write.ts';

/** What the handlers of one server share. */
export interface Services {
	readonly pages: Pages;
	readonly watch: WatchSettings;
	readonly readLog?: ReadLog;
	readonly beforeRead?: (resource: string) => void;
}

function unknownResource(): ApiError {
	return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

function wrongMethod(): ApiError {
	return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** What a path below a group and version names; undefined where there is no such resource. */
function targetOf(kinds: readonly Kind[], groupVersion: string, path: string[]): Target | undefined {
	const find = (resource: string | undefined) =>
		kinds.find((kind) => kind.resource === resource && apiVersion(kind) === groupVersion);
	const [first, second, third, fourth, fifth] = path;
	if (first === 'namespaces' && third !== undefined && !['status', 'finalize'].includes(third)) {
		const kind = find(third);
		if (!kind?.namespaced || path.length > 5) return undefined;
		return {kind, namespace: second!, ...(fourth && {name: fourth}), ...(fifth && {subresource: fifth})};
	}
	const kind = find(first);
	if (!kind || path.length > 3 || (kind.namespaced && second !== undefined)) return undefined;
	return {kind, ...(second && {name: second}), ...(third && {subresource: third})};
}

type Handler = (call: Call, target: Target, services: Services) => unknown;

interface Action {
	verb: string;
	run: Handler;
}

const subresources: Record<string, Partial<Record<string, Action>>> = {
	status: {
		GET: {verb: 'get', run: (call, target) => sendObject(call, target.kind, objectOf(call, target))},
		PUT: {verb: 'update', run: update},
		PATCH: {verb: 'patch', run: patch},
	},
	finalize: {PUT: {verb: 'update', run: update}},
	scale: {
		GET: {verb: 'get', run: getScale},
		PUT: {verb: 'update', run: putScale},
		PATCH: {verb: 'patch', run: patchScale},
	},
	eviction: {POST: {verb: 'create', run: evict}},
	log: {GET: {verb: 'get', run: (call, target, {readLog}) => sendLog(call, target, readLog)}},
};

const one: Partial<Record<string, Action>> = {
	GET: {verb: 'get', run: (call, target) => sendObject(call, target.kind, objectOf(call, target))},
	PUT: {verb: 'update', run: update},
	PATCH: {verb: 'patch', run: patch},
	DELETE: {verb: 'delete', run: remove},
};

const collection: Partial<Record<string, Action>> = {
	GET: {verb: 'list', run: (call, target, {pages}) => list(call, target, pages)},
	POST: {verb: 'create', run: create},
	DELETE: {verb: 'deletecollection', run: removeAll},
};

const watching: Action = {verb: 'watch', run: (call, target, services) => watch(call, target, services.watch)};

function has(kind: Kind, subresource: string): boolean {
	if (subresource === 'status') return kind.status === true;
	if (subresource === 'scale') return kind.scale === true;
	return Object.hasOwn(kind.subresources ?? {}, subresource);
}

function actionOf(call: Call, target: Target): Action | undefined {
	const method = call.request.method ?? 'GET';
	const {kind, name, namespace, subresource} = target;
	if (subresource !== undefined) return subresources[subresource]?.[method];
	if (method === 'GET' && isOn(call.query, 'watch')) return watching;
	if (name !== undefined) return one[method];
	const wide = kind.namespaced && namespace === undefined;
	return wide && method !== 'GET' ? undefined : collection[method];
}

/**
 * Serves a request for objects: `path` is what follows the group and version. Throws 404 for what is not served, 405 for a method that
 * does not go with it, 403 for what the user may not do.
 */
export async function serveResource(
	call: Call,
	services: Services,
	groupVersion: string,
	path: string[],
): Promise<void> {
	const target = targetOf(call.store.kinds, groupVersion, path);
	if (!target || (target.subresource && !has(target.kind, target.subresource))) throw unknownResource();
	const action = actionOf(call, target);
	if (!action) throw wrongMethod();
	const {kind, namespace, name, subresource} = target;
	authorize(call.user, {
		verb: action.verb,
		group: kind.group,
		resource: kind.resource,
		...(subresource && {subresource}),
		...(kind.resource === 'namespaces' && name ? {namespace: name} : namespace && {namespace}),
		...(name && {name}),
	});
	if (kind.resource === 'endpoints') {
		call.warnings.push('v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice');
	}
	if (call.request.method === 'GET') services.beforeRead?.(kind.resource);
	await action.run(call, target, services);
}
