import {apiVersion, type Kind} from '../kinds/kind.ts';
import {send, sendText} from './answer.ts';
import type {Call} from './call.ts';
import {reviewKinds} from './reviews.ts';

/** One resource or subresource, as both forms of discovery tell it. */
interface Entry {
	name: string;
	singular: string;
	namespaced: boolean;
	kind: string;
	group?: string;
	version?: string;
	verbs: string[];
	shortNames?: readonly string[];
	categories?: readonly string[];
	children: {name: string; kind: string; group?: string; version?: string; verbs: string[]}[];
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const partVerbs = ['get', 'patch', 'update'];

/** The API groups, the core group first, and what is in each. */
export interface Catalogue {
	readonly groups: readonly {name: string; version: string; entries: readonly Entry[]}[];
}

function entryOf(kind: Kind): Entry {
	const children: Entry['children'] = [];
	for (const [name, child] of Object.entries(kind.subresources ?? {})) children.push({name, ...child});
	if (kind.scale) children.push({name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: partVerbs});
	if (kind.status) children.push({name: 'status', kind: kind.kind, verbs: partVerbs});
	return {
		name: kind.resource,
		singular: kind.singular,
		namespaced: kind.namespaced,
		kind: kind.kind,
		verbs: kind.resource === 'namespaces' ? allVerbs.filter((verb) => verb !== 'deletecollection') : allVerbs,
		...(kind.shortNames && {shortNames: kind.shortNames}),
		...(kind.categories && {categories: kind.categories}),
		children,
	};
}

/** What the sandbox serves, by group. */
export function catalogueOf(kinds: readonly Kind[]): Catalogue {
	const groups = new Map<string, {name: string; version: string; entries: Entry[]}>();
	for (const kind of kinds) {
		const group = groups.get(kind.group) ?? {name: kind.group, version: kind.version, entries: []};
		group.entries.push(entryOf(kind));
		groups.set(kind.group, group);
	}
	for (const [group, resources] of Object.entries(reviewKinds)) {
		const entries = Object.entries(resources).map(([name, kind]) => ({
			name,
			singular: kind.toLowerCase(),
			namespaced: false,
			kind,
			verbs: ['create'],
			children: [],
		}));
		groups.set(group, {name: group, version: 'v1', entries});
	}
	return {groups: [...groups.values()]};
}

type Group = Catalogue['groups'][number];

/** APIResourceList: the old form of discovery, one document a group and version. */
function resourceList(group: Group): unknown {
	return {
		kind: 'APIResourceList',
		apiVersion: 'v1',
		groupVersion: apiVersion({group: group.name, version: group.version}),
		resources: group.entries.flatMap(({singular, children, ...entry}) => [
			{...entry, singularName: singular},
			...children.map(({name, ...child}) => ({
				name: `${entry.name}/${name}`,
				singularName: '',
				namespaced: entry.namespaced,
				...child,
			})),
		]),
	};
}

/** APIGroup. */
function groupDocument({name, version}: Group): Record<string, unknown> {
	const known = {groupVersion: apiVersion({group: name, version}), version};
	return {name, versions: [known], preferredVersion: known};
}

/** APIGroupDiscoveryList: everything of these groups in one document. */
function aggregated(groups: readonly Group[]): unknown {
	return {
		kind: 'APIGroupDiscoveryList',
		apiVersion: 'apidiscovery.k8s.io/v2',
		metadata: {},
		items: groups.map((group) => ({
			metadata: group.name ? {name: group.name} : {},
			versions: [
				{
					version: group.version,
					freshness: 'Current',
					resources: group.entries.map(({name, singular, namespaced, kind, children, ...rest}) => ({
						resource: name,
						responseKind: {group: '', version: '', kind},
						scope: namespaced ? 'Namespaced' : 'Cluster',
						singularResource: singular,
						...rest,
						...(children.length > 0 && {
							subresources: children.map((child) => ({
								subresource: child.name,
								responseKind: {group: child.group ?? '', version: child.version ?? '', kind: child.kind},
								verbs: child.verbs,
							})),
						}),
					})),
				},
			],
		})),
	};
}

/** Whether an Accept header asks for the aggregated form before the old one. */
function wantsAggregated(accept: string | undefined): boolean {
	const first = (accept ?? '').split(',').find((part) => part.trim().startsWith('application/json')) ?? '';
	return first.includes('as=APIGroupDiscoveryList') && /v=v2\b(?!beta)/.test(first);
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** GET of `/api`, `/apis` and what is below them but above the resources; `rest` is the path after the root. */
export function sendDiscovery(call: Call, {groups}: Catalogue, root: string, rest: string[]): void {
	const core = groups.filter((group) => group.name === '');
	const named = groups.filter((group) => group.name !== '');
	const [name, groupVersion] = root === 'api' ? ['', rest[0]] : rest;
	if (name === undefined || (root === 'api' && groupVersion === undefined)) {
		if (wantsAggregated(call.request.headers.accept)) {
			const text = JSON.stringify(aggregated(root === 'api' ? core : named));
			call.response.writeHead(200, {'Content-Type': aggregatedType, 'Content-Length': Buffer.byteLength(text)});
			call.response.end(text);
			return;
		}
		const address = call.request.headers.host ?? '';
		const versions = {
			kind: 'APIVersions',
			versions: ['v1'],
			serverAddressByClientCIDRs: [{clientCIDR: '0.0.0.0/0', serverAddress: address}],
		};
		const list = {kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupDocument)};
		return send(call, 200, JSON.stringify(root === 'api' ? versions : list));
	}
	const group = groups.find((one) => one.name === name);
	if (!group || (groupVersion !== undefined && groupVersion !== group.version)) {
		return sendText(call.response, 404, '404 page not found\n');
	}
	if (groupVersion === undefined) {
		return send(call, 200, JSON.stringify({kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(group)}));
	}
	send(call, 200, JSON.stringify(resourceList(group)));
}
