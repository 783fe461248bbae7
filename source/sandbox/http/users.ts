import {randomBytes} from 'node:crypto';
import type {IncomingHttpHeaders} from 'node:http';
import {ApiError, badRequest} from '../api-error.ts';
import {bindings, everything, mayDo, own, type Rights, type Rule} from './rights.ts';

/** Who somebody is. */
export interface Identity {
	readonly name: string;
	readonly uid?: string;
	readonly groups: readonly string[];
	readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Somebody who asks, with what they may. */
export type User = Identity & Rights;

/** Someone who may sign in. */
export interface Account extends User {
	readonly token: string;
	/** Where its work is. */
	readonly namespace?: string;
}

const signedIn = 'system:authenticated';

/** Somebody with the rights of their name and groups. */
export function userOf(identity: Identity): User {
	const {name, groups} = identity;
	const rules: Rule[] = [
		...(groups.includes('system:masters') ? [everything] : []),
		...(groups.includes(signedIn) ? [own] : []),
		...(Object.hasOwn(bindings, name) ? bindings[name]! : []),
	];
	return {...identity, rules};
}

/** Those who may sign in to one sandbox, each with a token nobody can guess. The first is the administrator. */
export function makeUsers(): readonly Account[] {
	const sign = (name: string, groups: readonly string[] = []) => ({
		...userOf({name, groups: [...groups, signedIn]}),
		token: randomBytes(24).toString('base64url'),
	});
	return [sign('admin', ['system:masters']), sign('viewer'), {...sign('team-a'), namespace: 'team-a'}];
}

/** Whoever a request's bearer token belongs to, or whom that one asks to be. 401 for an unknown token or none. */
export function authenticate(accounts: readonly Account[], headers: IncomingHttpHeaders): User {
	const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
	const account = given === undefined ? undefined : accounts.find((one) => one.token === given);
	if (!account) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
	const other = wanted(headers);
	return other ? impersonate(account, other) : account;
}

/** Whom the headers of impersonation name. 400 for groups and the like without a name. */
function wanted(headers: IncomingHttpHeaders): Identity | undefined {
	const list = (header: string) => headers[header]?.toString().split(/, */) ?? [];
	const prefix = 'impersonate-extra-';
	const extras = Object.keys(headers).filter((header) => header.startsWith(prefix));
	const extra = Object.fromEntries(extras.map((one) => [decodeURIComponent(one.slice(prefix.length)), list(one)]));
	const [name = ''] = list('impersonate-user');
	const [uid = ''] = list('impersonate-uid');
	const groups = list('impersonate-group');
	if (name) return {name, groups, ...(uid && {uid}), ...(extras.length > 0 && {extra})};
	if (!uid && groups.length === 0 && extras.length === 0) return undefined;
	const lists = Object.entries(extra).map(
		([key, values]) => `${JSON.stringify(key)}:${goList(values).slice('[]string'.length)}`,
	);
	const map = `map[string][]string${lists.length > 0 ? `{${lists.join(', ')}}` : '(nil)'}`;
	throw badRequest(
		`requested &user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${goList(groups)}, Extra:${map}} without impersonating a user name`,
	);
}

/** As Go's `%#v` prints it. */
function goList(values: readonly string[]): string {
	return values.length > 0 ? `[]string{${values.map((one) => JSON.stringify(one)).join(', ')}}` : '[]string(nil)';
}

/** Somebody else, for whom may be that. Whoever may not is refused whatever they ask for, under the name of the right they lack. */
function impersonate(account: Account, {groups, ...other}: Identity): User {
	const [, kind, namespace] = /^system:(serviceaccount|node):([^:]+)/.exec(other.name) ?? [];
	if (!mayDo(account, {verb: 'impersonate', group: '', resource: 'users', name: other.name})) {
		const mode = kind === 'node' ? 'arbitrary-node' : (kind ?? 'user-info');
		return {name: account.name, groups: account.groups, rules: [], lacking: `impersonate-on:${mode}:`};
	}
	const implied = kind === 'serviceaccount' ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : [];
	const all = groups.length > 0 ? groups : implied;
	const known = other.name !== 'system:anonymous' && !all.includes('system:unauthenticated') && !all.includes(signedIn);
	return userOf({...other, groups: known ? [...all, signedIn] : all});
}
