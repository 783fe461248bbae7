import {spawn} from 'node:child_process';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';

export interface Printed {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs kubectl against one cluster. Never fails by itself: what it printed and its exit code tell. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<Printed>;

/** kubectl for a kubeconfig, in a namespace, with a folder of its own for what it remembers. */
export function kubectlFor(kubeconfig: string, namespace: string, home: string): Kubectl {
	return runner('kubectl', ['-n', namespace], kubeconfig, home);
}

/** As `kubectlFor`, but the program itself, as `npm run build` has made it. */
export function rolldeckFor(kubeconfig: string, namespace: string, home: string): Kubectl {
	const program = fileURLToPath(new URL('../../dist/rolldeck.js', import.meta.url));
	return runner(process.execPath, [program, '-n', namespace], kubeconfig, home);
}

function runner(command: string, before: readonly string[], kubeconfig: string, home: string): Kubectl {
	const env = {PATH: process.env['PATH'], HOME: home, KUBECONFIG: kubeconfig, TZ: 'UTC'};
	return async (args, input = '') => {
		const child = spawn(command, [...before, ...args], {env, stdio: 'pipe'});
		child.stdin.on('error', () => {}).end(input);
		const [stdout, stderr, code] = await Promise.all([
			text(child.stdout),
			text(child.stderr),
			new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject)),
		]);
		return {code, stdout, stderr};
	};
}
