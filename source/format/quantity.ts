/** Digits with an optional fraction, then an exponent (`1e3`) or a suffix (`m`, `Ki`, …): resource.Quantity's grammar. */
const grammar = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

const decimalPowers: Record<string, number> = {n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18};
const binaryPowers: Record<string, number> = {Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6};

/**
 * A Kubernetes quantity (`100m`, `1.5Gi`, `2e3`) in billionths, exactly; finer fractions are rounded up, as the API does.
 * Undefined where the text is no quantity.
 */
export function parseQuantity(quantity: string | number): bigint | undefined {
	const match = grammar.exec(String(quantity));
	if (!match) return undefined;
	const [, sign, digits = '', exponent, suffix = ''] = match;
	const [integer = '', fraction = ''] = digits.split('.');
	const power = 9 - fraction.length + (exponent === undefined ? (decimalPowers[suffix] ?? 0) : Number(exponent));
	const unscaled = BigInt(integer + fraction) * 1024n ** BigInt(binaryPowers[suffix] ?? 0);
	const scaled = power >= 0 ? unscaled * 10n ** BigInt(power) : divideUp(unscaled, 10n ** BigInt(-power));
	return sign === '-' ? -scaled : scaled;
}

/**
 * Below, above or equal to zero as `left` is less, more or the same amount as `right` (`1000m` is `1`).
 * Texts that are no quantities come after all that are, by their letters.
 */
export function compareQuantities(left: string | number, right: string | number): number {
	const [a, b] = [parseQuantity(left), parseQuantity(right)];
	if (a === undefined || b === undefined) {
		if (a !== b) return a === undefined ? 1 : -1;
		return String(left) < String(right) ? -1 : Number(String(left) !== String(right));
	}
	return a < b ? -1 : Number(a > b);
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
	return (dividend + divisor - 1n) / divisor;
}
