import assert from 'node:assert/strict';
import {test} from 'node:test';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

/** What a person reads of each recorded moment: the cell, and the first cause. */
const cells: readonly (readonly [recording: string, words: string, cause?: string])[] = [
	['complete', 'complete 2s ago'],
	['zero', 'scaled to 0'],
];

for (const [recording, words, cause] of cells) {
	test(`${recording}: ${words}`, () => {
		const facts = rolloutFacts(inputOf(recorded(recording)));
		assert.equal(facts.words, words);
		assert.equal(facts.causes[0]?.sentence, cause);
	});
}
