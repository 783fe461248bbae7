import {appendFileSync, chmodSync, mkdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, join} from 'node:path';

/** A file of lines that only its owner may read. Nothing is made before the first line. */
export interface LogFile {
	readonly path: string;
	/** Appends one line with the time in front. A file that cannot be written is no reason to stop: the line is lost. */
	write(line: string): void;
}

/** Where rolldeck keeps what it writes down: `$XDG_STATE_HOME/rolldeck`, else `~/.local/state/rolldeck`. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
	return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'rolldeck');
}

export function openLog(path: string): LogFile {
	let isOurs = false;
	return {
		path,
		write(line) {
			try {
				mkdirSync(dirname(path), {recursive: true, mode: 0o700});
				if (!isOurs) {
					// One that is there already may be open to others; where that cannot be changed it is not ours, and gets nothing.
					appendFileSync(path, '', {mode: 0o600});
					chmodSync(path, 0o600);
					isOurs = true;
				}
				appendFileSync(path, `${new Date().toISOString()} ${line}\n`, {mode: 0o600});
			} catch {
				// A full or read-only disk must not end the session.
			}
		},
	};
}
