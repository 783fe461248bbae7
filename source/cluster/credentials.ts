import {readFile} from 'node:fs/promises';
import {ClusterError} from './errors.ts';
import {type ExecCredential, runExecPlugin} from './exec-plugin.ts';
import {fileReason} from './file-errors.ts';
import {type ClusterEntry, type Impersonation, nobody, type UserEntry} from './kubeconfig.ts';
import {checkUser} from './kubeconfig-check.ts';
import {readKubeconfigFile} from './kubeconfig-file.ts';
import {networkReason} from './network-errors.ts';
import {idTokenFreshUntil, keepTokens, type OidcConfig, renewIdToken} from './oidc.ts';
import {readTls, type TlsMaterial} from './tls-material.ts';

/** Who we are, at one moment. */
export interface Identity {
	readonly headers: Readonly<Record<string, string | string[]>>;
	readonly tls: TlsMaterial;
	/** Milliseconds since the epoch from when on it is made anew. */
	readonly freshUntil: number;
}

export interface CredentialOptions {
	readonly impersonation: Impersonation;
	/** The terminal may be lent to a plugin, now; later renewals never have it. */
	readonly terminal: boolean;
	readonly pluginTimeoutMs: number;
	readonly tell?: ((line: string | undefined) => void) | undefined;
	readonly env: Record<string, string | undefined>;
	readonly now: () => number;
}

export interface Credentials {
	/** The present identity, made anew if it is due. Any number of callers share one attempt. Throws ClusterError. */
	get(): Promise<Identity>;
	/** The server refused this identity: do not hand it out again. */
	refuse(identity: Identity): void;
	/** Forget everything, a failure too. */
	reset(): void;
	close(): void;
}

/** Files and auth providers are looked at again after this, as client-go does with token files. */
const reread = 60_000;
/** What a plugin or provider said holds for this long, a failure and a token that is past its time too: ten watches must not ask ten times in a row. */
const answerHolds = 10_000;

/** The Impersonate headers (client-go, ImpersonationConfig): groups and the rest count only together with a user. */
function impersonate({user, uid, groups, extra}: Impersonation): Record<string, string | string[]> {
	if (user === undefined) {
		if (uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0) {
			throw new ClusterError(
				'credentials',
				'The kubeconfig wants groups, uid or extras impersonated, but names no user to be (as)',
			);
		}
		return {};
	}
	return {
		'Impersonate-User': user,
		...(uid !== undefined && {'Impersonate-Uid': uid}),
		...(groups.length > 0 && {'Impersonate-Group': [...groups]}),
		...Object.fromEntries(
			Object.entries(extra).map(([key, values]) => [
				`Impersonate-Extra-${encodeURIComponent(key.toLowerCase())}`,
				[...values],
			]),
		),
	};
}

async function readToken(path: string): Promise<string> {
	let token: string;
	try {
		token = (await readFile(path, 'utf8')).trim();
	} catch (error) {
		throw new ClusterError('credentials', `The token file ${path} cannot be read: ${fileReason(error)}`, {
			cause: error,
			hint: 'Check the tokenFile of this user in the kubeconfig.',
		});
	}
	if (token === '') {
		throw new ClusterError('credentials', `The token file ${path} is empty`);
	}
	return token;
}

/** Renewed a minute early, or after nine tenths of a shorter life, so that no request goes out with a dying token. */
function pluginFreshUntil({expiresAt}: ExecCredential, madeAt: number): number {
	return expiresAt === undefined
		? Number.POSITIVE_INFINITY
		: Math.max(madeAt + answerHolds, expiresAt - Math.min(60_000, Math.max(0, (expiresAt - madeAt) / 10)));
}

/** What the kubeconfig itself says of a user: a token goes before a password. */
function authorizationOf({token, username, password}: UserEntry): string | undefined {
	if (token !== undefined) {
		return `Bearer ${token}`;
	}
	return username === undefined
		? undefined
		: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`;
}

/** The user as the kubeconfig has it by now: a login command, or kubectl, may have written it anew. */
function readAgain(user: UserEntry): UserEntry {
	try {
		const written = user.source === undefined ? undefined : readKubeconfigFile(user.source)?.users.get(user.name);
		checkUser(written ?? user);
		return written ?? user;
	} catch {
		return user; // it is being written just now
	}
}

/** The credentials of one user for one cluster. Reads and runs nothing before the first `get`. */
export function makeCredentials(
	cluster: ClusterEntry,
	user: UserEntry | undefined,
	options: CredentialOptions,
): Credentials {
	const {now} = options;
	let who = user ?? nobody('');
	const closing = new AbortController();
	let plugin: ExecCredential | undefined;
	let madeAt = 0; // when the plugin gave it
	let terminal = options.terminal;
	let current: Identity | undefined;
	let pending: Promise<Identity> | undefined;
	let isDoubtful = false; // what is known of the user has been refused, or a person says so
	let failure: {readonly error: ClusterError; readonly until: number} | undefined;

	async function make(): Promise<Identity> {
		const headers: Record<string, string | string[]> = impersonate(options.impersonation);
		if (isDoubtful) {
			who = readAgain(who);
			isDoubtful = false;
		}
		const tls = await readTls(cluster, who);
		let {cert, key} = tls;
		const authorization = authorizationOf(who);
		if (authorization !== undefined) {
			headers['Authorization'] = authorization;
		}
		let freshUntil = now() + reread;
		if (who.authProvider !== undefined && who.token === undefined) {
			const config = await oidc(who.authProvider.config);
			headers['Authorization'] = `Bearer ${config['id-token']}`;
			freshUntil = Math.min(freshUntil, Math.max(await idTokenFreshUntil(config), now() + answerHolds));
		}
		if (who.tokenFile !== undefined) {
			headers['Authorization'] = `Bearer ${await readToken(who.tokenFile)}`;
		}
		if (who.exec !== undefined && who.token === undefined && who.tokenFile === undefined) {
			if (plugin === undefined || now() >= pluginFreshUntil(plugin, madeAt)) {
				madeAt = now();
				plugin = undefined;
				plugin = await runExecPlugin(who.exec, cluster, {
					terminal,
					timeoutMs: options.pluginTimeoutMs,
					env: options.env,
					signal: closing.signal,
					tell: options.tell,
				});
				terminal = false; // from now on the screen has it
			}
			if (plugin.token !== undefined) {
				headers['Authorization'] = `Bearer ${plugin.token}`;
			}
			cert = plugin.cert ?? cert;
			key = plugin.key ?? key;
			freshUntil = Math.min(freshUntil, pluginFreshUntil(plugin, madeAt));
		}
		return {headers, tls: {...tls, cert, key}, freshUntil};
	}

	/** An OIDC user's tokens: those that are known, those that kubectl has renewed meanwhile, or renewed ones. */
	async function oidc(known: OidcConfig): Promise<OidcConfig> {
		if (now() < (await idTokenFreshUntil(known))) {
			return known;
		}
		who = readAgain(who);
		const written = who.authProvider?.config ?? known;
		if (now() < (await idTokenFreshUntil(written))) {
			return written;
		}
		const config = await renewIdToken(written, {env: options.env, signal: closing.signal});
		if (who.source !== undefined) {
			keepTokens(who.source, written, config);
		}
		who = {...who, authProvider: {name: 'oidc', config}};
		return config;
	}

	return {
		async get() {
			if (current !== undefined && now() < current.freshUntil) {
				return current;
			}
			if (failure !== undefined && now() < failure.until) {
				throw failure.error;
			}
			pending ??= make()
				.then((identity) => {
					failure = undefined;
					current = identity;
					return identity;
				})
				.catch((thrown: unknown) => {
					const error =
						thrown instanceof ClusterError
							? thrown
							: new ClusterError('credentials', `Could not sign in: ${networkReason(thrown)}`, {
									cause: thrown,
									hint: 'Check the user of this context in the kubeconfig.',
								});
					failure = {error, until: now() + answerHolds};
					throw error;
				})
				.finally(() => {
					pending = undefined;
				});
			return pending;
		},
		refuse(identity) {
			if (identity === current) {
				current = undefined;
				plugin = undefined;
				isDoubtful = true;
			}
		},
		reset() {
			current = undefined;
			plugin = undefined;
			isDoubtful = true;
			failure = undefined;
		},
		close() {
			closing.abort();
		},
	};
}
