/** Hands out addresses of pods: each node has a range of its own, as a cluster's network plugin gives it. */
export interface Addresses {
	/** A free address in the node's range, which such as `10.244.1.0/24` names. */
	take(range: string): string;
	/** Notes an address that is in use already. */
	keep(address: string): void;
	give(address: string): void;
}

export function podAddresses(): Addresses {
	const used = new Set<string>();
	const last = new Map<string, number>();
	return {
		take(range) {
			const prefix = range.split('.').slice(0, 2).join('.');
			const third = Number(range.split('.')[2]);
			// Beyond 253 pods a node goes on in a range that no other has: nodes have numbers below 128.
			for (let next = (last.get(range) ?? -1) + 1; ; next++) {
				const number = next % (253 * 2);
				const address = `${prefix}.${third + 128 * Math.floor(number / 253)}.${(number % 253) + 2}`;
				if (used.has(address)) continue;
				last.set(range, number);
				used.add(address);
				return address;
			}
		},
		keep: (address) => void used.add(address),
		give: (address) => void used.delete(address),
	};
}
