/** What stands where a credential would. */
export const mask = '••••';

/** Words of a name that promise a credential; `key` only at its end (`API_KEY`, not `KEYBOARD` or `KEY_COUNT`). */
const credential =
	/passw(?:or)?d|passphrase|\bpwd\b|token|secret|credential|authorization|cookie|(?:^|[^a-z])(?:pass|pw|auth|dsn|pat)(?:$|[^a-z])|private[^a-z]?key|(?:api|access|encryption|signing|master)[^a-z]?key|[^a-z]key$|^key$|connection[^a-z]?string|webhook[^a-z]?url/;

/** Whether the value behind a name of this kind must not be shown without being asked for: `DB_PASSWORD`, `apiKey`, `GITHUB_TOKEN`. */
export function looksLikeCredential(name: string): boolean {
	return credential.test(name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

// A value may be a megabyte: each pattern begins only where a word begins, and no word of a name is longer than a name.
/** The password of a user in a URL: `postgres://app:hunter2@db/shop`. */
const login = /(?<![\w+.-])([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi;
/** `DB_PASSWORD=hunter2`, `token: abc`. A shell has taken the quotes away: the value goes on to the next name or flag. */
const assignment = /(?<![\w.-])([\w.-]{1,100})(\s*[=:]\s*)(?!\/\/)(\S.*?)(?=\s-|\s[\w.-]{1,100}=|$)/gm;
/** `--password hunter2` */
const flag = /(?<!\S)(--?[\w-]{1,100})(\s+)([^\s-]\S*)/g;

/** A text with what looks like a credential in it masked: a command line, a change cause, a header. */
export function maskCredentials(text: string): string {
	return text
		.replaceAll(login, `$1${mask}`)
		.replaceAll(assignment, (all, name: string, sign: string) =>
			looksLikeCredential(name) ? `${name}${sign}${mask}` : all,
		)
		.replaceAll(flag, (all, name: string, space: string) =>
			looksLikeCredential(name) ? `${name}${space}${mask}` : all,
		);
}

/** A value as it may be shown under its name. */
export function maskValue(name: string, value: string): string {
	return looksLikeCredential(name) ? mask : maskCredentials(value);
}

/** Whether this value holds a credential, whatever field it stands in: pairs of name and value, as variables and headers are, and texts. */
export function holdsCredential(value: unknown): boolean {
	if (typeof value === 'string') return maskCredentials(value) !== value;
	if (typeof value !== 'object' || value === null) return false;
	if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return holdsCredential(value.join(' '));
	const {name, value: named} = value as {name?: unknown; value?: unknown};
	if (typeof name === 'string' && typeof named === 'string') return maskValue(name, named) !== named;
	return Object.values(value).some(holdsCredential);
}
