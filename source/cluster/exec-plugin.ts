import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import {stripVTControlCharacters as plain} from 'node:util';
import {ClusterError} from './errors.ts';
import type {ClusterEntry, ExecEntry} from './kubeconfig.ts';

/** What an exec plugin gave: a token, or a client certificate with its key (PEM), or both. */
export interface ExecCredential {
	readonly token: string | undefined;
	readonly cert: string | undefined;
	readonly key: string | undefined;
	/** Milliseconds since the epoch; undefined: until the server refuses it. */
	readonly expiresAt: number | undefined;
}

export interface ExecOptions {
	/** The terminal is ours to lend: the plugin may ask the person for something. */
	readonly terminal: boolean;
	readonly timeoutMs: number;
	readonly env: Record<string, string | undefined>;
	readonly signal?: AbortSignal | undefined;
	/** Told what is being waited for once that takes long, each time the plugin says more, and undefined at the end. */
	readonly tell?: ((line: string | undefined) => void) | undefined;
}

/** Milliseconds; most plugins answer sooner, and need no words. */
const patience = 1000;

function fail(sentence: string, hint?: string, cause?: unknown): ClusterError {
	return new ClusterError('credentials', sentence, {hint, cause});
}

/** KUBERNETES_EXEC_INFO, by client-go's rules: always there, with the cluster only if the kubeconfig says so. */
function execInfo(exec: ExecEntry, cluster: ClusterEntry, interactive: boolean): string {
	const caData = cluster.caData ?? (cluster.caFile && readFileSync(cluster.caFile).toString('base64'));
	return JSON.stringify({
		apiVersion: exec.apiVersion,
		kind: 'ExecCredential',
		spec: {
			interactive,
			...(exec.provideClusterInfo && {
				cluster: {
					server: cluster.server,
					'tls-server-name': cluster.tlsServerName,
					'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify || undefined,
					'certificate-authority-data': caData,
					'proxy-url': cluster.proxyUrl,
					config: cluster.execConfig,
				},
			}),
		},
	});
}

function parseCredential(exec: ExecEntry, output: string): ExecCredential {
	let credential: {
		kind?: string;
		apiVersion?: string;
		status?: {token?: string; clientCertificateData?: string; clientKeyData?: string; expirationTimestamp?: string};
	};
	try {
		credential = JSON.parse(output) as typeof credential;
	} catch (error) {
		// The output itself may hold a token: it is never shown.
		throw fail(
			`The sign-in plugin ${exec.command} did not print JSON`,
			'Run the sign-in plugin by hand to see what it says.',
			error,
		);
	}
	if (credential?.kind !== 'ExecCredential' || credential.apiVersion !== exec.apiVersion) {
		throw fail(
			`The sign-in plugin ${exec.command} answered with ${credential?.kind ?? 'something'} of ${credential?.apiVersion ?? 'no version'}, where the kubeconfig wants ExecCredential of ${exec.apiVersion}`,
			'Update the plugin, or the apiVersion in the kubeconfig.',
		);
	}
	const {token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp} = credential.status ?? {};
	if (!token && !(cert && key)) {
		throw fail(`The sign-in plugin ${exec.command} gave neither a token nor a client certificate with its key`);
	}
	const expiresAt = expirationTimestamp === undefined ? Number.NaN : Date.parse(expirationTimestamp);
	return {token: token || undefined, cert, key, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt};
}

/**
 * Runs an exec plugin once and reads its ExecCredential. Without a terminal its input is empty, so that one that asks
 * fails instead of hanging; after `timeoutMs` it is ended together with what it started.
 * @throws ClusterError with reason `credentials`, or `aborted`.
 */
export async function runExecPlugin(
	exec: ExecEntry,
	cluster: ClusterEntry,
	options: ExecOptions,
): Promise<ExecCredential> {
	const interactive = options.terminal && exec.interactiveMode !== 'Never';
	if (exec.interactiveMode === 'Always' && !interactive) {
		throw fail(
			`The sign-in plugin ${exec.command} needs the terminal, which the screen has`,
			'Quit, and start rolldeck again with this context.',
		);
	}
	const output = await new Promise<string>((resolve, reject) => {
		const child = spawn(exec.command, exec.args, {
			env: {...options.env, ...exec.env, KUBERNETES_EXEC_INFO: execInfo(exec, cluster, interactive)},
			stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
			// A group of its own, so that a wrapper script and its children end together; with the terminal it must stay in ours.
			detached: !interactive && process.platform !== 'win32',
			windowsHide: true,
		});
		let stdout = '';
		let stderr = '';
		const tell = (): void => {
			const said = plain(stderr).replace(/\s+/g, ' ').trim();
			options.tell?.(`Signing in through ${basename(exec.command)}${said === '' ? '' : `: ${said}`}`);
		};
		let isSlow = false;
		const slow = setTimeout(() => {
			isSlow = !interactive; // else it has said it to the person itself
			if (isSlow) {
				tell();
			}
		}, patience);
		const end = (): void => {
			// What it has started may live on, and must not keep us by holding these open.
			child.stdout?.destroy();
			child.stderr?.destroy();
			try {
				if (child.pid !== undefined && !interactive && process.platform !== 'win32') {
					process.kill(-child.pid, 'SIGKILL');
				} else {
					child.kill('SIGKILL');
				}
			} catch {
				// It had ended by itself.
			}
		};
		const settle = (act: () => void): void => {
			clearTimeout(timer);
			clearTimeout(slow);
			if (isSlow) {
				options.tell?.(undefined);
			}
			options.signal?.removeEventListener('abort', abort);
			act();
		};
		const abort = (): void => {
			end();
			settle(() => reject(new ClusterError('aborted', `Gave up waiting for the sign-in plugin ${exec.command}`)));
		};
		const timer = setTimeout(() => {
			end();
			settle(() =>
				reject(
					fail(
						`The sign-in plugin ${exec.command} did not finish within ${options.timeoutMs / 1000} seconds and was ended`,
						'Run the sign-in plugin by hand to see what it waits for.',
					),
				),
			);
		}, options.timeoutMs);
		options.signal?.addEventListener('abort', abort);
		child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
			stdout += chunk;
		});
		child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
			stderr = (stderr + chunk).slice(-2000);
			if (isSlow) {
				tell();
			}
		});
		child.on('error', (error: NodeJS.ErrnoException) =>
			settle(() =>
				reject(
					error.code === 'ENOENT'
						? fail(
								`The sign-in plugin ${exec.command} is not installed`,
								exec.installHint?.replace(/\s+/g, ' ').trim(),
								error,
							)
						: fail(`The sign-in plugin ${exec.command} could not be started: ${error.message}`, undefined, error),
				),
			),
		);
		child.on('close', (code, signal) =>
			settle(() => {
				if (code === 0) {
					resolve(stdout);
					return;
				}
				const said = plain(stderr).trim().split('\n').at(-1)?.trim();
				reject(
					fail(
						`The sign-in plugin ${exec.command} failed${said ? `: ${said}` : code === null ? ` on ${signal}` : ` with exit code ${code}`}`,
						'Run your login command, then try again (ctrl-r).',
					),
				);
			}),
		);
	});
	return parseCredential(exec, output);
}
