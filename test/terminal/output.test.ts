import assert from 'node:assert/strict';
import {PassThrough} from 'node:stream';
import {suite, test} from 'node:test';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import {createInput} from '../../source/terminal/input.ts';
import {createOutput, type Terminal} from '../../source/terminal/output.ts';

const columns = 24;
const rows = 5;

/** A terminal that takes what it is given only when it is told to, and answers only then. */
function slowTerminal() {
	const taken: string[] = [];
	const due: {text: string; done: () => void}[] = [];
	const terminal: Terminal = {
		columns,
		rows,
		write: (text, done) => due.push({text, done}),
		writeNow: (text) => taken.push(text),
		onResize: () => () => {},
	};
	let tasks: (() => void)[] = [];
	const output = createOutput(terminal, {
		now: () => 0,
		after(_milliseconds, task) {
			tasks.push(task);
			return () => {
				tasks = tasks.filter((one) => one !== task);
			};
		},
	});
	return {
		output,
		taken,
		/** Takes what is under way; a terminal that is asked answers. */
		take(answers = true) {
			const next = due.shift();
			if (!next) return false;
			taken.push(next.text);
			next.done();
			if (answers && next.text.includes('\u001B[5n')) output.answered();
			return true;
		},
		loosePatience() {
			for (const task of tasks.splice(0)) task();
		},
		draw: output.draw,
	};
}

async function screenOf(text: string): Promise<readonly string[]> {
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>((resolve) => {
		emulator.write(text, resolve);
	});
	return Array.from({length: rows}, (_, row) => {
		const line = emulator.buffer.active.getLine(row);
		let cells = '';
		for (let column = 0; column < columns; column += 1) {
			const cell = line?.getCell(column);
			const text = cell?.getChars() || ' ';
			const isPlain = text === ' ' && !cell?.isInverse(); // no colour or weight is seen of it
			cells += `${text}${isPlain ? '' : `${cell?.isInverse() ? 'i' : ''}${cell?.isBold() ? 'b' : ''}${cell?.isDim() ? 'd' : ''}${cell && !cell.isFgDefault() ? cell.getFgColor() : ''}`}`;
		}
		return cells;
	});
}

const piece = fc.record({
	text: fc.stringMatching(/^[ a-z0-9─✓▸…→é]{0,9}$/),
	style: fc.constantFrom(
		['', ''],
		['\u001B[31m', '\u001B[39m'],
		['\u001B[1m', '\u001B[22m'],
		['\u001B[2m', '\u001B[22m'],
		['\u001B[7m', '\u001B[27m'],
	),
});
const line = fc.array(piece, {maxLength: 4}).map((parts) => {
	let room = columns;
	return parts
		.map(({text, style: [on = '', off = '']}) => {
			const cut = text.slice(0, room);
			room -= cut.length;
			return cut === '' ? '' : `${on}${cut}${off}`;
		})
		.join('');
});
const wideLine = fc.constantFrom('部署 web', '👩‍👩‍👧 x', '日本語の名前');
const frame = fc.array(fc.oneof({weight: 6, arbitrary: line}, {weight: 1, arbitrary: wideLine}), {
	minLength: rows,
	maxLength: rows,
});

suite('terminal output', () => {
	test('whatever was shown before, the terminal shows the last frame', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(frame, fc.boolean()), {minLength: 1, maxLength: 6}), async (frames) => {
				const {output, taken, take, draw} = slowTerminal();
				for (const [lines, drain] of frames) {
					draw(lines);
					if (drain) while (take());
				}
				while (take());
				output.close();
				const last = frames.at(-1)?.[0] ?? [];
				const direct = last.map((text, row) => `\u001B[${row + 1};1H${text}`).join('');
				assert.deepEqual(await screenOf(taken.join('')), await screenOf(direct));
			}),
			{numRuns: 150},
		);
	});

	test('one changed cell is a jump and a character', () => {
		const {taken, take, draw} = slowTerminal();
		const before = ['deck', '  web      3/3   complete', '', '', ''];
		draw(before);
		while (take());
		taken.length = 0;
		draw(before.with(1, '  web      2/3   complete'));
		while (take());
		assert.equal(taken.join(''), '\u001B[2;12H2\u001B[5n');
	});

	test('many changed cells are drawn in one go where the terminal can', () => {
		const {taken, take, draw} = slowTerminal();
		draw(Array.from({length: rows}, () => 'a'.repeat(columns)));
		while (take());
		const all = taken.join('');
		assert.ok(all.startsWith('\u001B[?2026h') && all.endsWith('\u001B[?2026l\u001B[5n'), JSON.stringify(all));
	});

	test('nothing changed: nothing is written', () => {
		const {taken, take, draw} = slowTerminal();
		draw(['a', '', '', '', '']);
		while (take());
		taken.length = 0;
		draw(['a', '', '', '', '']);
		assert.equal(take(), false);
		assert.deepEqual(taken, []);
	});

	test('a slow terminal gets the newest frame, and none of those between', () => {
		const {taken, take, draw} = slowTerminal();
		draw(['0', '', '', '', '']);
		for (const text of ['1', '2', '3']) draw([text, '', '', '', '']);
		while (take());
		assert.equal(taken.length, 2);
		assert.match(taken[1] ?? '', /1;1H3/);
	});

	test('a terminal that never answers is not waited for twice', () => {
		const {taken, take, draw, loosePatience} = slowTerminal();
		draw(['0', '', '', '', '']);
		take(false);
		draw(['1', '', '', '', '']);
		assert.equal(take(false), false);
		loosePatience();
		assert.equal(take(false), true);
		draw(['2', '', '', '', '']);
		assert.equal(take(false), true);
		assert.ok(!taken.at(-1)?.includes('\u001B[5n'));
	});

	test("modes and the clipboard go out at once; of Ink's own picture nothing else does", () => {
		const {output, taken} = slowTerminal();
		output.write('\u001B[?2026h');
		output.write('\u001B[2K\u001B[1A an empty picture');
		output.write('\u001B[?25l');
		output.write('\u001B[?2026l');
		output.write('\u001B]52;c;eA==\u0007');
		assert.deepEqual(taken, ['\u001B[?25l', '\u001B]52;c;eA==\u0007']);
	});

	test('back from a suspension the picture is drawn anew', () => {
		const {output, taken, take, draw} = slowTerminal();
		draw(['deck', '', '', '', '']);
		while (take());
		output.write('\u001B[?1049l');
		draw(['while away', '', '', '', '']);
		assert.equal(take(), false);
		taken.length = 0;
		output.write('\u001B[?1049h');
		while (take());
		assert.match(taken.join(''), /2J.*while away/);
	});

	test('leaving waits for the answer that is due, and draws no more', async () => {
		const {output, take, draw} = slowTerminal();
		draw(['0', '', '', '', '']);
		let left = false;
		const holding = output.hold().then(() => {
			left = true;
		});
		draw(['1', '', '', '', '']);
		take(false);
		await Promise.resolve();
		assert.equal(left, false);
		output.answered();
		await holding;
		assert.equal(take(), false);
	});
});

suite('terminal input', () => {
	const cases: readonly (readonly [name: string, chunks: readonly string[], keys: string, answers: number])[] = [
		['keys alone', ['jj', 'k'], 'jjk', 0],
		['an answer between keys', ['j\u001B[0nk'], 'jk', 1],
		['an answer in two pieces', ['j\u001B[', '0nk'], 'jk', 1],
		['two answers', ['\u001B[0n\u001B[0n'], '', 2],
		['a lone escape is a key', ['\u001B'], '\u001B', 0],
		['an arrow in two pieces', ['\u001B[', 'A'], '\u001B[A', 0],
	];
	for (const [name, chunks, keys, answers] of cases) {
		test(name, () => {
			let answered = 0;
			const raw: boolean[] = [];
			const keyboard = Object.assign(new PassThrough(), {
				isTTY: true,
				setRawMode: (on: boolean) => raw.push(on),
			}) as unknown as NodeJS.ReadStream;
			const input = createInput(
				keyboard,
				() => {
					answered += 1;
				},
				() => assert.fail('the terminal is there'),
			);
			input.setEncoding('utf8');
			for (const chunk of chunks) keyboard.emit('data', chunk);
			assert.equal(input.read() ?? '', keys);
			assert.equal(answered, answers);
			assert.deepEqual(raw, [true]);
		});
	}

	test('a terminal that is gone throws nothing at who gives it back, and is told of', async () => {
		let gone = 0;
		const keyboard = new PassThrough();
		const failing = Object.assign(keyboard, {
			isTTY: true,
			// What Node does where the terminal refuses.
			setRawMode: (on: boolean) => on || keyboard.emit('error', new Error('setRawMode EIO')),
		}) as unknown as NodeJS.ReadStream;
		const input = createInput(
			failing,
			() => {},
			() => {
				gone += 1;
			},
		);
		input.setRawMode(false);
		await new Promise(setImmediate);
		assert.equal(gone, 1);
	});
});
