import {ClusterError, type ClusterErrorReason} from './cluster/errors.ts';
import {KubeconfigError} from './cluster/kubeconfig-file.ts';
import {UsageError} from './options/usage-error.ts';

/** What the process says at its end; `--help` prints these, and scripts rely on them. */
export const exitCodes = {
	0: 'all went well',
	1: 'the operation failed, or the object does not exist',
	2: 'the command line, a variable, the config file or the kubeconfig is wrong',
	3: 'the cluster cannot be reached, or does not allow it',
	124: 'the rollout had not come to its end when --timeout was over',
	130: 'ended by ctrl-c',
} as const;

export type ExitCode = keyof typeof exitCodes;

/** What was asked for cannot be done as things stand there. The message is whole sentences for a person. */
export class OperationError extends Error {
	override readonly name = 'OperationError';
}

/** The cluster could not even be asked, or said who may not. All other failures are the operation's. */
const notReachableOrNotAllowed: readonly ClusterErrorReason[] = [
	'unauthorized',
	'forbidden',
	'credentials',
	'unreachable',
	'unavailable',
	'timeout',
	'too-many-requests',
];

/** A sentence without the keys of the screen that it names in brackets: `try again (ctrl-r)`. */
export function withoutKeys(sentence: string): string {
	return sentence.replaceAll(/ \((?:ctrl-)?[a-zA-Z]\)/g, '');
}

/** What stderr says about whatever was thrown, in whole sentences, and the exit code that goes with it. */
export function failureOf(error: unknown): {readonly sentence: string; readonly code: ExitCode} {
	if (error instanceof OperationError) return {sentence: error.message, code: 1};
	if (error instanceof UsageError || error instanceof KubeconfigError) return {sentence: error.message, code: 2};
	if (error instanceof ClusterError) {
		const code = error.reason === 'aborted' ? 130 : notReachableOrNotAllowed.includes(error.reason) ? 3 : 1;
		const sentence = [`${error.message.replace(/\.$/, '')}.`, error.hint].filter(Boolean).join(' ');
		return {sentence: withoutKeys(sentence), code};
	}
	const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return {sentence: `rolldeck has failed, which it should not: please report this. ${detail}`, code: 1};
}
