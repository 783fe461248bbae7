import {closeSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {readAll} from './answer.ts';
import {ClusterError} from './errors.ts';
import {fileReason} from './file-errors.ts';
import {networkReason} from './network-errors.ts';
import {proxyFor} from './proxy.ts';
import {machineAuthorities} from './tls-material.ts';
import {openTransport} from './transport.ts';

/** The `config` of an OIDC user's auth-provider in a kubeconfig. */
export type OidcConfig = Readonly<Record<string, string>>;

export interface OidcOptions {
	readonly env: Record<string, string | undefined>;
	readonly signal: AbortSignal;
}

const renewHint = 'Run your login command, then try again (ctrl-r).';
/** A provider that says nothing for this long is not there. Milliseconds. */
const timeoutMs = 30_000;

/**
 * Until when the id token may be used, in milliseconds since the epoch: ten seconds before its end, as in client-go. client-node
 * reads it, and is loaded for users of a provider alone: it is a thousand modules.
 */
export async function idTokenFreshUntil(config: OidcConfig): Promise<number> {
	const {OpenIDConnectAuth} = await import('@kubernetes/client-node/dist/oidc_auth.js');
	try {
		const exp: unknown = OpenIDConnectAuth.expirationFromToken(config['id-token'] ?? '');
		return typeof exp === 'number' ? exp * 1000 - 10_000 : 0;
	} catch {
		return 0;
	}
}

/**
 * Trades the refresh token for a new id token, and a new refresh token where the provider gives one (client-go,
 * plugin/pkg/client/auth/oidc). client-node's own trade fails: it hands on the issuer as a text where a URL is wanted, and it
 * drops the client's secret.
 * @throws ClusterError with reason `credentials`
 */
export async function renewIdToken(config: OidcConfig, options: OidcOptions): Promise<OidcConfig> {
	const {
		'refresh-token': refreshToken,
		'idp-issuer-url': issuer = '',
		'client-id': id = '',
		'client-secret': secret,
	} = config;
	if (!refreshToken) {
		throw new ClusterError('credentials', 'The id token of this user has expired, and there is no refresh token', {
			hint: renewHint,
		});
	}
	const ca = (await readAuthority(config)) ?? machineAuthorities();
	const discovered = await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, ca, options);
	const endpoint = discovered.answer['token_endpoint'];
	if (typeof endpoint !== 'string' || !URL.canParse(endpoint)) {
		throw refusal(issuer, 'it names no token endpoint');
	}
	const form = {grant_type: 'refresh_token', refresh_token: refreshToken};
	const pair = [id, secret ?? ''].map(encodeURIComponent).join(':');
	let renewed = await ask(
		endpoint,
		ca,
		options,
		secret ? form : {...form, client_id: id},
		secret ? {authorization: `Basic ${Buffer.from(pair).toString('base64')}`} : {},
	);
	if (secret && renewed.answer['error'] === 'invalid_client') {
		// Some take the secret in the form only.
		renewed = await ask(endpoint, ca, options, {...form, client_id: id, client_secret: secret});
	}
	const {id_token: idToken, refresh_token: next, error, error_description: description} = renewed.answer;
	if (renewed.status !== 200) {
		const why = [description, error].find((text) => typeof text === 'string' && text !== '');
		throw refusal(issuer, typeof why === 'string' ? why : `it answered ${renewed.status}`);
	}
	if (typeof idToken !== 'string') {
		throw refusal(issuer, 'its answer has no id token (was the scope openid asked for at login?)');
	}
	return {...config, 'id-token': idToken, ...(typeof next === 'string' && next !== '' && {'refresh-token': next})};
}

function refusal(issuer: string, why: string, cause?: unknown): ClusterError {
	return new ClusterError('credentials', `The OIDC provider ${issuer} did not renew the sign-in: ${why}`, {
		cause,
		hint: renewHint,
	});
}

async function readAuthority(config: OidcConfig): Promise<Buffer | undefined> {
	const {'idp-certificate-authority-data': data, 'idp-certificate-authority': file} = config;
	if (data) return Buffer.from(data, 'base64');
	if (!file) return undefined;
	try {
		return await readFile(file);
	} catch (error) {
		throw new ClusterError(
			'credentials',
			`The idp-certificate-authority ${file} cannot be read: ${fileReason(error)}`,
			{
				cause: error,
			},
		);
	}
}

/** One request to the provider: GET, or POST where there is a form. */
async function ask(
	address: string,
	ca: Buffer | string,
	{env, signal}: OidcOptions,
	form?: Readonly<Record<string, string>>,
	headers: Readonly<Record<string, string>> = {},
): Promise<{readonly status: number; readonly answer: Readonly<Record<string, unknown>>}> {
	const url = new URL(address);
	const tls = {ca, cert: undefined, key: undefined, rejectUnauthorized: true, servername: undefined};
	const transport = openTransport({server: url, proxy: proxyFor(url, undefined, env), tls});
	try {
		const {statusCode, body} = await transport.pool.request({
			path: `${url.pathname}${url.search}`,
			method: form === undefined ? 'GET' : 'POST',
			headers: {
				accept: 'application/json',
				...(form !== undefined && {'content-type': 'application/x-www-form-urlencoded'}),
				...headers,
			},
			body: form === undefined ? null : new URLSearchParams(form).toString(),
			signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
		});
		const answer: unknown = JSON.parse(await readAll(body));
		return {status: statusCode, answer: typeof answer === 'object' && answer !== null ? {...answer} : {}};
	} catch (error) {
		if (signal.aborted) throw new ClusterError('aborted', 'Gave up to renew the sign-in', {cause: error});
		// An answer that is no JSON may hold anything, a token too: it is not repeated.
		throw refusal(url.origin, error instanceof SyntaxError ? 'its answer is no JSON' : networkReason(error), error);
	} finally {
		await transport.destroy();
	}
}

/**
 * Writes renewed tokens where the old ones stand in the kubeconfig, under client-go's lock, as kubectl does: many providers
 * take a refresh token once, and the next kubectl needs the new one. All else in the file stays as it is. What cannot be
 * written is left: this session has the tokens.
 */
export function keepTokens(file: string, before: OidcConfig, after: OidcConfig): void {
	try {
		const path = realpathSync(file);
		const [lock, fresh] = [`${path}.lock`, `${path}.${process.pid}`];
		closeSync(openSync(lock, 'wx'));
		try {
			let text = readFileSync(path, 'utf8');
			for (const key of ['id-token', 'refresh-token']) {
				const [old, renewed] = [before[key], after[key]];
				if (old && renewed) text = replaceValue(text, key, old, renewed);
			}
			writeFileSync(fresh, text, {mode: statSync(path).mode & 0o777});
			renameSync(fresh, path);
		} finally {
			rmSync(fresh, {force: true});
			rmSync(lock, {force: true});
		}
	} catch {
		// Read-only, or somebody else is writing it just now.
	}
}

/** `key: old` becomes `key: renewed`, in block and flow style, quoted or not. */
function replaceValue(text: string, key: string, old: string, renewed: string): string {
	const literal = old.replaceAll(
		/[^\w]/g,
		(character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
	);
	const value = new RegExp(`(\\b${key}["']?\\s*:\\s*["']?)${literal}(?=["'\\s,}]|$)`, 'g');
	return text.replaceAll(value, (_, head: string) => head + renewed);
}
