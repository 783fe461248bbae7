/** What sshd and tmux do: they take megabytes at once, whatever the line behind them carries. The line is moved by hand here. */
import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import {createOutput, type Terminal} from '../../source/terminal/output.ts';

const columns = 40;
const rows = 12;
const bufferSize = 2 * 1024 * 1024;
const ask = '\u001B[5n';

/** A program's output at one end of a buffer, an emulator at the other, and a clock, all moved by hand. */
function farTerminal({answering = true} = {}) {
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	let buffer = Buffer.alloc(0);
	let now = 0;
	let tasks: {readonly at: number; readonly run: () => void}[] = [];
	const pictures: string[] = [];
	let longest = 0;
	const take = (text: string) => {
		buffer = Buffer.concat([buffer, Buffer.from(text)]);
		assert.ok(buffer.length <= bufferSize, 'it would block now');
		longest = Math.max(longest, buffer.length);
	};
	const terminal: Terminal = {
		columns,
		rows,
		write(text, done) {
			pictures.push(text);
			take(text);
			done();
		},
		writeNow: take,
		onResize: () => () => {},
	};
	const output = createOutput(terminal, {
		now: () => now,
		after(milliseconds, run) {
			const task = {at: now + milliseconds, run};
			tasks.push(task);
			return () => {
				tasks = tasks.filter((one) => one !== task);
			};
		},
	});
	emulator.onData(() => answering && output.answered());
	return {
		output,
		/** What was written, picture by picture. */
		pictures,
		get buffered() {
			return buffer.length;
		},
		/** The most that was ever in the buffer, in bytes. */
		get longest() {
			return longest;
		},
		/** Carries so many bytes to the emulator, and its answers back. */
		async drain(bytes: number) {
			const carried = buffer.subarray(0, bytes);
			buffer = buffer.subarray(bytes);
			await new Promise<void>((resolve) => {
				emulator.write(carried, resolve);
			});
		},
		async drainAll() {
			while (buffer.length > 0) await this.drain(buffer.length);
		},
		pass(milliseconds: number) {
			now += milliseconds;
			const due = tasks.filter(({at}) => at <= now);
			tasks = tasks.filter(({at}) => at > now);
			for (const {run} of due) run();
		},
		cells: () => cellsOf(emulator),
	};
}

/** Every cell as it is seen. */
function cellsOf(emulator: InstanceType<typeof xterm.Terminal>): readonly string[] {
	return Array.from({length: rows}, (_, row) => {
		const line = emulator.buffer.active.getLine(row);
		return Array.from({length: columns}, (_, column) => {
			const cell = line?.getCell(column);
			const text = cell?.getChars() || ' ';
			if (!cell || (text === ' ' && !cell.isInverse())) return text; // no colour or weight is seen of it
			return `${text}${cell.isInverse()}${cell.isBold()}${cell.isDim()}${cell.isFgDefault() ? '' : cell.getFgColor()}`;
		}).join('|');
	});
}

/** The same lines on an emulator that has shown nothing else. */
async function shown(lines: readonly string[]): Promise<readonly string[]> {
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true});
	await new Promise<void>((resolve) => {
		emulator.write(lines.map((text, row) => `\u001B[${row + 1};1H${text}\u001B[m`).join(''), resolve);
	});
	return cellsOf(emulator);
}

/** A deck at a moment: a cursor that moves, restarts that are counted, and names that come and go. */
function picture(moment: number): readonly string[] {
	return Array.from({length: rows}, (_, row) => {
		if (row === 0) return `\u001B[1m${'─'.repeat(columns)}\u001B[22m`;
		const name = `web-${(moment >> 4) + row}`.padEnd(12);
		const status =
			moment % (row + 3) === 0 ? '\u001B[31mCrashLoopBackOff\u001B[39m' : '\u001B[32mRunning\u001B[39m         ';
		const text = `${name} ${status} ${String(moment * row).padStart(8)}`.padEnd(columns);
		return row === moment % rows ? `\u001B[7m${name.padEnd(columns)}\u001B[27m` : text;
	});
}

suite('a buffer of two megabytes before the terminal', () => {
	test('holds a picture or two however much changes, and the newest is what is seen', async () => {
		const far = farTerminal();
		far.output.draw(picture(0));
		const whole = far.buffered;
		for (let moment = 1; moment <= 300; moment++) {
			far.output.draw(picture(moment));
			await far.drain(60);
			far.pass(60);
		}
		await far.drainAll();
		assert.deepEqual(far.cells(), await shown(picture(300)));
		assert.ok(far.longest <= 2 * whole, `${far.longest} bytes were on their way at once, a whole picture has ${whole}`);
		assert.ok(far.pictures.length < 150, 'most pictures are left out');
	});

	test('a line that stands still holds up what was sent, and nothing is sent behind it', async () => {
		const far = farTerminal();
		far.output.draw(picture(0));
		await far.drainAll();
		for (let moment = 1; moment <= 10; moment++) far.output.draw(picture(moment));
		const sent = far.pictures.length;
		for (let moment = 11; moment <= 50; moment++) far.output.draw(picture(moment));
		assert.equal(far.pictures.length, sent);
		await far.drain(far.buffered);
		assert.equal(far.pictures.length, sent + 1);
		await far.drainAll();
		assert.deepEqual(far.cells(), await shown(picture(50)));
	});

	test('a long line that is not full carries more than one picture at a time', async () => {
		const far = farTerminal();
		for (let moment = 0; moment < 3; moment++) {
			far.output.draw([`picture ${moment}`, ...Array.from({length: rows - 1}, () => '')]);
			far.pass(100);
			await far.drainAll();
		}
		for (const text of ['a', 'b', 'c']) far.output.draw([text, ...Array.from({length: rows - 1}, () => '')]);
		assert.equal(far.pictures.length, 6, 'none of them waits for an answer');
		far.output.draw(picture(4));
		far.output.draw(picture(5));
		assert.equal(far.pictures.length, 7, 'but nothing follows a large one');
		await far.drainAll();
		assert.deepEqual(far.cells(), await shown(picture(5)));
	});

	test('whatever is drawn, carried and waited for: the emulator shows the newest picture', async () => {
		const step = fc.oneof(
			fc.record({draw: fc.nat({max: 400})}),
			fc.record({drain: fc.integer({min: 1, max: 700})}),
			fc.record({pass: fc.integer({min: 1, max: 8000})}),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step, {maxLength: 30}), fc.boolean(), async (steps, answering) => {
				const far = farTerminal({answering});
				let newest = 0;
				far.output.draw(picture(0));
				for (const next of steps) {
					if ('draw' in next) far.output.draw(picture((newest = next.draw)));
					else if ('drain' in next) await far.drain(next.drain);
					else far.pass(next.pass);
				}
				await far.drainAll();
				far.pass(20_000);
				await far.drainAll();
				assert.deepEqual(far.cells(), await shown(picture(newest)));
			}),
			{numRuns: 60},
		);
	});

	test('a terminal that never answers is waited for once, and not asked again', async () => {
		const far = farTerminal({answering: false});
		far.output.draw(picture(0));
		far.output.draw(picture(1));
		await far.drainAll();
		assert.equal(far.pictures.length, 1);
		far.pass(20_000);
		for (let moment = 2; moment <= 5; moment++) far.output.draw(picture(moment));
		await far.drainAll();
		assert.equal(far.pictures.length, 6);
		assert.deepEqual(
			far.pictures.map((text) => text.includes(ask)),
			[true, false, false, false, false, false],
		);
		assert.deepEqual(far.cells(), await shown(picture(5)));
	});

	test('one that has answered is asked again, however long its line has stood still', async () => {
		const far = farTerminal();
		far.output.draw(picture(0));
		await far.drainAll();
		for (let second = 1; second <= 60; second++) {
			far.output.draw(picture(second));
			far.pass(1000);
		}
		assert.ok(far.pictures.length <= 12, `${far.pictures.length} pictures in a minute`);
		assert.ok(far.pictures.every((text) => text.includes(ask)));
		await far.drainAll();
		assert.deepEqual(far.cells(), await shown(picture(60)));
	});

	test('what waits for a picture to be seen waits for that one, not for all that follow it', async () => {
		const far = farTerminal();
		far.output.draw(picture(1));
		let seen = false;
		const drawn = far.output.drawn().then(() => {
			seen = true;
		});
		far.output.draw(picture(2));
		await far.drain(far.buffered - 1);
		await Promise.resolve();
		assert.equal(seen, false);
		await far.drain(1);
		assert.notEqual(far.buffered, 0, 'the next picture is on its way already');
		await drawn;
	});
});
