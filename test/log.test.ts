import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {openLog} from '../source/log.ts';

test('a log file is for its owner alone, also one that was there before and open to others', (context) => {
	const folder = mkdtempSync(join(tmpdir(), 'rolldeck-log-'));
	context.after(() => rmSync(folder, {recursive: true}));
	const before = join(folder, 'before.log');
	writeFileSync(before, 'old\n', {mode: 0o644});
	for (const path of [before, join(folder, 'new', 'new.log')]) {
		openLog(path).write('a line');
		assert.equal(statSync(path).mode & 0o777, 0o600, path);
		assert.match(readFileSync(path, 'utf8'), / a line\n$/);
	}
	assert.match(readFileSync(before, 'utf8'), /^old\n/);
});
