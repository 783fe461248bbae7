import type {RequestOptions} from 'node:https';
import type {ClusterEntry, UserEntry} from './kubeconfig.ts';

/**
 * Auth providers (OIDC and the like) through client-node's KubeConfig, which knows how to refresh them. All else about a
 * user is a line or two of our own: the client is a thousand modules, and most people sign in without any of them.
 * @returns what gives the Authorization header of the moment, refreshed where it is due
 */
export async function openAuthProvider(
	cluster: ClusterEntry,
	user: UserEntry,
): Promise<() => Promise<string | undefined>> {
	// config.js alone: the package's index would load every API class.
	const {KubeConfig} = await import('@kubernetes/client-node/dist/config.js');
	const kubeConfig = new KubeConfig();
	kubeConfig.loadFromOptions({
		// The server is not spoken to from there.
		clusters: [{name: cluster.name, server: cluster.server, skipTLSVerify: true}],
		users: [
			{
				name: user.name,
				...(user.authProvider !== undefined && {
					authProvider: {name: user.authProvider.name, config: {...user.authProvider.config}},
				}),
			},
		],
		contexts: [{name: 'selected', cluster: cluster.name, user: user.name}],
		currentContext: 'selected',
	});
	return async () => {
		const options: RequestOptions = {};
		await kubeConfig.applyToHTTPSOptions(options);
		return (options.headers as Record<string, string> | undefined)?.['Authorization'];
	};
}
