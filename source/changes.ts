import type {ChangeRequest} from './checked-change.ts';
import type {Connection} from './cluster/connection.ts';
import {ClusterError} from './cluster/errors.ts';
import {applyJsonPatch, dryRunJsonPatch, objectPath} from './cluster/request.ts';
import type {KubeObject, ObjectMeta} from './objects.ts';
import type {ConfigReference} from './rollout/config.ts';

/** Sends what the gate has let through. */

/** Who is written down in managedFields, whatever is changed: nobody shall take it for kubectl's. */
const fieldManager = 'rolldeck';

/** @throws ClusterError: `conflict` where a tested field differs, with `arrived` where the answer was lost. */
export async function applyChange(connection: Connection, request: ChangeRequest): Promise<void> {
	await applyJsonPatch(connection, pathOf(request), request.operations, {fieldManager});
}

/** @throws ClusterError where the server would refuse. */
export async function dryRunChange(
	connection: Connection,
	request: ChangeRequest,
): Promise<'accepted' | 'not-checked' | 'no-answer'> {
	const answer = await dryRunJsonPatch(connection, pathOf(request), request.operations, {fieldManager});
	if (answer.outcome === 'refused') throw answer.error;
	return answer.outcome;
}

/** Reads no more than metadata, of secrets above all. @returns null where it does not exist, undefined where it may not be read */
export async function readMetadata(
	connection: Connection,
	namespace: string,
	{kind, name}: ConfigReference,
): Promise<ObjectMeta | null | undefined> {
	const plural = kind === 'Secret' ? 'secrets' : 'configmaps';
	try {
		const {metadata} = await connection.request<KubeObject>({
			path: objectPath({group: '', version: 'v1', plural, namespace, name}),
			accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
		});
		return metadata;
	} catch (error) {
		return error instanceof ClusterError && error.reason === 'not-found' ? null : undefined;
	}
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
