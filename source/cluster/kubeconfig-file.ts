import {existsSync, readFileSync, statSync} from 'node:fs';
import {dirname, isAbsolute, join, sep} from 'node:path';
import {loadAll} from 'js-yaml';
import {fileReason} from './file-errors.ts';

/** Anything wrong with a kubeconfig, as one sentence that says what to do next. */
export class KubeconfigError extends Error {
	override name = 'KubeconfigError';
}

/** Where an API server is and how its identity is checked. Paths are absolute; `…Data` is base64. */
export interface ClusterEntry {
	readonly name: string;
	readonly server: string;
	readonly caFile: string | undefined;
	readonly caData: string | undefined;
	readonly insecureSkipTlsVerify: boolean;
	readonly tlsServerName: string | undefined;
	readonly proxyUrl: string | undefined;
	/** The extension `client.authentication.k8s.io/exec`, which an exec plugin may ask for. */
	readonly execConfig: unknown;
}

/** An exec plugin, as the kubeconfig describes it; `command` is absolute where it was relative to the file, '' if there is none. */
export interface ExecEntry {
	readonly apiVersion: string;
	readonly command: string;
	readonly args: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly installHint: string | undefined;
	readonly provideClusterInfo: boolean;
	readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
}

export interface Impersonation {
	readonly user: string | undefined;
	readonly uid: string | undefined;
	readonly groups: readonly string[];
	readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Who asks. Paths are absolute; `…Data` is base64. */
export interface UserEntry {
	readonly name: string;
	/** The kubeconfig it stands in; undefined in a pod. */
	readonly source: string | undefined;
	readonly certFile: string | undefined;
	readonly certData: string | undefined;
	readonly keyFile: string | undefined;
	readonly keyData: string | undefined;
	readonly token: string | undefined;
	readonly tokenFile: string | undefined;
	readonly username: string | undefined;
	readonly password: string | undefined;
	readonly exec: ExecEntry | undefined;
	readonly authProvider: {readonly name: string; readonly config: Record<string, string>} | undefined;
	readonly impersonation: Impersonation;
}

export interface ContextEntry {
	readonly name: string;
	readonly cluster: string;
	readonly user: string | undefined;
	readonly namespace: string | undefined;
}

/** One file's content, by name. */
export interface KubeconfigFile {
	readonly path: string;
	readonly currentContext: string | undefined;
	readonly clusters: ReadonlyMap<string, ClusterEntry>;
	readonly users: ReadonlyMap<string, UserEntry>;
	readonly contexts: ReadonlyMap<string, ContextEntry>;
}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Names and tokens that look like numbers are YAML numbers, but were meant as text. */
function text(value: unknown): string | undefined {
	if (typeof value === 'number' || typeof value === 'boolean') {
		return String(value);
	}
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.map(text).filter((item) => item !== undefined) : [];
}

/**
 * The entries of a list such as `clusters`, each `{name, <key>: {...}}`; those without a name are no entries.
 * @throws KubeconfigError if two have one name, as in client-go: nobody can say which server or user is meant.
 */
function entries<T>(
	path: string,
	list: unknown,
	key: string,
	read: (name: string, entry: Fields) => T,
): Map<string, T> {
	const found = new Map<string, T>();
	for (const item of Array.isArray(list) ? list : []) {
		const name = text(fields(item)['name']);
		if (name === undefined) {
			continue;
		}
		if (found.has(name)) {
			throw new KubeconfigError(`The kubeconfig ${path} has two ${key}s named ${name}: remove or rename one of them.`);
		}
		found.set(name, read(name, fields(fields(item)[key])));
	}
	return found;
}

function readCluster(name: string, entry: Fields, absolute: (path: string) => string): ClusterEntry {
	const caData = text(entry['certificate-authority-data']);
	const caFile = text(entry['certificate-authority']);
	const extensions = Array.isArray(entry['extensions']) ? entry['extensions'].map(fields) : [];
	return {
		name,
		server: text(entry['server']) ?? '',
		caData,
		caFile: caData === undefined && caFile !== undefined ? absolute(caFile) : undefined,
		insecureSkipTlsVerify: entry['insecure-skip-tls-verify'] === true,
		tlsServerName: text(entry['tls-server-name']),
		proxyUrl: text(entry['proxy-url']),
		execConfig: extensions.find((extension) => extension['name'] === 'client.authentication.k8s.io/exec')?.[
			'extension'
		],
	};
}

function readExec(value: unknown, folder: string): ExecEntry | undefined {
	if (value === undefined || value === null) {
		return undefined;
	}
	const entry = fields(value);
	const command = text(entry['command']) ?? '';
	const env = (Array.isArray(entry['env']) ? entry['env'] : []).map(fields);
	const mode = text(entry['interactiveMode']);
	return {
		apiVersion: text(entry['apiVersion']) ?? 'client.authentication.k8s.io/v1',
		// client-go: a relative path (one with a separator) counts from the file, a bare name is looked up in PATH.
		command: command.includes(sep) && !isAbsolute(command) ? join(folder, command) : command,
		args: texts(entry['args']),
		env: Object.fromEntries(env.map((item) => [text(item['name']) ?? '', text(item['value']) ?? ''])),
		installHint: text(entry['installHint']),
		provideClusterInfo: entry['provideClusterInfo'] === true,
		interactiveMode: mode === 'Never' || mode === 'Always' ? mode : 'IfAvailable',
	};
}

function readUser(name: string, entry: Fields, absolute: (path: string) => string, source: string): UserEntry {
	const certData = text(entry['client-certificate-data']);
	const certFile = text(entry['client-certificate']);
	const keyData = text(entry['client-key-data']);
	const keyFile = text(entry['client-key']);
	const tokenFile = text(entry['tokenFile']);
	const provider = fields(entry['auth-provider']);
	const providerName = text(provider['name']);
	return {
		name,
		source,
		certData,
		certFile: certData === undefined && certFile !== undefined ? absolute(certFile) : undefined,
		keyData,
		keyFile: keyData === undefined && keyFile !== undefined ? absolute(keyFile) : undefined,
		token: text(entry['token']),
		tokenFile: tokenFile === undefined ? undefined : absolute(tokenFile),
		username: text(entry['username']),
		password: text(entry['password']),
		exec: readExec(entry['exec'], dirname(source)),
		authProvider:
			providerName === undefined
				? undefined
				: {
						name: providerName,
						config: Object.fromEntries(
							Object.entries(fields(provider['config'])).map(([key, value]) => [key, text(value) ?? '']),
						),
					},
		impersonation: {
			user: text(entry['as']),
			uid: text(entry['as-uid']),
			groups: texts(entry['as-groups']),
			extra: Object.fromEntries(
				Object.entries(fields(entry['as-user-extra'])).map(([key, values]) => [key, texts(values)]),
			),
		},
	};
}

function parse(path: string, content: string): Fields {
	let documents: unknown[];
	try {
		documents = loadAll(content, {json: true});
	} catch (error) {
		const {reason, mark} = error as {reason?: string; mark?: {line: number; column: number}};
		const place = mark === undefined ? '' : ` in line ${mark.line + 1}, column ${mark.column + 1}`;
		throw new KubeconfigError(
			`The kubeconfig ${path} is not valid YAML${place}: ${reason ?? String(error)}. Correct it, or name another one with --kubeconfig.`,
			{cause: error},
		);
	}
	const first = documents[0] ?? {};
	if (typeof first !== 'object' || Array.isArray(first)) {
		throw new KubeconfigError(
			`The file ${path} is YAML, but no kubeconfig: it should hold clusters, users and contexts. Name another one with --kubeconfig.`,
		);
	}
	return fields(first);
}

/**
 * Reads one kubeconfig file; undefined if there is no such file. Paths in it are resolved against its folder, and inline
 * data wins over a path beside it, as in client-go.
 * @throws KubeconfigError if it is a folder, cannot be read, or is broken.
 */
export function readKubeconfigFile(path: string): KubeconfigFile | undefined {
	if (!existsSync(path)) {
		return undefined;
	}
	if (statSync(path).isDirectory()) {
		throw new KubeconfigError(
			`The kubeconfig ${path} is a folder, not a file. Name the file in it, such as ${join(path, 'config')}.`,
		);
	}
	let content: string;
	try {
		content = readFileSync(path, 'utf8');
	} catch (error) {
		throw new KubeconfigError(
			`The kubeconfig ${path} cannot be read: ${fileReason(error)}. Check its owner and mode.`,
			{
				cause: error,
			},
		);
	}
	const root = parse(path, content);
	const folder = dirname(path);
	const absolute = (file: string): string => (isAbsolute(file) ? file : join(folder, file));
	return {
		path,
		currentContext: text(root['current-context']),
		clusters: entries(path, root['clusters'], 'cluster', (name, entry) => readCluster(name, entry, absolute)),
		users: entries(path, root['users'], 'user', (name, entry) => readUser(name, entry, absolute, path)),
		contexts: entries(path, root['contexts'], 'context', (name, entry) => ({
			name,
			cluster: text(entry['cluster']) ?? '',
			user: text(entry['user']),
			namespace: text(entry['namespace']),
		})),
	};
}
