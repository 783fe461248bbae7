import type {ClusterEntry, UserEntry} from './kubeconfig.ts';

/**
 * Certificates, passwords, tokens and auth providers (OIDC) through client-node's KubeConfig. What it does not do, or does
 * otherwise than kubectl, it is not shown: plugins, token files, impersonation, proxies.
 */
export async function makeKubeConfig(cluster: ClusterEntry, user: UserEntry) {
	// config.js alone: the package's index would load every API class.
	const {KubeConfig} = await import('@kubernetes/client-node/dist/config.js');
	const kubeConfig = new KubeConfig();
	kubeConfig.loadFromOptions({
		clusters: [
			{
				name: cluster.name,
				server: cluster.server,
				...(cluster.caFile !== undefined && {caFile: cluster.caFile}),
				...(cluster.caData !== undefined && {caData: cluster.caData}),
				...(cluster.tlsServerName !== undefined && {tlsServerName: cluster.tlsServerName}),
				// It refuses plain HTTP otherwise, which `kubectl proxy` serves.
				skipTLSVerify: cluster.insecureSkipTlsVerify || cluster.server.startsWith('http:'),
			},
		],
		users: [
			{
				name: user.name,
				...(user.certFile !== undefined && {certFile: user.certFile}),
				...(user.certData !== undefined && {certData: user.certData}),
				...(user.keyFile !== undefined && {keyFile: user.keyFile}),
				...(user.keyData !== undefined && {keyData: user.keyData}),
				...(user.token !== undefined && {token: user.token}),
				...(user.username !== undefined && {username: user.username, password: user.password ?? ''}),
				...(user.authProvider !== undefined && {
					authProvider: {name: user.authProvider.name, config: {...user.authProvider.config}},
				}),
			},
		],
		contexts: [{name: 'selected', cluster: cluster.name, user: user.name}],
		currentContext: 'selected',
	});
	return kubeConfig;
}
