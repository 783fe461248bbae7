import {readFile} from 'node:fs/promises';
import {getCACertificates} from 'node:tls';
import {ClusterError} from './errors.ts';
import {fileReason} from './file-errors.ts';
import type {ClusterEntry, UserEntry} from './kubeconfig.ts';

/** What a TLS connection to the server is made with. */
export interface TlsMaterial {
	readonly ca: Buffer | string | undefined;
	readonly cert: Buffer | string | undefined;
	readonly key: Buffer | string | undefined;
	readonly rejectUnauthorized: boolean;
	readonly servername: string | undefined;
}

/**
 * The certificates of a cluster and a user, read anew at each call: files are renewed while we run.
 * @throws ClusterError with the file that cannot be read
 */
export async function readTls(cluster: ClusterEntry, user: UserEntry): Promise<TlsMaterial> {
	const [ca, cert, key] = await Promise.all([
		bytesOf('certificate authority', cluster.caData, cluster.caFile),
		bytesOf('client certificate', user.certData, user.certFile),
		bytesOf('client key', user.keyData, user.keyFile),
	]);
	const rejectUnauthorized = !cluster.insecureSkipTlsVerify;
	return {
		ca: ca ?? (rejectUnauthorized && cluster.server.startsWith('https:') ? machineAuthorities() : undefined),
		cert,
		key,
		rejectUnauthorized,
		servername: cluster.tlsServerName,
	};
}

/**
 * Whom this machine trusts (its own store, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS), in PEM: for a server whose authority nobody
 * names, as under kubectl. By itself Node.js knows only the authorities that it was built with.
 */
export function machineAuthorities(): string {
	return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])].join('\n');
}

async function bytesOf(what: string, data: string | undefined, file: string | undefined): Promise<Buffer | undefined> {
	if (data !== undefined) return Buffer.from(data, 'base64');
	if (file === undefined) return undefined;
	try {
		return await readFile(file);
	} catch (error) {
		throw new ClusterError('credentials', `The ${what} ${file} cannot be read: ${fileReason(error)}`, {
			cause: error,
			hint: 'Check the paths in the kubeconfig.',
		});
	}
}
