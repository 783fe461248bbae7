import {BlockList, isIP} from 'node:net';
import {ClusterError} from './errors.ts';

function variable(env: Record<string, string | undefined>, name: string): string | undefined {
	return env[name] || env[name.toLowerCase()] || undefined;
}

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** One entry of NO_PROXY: `*`, a name (and all under it), `.name` (only under it), an address, a range; with a port or not. */
function matches(entry: string, host: string, port: string): boolean {
	if (entry === '*') {
		return true;
	}
	const slash = entry.indexOf('/');
	if (slash > 0) {
		const network = entry.slice(0, slash);
		const bits = Number(entry.slice(slash + 1));
		const family = isIP(network);
		if (
			family === 0 ||
			isIP(host) !== family ||
			!Number.isInteger(bits) ||
			bits < 0 ||
			bits > (family === 4 ? 32 : 128)
		) {
			return false;
		}
		const range = new BlockList();
		const type = family === 4 ? 'ipv4' : 'ipv6';
		range.addSubnet(network, bits, type);
		return range.check(host, type);
	}
	const withPort = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(entry);
	if (withPort !== null && withPort[3] !== port) {
		return false;
	}
	const name = (withPort?.[1] ?? withPort?.[2] ?? entry).replace(/^\[(.+)\]$/, '$1').replace(/^\*(?=\.)/, '');
	if (name.startsWith('.')) {
		return host.endsWith(name);
	}
	return host === name || (isIP(name) === 0 && host.endsWith(`.${name}`));
}

/**
 * The proxy that a server is reached through, or undefined for none: the cluster's own `proxy-url`, else HTTPS_PROXY or
 * HTTP_PROXY by the server's scheme, unless NO_PROXY names it. As Go's httpproxy does: never for this machine itself,
 * and upper case before lower case.
 * @throws ClusterError if the variable holds no address; what it holds may be a password, and is not repeated.
 */
export function proxyFor(
	server: URL,
	proxyUrl: string | undefined,
	env: Record<string, string | undefined>,
): URL | undefined {
	if (proxyUrl !== undefined) {
		return new URL(proxyUrl);
	}
	const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
	const value = variable(env, name);
	const host = server.hostname.replace(/^\[(.+)\]$/, '$1').toLowerCase();
	if (value === undefined || isLoopback(host)) {
		return undefined;
	}
	const port = server.port || (server.protocol === 'https:' ? '443' : '80');
	const exceptions = (variable(env, 'NO_PROXY') ?? '').toLowerCase().split(',');
	if (exceptions.some((entry) => entry.trim() !== '' && matches(entry.trim(), host, port))) {
		return undefined;
	}
	const address = value.includes('://') ? value : `http://${value}`;
	if (!URL.canParse(address)) {
		throw new ClusterError('unreachable', `The variable ${name} is no address of a proxy`, {
			hint: 'Set it to one such as http://host:3128, or leave it out.',
		});
	}
	return new URL(address);
}
