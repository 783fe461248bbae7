/** A kubeconfig of one context, `x`, whose cluster, user and namespace are as given; without a user nobody signs in. */
export function oneContext(
	cluster: Readonly<Record<string, unknown>>,
	user?: Readonly<Record<string, unknown>>,
	namespace?: string,
): string {
	return JSON.stringify({
		clusters: [{name: 'c', cluster}],
		users: user === undefined ? [] : [{name: 'u', user}],
		contexts: [{name: 'x', context: {cluster: 'c', ...(user !== undefined && {user: 'u'}), namespace}}],
		'current-context': 'x',
	});
}
