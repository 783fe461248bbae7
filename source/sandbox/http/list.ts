import {ApiError, badRequest, invalid, notFound} from '../api-error.ts';
import type {Kind} from '../kinds/kind.ts';
import {forbiddenField, unsupported} from '../kinds/rules.ts';
import {fieldMatcher, labelMatcher, type Matcher} from '../selectors.ts';
import type {Obj} from '../store.ts';
import {objectText, send, sendPieces} from './answer.ts';
import {type Call, numberIn, type Target} from './call.ts';
import {formOf, includeOf, listPieces, partialText, tablePieces, tableText} from './table.ts';

/** The objects that the selectors of a request mean; undefined where that is all. */
export function matcherOf(kind: Kind, query: URLSearchParams): Matcher | undefined {
	const labels = labelMatcher(query.get('labelSelector') ?? undefined);
	const fields = fieldMatcher(query.get('fieldSelector') ?? undefined, kind.fields);
	return labels && fields ? (object) => labels(object) && fields(object) : (labels ?? fields);
}

/** A version a client names; 400 for what is no number. */
function versionIn(query: URLSearchParams): number | undefined {
	const value = query.get('resourceVersion');
	if (value === null || value === '') return undefined;
	if (/^\d+$/.test(value)) return Number(value);
	const quoted = JSON.stringify(value);
	throw badRequest(
		`invalid resource version: resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
	);
}

/** Checks resourceVersionMatch and sendInitialEvents against each other, as the real server validates ListOptions. */
export function checkListOptions(query: URLSearchParams, watching: boolean): void {
	const match = query.get('resourceVersionMatch') ?? '';
	const initial = query.get('sendInitialEvents');
	const causes = [];
	if (initial !== null && watching) {
		if (match !== 'NotOlderThan') {
			causes.push(
				forbiddenField(
					'resourceVersionMatch',
					'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
				),
			);
		}
	} else if (match) {
		if (watching) causes.push(forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch'));
		else if (!query.get('resourceVersion')) {
			const why = 'resourceVersionMatch is forbidden unless resourceVersion is provided';
			causes.push(forbiddenField('resourceVersionMatch', why));
		} else if (match !== 'Exact' && match !== 'NotOlderThan') {
			causes.push(unsupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
		} else if (match === 'Exact' && query.get('resourceVersion') === '0') {
			const why = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
			causes.push(forbiddenField('resourceVersionMatch', why));
		}
	}
	if (initial !== null && !watching) {
		causes.push(forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
	}
	if (causes.length > 0) throw invalid('meta.k8s.io', 'ListOptions', '', causes);
}

/** 504 for a version from the future, as after a restore. */
function tooLarge(version: number, current: number): ApiError {
	return new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${version}, current: ${current}`, {
		causes: [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version'}],
		retryAfterSeconds: 1,
	});
}

/** Where the next page begins. */
interface Continue {
	version: number;
	/** The last object of the page before. */
	namespace: string;
	name: string;
}

function writeToken({version, namespace, name}: Continue): string {
	const start = namespace ? `${namespace}/${name}\u0000` : `${name}\u0000`;
	return Buffer.from(JSON.stringify({v: 'meta.k8s.io/v1', rv: version, start})).toString('base64url');
}

function readToken(text: string): Continue {
	try {
		const {rv, start} = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as {rv: number; start: string};
		const [namespace = '', name = ''] = start.includes('/') ? start.split('/') : ['', start];
		return {version: rv, namespace, name: name.replace('\u0000', '')};
	} catch {
		throw badRequest(
			"invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
		);
	}
}

const expired =
	'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Lists that are being read page by page, so that later pages show the state of the first. */
export interface Pages {
	get(key: string): readonly Obj[] | undefined;
	set(key: string, objects: readonly Obj[]): void;
}

/** Keeps the newest `most` lists. */
export function keepPages(most = 32): Pages {
	const lists = new Map<string, readonly Obj[]>();
	return {
		get: (key) => lists.get(key),
		set(key, objects) {
			lists.delete(key);
			lists.set(key, objects);
			if (lists.size > most) lists.delete(lists.keys().next().value!);
		},
	};
}

/** Throws 410 with a token that goes on from the same place in the present state. */
function expiredToken(token: Continue): ApiError {
	const error = new ApiError(410, 'Expired', expired);
	const status = error.status();
	error.status = () => ({...status, metadata: {continue: writeToken({...token, version: -1})}});
	return error;
}

interface Page {
	objects: readonly Obj[];
	version: number;
	next?: string;
	remaining?: number;
}

function isAfter(object: Obj, {namespace, name}: Continue): boolean {
	const own = object.metadata.namespace ?? '';
	return own === namespace ? object.metadata.name > name : own > namespace;
}

function pageOf(call: Call, {kind, namespace}: Target, pages: Pages): Page {
	const {query, store} = call;
	const limit = Math.max(0, numberIn(query, 'limit') ?? 0);
	const token = query.get('continue');
	const asked = versionIn(query);
	if (token && asked) throw badRequest('specifying resource version is not allowed when using continue');
	const current = store.version();
	if (asked !== undefined && asked > current) throw tooLarge(asked, current);
	if (query.get('resourceVersionMatch') === 'Exact' && asked !== current) {
		throw new ApiError(410, 'Expired', `The resourceVersion for the provided list is too old.`);
	}
	const matches = matcherOf(kind, query);
	let version = current;
	let objects = store.list(kind.resource, namespace);
	if (token) {
		const from = readToken(token);
		if (from.version > 0) {
			const kept = pages.get(`${kind.resource} ${namespace ?? ''} ${from.version}`);
			if (!kept && from.version !== current) throw expiredToken(from);
			objects = kept ?? objects;
			version = from.version;
		}
		objects = objects.filter((object) => isAfter(object, from));
	}
	const rest = matches ? objects.filter(matches) : objects;
	// Like the watch cache, which serves version 0 whole.
	if (limit === 0 || rest.length <= limit || asked === 0) return {objects: rest, version};
	if (!token) pages.set(`${kind.resource} ${namespace ?? ''} ${version}`, objects);
	const page = rest.slice(0, limit);
	const last = page.at(-1)!.metadata;
	const next = writeToken({version, namespace: last.namespace ?? '', name: last.name});
	return {objects: page, version, next, ...(!matches && {remaining: rest.length - limit})};
}

/** Lists of more objects than this are sent piece by piece. */
const whole = 500;

/** GET of a collection. */
export function list(call: Call, target: Target, pages: Pages): void {
	const {kind} = target;
	const form = formOf(call.request.headers.accept);
	checkListOptions(call.query, false);
	const {objects, version, next, remaining} = pageOf(call, target, pages);
	const metadata = JSON.stringify({
		resourceVersion: String(version),
		...(next && {continue: next}),
		...(remaining !== undefined && {remainingItemCount: remaining}),
	});
	const options = {kind, include: includeOf(call.query), now: call.store.clock.now()};
	const text = form === 'table' ? tablePieces(options, objects, metadata) : listPieces(kind, form, objects, metadata);
	if (objects.length > whole) sendPieces(call, text);
	else send(call, 200, [...text].join(''));
}

/** Sends one object in the form the client asked for. */
export function sendObject(call: Call, kind: Kind, object: Obj, code = 200): void {
	const form = formOf(call.request.headers.accept);
	if (form === 'table') {
		const options = {kind, include: includeOf(call.query), now: call.store.clock.now()};
		send(call, code, tableText(options, object));
	} else send(call, code, form === 'partial' ? partialText(object) : objectText(kind, object));
}

/** The object a target names. 404 where it is not there. */
export function objectOf(call: Call, {kind, namespace, name}: Target): Obj {
	const object = call.store.get(kind.resource, namespace, name!);
	if (!object) throw notFound({group: kind.group, resource: kind.resource, name: name!});
	return object;
}
