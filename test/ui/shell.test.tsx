import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {render} from 'ink-testing-library';
import {Shell, type ShellSource} from '../../source/ui/shell.tsx';

/** A source whose lines are set by hand. */
function sourceOf(lines: readonly string[]) {
	const listeners = new Set<() => void>();
	let present = lines;
	const source: ShellSource = {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		lines: () => present,
		size: () => ({columns: 40, rows: 3}),
		picture: () => undefined,
		painted() {},
	};
	return {
		source,
		async show(next: readonly string[]) {
			present = next;
			for (const listener of listeners) listener();
			await nextTurn();
		},
	};
}

suite('the shell', () => {
	test('draws each line in its place, empty ones too', async () => {
		const {source, show} = sourceOf(['first', '', 'third']);
		const {lastFrame, unmount} = render(<Shell source={source} />);
		assert.deepEqual(lastFrame()?.split('\n'), ['first', '', 'third']);
		await show(['first', 'second', 'third']);
		assert.deepEqual(lastFrame()?.split('\n'), ['first', 'second', 'third']);
		unmount();
	});

	test('cuts what is too long and what is too many, and wraps nothing', () => {
		const {source} = sourceOf(['x'.repeat(60), 'two', 'three', 'four']);
		const {lastFrame, unmount} = render(<Shell source={source} />);
		assert.deepEqual(lastFrame()?.split('\n'), [`${'x'.repeat(39)}…`, 'two', 'three']);
		unmount();
	});
});
