import {setTimeout as delay} from 'node:timers/promises';
import type {JsonPatchOperation} from '../objects.ts';
import type {Connection} from './connection.ts';
import {ClusterError, wasNeverSent} from './errors.ts';
import {isSameJson, valueAt} from './json-pointer.ts';

/** How often to look for a change whose answer was lost, a second apart. */
const looks = 5;

/** True if the object is what the operations wanted to see before they began. */
export function isUntouched(current: unknown, operations: readonly JsonPatchOperation[]): boolean {
	return operations.every(
		(step) => step.op !== 'test' || isSameJson(presentAt(step.path, current), step.value ?? unsaid(step.path)),
	);
}

/** True if the object is the very one that was meant, and what the operations make of it. */
export function isChanged(current: unknown, operations: readonly JsonPatchOperation[]): boolean {
	return operations.every((step) => {
		const present = presentAt(step.path, current);
		if (step.op === 'test') return step.path !== '/metadata/uid' || present === step.value;
		return isSameJson(withoutNotes(present), step.op === 'remove' ? undefined : withoutNotes(step.value));
	});
}

function presentAt(path: string, current: unknown): unknown {
	return valueAt(current, path) ?? unsaid(path);
}

/** What it means that nothing stands there: a Scale leaves out a count of 0. */
function unsaid(path: string): 0 | undefined {
	return path === '/spec/replicas' ? 0 : undefined;
}

/** Annotations without the deployment controller's own, which it writes as soon as it has seen a change. */
function withoutNotes(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return value;
	}
	return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('deployment.kubernetes.io/')));
}

/**
 * A failed `test` is 422 with the text of any bad path (reference 1c): only a look at the object tells whether it changed
 * meanwhile, which is a conflict, or whether the server really refuses.
 */
export async function explainRefusal(
	connection: Connection,
	path: string,
	operations: readonly JsonPatchOperation[],
	error: ClusterError,
): Promise<ClusterError> {
	if (error.reason !== 'invalid' || !operations.some((step) => step.op === 'test')) {
		return error;
	}
	let current: unknown;
	try {
		current = await connection.request({path});
	} catch (lookError) {
		return lookError instanceof ClusterError && lookError.reason === 'not-found' ? lookError : error;
	}
	return isUntouched(current, operations)
		? error
		: new ClusterError('conflict', 'It was changed by someone else meanwhile', {
				hint: 'Look at what it is now, and decide anew.',
				current,
				status: error.status,
				cause: error,
			});
}

/** Looks for a change whose answer was lost, for as long as the server cannot be reached either. */
export async function explainLoss(
	connection: Connection,
	path: string,
	error: ClusterError,
	wait: ((milliseconds: number) => Promise<unknown>) | undefined,
	judge: (current: unknown) => 'yes' | 'no' | 'unknown',
): Promise<ClusterError> {
	let arrived: 'yes' | 'no' | 'unknown' = 'unknown';
	let current: unknown;
	if (wasNeverSent(error)) {
		arrived = 'no';
	}
	for (let look = 1; look <= looks && arrived === 'unknown'; look++) {
		try {
			current = await connection.request({path, timeoutMs: 5000});
			arrived = judge(current);
			break;
		} catch (thrown) {
			if (thrown instanceof ClusterError && thrown.reason === 'not-found') {
				arrived = judge(undefined);
				break;
			}
			if (look < looks) {
				await (wait ?? delay)(1000);
			}
		}
	}
	const sentences = {
		yes: 'The answer was lost, but the change did arrive',
		no: 'The change did not arrive',
		unknown: 'The answer was lost, and whether the change arrived is not known',
	};
	return new ClusterError(error.reason, `${sentences[arrived]} (${error.message})`, {
		arrived,
		current,
		cause: error,
		hint: arrived === 'unknown' ? 'Look at the object before you try again.' : undefined,
	});
}
