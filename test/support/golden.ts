import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';

/**
 * Compares a screen with the one that is kept in `test/screens/NAME.txt`. What differs is shown line by line, in its place.
 * With UPDATE_SCREENS=1 in the environment the file is written instead: read what has changed before you commit it.
 */
export function assertScreen(name: string, text: string): void {
	const file = new URL(`../screens/${name}.txt`, import.meta.url);
	if (process.env['UPDATE_SCREENS'] === '1') {
		writeFileSync(file, `${text}\n`);
		return;
	}
	assert.ok(existsSync(file), `There is no screen ${name} yet: UPDATE_SCREENS=1 writes it.\n${text}`);
	const kept = readFileSync(file, 'utf8').replace(/\n$/, '');
	if (kept === text) return;
	assert.fail(`The screen ${name} is not what test/screens/${name}.txt has (-):\n${differences(kept, text)}`);
}

function differences(kept: string, text: string): string {
	const before = kept.split('\n');
	const after = text.split('\n');
	return Array.from({length: Math.max(before.length, after.length)}, (_, row) => {
		const [was = '', is = ''] = [before[row], after[row]];
		return was === is ? `  ${is}` : `- ${was}\n+ ${is}`;
	}).join('\n');
}
