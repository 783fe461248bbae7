import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {type Board, createBoard} from '../../source/board/board.ts';
import {followingProgress} from '../../source/board/following.ts';
import type {Following} from '../../source/state/state.ts';

const board: Board = createBoard({ascii: false});
const undo: Following = {
	deploymentUid: 'uid',
	name: 'web',
	doing: 'going back to 2',
	done: 'back at 2',
	until: 'complete',
	generation: 3,
	askedAt: 10_000,
};

suite('what came of a change', () => {
	test('how long it took, and "at once" where that was no time', () => {
		const ended = (after: number) => followingProgress({...undo, finishedAt: undo.askedAt + after}, board, 99_000).text;
		assert.equal(ended(41_000), 'web: back at 2, complete in 41s');
		assert.equal(ended(1000), 'web: back at 2, complete in 1s');
		assert.equal(ended(999), 'web: back at 2, complete at once');
	});

	test('what is only to be seen by the controller takes no time', () =>
		assert.equal(
			followingProgress({...undo, until: 'observed', done: 'paused', finishedAt: 10_000}, board, 99_000).text,
			'web: paused',
		));

	test('of what is deleted meanwhile', () =>
		assert.deepEqual(followingProgress(undo, board, 12_000), {
			role: 'failed',
			text: 'web: going back to 2, but it was deleted meanwhile',
			finished: false,
		}));
});
