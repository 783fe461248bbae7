import type {Connection} from '../cluster/connection.ts';
import {ClusterError} from '../cluster/errors.ts';
import type {Kubeconfig} from '../cluster/kubeconfig.ts';
import type {ExitCode} from '../exit.ts';
import {nearest} from '../options/usage-error.ts';
import {type GetCommand, type GetOutput, type Options, UsageError} from '../options.ts';
import {findResource, resources} from '../resources/index.ts';
import type {Resource} from '../resources/resource.ts';
import {connected} from './connected.ts';
import {followRows} from './follow.ts';
import type {Outlet} from './outlet.ts';
import {createPrinter} from './printer.ts';
import {columnContext, type Query, readObjects} from './query.ts';
import {readRollouts} from './read.ts';

/**
 * `rolldeck get`: prints rows as kubectl does, once or as they change.
 * @returns The exit code; 130 after ctrl-c.
 * @throws UsageError, KubeconfigError, ClusterError
 */
export async function get(
	command: GetCommand,
	options: Options,
	kubeconfig: Kubeconfig,
	outlet: Outlet,
): Promise<ExitCode> {
	const resource = resourceOf(command);
	const query: Query = {
		resource,
		namespace: options.allNamespaces || resource.clusterScoped ? undefined : kubeconfig.current.namespace,
		name: command.object,
		selector: options.selector,
	};
	return connected(options, kubeconfig, outlet, async (connection) => {
		try {
			if (command.watch) await followRows(connection, query, command.output, outlet);
			else await printRows(connection, query, command.output, outlet);
			return 0;
		} catch (error) {
			throw options.allNamespaces ? withNamespaceHint(error) : error;
		}
	});
}

function resourceOf({kind, output}: GetCommand): Resource {
	const resource = findResource(kind);
	if (!resource) {
		const meant = nearest(kind, Object.keys(resources));
		throw new UsageError(
			`There is no kind ${kind} here: ${meant ? `did you mean ${meant}?` : `rolldeck knows ${Object.keys(resources).join(', ')}.`}`,
		);
	}
	if (output === 'rollout' && resource.id !== 'deployments')
		throw new UsageError(`-o rollout is about deployments: leave it out for ${resource.id}.`);
	return resource;
}

async function printRows(connection: Connection, query: Query, output: GetOutput, outlet: Outlet): Promise<void> {
	const objects = await readObjects(connection, query, outlet.signal);
	const rollouts =
		output === 'rollout' ? await readRollouts(connection, query.namespace, objects, outlet.signal) : undefined;
	const print = createPrinter(query.resource, output, false);
	outlet.stdout.write(print(objects, columnContext(query, outlet.now() + connection.clockSkewMs(), rollouts)));
	if (objects.length === 0 && output !== 'json' && output !== 'name')
		outlet.stderr.write(
			`No resources found${query.namespace === undefined ? '' : ` in ${query.namespace} namespace.`}\n`,
		);
}

function withNamespaceHint(error: unknown): unknown {
	if (!(error instanceof ClusterError && error.reason === 'forbidden')) return error;
	return new ClusterError('forbidden', error.message, {
		status: error.status,
		cause: error,
		hint: 'Leave out -A, or name a namespace that you may read with -n.',
	});
}
