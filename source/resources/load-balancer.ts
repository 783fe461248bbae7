export interface LoadBalancer {
	readonly ingress?: readonly {readonly ip?: string; readonly hostname?: string}[];
}

/**
 * The addresses of a load balancer: each once, sorted, comma joined; empty where there is none. In full, since the API server
 * prints its tables as wide ones (what cuts them to sixteen letters is kubectl's own, older printer).
 */
export function loadBalancerAddresses(status: LoadBalancer | undefined): string {
	const addresses = new Set((status?.ingress ?? []).map(({ip, hostname}) => ip || hostname || '').filter(Boolean));
	return Array.from(addresses).toSorted().join(',');
}
