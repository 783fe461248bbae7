const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)((?:[KMGTPE]i)|[numkMGTPE]|[eE][+-]?\d+|)$/;

interface Parsed {
	/** Billionths, so that every suffix is exact. */
	nano: bigint;
	family: 'binary' | 'decimal' | 'exponent';
}

function parse(text: string): Parsed | undefined {
	const match = pattern.exec(text);
	if (!match) return undefined;
	const [, sign, digits, suffix] = match as unknown as [string, string, string, string];
	const [whole = '', fraction = ''] = digits.split('.');
	let nano = BigInt(`${whole || '0'}${fraction.padEnd(9, '0').slice(0, 9)}`);
	if (/[1-9]/.test(fraction.slice(9))) nano += 1n;
	let family: Parsed['family'] = 'decimal';
	if (suffix.endsWith('i')) {
		family = 'binary';
		nano *= 1024n ** BigInt(binary.indexOf(suffix));
	} else if (/^[eE]./.test(suffix)) {
		family = 'exponent';
		const power = Number(suffix.slice(1));
		nano = power < 0 ? nano / 10n ** BigInt(-power) : nano * 10n ** BigInt(power);
	} else {
		const power = (decimal.indexOf(suffix) - 3) * 3;
		nano = power < 0 ? (nano + 10n ** BigInt(-power) - 1n) / 10n ** BigInt(-power) : nano * 10n ** BigInt(power);
	}
	return {nano: sign === '-' ? -nano : nano, family};
}

/**
 * A quantity in the form the API server writes it back (`0.5` -> `500m`, `1024Mi` -> `1Gi`), or undefined if it is none.
 * Rule: resource.Quantity, "canonical form".
 */
export function canonicalQuantity(value: string | number): string | undefined {
	const parsed = parse(String(value));
	if (!parsed) return undefined;
	const negative = parsed.nano < 0n;
	const nano = negative ? -parsed.nano : parsed.nano;
	return nano === 0n ? '0' : (negative ? '-' : '') + write(nano, parsed.family);
}

function write(nano: bigint, family: Parsed['family']): string {
	const unit = 1_000_000_000n;
	if (family === 'binary' && nano % unit === 0n && nano >= 1024n * unit) {
		let units = nano / unit;
		let power = 0;
		while (power < 6 && units % 1024n === 0n) {
			units /= 1024n;
			power += 1;
		}
		return `${units}${binary[power]}`;
	}
	let amount = nano;
	let index = 0;
	while (index < decimal.length - 1 && amount % 1000n === 0n) {
		amount /= 1000n;
		index += 1;
	}
	const power = (index - 3) * 3;
	if (family === 'exponent') return power === 0 ? String(amount) : `${amount}e${power}`;
	return `${amount}${decimal[index]}`;
}

/** A quantity as a number (bytes, cores, pieces); 0 for nothing and for what is no quantity. */
export function quantity(value: string | number | undefined): number {
	const parsed = value === undefined ? undefined : parse(String(value));
	return parsed ? Number(parsed.nano) / 1e9 : 0;
}

/** The sum of quantities, in the family of the first. */
export function addQuantities(values: readonly (string | number)[]): string {
	let nano = 0n;
	let family: Parsed['family'] | undefined;
	for (const value of values) {
		const parsed = parse(String(value));
		if (!parsed) continue;
		nano += parsed.nano;
		if (parsed.nano !== 0n) family ??= parsed.family;
	}
	return nano === 0n ? '0' : write(nano, family ?? 'decimal');
}
