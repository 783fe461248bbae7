import type {SandboxCommand} from '../options.ts';

/** Serves the practice cluster until it is interrupted. Stdout has one line that a shell can run; what a person should know goes to stderr. */
export async function sandbox(
	command: SandboxCommand,
	out: {stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream},
): Promise<number> {
	const {serveSandbox} = await import('../sandbox/main.ts');
	const {scenario, port, pods, seed} = command;
	const served = await serveSandbox({
		...(scenario !== undefined && {scenario}),
		...(port !== undefined && {port}),
		...(pods !== undefined && {pods}),
		...(seed !== undefined && {seed}),
	});
	out.stderr.write(`A practice cluster listens on ${served.url} until ctrl-c. In another terminal:\n`);
	out.stdout.write(`export KUBECONFIG=${served.kubeconfigPath}\n`);
	await new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
	});
	await served.close();
	return 0;
}
