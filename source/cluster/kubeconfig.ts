import {delimiter, join, resolve} from 'node:path';
import {inCluster} from './in-cluster.ts';
import {checkCluster, checkUser} from './kubeconfig-check.ts';
import {
	type ClusterEntry,
	type ContextEntry,
	type Impersonation,
	KubeconfigError,
	type KubeconfigFile,
	readKubeconfigFile,
	type UserEntry,
} from './kubeconfig-file.ts';

export {nobody} from './in-cluster.ts';
export type {ClusterEntry, ExecEntry, Impersonation, UserEntry} from './kubeconfig-file.ts';
export {KubeconfigError} from './kubeconfig-file.ts';

/** What flags and environment say about which cluster is meant; `home` is the home folder, '' where there is none. */
export interface KubeconfigSelection {
	readonly kubeconfig?: string | undefined;
	readonly context?: string | undefined;
	readonly namespace?: string | undefined;
	readonly as?: string | undefined;
	readonly asGroups?: readonly string[] | undefined;
	readonly env: Record<string, string | undefined>;
	readonly home: string;
	/** Where a pod finds its service account; for tests. */
	readonly serviceAccountFolder?: string | undefined;
}

export interface ContextInfo {
	readonly name: string;
	readonly cluster: string;
	readonly user: string | undefined;
	/** `default` when the context names none. */
	readonly namespace: string;
	readonly server: string;
}

export interface Kubeconfig {
	/** The files that were read, in order; the token file's path in a pod. */
	readonly sources: readonly string[];
	/** Every context whose cluster exists, in the files' order. */
	readonly contexts: readonly ContextInfo[];
	/** The selected context, with `--namespace` applied. */
	readonly current: ContextInfo;
	readonly clusters: ReadonlyMap<string, ClusterEntry>;
	readonly users: ReadonlyMap<string, UserEntry>;
	/** `--as` and `--as-group`: they count for every context, over what its user says. */
	readonly impersonation: Pick<Impersonation, 'user' | 'groups'>;
}

/** There is no kubeconfig anywhere, and none was named. */
export class NoKubeconfigError extends KubeconfigError {
	override name = 'NoKubeconfigError';
	readonly lookedIn: readonly string[];

	constructor(lookedIn: readonly string[]) {
		super(
			`No kubeconfig was found: looked in ${lookedIn.join(', ')}. Name one with --kubeconfig or the variable KUBECONFIG.`,
		);
		this.lookedIn = lookedIn;
	}
}

/** kubectl's rule: --kubeconfig alone, else the files of KUBECONFIG, else ~/.kube/config. Only the first must exist. */
function findFiles(selection: KubeconfigSelection): {files: KubeconfigFile[]; lookedIn: string[]} {
	if (selection.kubeconfig) {
		const path = resolve(selection.kubeconfig);
		const file = readKubeconfigFile(path);
		if (file === undefined) {
			throw new KubeconfigError(`There is no kubeconfig ${path}. Check the path given with --kubeconfig.`);
		}
		return {files: [file], lookedIn: [path]};
	}
	const fromEnvironment = selection.env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '') ?? [];
	const fallback = selection.home === '' ? [] : [join(selection.home, '.kube', 'config')];
	const lookedIn = [...new Set((fromEnvironment.length > 0 ? fromEnvironment : fallback).map((path) => resolve(path)))];
	return {files: lookedIn.map(readKubeconfigFile).filter((file) => file !== undefined), lookedIn};
}

/** The first file that has an entry of a name gives the whole entry (client-go, ClientConfigLoadingRules). */
function mergeMaps<T>(maps: readonly ReadonlyMap<string, T>[]): Map<string, T> {
	return new Map(maps.toReversed().flatMap((map) => [...map]));
}

function sayWhich(names: readonly string[]): string {
	const some = names.slice(0, 8);
	return names.length === 0
		? 'there are none'
		: `there are: ${some.join(', ')}${names.length > some.length ? ', …' : ''}`;
}

/**
 * The cluster and the user of a context; undefined is the user of one that names none.
 * @throws KubeconfigError if one of them is not there, or cannot be used
 */
export function entriesOf(
	context: Pick<ContextEntry, 'name' | 'cluster' | 'user'>,
	{clusters, users}: Pick<Kubeconfig, 'clusters' | 'users'>,
): {readonly cluster: ClusterEntry; readonly user: UserEntry | undefined} {
	const missing = (what: string, entries: ReadonlyMap<string, unknown>): KubeconfigError =>
		new KubeconfigError(
			`The context ${context.name} wants the ${what}, which the kubeconfig does not have (${sayWhich([...entries.keys()])}). Correct the context, or choose another with --context.`,
		);
	const cluster = clusters.get(context.cluster);
	if (cluster === undefined) {
		throw missing(`cluster ${context.cluster || '""'}`, clusters);
	}
	checkCluster(cluster);
	const user = context.user === undefined ? undefined : users.get(context.user);
	if (user !== undefined) {
		checkUser(user);
	} else if (context.user !== undefined) {
		throw missing(`user ${context.user}`, users);
	}
	return {cluster, user};
}

/**
 * Finds, reads and merges the kubeconfig by kubectl's rules and selects a context. Reads files, starts nothing, and
 * needs no Kubernetes client: it runs before the first paint.
 * @throws NoKubeconfigError if there is none and none was named (and this is no pod); KubeconfigError for all else.
 */
export function loadKubeconfig(selection: KubeconfigSelection): Kubeconfig {
	const found = findFiles(selection);
	let files = found.files;
	let isEmpty = files.every((file) => file.contexts.size === 0 && file.clusters.size === 0 && file.users.size === 0);
	if (isEmpty && !selection.kubeconfig) {
		const pod = inCluster(selection.env, selection.serviceAccountFolder);
		if (pod !== undefined) {
			files = [pod];
			isEmpty = false;
		}
	}
	if (files.length === 0) {
		if (selection.env['KUBECONFIG']) {
			throw new KubeconfigError(
				`None of the files named by KUBECONFIG exists: ${found.lookedIn.join(', ')}. Correct the variable, or name a file with --kubeconfig.`,
			);
		}
		throw new NoKubeconfigError(found.lookedIn);
	}
	const sources = files.map((file) => file.path);
	if (isEmpty) {
		throw new KubeconfigError(
			`The kubeconfig ${sources.join(', ')} is empty. Fill it, or name another one with --kubeconfig.`,
		);
	}
	const clusters = mergeMaps(files.map((file) => file.clusters));
	const users = mergeMaps(files.map((file) => file.users));
	const merged = mergeMaps(files.map((file) => file.contexts));
	// In the order in which a person wrote them.
	const names = [...new Set(files.flatMap((file) => [...file.contexts.keys()]))];

	const wanted = selection.context || files.find((file) => file.currentContext !== undefined)?.currentContext;
	if (wanted === undefined) {
		throw new KubeconfigError(
			`The kubeconfig ${sources.join(', ')} names no current context; ${sayWhich(names)}. Choose one with --context.`,
		);
	}
	const context = merged.get(wanted);
	if (context === undefined) {
		throw new KubeconfigError(
			`There is no context ${wanted} in ${sources.join(', ')}; ${sayWhich(names)}. Choose one with --context.`,
		);
	}
	entriesOf(context, {clusters, users});
	if (!selection.as && selection.asGroups && selection.asGroups.length > 0) {
		throw new KubeconfigError('A group can only be taken on together with a user: add --as to --as-group.');
	}

	const info = (name: string): ContextInfo[] => {
		const entry = merged.get(name);
		const server = entry && clusters.get(entry.cluster)?.server;
		if (!entry || !server) {
			return [];
		}
		return [{name, cluster: entry.cluster, user: entry.user, namespace: entry.namespace ?? 'default', server}];
	};
	const current = info(wanted)[0] as ContextInfo; // `entriesOf` has seen its cluster and server
	return {
		sources,
		contexts: names.flatMap(info),
		current: selection.namespace ? {...current, namespace: selection.namespace} : current,
		clusters,
		users,
		impersonation: {user: selection.as || undefined, groups: selection.asGroups ?? []},
	};
}

/**
 * True if a context signs in through a plugin that insists on a terminal: `connect` it with `terminal: true` before the
 * screen is taken. (A plugin that would use a terminal if there is one, the usual case, runs without.)
 */
export function needsTerminal(kubeconfig: Kubeconfig, context: string): boolean {
	return pluginOf(kubeconfig, context)?.interactiveMode === 'Always';
}

/** Whether the user of a context signs in through a program, which may take its time or want a person. */
export function asksPlugin(kubeconfig: Kubeconfig, context: string): boolean {
	return pluginOf(kubeconfig, context) !== undefined;
}

function pluginOf({contexts, users}: Kubeconfig, context: string) {
	const user = contexts.find(({name}) => name === context)?.user;
	return user === undefined ? undefined : users.get(user)?.exec;
}
