/** Hands out addresses of pods: each node has a range of its own, as a cluster's network plugin gives it. */
export interface Addresses {
	/** A free address in the node's range, which such as `10.244.1.0/24` names. */
	take(range: string): string;
	/** Notes an address that is in use already. */
	keep(address: string): void;
	give(address: string): void;
}

/** From .2 to .254. */
const hosts = 253;
/** How many ranges a full node may go on into, one /16 after the other. */
const blocks = 256;

export function podAddresses(): Addresses {
	const used = new Set<string>();
	const last = new Map<string, number>();
	return {
		take(range) {
			const [first, second, third] = range.split('.').map(Number) as [number, number, number];
			for (let number = (last.get(range) ?? -1) + 1; ; number = (number + 1) % (hosts * blocks)) {
				const address = `${first}.${(second + Math.floor(number / hosts)) % 256}.${third}.${(number % hosts) + 2}`;
				if (used.has(address)) continue;
				// The next pod gets another address, even where this one is soon free again.
				last.set(range, number);
				used.add(address);
				return address;
			}
		},
		keep: (address) => void used.add(address),
		give: (address) => void used.delete(address),
	};
}
