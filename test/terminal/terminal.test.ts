/**
 * The real process in a pseudo-terminal: what is built into dist/, started from a shell, against an API server of this process.
 * `npm test` builds it first; alone, run `npm run build` before.
 */
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {type Api, startApi} from '../support/api-server.ts';
import {healthyShop, stuckShop} from '../support/estate.ts';
import {type Ending, type Shell, type ShellOptions, startShell} from '../support/pty.ts';

const live = /● live {3}4 deployments[^]*4 Pods \d[^]*\? keys/;

async function running(
	t: TestContext,
	{flags = '', until = live, ...options}: ShellOptions & {flags?: string; until?: RegExp} = {},
): Promise<{shell: Shell; api: Api}> {
	const api = await startApi({objects: stuckShop()});
	t.after(() => api.close());
	const shell = startShell(t, options);
	await shell.start(`--kubeconfig ${api.kubeconfig(join(shell.folder, 'kubeconfig'))} ${flags}`, until);
	return {shell, api};
}

function assertRestored({screen}: Shell, {echo, lines}: Ending): void {
	assert.deepEqual(
		{buffer: screen.buffer, cursor: screen.isCursorShown, marked: screen.isPasteMarked, echo, lines},
		// The shell itself has pastes marked while it reads a line.
		{buffer: 'normal', cursor: true, marked: screen.isPasteMarked, echo: true, lines: true},
	);
}

suite('a real terminal', () => {
	test('q leaves with 0 and restores the terminal', async (t) => {
		const {shell} = await running(t);
		assert.equal(shell.screen.buffer, 'alternate');
		assert.ok(!shell.screen.isCursorShown);
		assert.ok(shell.screen.isPasteMarked);
		shell.type('q');
		const ending = await shell.ending();
		assert.equal(ending.code, 0);
		assertRestored(shell, ending);
	});

	test('ctrl-c leaves with 130', async (t) => {
		const {shell} = await running(t);
		shell.type('\u0003');
		const ending = await shell.ending();
		assert.equal(ending.code, 130);
		assertRestored(shell, ending);
	});

	for (const [name, code] of [
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const) {
		test(`${name} restores the terminal`, async (t) => {
			const {shell} = await running(t);
			shell.signal(name);
			const ending = await shell.ending();
			assert.equal(ending.code, code);
			assertRestored(shell, ending);
		});
	}

	test('a terminal that is gone takes it along, and it is no fault of its own', async (t) => {
		const {shell} = await running(t);
		await shell.hangUp();
		assert.equal(existsSync(join(shell.folder, '.local/state/rolldeck/rolldeck.log')), false);
	});

	test('a fault of its own leaves one sentence and a log for its owner only', async (t) => {
		const {shell} = await running(t);
		shell.signal('SIGUSR2');
		const ending = await shell.ending();
		assert.equal(ending.code, 1);
		assertRestored(shell, ending);
		assert.match(
			ending.text.replaceAll('\n', ''),
			/rolldeck has stopped because of a fault of its own; what happened is in \S+rolldeck\.log/,
		);
		assert.doesNotMatch(ending.text, /at \w+ \(/, 'no stack on the screen');
		const log = join(shell.folder, '.local/state/rolldeck/rolldeck.log');
		assert.match(readFileSync(log, 'utf8'), /made to fail/);
		assert.equal(statSync(log).mode & 0o777, 0o600);
	});

	test('ctrl-z stops it, the shell is usable, and fg draws it again', async (t) => {
		const {shell, api} = await running(t);
		const before = shell.screen.lines();
		shell.type('\u001A');
		await shell.waitFor(
			'the shell is back',
			() => shell.screen.buffer === 'normal' && /Stopped[^]*\$$/.test(shell.screen.text()),
		);
		assert.ok(shell.screen.isCursorShown);
		shell.type('echo between=$((6*7))\r');
		await shell.shows(/between=42/);
		shell.type('fg\r');
		await shell.waitFor('it has the screen again', () => shell.screen.buffer === 'alternate');
		await shell.shows(live);
		assert.deepEqual(shell.screen.lines().slice(1), before.slice(1));
		const [cart] = api.list('deployments', 'shop').filter(({metadata}) => metadata.name === 'cart');
		assert.ok(cart);
		api.remove(cart);
		await shell.shows(/3 deployments/);
		shell.type('q');
		assert.equal((await shell.ending()).code, 0);
	});

	test('an Escape byte is an Escape', async (t) => {
		const {shell} = await running(t);
		shell.type('?');
		await shell.shows(/Keys of this place/);
		shell.type('\u001B');
		await shell.shows(live);
	});

	test('a change, from the key to the server', async (t) => {
		const {shell, api} = await running(t);
		shell.type('u');
		await shell.shows(/enter go back to 1/);
		shell.type('\r');
		await shell.shows(/checkout: going back to 1/);
		const changed = api.get('deployments', 'shop', 'checkout');
		assert.match(JSON.stringify(changed), /checkout:1\.0/);
		shell.type('q');
		assert.equal((await shell.ending()).code, 0);
		const folder = join(shell.folder, '.local/state/rolldeck');
		assert.deepEqual(readdirSync(folder), ['audit.log']);
		assert.equal(statSync(join(folder, 'audit.log')).mode & 0o777, 0o600);
		assert.match(readFileSync(join(folder, 'audit.log'), 'utf8'), /"action":"undo".*"outcome":"applied"/);
	});

	test('a new size is drawn at once, and nothing of the old one stays', async (t) => {
		const {shell} = await running(t);
		for (const [columns, rows] of [
			[120, 40],
			[60, 12],
			[61, 30],
			[200, 60],
			[80, 24],
		] as const) {
			shell.resize(columns, rows);
			await shell.waitFor(
				`${columns}x${rows} is filled`,
				() =>
					shell.screen.lines().at(-1)?.includes('? keys') === true &&
					/^─1 Deployments .*─/.test(shell.screen.lines()[1] ?? '') &&
					shell.screen.lines()[1]?.length === columns &&
					shell.screen.lines().filter((line) => line.includes('1 Deployments')).length === 1,
			);
		}
		shell.resize(40, 8);
		await shell.shows(/^rolldeck needs 60x12, this is 40x8\.?$/);
	});

	test('a terminal that does not read for a while has the right screen in the end', async (t) => {
		const {shell, api} = await running(t);
		shell.pause();
		for (let round = 0; round < 20; round++) {
			for (const object of healthyShop()) api.put(object);
			shell.type('jk');
		}
		const [mail] = api.list('deployments', 'shop').filter(({metadata}) => metadata.name === 'mail');
		assert.ok(mail);
		api.remove(mail);
		shell.resume();
		await shell.shows(/● live {3}3 deployments/);
		shell.type('q');
		assert.equal((await shell.ending()).code, 0);
	});

	test('a buffer on the way that is drained slowly holds a picture or two, and the screen is right in the end', async (t) => {
		const {shell, api} = await running(t);
		const [mail] = api.list('deployments', 'shop').filter(({metadata}) => metadata.name === 'mail');
		assert.ok(mail);
		shell.buffer();
		let most = 0;
		for (let round = 0; round < 100; round++) {
			shell.type('jk'.charAt(round % 2));
			if (round % 20 === 0) api.remove(mail);
			if (round % 20 === 10) api.put(mail);
			await new Promise(setImmediate);
			most = Math.max(most, await shell.drain(50));
		}
		shell.release();
		// A whole picture has about two thousand bytes.
		assert.ok(most < 6000, `${most} bytes were on their way`);
		// What can be seen at the end alone: two Deployments are left, and the cursor is on the last one.
		for (const object of api.list('deployments', 'shop'))
			if (!['checkout', 'cart'].includes(object.metadata.name)) api.remove(object);
		await shell.shows(/● live {3}2 deployments/);
		shell.type('G');
		await shell.waitFor('the cursor is on the last', () => shell.screen.selected().includes('cart'));
		const drawn = [shell.screen.lines().slice(1), shell.screen.selected()];
		// Another size and back: all of it is drawn anew.
		for (const columns of [100, 80]) {
			shell.resize(columns, 24);
			await shell.waitFor(
				`it has ${columns} columns`,
				() => shell.screen.lines()[1]?.length === columns && shell.screen.text().includes('? keys'),
			);
		}
		assert.deepEqual([shell.screen.lines().slice(1), shell.screen.selected()], drawn);
		shell.type('q');
		assert.equal((await shell.ending()).code, 0);
	});

	test('CI=1 in the environment is no reason not to draw', async (t) => {
		await running(t, {env: {CI: '1'}});
	});

	test('TERM=dumb and NO_COLOR: no colours, the same words', async (t) => {
		const colours = async (env: Record<string, string>) => {
			const {shell} = await running(t, {env});
			return [shell.screen.style('checkout ').inverse, shell.screen.style('✓ complete').colour];
		};
		assert.deepEqual(await colours({TERM: 'dumb'}), [true, undefined]);
		assert.deepEqual(await colours({NO_COLOR: '1'}), [true, undefined]);
		assert.deepEqual(await colours({}), [true, 2]);
	});

	test('a locale without UTF-8 gets ASCII', async (t) => {
		const {shell} = await running(t, {env: {LANG: 'C', LC_ALL: 'C'}, until: /\* live {3}4 deployments/});
		// oxlint-disable-next-line no-control-regex -- everything that is not ASCII
		assert.match(shell.screen.text(), /^[\u0000-\u007F]*$/);
	});
});
