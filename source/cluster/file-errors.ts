const words: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file',
	EACCES: 'you may not read it',
	EISDIR: 'it is a folder',
};

/** Why a file cannot be read, in words; what was thrown, where it is none of the usual. */
export function fileReason(error: unknown): string {
	const {code = '', message} = error as NodeJS.ErrnoException;
	return words[code] ?? message;
}
