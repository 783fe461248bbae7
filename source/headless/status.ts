import type {Connection} from '../cluster/connection.ts';
import type {Kubeconfig} from '../cluster/kubeconfig.ts';
import type {ExitCode} from '../exit.ts';
import type {Options, StatusCommand} from '../options.ts';
import {connected} from './connected.ts';
import {groundedFacts} from './ground.ts';
import {statusJson} from './json.ts';
import {readLastWords} from './last-words.ts';
import type {Outlet} from './outlet.ts';
import {readRollout} from './read.ts';
import {verdictOn} from './verdict.ts';
import {awaitRollout, checkRevision} from './wait.ts';
import {clockNote, explanation, standing} from './words.ts';

/**
 * `rolldeck status`: how a rollout stands, once (0 unless it has failed, as `kubectl rollout status --watch=false`) or with
 * `--wait` to its end. The state goes to stdout, why it waits to stderr.
 * @returns The exit code: 0 complete, 1 failed, 124 not ended in time, 130 after ctrl-c.
 * @throws UsageError, KubeconfigError, ClusterError, OperationError
 */
export function status(
	command: StatusCommand,
	options: Options,
	kubeconfig: Kubeconfig,
	outlet: Outlet,
): Promise<ExitCode> {
	const {namespace} = kubeconfig.current;
	return connected(options, kubeconfig, outlet, (connection) =>
		command.wait
			? awaitRollout(connection, namespace, command.deployment, {...command, ...command.wait}, outlet)
			: printStatus(connection, namespace, command, outlet),
	);
}

async function printStatus(
	connection: Connection,
	namespace: string,
	command: StatusCommand,
	outlet: Outlet,
): Promise<ExitCode> {
	const {deployment, rollouts} = await readRollout(connection, namespace, command.deployment, outlet.signal);
	const clockSkew = connection.clockSkewMs();
	const now = outlet.now() + clockSkew;
	outlet.stderr.write(clockNote(clockSkew));
	const facts = await groundedFacts(connection, deployment, rollouts, now, outlet.signal);
	if (!facts) throw new Error('facts are there once everything is read');
	checkRevision(facts, command.revision, command.deployment);
	const verdict = verdictOn(facts, command.failFast);
	const isJson = command.output === 'json';
	const lastWords =
		verdict === 'complete' ? undefined : await readLastWords(connection, facts, rollouts, outlet.signal);
	outlet.stdout.write(
		isJson
			? `${JSON.stringify(statusJson(deployment, facts, verdict, {clockSkew, lastWords}), undefined, 2)}\n`
			: `${standing(facts, command.deployment)}\n`,
	);
	if (verdict === 'failed' || (verdict === 'going' && !isJson))
		outlet.stderr.write(
			explanation(facts, {context: connection.context.name, namespace, name: command.deployment}, now, lastWords),
		);
	return verdict === 'failed' ? 1 : 0;
}
