import {parseDuration} from './duration.ts';
import {converted, isOn, type Settings, text} from './settings.ts';
import type {FlagName} from './table.ts';
import {either, UsageError} from './usage-error.ts';

/** The commands about the rollout of one Deployment. */
export type RolloutCommand = StatusCommand | HistoryCommand | DiffCommand | ChangeCommand;

/** How a rollout is followed to its end. */
export interface Waiting {
	/** Milliseconds; 0: for as long as it takes. */
	readonly timeoutMs: number;
	/** A cause that does not heal by itself ends it as a failure. */
	readonly failFast: boolean;
}

export type RolloutOutput = 'text' | 'json';

/** How a rollout stands, once or to its end. */
export interface StatusCommand {
	readonly name: 'status';
	readonly deployment: string;
	readonly output: RolloutOutput;
	/** undefined: look once. */
	readonly wait: Waiting | undefined;
	readonly failFast: boolean;
	/** The revision that has to be the one that rolls. */
	readonly revision: number | undefined;
}

export interface HistoryCommand {
	readonly name: 'history';
	readonly deployment: string;
	readonly output: RolloutOutput;
}

/** What differs between two revisions. */
export interface DiffCommand {
	readonly name: 'diff';
	readonly deployment: string;
	readonly output: RolloutOutput;
	/** undefined: the one before `to`. */
	readonly from: number | undefined;
	/** undefined: the present template. */
	readonly to: number | undefined;
}

/** What goes with every change. */
export interface Change {
	readonly deployment: string;
	readonly dryRun: boolean;
	/** Do not ask; `name`: as if this had been typed where the Deployment's name has to be typed. */
	readonly yes: boolean;
	readonly confirm: string | undefined;
	/** undefined: do not follow the rollout. */
	readonly wait: Waiting | undefined;
}

export type ChangeCommand = Change &
	(
		| {readonly name: 'undo'; readonly toRevision: number | undefined}
		| {readonly name: 'scale'; readonly replicas: number}
		| {readonly name: 'restart' | 'pause' | 'resume'}
	);

/** @throws {UsageError} Values that cannot be meant, and flags that need another beside them. */
export function readRolloutCommand(
	name: RolloutCommand['name'],
	deployment: string,
	settings: Settings,
): RolloutCommand {
	const number = (flag: FlagName) => converted(settings, flag, parseNumber, 'a whole number up to 999999999');
	const wait = readWaiting(settings);
	const change: Change = {
		deployment,
		dryRun: isOn(settings, 'dry-run') ?? false,
		yes: isOn(settings, 'yes') ?? false,
		confirm: text(settings, 'confirm'),
		wait,
	};
	switch (name) {
		case 'status': {
			const failFast = isOn(settings, 'fail-fast') ?? false;
			return {name, deployment, output: readOutput(settings), wait, failFast, revision: number('revision')};
		}
		case 'history':
			return {name, deployment, output: readOutput(settings)};
		case 'diff':
			return {name, deployment, output: readOutput(settings), from: number('from'), to: number('to')};
		case 'undo':
			return {...change, name, toRevision: number('to-revision')};
		case 'scale': {
			const replicas = number('replicas');
			if (replicas === undefined)
				throw new UsageError(`Say how many pods are wanted: rolldeck scale deployment/${deployment} --replicas 3.`);
			return {...change, name, replicas};
		}
		case 'restart':
		case 'pause':
		case 'resume':
			return {...change, name};
	}
}

function readWaiting(settings: Settings): Waiting | undefined {
	const timeoutMs = converted(settings, 'timeout', parseDuration, 'a time such as 30s, 5m or 0') ?? 0;
	if (isOn(settings, 'wait')) return {timeoutMs, failFast: isOn(settings, 'fail-fast') ?? false};
	if (settings.get('timeout')?.onCommandLine)
		throw new UsageError('--timeout is how long to wait: add --wait, or leave it out.');
	return undefined;
}

const outputs: readonly RolloutOutput[] = ['text', 'json'];

/** A variable that speaks of tables means `rolldeck get`. */
function readOutput(settings: Settings): RolloutOutput {
	const written = text(settings, 'output');
	const output = outputs.find((known) => known === written);
	if (output !== undefined) return output;
	if (settings.get('output')?.onCommandLine)
		throw new UsageError(`--output may be ${either(outputs)} here, not ${written}.`);
	return 'text';
}

function parseNumber(written: string): number | undefined {
	return /^\d{1,9}$/.test(written) ? Number(written) : undefined;
}
