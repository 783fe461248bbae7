import type {ChangeRequest} from './checked-change.ts';
import type {Connection} from './cluster/connection.ts';
import {applyJsonPatch, dryRunJsonPatch, objectPath} from './cluster/request.ts';

/** Sends what the gate has let through. */

/** @throws ClusterError: `conflict` where a tested field differs, with `arrived` where the answer was lost. */
export async function applyChange(connection: Connection, request: ChangeRequest): Promise<void> {
	await applyJsonPatch(connection, pathOf(request), request.operations, {fieldManager: request.fieldManager});
}

/** @throws ClusterError where the server would refuse. */
export async function dryRunChange(
	connection: Connection,
	request: ChangeRequest,
): Promise<'accepted' | 'not-checked'> {
	const answer = await dryRunJsonPatch(connection, pathOf(request), request.operations, {
		fieldManager: request.fieldManager,
	});
	if (answer.outcome === 'refused') throw answer.error;
	return answer.outcome;
}

function pathOf({target, subresource}: ChangeRequest): string {
	return objectPath({
		group: 'apps',
		version: 'v1',
		plural: 'deployments',
		namespace: target.namespace,
		name: target.name,
		subresource,
	});
}
