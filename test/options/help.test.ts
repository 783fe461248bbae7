import assert from 'node:assert/strict';
import {test} from 'node:test';
import {exitCodes} from '../../source/exit.ts';
import {helpText} from '../../source/options/help.ts';
import {type Flag, flags} from '../../source/options/table.ts';
import {resources} from '../../source/resources/index.ts';

test('--help has every flag and every kind that exists, every exit code, and fits 120 columns', () => {
	const text = helpText('rolldeck');
	for (const flag of flags as readonly Flag[])
		assert.equal(text.includes(`--${flag.name}`), true, `--${flag.name} is shown`);
	for (const kind of Object.keys(resources))
		assert.match(text, new RegExp(`^KIND is [^]*\\b${kind}\\b[^]*^Flags$`, 'm'));
	for (const code of Object.keys(exitCodes)) assert.match(text, new RegExp(`^  ${code} `, 'm'));
	for (const line of text.split('\n')) assert.ok(line.length <= 120, line);
});

test('it speaks under the name that was typed', () => {
	assert.match(helpText('kubectl rolldeck'), /^ {2}kubectl rolldeck deployment\/NAME \[flags\]/m);
});
