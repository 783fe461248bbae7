import {invalid} from './api-error.ts';
import {invalidValue} from './kinds/rules.ts';
import type {Json, Obj} from './store.ts';

const firstNodePort = 30_000;
const lastNodePort = 32_767;
const range = '10.96.0.0/16';

function freeAddress(used: ReadonlySet<string>, random: () => number): string {
	for (;;) {
		const address = `10.96.${Math.floor(random() * 256)}.${1 + Math.floor(random() * 254)}`;
		if (!used.has(address)) return address;
	}
}

function freeNodePort(used: ReadonlySet<number>, random: () => number): number {
	for (;;) {
		const port = firstNodePort + Math.floor(random() * (lastNodePort - firstNodePort + 1));
		if (!used.has(port)) return port;
	}
}

/**
 * Gives a Service the addresses and node ports its type asks for; changes `service`. Throws 422 for one that is taken or out of
 * range, in the allocators' words.
 */
export function allocateAddresses(service: Json, others: readonly Obj[], random: () => number): void {
	const {spec} = service;
	if (!spec || spec.type === 'ExternalName') return;
	const name: string = service.metadata.name;
	const rest = others.filter(
		(other) => other.metadata.name !== name || other.metadata.namespace !== service.metadata.namespace,
	);
	const refuse = (field: string, value: unknown, why: string) =>
		invalid('', 'Service', name, [invalidValue(field, value, why)]);
	const usedAddresses = new Set<string>(rest.map((other) => other['spec'].clusterIP));
	const wanted = spec.clusterIP || spec.clusterIPs?.[0];
	if (wanted && wanted !== 'None') {
		const failed = `failed to allocate IP ${wanted}: `;
		if (!/^10\.96\.\d{1,3}\.\d{1,3}$/.test(wanted)) {
			const why = `${failed}the provided IP (${wanted}) is not in the valid range. The range of valid IPs is ${range}`;
			throw refuse('spec.clusterIPs', [wanted], why);
		}
		if (usedAddresses.has(wanted))
			throw refuse('spec.clusterIPs', [wanted], `${failed}provided IP is already allocated`);
	}
	spec.clusterIP = wanted || freeAddress(usedAddresses, random);
	spec.clusterIPs = [spec.clusterIP];
	spec.ipFamilies ??= ['IPv4'];
	spec.ipFamilyPolicy ??= 'SingleStack';
	const outside = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts);
	if (!outside) return;
	const usedPorts = new Set<number>(
		rest.flatMap((other) => (other['spec'].ports ?? []).map((port: Json) => port.nodePort)),
	);
	for (const [index, port] of (spec.ports ?? []).entries()) {
		if (port.nodePort) {
			const field = `spec.ports[${index}].nodePort`;
			if (port.nodePort < firstNodePort || port.nodePort > lastNodePort) {
				const why = `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`;
				throw refuse(field, port.nodePort, why);
			}
			if (usedPorts.has(port.nodePort)) throw refuse(field, port.nodePort, 'provided port is already allocated');
		} else port.nodePort = freeNodePort(usedPorts, random);
		usedPorts.add(port.nodePort);
	}
}
