import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createAbsence} from '../source/absence.ts';

test('a pause is told once, with when it began; a busy second is none', () => {
	let now = 1000;
	const awaySince = createAbsence(() => now);
	now += 1000;
	assert.equal(awaySince(), undefined);
	now += 4000;
	assert.equal(awaySince(), undefined);
	now += 3_600_000;
	assert.equal(awaySince(), 6000);
	assert.equal(awaySince(), undefined);
	now -= 3_600_000; // somebody sets the clock back
	assert.equal(awaySince(), undefined);
	now += 60_000;
	assert.equal(awaySince(), 3_606_000 - 3_600_000);
});
