import {age} from '../format/age.ts';
import type {EndpointSlice, Service} from '../objects.ts';
import {listed} from './words.ts';

/** What makes clients prefer some endpoints of a Service to others, a sentence each: they do not see a rollout in its proportions. */
export function steeringOf({spec}: Service, slices: readonly EndpointSlice[]): string[] {
	const sentences: string[] = [];
	if (spec.sessionAffinity === 'ClientIP') {
		const {timeoutSeconds} = spec.sessionAffinityConfig?.clientIP ?? {};
		const howLong = timeoutSeconds === undefined ? '' : `, for ${age(timeoutSeconds * 1000)} after their last request`;
		sentences.push(`Clients stay with their pod as long as it is there${howLong} (session affinity).`);
	}
	const ready = isZonal(spec.trafficDistribution) ? readyByZone(slices) : undefined;
	if (ready && ready.size > 1) {
		const counts = [...ready]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([zone, count]) => `${count || 'none'} in ${zone}`);
		sentences.push(
			`Clients stay in their zone as long as that has a ready endpoint (${spec.trafficDistribution}): ready are ${listed(counts)}.`,
		);
	}
	if (spec.trafficDistribution === 'PreferSameNode')
		sentences.push('Clients stay on their node as long as that has a ready endpoint (PreferSameNode).');
	if (spec.internalTrafficPolicy === 'Local')
		sentences.push('Clients in the cluster reach only pods of their own node (internalTrafficPolicy Local).');
	if (spec.externalTrafficPolicy === 'Local')
		sentences.push('From outside, a node passes on only to its own pods (externalTrafficPolicy Local).');
	return sentences;
}

/** core/v1 ServiceSpec.trafficDistribution; PreferClose is the older name. */
function isZonal(distribution: string | undefined): boolean {
	return distribution === 'PreferClose' || distribution === 'PreferSameZone';
}

/** Ready pods by zone, each once; zones without a ready one count 0. */
function readyByZone(slices: readonly EndpointSlice[]): Map<string, number> {
	const pods = new Map<string, Set<string>>();
	for (const {endpoints} of slices) {
		for (const {zone, conditions, targetRef, addresses} of endpoints ?? []) {
			if (zone === undefined) continue;
			const known = pods.get(zone) ?? new Set();
			if (conditions?.ready !== false) known.add(targetRef?.uid ?? addresses.join());
			pods.set(zone, known);
		}
	}
	return new Map([...pods].map(([zone, uids]) => [zone, uids.size]));
}
