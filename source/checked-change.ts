import type {AccessQuery} from './cluster/access.ts';
import type {Action, Plan, ReadyPlan} from './commands/action.ts';
import type {JsonPatchOperation, ObjectMeta} from './objects.ts';
import {type ConfigReference, configWarnings} from './rollout/config.ts';
import type {Target, TargetCheck} from './state/dialog.ts';

/** The part of the gate that needs no screen: what is asked before a change, and what is written down about it. */

/** One change as it goes to the server. */
export interface ChangeRequest {
	readonly target: Target;
	readonly subresource?: 'scale';
	readonly operations: readonly JsonPatchOperation[];
}

/** What a change asks of the cluster. Every function that fails throws an Error whose message is a sentence. */
export interface ChangeCalls {
	mayI(query: AccessQuery): Promise<'yes' | 'no' | 'unknown'>;
	/** Throws where the server would refuse. `not-checked`: a webhook cannot do dry runs; `no-answer`: nobody said anything. */
	dryRun(request: ChangeRequest): Promise<'accepted' | 'not-checked' | 'no-answer'>;
	/** Throws where the server refused, and where the answer was lost; `arrived` tells what became of it then. */
	apply(request: ChangeRequest): Promise<void>;
	/** The metadata alone of a config map or secret: null where there is none, undefined where it may not be read. */
	readMetadata(namespace: string, reference: ConfigReference): Promise<ObjectMeta | null | undefined>;
	/** Writes one line about a change to the audit file. */
	audit(entry: Readonly<Record<string, string>>): void;
}

/** An error of `apply`, as ClusterError has it: `conflict` where the object is not what was shown. */
export interface ApplyFailure extends Error {
	readonly reason?: string;
	readonly arrived?: 'yes' | 'no' | 'unknown';
}

/** May this person do it, and would the server take it? Never throws: `error` is what the dry run threw. */
export async function checkChange(
	calls: ChangeCalls,
	action: Action,
	target: Target,
	plan: Plan,
): Promise<TargetCheck & {readonly error?: unknown}> {
	const query = {...action.access, namespace: target.namespace, name: target.name};
	const access = await calls.mayI(query).catch(() => 'unknown' as const);
	if (access === 'no') {
		return {
			access,
			dryRun: undefined,
			why: `You may not ${query.verb} ${resourceOf(query)} in ${target.namespace}: ask whoever gives rights there for it.`,
		};
	}
	if (plan.kind === 'refused') return {access, dryRun: undefined, why: plan.sentence};
	try {
		const [dryRun, warnings] = await Promise.all([
			calls.dryRun(requestOf(target, plan)),
			warningsOf(calls, target.namespace, plan),
		]);
		return {access, dryRun, why: undefined, warnings};
	} catch (error) {
		return {access, dryRun: 'refused', why: sentenceOf(error, target), error};
	}
}

/** What the change does not bring back: the config maps and secrets that its template names, where they are younger than it. */
async function warningsOf(calls: ChangeCalls, namespace: string, {leaves}: ReadyPlan): Promise<readonly string[]> {
	if (!leaves) return [];
	const {references, since} = leaves;
	const found = new Map(
		await Promise.all(
			references.map(async (reference) => {
				const metadata = await calls.readMetadata(namespace, reference).catch(() => undefined);
				return [reference, metadata] as const;
			}),
		),
	);
	return configWarnings(references, since, (reference) => found.get(reference));
}

/** What became of a change. `conflict`: the object is not what was shown, so nothing was changed. */
export type Made =
	| {readonly outcome: 'done'}
	| {readonly outcome: 'failed' | 'conflict' | 'unknown'; readonly sentence: string; readonly error: unknown};

const changedMeanwhile = 'It was changed meanwhile, so nothing was done: look at what is there now.';

/** Sends a change and writes it down, whatever becomes of it. Never throws. */
export async function makeChange(calls: ChangeCalls, action: Action, target: Target, plan: ReadyPlan): Promise<Made> {
	const entry = {
		object: `deployment/${target.name}`,
		namespace: target.namespace,
		uid: target.uid,
		action: action.id,
		change: plan.summary,
	};
	try {
		await calls.apply(requestOf(target, plan));
	} catch (error) {
		const {reason, arrived} = error as ApplyFailure;
		// Where only the answer was lost, it is a change like any other.
		if (arrived !== 'yes') {
			const sentence = sentenceOf(error, target);
			const outcome = arrived === 'unknown' ? 'unknown' : 'failed';
			calls.audit({...entry, outcome, why: sentence});
			return reason === 'conflict'
				? {outcome: 'conflict', sentence: changedMeanwhile, error}
				: {outcome, sentence, error};
		}
	}
	calls.audit({...entry, outcome: 'applied'});
	return {outcome: 'done'};
}

function requestOf(target: Target, plan: ReadyPlan): ChangeRequest {
	return {
		target,
		operations: plan.operations,
		...(plan.subresource && {subresource: plan.subresource}),
	};
}

function resourceOf({resource, subresource}: Pick<AccessQuery, 'resource' | 'subresource'>): string {
	return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function sentenceOf(error: unknown, {name}: Target): string {
	if ((error as ApplyFailure).reason === 'not-found')
		return `${name} was deleted meanwhile: there is nothing to change.`;
	return error instanceof Error ? error.message : String(error);
}
