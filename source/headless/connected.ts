import {type Connection, connect} from '../cluster/connection.ts';
import {type Kubeconfig, needsTerminal} from '../cluster/kubeconfig.ts';
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
	const connection = await connect(kubeconfig, {
		requestTimeoutMs: options.requestTimeoutMs,
		terminal: outlet.terminal && needsTerminal(kubeconfig, kubeconfig.current.name),
	});
	try {
		return await task(connection);
	} catch (error) {
		if (outlet.signal.aborted) return 130;
		throw error;
	} finally {
		await connection.close();
	}
}
