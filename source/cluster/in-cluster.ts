import {existsSync, readFileSync} from 'node:fs';
import {isIPv6} from 'node:net';
import {join} from 'node:path';
import type {KubeconfigFile, UserEntry} from './kubeconfig-file.ts';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account of the pod we run in, in the shape of a kubeconfig; undefined outside a pod. */
export function inCluster(
	env: Record<string, string | undefined>,
	folder: string = serviceAccount,
): KubeconfigFile | undefined {
	const {KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port} = env;
	const tokenFile = join(folder, 'token');
	if (!host || !port || !existsSync(tokenFile)) {
		return undefined;
	}
	const caFile = join(folder, 'ca.crt');
	const namespaceFile = join(folder, 'namespace');
	const name = 'in-cluster';
	return {
		path: tokenFile,
		currentContext: name,
		clusters: new Map([
			[
				name,
				{
					name,
					server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
					caFile: existsSync(caFile) ? caFile : undefined,
					caData: undefined,
					insecureSkipTlsVerify: false,
					tlsServerName: undefined,
					proxyUrl: undefined,
					execConfig: undefined,
				},
			],
		]),
		users: new Map([[name, {...nobody(name), tokenFile}]]),
		contexts: new Map([
			[
				name,
				{
					name,
					cluster: name,
					user: name,
					// client-go, inClusterClientConfig: the variable goes before the file.
					namespace:
						env['POD_NAMESPACE'] ||
						(existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() || undefined : undefined),
				},
			],
		]),
	};
}

/** A user without any credentials. */
export function nobody(name: string): UserEntry {
	return {
		name,
		source: undefined,
		certFile: undefined,
		certData: undefined,
		keyFile: undefined,
		keyData: undefined,
		token: undefined,
		tokenFile: undefined,
		username: undefined,
		password: undefined,
		exec: undefined,
		authProvider: undefined,
		impersonation: {user: undefined, uid: undefined, groups: [], extra: {}},
	};
}
