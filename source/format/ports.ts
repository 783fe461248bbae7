import type {ServicePort} from '../objects.ts';

/** `10.0.0.1:8080`, `[fd00::1]:8080`, or the bare address where there is no port. */
export function hostPort(address: string, port: number | undefined): string {
	if (port === undefined) return address;
	return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** kubectl's PORT(S) of a Service: `80/TCP,443:30443/TCP`; undefined without ports. */
export function servicePorts(ports: readonly ServicePort[] | undefined): string | undefined {
	if (!ports?.length) return undefined;
	return ports
		.map(({port, nodePort, protocol = 'TCP'}) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
		.join(',');
}

/**
 * What a Service's ports lead to: `80→8080`, `443→8443,53→dns/UDP`, and `80` where both are the same.
 * A named target port takes its number from the slices' port of the same name, and stays a name where none has it.
 */
export function mappedPorts(
	ports: readonly ServicePort[] | undefined,
	slicePorts: readonly {name?: string; port?: number}[],
	options: {readonly ascii?: boolean} = {},
): string | undefined {
	if (!ports?.length) return undefined;
	const arrow = options.ascii ? '->' : '→';
	return ports
		.map(({name = '', port, targetPort = port, protocol = 'TCP'}) => {
			const target = slicePorts.find((slicePort) => (slicePort.name ?? '') === name)?.port ?? targetPort;
			const pair = target === port ? String(port) : `${port}${arrow}${target}`;
			return protocol === 'TCP' ? pair : `${pair}/${protocol}`;
		})
		.join(',');
}

/** The first `limit` of a list, comma joined, and how many more there are, as kubectl shortens lists: `a,b,c + 2 more...`. */
export function firstFew(texts: readonly string[], limit: number): string {
	const shown = texts.slice(0, limit).join(',');
	return texts.length > limit ? `${shown} + ${texts.length - limit} more...` : shown;
}
