/** A source of chance that gives the same for the same seed: every jitter, name and choice of the sandbox comes from one. */
export interface Random {
	/** A number from 0 up to, not including, 1. */
	(): number;
}

/** mulberry32: small, even enough for jitter and names. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A whole number from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
	return least + Math.floor(random() * (most - least + 1));
}

/** The letters of generated names (k8s.io/apimachinery/pkg/util/rand): no vowels, so that no words arise. */
export const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The five random letters that end a generated name. */
export function nameSuffix(random: Random): string {
	return Array.from({length: 5}, () => nameAlphabet[Math.floor(random() * nameAlphabet.length)]).join('');
}

/** FNV-1a, 32 bits: for the pod-template-hash and for dice that depend on names only. */
export function hash32(text: string): number {
	let hash = 0x811c9dc5;
	for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
	return hash >>> 0;
}
