import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {crashedContainer, linesOf, logEnd, tellingLines} from '../../source/rollout/last-words.ts';
import {rolloutFacts} from '../../source/rollout/rollout.ts';
import {inputOf, recorded} from '../objects/recorded.ts';

function find(name: string) {
	const recording = recorded(name);
	return crashedContainer(rolloutFacts(inputOf(recording)), (uid) =>
		recording.pods.find(({metadata}) => metadata.uid === uid),
	);
}

suite('whose last words are wanted', () => {
	test('of a container that waits for its restart, or runs again: the run before', () => {
		for (const name of ['crash', 'oom', 'crash-running']) {
			const found = find(name);
			assert.deepEqual([found?.container, found?.previous], ['web', true], name);
			assert.match(found?.key ?? '', /^\S+ web \d{4}-.*Z$/, name);
		}
	});

	test('an init container is named, not the one that waits for it', () => {
		const found = find('init-crash');
		const {pods} = recorded('init-crash');
		assert.ok(pods.some(({spec}) => spec.initContainers?.some(({name}) => name === found?.container)));
	});

	test('one that has ended and was not started again yet: the present run', () => {
		const recording = recorded('crash');
		for (const {status} of recording.pods) {
			for (const container of status?.containerStatuses ?? []) {
				const {terminated} = container.lastState ?? {};
				if (terminated) Object.assign(container, {state: {terminated}, lastState: {}});
			}
		}
		const found = crashedContainer(rolloutFacts(inputOf(recording)), (uid) =>
			recording.pods.find(({metadata}) => metadata.uid === uid),
		);
		assert.equal(found?.previous, false);
	});

	test('nobody crashes', () => {
		for (const name of ['missing', 'complete', 'no-cpu', 'unready']) assert.equal(find(name), undefined, name);
	});
});

suite('what is shown of a log', () => {
	test('its end, without the empty lines behind it', () => {
		const log = `${Array.from({length: 100}, (_, index) => `line ${index}`).join('\n')}\n\n\n`;
		const lines = linesOf(log);
		assert.deepEqual([lines.length, lines[0], lines.at(-1)], [logEnd.lines, 'line 70', 'line 99']);
		assert.deepEqual(linesOf(''), []);
		assert.deepEqual(linesOf('\n \n'), []);
		assert.deepEqual(linesOf('a\r\n\r\nb'), ['a', '', 'b']);
	});

	test('nothing in it reaches the terminal but text', () => {
		assert.deepEqual(
			linesOf(
				'\u001B[31mred\u001B[0m\u0007\n\u001B]0;title\u0007x\ty\n\u001B]52;c;aGk=\u001B\\z\u009B2J\u202Eend\u0000',
			),
			['red', 'x y', 'zend'],
		);
	});

	test('no line is longer than a few rows', () => {
		const [line = ''] = linesOf('x'.repeat(100_000));
		assert.ok(line.length <= 500);
	});

	test('where there is little room, what names the trouble and what follows it', () => {
		const go = ['starting', 'panic: no database', '', 'goroutine 1 [running]:', 'main.main()', '\t/src/main.go:42'];
		assert.deepEqual(tellingLines(go, 3), ['panic: no database', 'goroutine 1 [running]:', 'main.main()']);
		const python = [
			'Traceback (most recent call last):',
			'  File "a.py", line 1',
			'    run()',
			'ValueError: no database',
		];
		assert.deepEqual(tellingLines(python, 2), ['    run()', 'ValueError: no database']);
		const quiet = ['one', 'two', 'three', 'four'];
		assert.deepEqual(tellingLines(quiet, 3), ['two', 'three', 'four']);
		assert.deepEqual(tellingLines(go, 10), go);
	});
});
