import {type Connection, connect} from '../cluster/connection.ts';
import {ClusterError} from '../cluster/errors.ts';
import type {Kubeconfig} from '../cluster/kubeconfig.ts';
import type {ExitCode} from '../exit.ts';
import type {Options} from '../options.ts';
import type {Outlet} from './outlet.ts';

/** Runs a task on a connection to the current context and closes it. Ctrl-c makes the exit code 130, whatever the task throws. */
export async function connected(
	options: Options,
	kubeconfig: Kubeconfig,
	outlet: Outlet,
	task: (connection: Connection) => Promise<ExitCode>,
): Promise<ExitCode> {
	const {signal, terminal} = outlet;
	let connection: Connection | undefined;
	try {
		connection = await connect(kubeconfig, {
			requestTimeoutMs: options.requestTimeoutMs,
			terminal, // no screen has it: a sign-in plugin may ask, as under kubectl
			signal,
			tellSignIn: (line) => line !== undefined && outlet.stderr.write(`${line}\n`),
		});
		return await task(connection);
	} catch (error) {
		if (signal.aborted) return 130;
		throw naming(kubeconfig.current.server, error);
	} finally {
		await connection?.close();
	}
}

/** Says which server it was: the kubeconfig may be another machine's, and the log be read elsewhere. */
function naming(server: string, error: unknown): unknown {
	if (!(error instanceof ClusterError && error.reason === 'unreachable' && error.hint === undefined)) return error;
	return new ClusterError(error.reason, error.message, {
		cause: error,
		arrived: error.arrived,
		hint: `Is ${server} the right server, and can it be reached from here?`,
	});
}
