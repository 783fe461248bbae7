import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {createClockSkew} from '../../source/cluster/clock-skew.ts';

/** What an answer teaches that was sent at `sentAt` by our clock, written halfway and came `took` later. */
function answer(ahead: number, sentAt: number, took: number): [date: number, sentAt: number, receivedAt: number] {
	return [Math.floor((sentAt + took / 2 + ahead) / 1000) * 1000, sentAt, sentAt + took];
}

suite('the clock of the server', () => {
	test('up to two seconds are nothing, more is told', () => {
		const near = createClockSkew();
		near.learn(...answer(1400, 10_000, 20));
		assert.equal(near.ms, 0);
		const far = createClockSkew();
		far.learn(...answer(-14_000, 100_300, 20));
		assert.ok(Math.abs(far.ms + 14_000) <= 520, String(far.ms));
	});

	test('an answer that took long says little by itself', () => {
		const skew = createClockSkew();
		// Written at once, and ten seconds on the way: or written late by a clock that is ten seconds behind?
		skew.learn(100_000, 100_000, 110_000);
		assert.equal(skew.ms, 0);
		skew.learn(...answer(-10_000, 120_000, 20));
		assert.ok(Math.abs(skew.ms + 10_000) <= 520);
	});

	test('a clock that is set right is believed with the next answer', () => {
		const skew = createClockSkew();
		skew.learn(...answer(60_000, 5000, 10));
		assert.notEqual(skew.ms, 0);
		skew.learn(...answer(0, 70_000, 10));
		assert.equal(skew.ms, 0);
	});

	test('however the answers fall, what is told does not go back and forth', () => {
		const answers = fc.array(fc.tuple(fc.integer({min: 0, max: 5000}), fc.integer({min: 0, max: 3000})), {
			minLength: 1,
			maxLength: 40,
		});
		fc.assert(
			fc.property(fc.integer({min: -100_000, max: 100_000}), answers, (ahead, all) => {
				const skew = createClockSkew();
				let at = 1_000_000;
				const told: number[] = [];
				for (const [pause, took] of all) {
					at += pause;
					skew.learn(...answer(ahead, at, took));
					at += took;
					if (skew.ms !== told.at(-1)) told.push(skew.ms);
				}
				if (Math.abs(ahead) < 1500) assert.deepEqual(told, [0]);
				assert.equal(new Set(told).size, told.length, 'no value twice');
				assert.ok(skew.ms === 0 || Math.abs(skew.ms - ahead) <= 2500);
			}),
		);
	});
});
