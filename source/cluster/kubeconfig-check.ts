import {type ClusterEntry, KubeconfigError, type UserEntry} from './kubeconfig-file.ts';

/**
 * Whether a cluster can be used, and `checkUser` a user, by client-go's rules (clientcmd, validateClusterInfo and
 * validateAuthInfo): what cannot be meant is said before anything is sent, and never taken for something weaker.
 * @throws KubeconfigError
 */
export function checkCluster({name, server, proxyUrl, insecureSkipTlsVerify, caData, caFile}: ClusterEntry): void {
	if (!/^https?:\/\/[^/]/.test(server) || !URL.canParse(server)) {
		throw new KubeconfigError(
			`The cluster ${name} has ${server === '' ? 'no server' : `the server "${server}", which is no URL`}: set it to an address such as https://host:6443.`,
		);
	}
	// A proxy-url may hold a password: it is not repeated.
	if (proxyUrl !== undefined && !(/^(?:https?|socks5h?):\/\/[^/]/.test(proxyUrl) && URL.canParse(proxyUrl))) {
		throw new KubeconfigError(
			`The proxy-url of the cluster ${name} is no address of a proxy: set it to one such as http://host:3128 (http, https or socks5), or leave it out.`,
		);
	}
	if (insecureSkipTlsVerify && (caData ?? caFile) !== undefined) {
		throw new KubeconfigError(
			`The cluster ${name} has a certificate-authority and insecure-skip-tls-verify, which exclude one another: remove one of them.`,
		);
	}
}

/** What came after the auth providers that kubectl had before 1.26. */
const successors: Readonly<Record<string, string>> = {gcp: 'gke-gcloud-auth-plugin', azure: 'kubelogin'};

/** @throws KubeconfigError */
export function checkUser({name, certData, certFile, keyData, keyFile, exec, authProvider}: UserEntry): void {
	if ((certData ?? certFile) !== undefined && (keyData ?? keyFile) === undefined) {
		throw new KubeconfigError(
			`The user ${name} has a client certificate without its key: add client-key or client-key-data.`,
		);
	}
	if (exec?.command === '') {
		throw new KubeconfigError(`The sign-in plugin (exec) of the user ${name} has no command: set it.`);
	}
	if (exec !== undefined && !/^client\.authentication\.k8s\.io\/v1(?:beta1)?$/.test(exec.apiVersion)) {
		throw new KubeconfigError(
			`The sign-in plugin (exec) of the user ${name} has the apiVersion ${exec.apiVersion}, which is not supported: set it to client.authentication.k8s.io/v1.`,
		);
	}
	if (authProvider === undefined) {
		return;
	}
	if (authProvider.name !== 'oidc') {
		const successor = successors[authProvider.name];
		throw new KubeconfigError(
			`The user ${name} signs in through the auth provider ${authProvider.name}, which neither kubectl nor rolldeck knows: use a sign-in plugin (exec)${successor === undefined ? '' : ` such as ${successor}`}.`,
		);
	}
	const missing = ['idp-issuer-url', 'client-id'].find((key) => !authProvider.config[key]);
	if (missing !== undefined) {
		throw new KubeconfigError(
			`The user ${name} signs in through OIDC, but has no ${missing}: add it to its auth-provider.`,
		);
	}
}
