/** Sign-in plugins under the real process in a pseudo-terminal. `npm test` builds it first; alone, run `npm run build` before. */
import assert from 'node:assert/strict';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {suite, type TestContext, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {startApi} from '../support/api-server.ts';
import {stuckShop} from '../support/estate.ts';
import {oneContext} from '../support/kubeconfig.ts';
import {startShell} from '../support/pty.ts';

const live = /● live {3}4 deployments[^]*4 Pods \d[^]*\? keys/;

/** A shell, and the flags for a kubeconfig whose user signs in through the tests' plugin. */
async function plugged(t: TestContext, what: string, interactiveMode: string) {
	const api = await startApi({objects: stuckShop()});
	t.after(() => api.close());
	const shell = startShell(t);
	const [path, done] = ['kubeconfig', 'done'].map((name) => join(shell.folder, name)) as [string, string];
	const env = {PLUGIN: what, PLUGIN_LOG: join(shell.folder, 'plugin.log'), PLUGIN_FILE: done};
	const exec = {
		apiVersion: 'client.authentication.k8s.io/v1',
		command: fileURLToPath(new URL('../support/exec-plugin.sh', import.meta.url)),
		interactiveMode,
		env: Object.entries(env).map(([name, value]) => ({name, value})),
	};
	writeFileSync(path, oneContext({server: api.url}, {exec}, 'shop'));
	return {api, shell, flags: `--kubeconfig ${path}`, finish: () => writeFileSync(done, '')};
}

suite('signing in, on a real terminal', () => {
	test('a plugin runs after the first paint; what it asks for stands there until it has ended', async (t) => {
		const {api, shell, flags, finish} = await plugged(t, 'device', 'IfAvailable');
		await shell.start(
			flags,
			/Signing in through exec-plugin\.sh: open https:\/\/example\.com\/device and enter\s+AB-CD/,
		);
		assert.equal(shell.screen.buffer, 'alternate');
		assert.equal(api.requests.length, 0);
		finish();
		await shell.shows(live);
		assert.doesNotMatch(shell.screen.text(), /Signing in/);
		shell.type('q');
		assert.equal((await shell.ending()).code, 0);
	});

	test('one that must have the terminal has it before the screen is taken', async (t) => {
		const {api, shell, flags} = await plugged(t, 'ask', 'Always');
		await shell.start(flags, /Password:/);
		assert.equal(shell.screen.buffer, 'normal');
		shell.type('sesame\r');
		await shell.shows(live);
		assert.equal(api.requests[0]?.headers.authorization, 'Bearer typed-sesame');
		shell.type('q');
		assert.equal((await shell.ending()).code, 0);
	});

	for (const mode of ['Never', 'IfAvailable']) {
		test(`ctrl-c gives up a command that waits for a plugin (${mode})`, async (t) => {
			const {shell, flags} = await plugged(t, 'hang', mode);
			const child = join(shell.folder, 'plugin.log.child');
			await shell.start(`get pods ${flags}`, /kubeconfig'/);
			await shell.waitFor('the plugin hangs', () => existsSync(child) && readFileSync(child, 'utf8').endsWith('\n'));
			// On our terminal, what a plugin has started is nobody's to end: it may well be an agent that is to stay.
			const pid = Number(readFileSync(child, 'utf8'));
			if (mode !== 'Never') t.after(() => process.kill(pid));
			shell.type('\u0003');
			assert.equal((await shell.ending()).code, 130);
		});
	}

	test('a command without a screen lends the terminal to a plugin that can use it', async (t) => {
		const {api, shell, flags} = await plugged(t, 'ask', 'IfAvailable');
		await shell.start(`get deployments -o name ${flags}`, /Password:/);
		shell.type('sesame\r');
		await shell.shows(/deployment\.apps\/cart/);
		assert.equal(api.requests[0]?.headers.authorization, 'Bearer typed-sesame');
	});
});
