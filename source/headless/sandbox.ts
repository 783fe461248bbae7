import {OperationError} from '../exit.ts';
import {type SandboxCommand, UsageError} from '../options.ts';

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
	}).catch((error: unknown) => {
		throw explained(error, port);
	});
	out.stderr.write(`A practice cluster listens on ${served.url} until ctrl-c. In another terminal:\n`);
	out.stdout.write(`export KUBECONFIG=${served.kubeconfigPath}\n`);
	await new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
	});
	await served.close();
	return 0;
}

/** What a person can have got wrong: the scenario's name, and the port. */
function explained(error: unknown, port: number | undefined): unknown {
	const {code, message} = error as {readonly code?: string | number; readonly message: string};
	if (code === 404) return new UsageError(message);
	if (code === 'EADDRINUSE')
		return new OperationError(`Something else listens on port ${port}: choose another one, or leave --port out.`);
	if (code === 'EACCES')
		return new OperationError(`You may not listen on port ${port}: choose one from 1024 on, or leave --port out.`);
	return error;
}
