import {readFile} from 'node:fs/promises';
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
	return {ca, cert, key, rejectUnauthorized: !cluster.insecureSkipTlsVerify, servername: cluster.tlsServerName};
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
