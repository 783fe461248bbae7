import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {Key} from 'ink';
import {keyNames} from '../../source/ui/keys.ts';

const cases: readonly (readonly [what: string, input: string, key: Partial<Key>, names: readonly string[]])[] = [
	['a letter', 'j', {}, ['j']],
	['a capital', 'G', {shift: true}, ['G']],
	['letters in one chunk', 'jjj', {}, ['j', 'j', 'j']],
	['a command with its Enter in one chunk', ':ns a\r', {}, [':', 'n', 's', 'space', 'a', 'enter']],
	['line ends of all kinds', 'a\r\nb\nc', {}, ['a', 'enter', 'b', 'enter', 'c']],
	['a character of several code units', '👍é', {}, ['👍', 'é']],
	['control characters that are no keys', 'a\u0001b', {}, ['a', 'b']],
	['deletion in a chunk', 'a\u007F', {}, ['a', 'backspace']],
	['Enter', '\r', {return: true}, ['enter']],
	['Escape', '', {escape: true}, ['esc']],
	['Tab', '', {tab: true}, ['tab']],
	['shift-Tab', '', {tab: true, shift: true}, ['shift-tab']],
	['Backspace', '', {backspace: true}, ['backspace']],
	['ctrl with a letter', 'c', {ctrl: true}, ['ctrl-c']],
	['Escape and a letter in one chunk', 'x', {meta: true}, ['esc', 'x']],
	['Escape and Enter in one chunk', '\r', {return: true, meta: true}, ['esc', 'enter']],
	['Escape twice in one chunk', '\u001B', {escape: true, meta: true}, ['esc', 'esc']],
	['alt with an arrow', '', {upArrow: true, meta: true}, ['up']],
	['alt with Backspace', '', {backspace: true, meta: true}, ['backspace']],
	['an arrow', '', {upArrow: true}, ['up']],
	['PageDown', '', {pageDown: true}, ['pagedown']],
	['a key that nobody knows', '', {}, []],
];

for (const [what, input, key, names] of cases) {
	test(what, () => assert.deepEqual(keyNames(input, key as Key), names));
}
