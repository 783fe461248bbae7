import {applyChange, dryRunChange, readMetadata} from '../changes.ts';
import {type ChangeCalls, checkChange, makeChange} from '../checked-change.ts';
import {mayI} from '../cluster/access.ts';
import type {Connection} from '../cluster/connection.ts';
import type {Kubeconfig} from '../cluster/kubeconfig.ts';
import type {Action, Plan, PlanContext, ReadyPlan} from '../commands/action.ts';
import {pause} from '../commands/actions/pause.ts';
import {restart} from '../commands/actions/restart.ts';
import {scale} from '../commands/actions/scale.ts';
import {undo} from '../commands/actions/undo.ts';
import {readOnlySentence} from '../commands/command.ts';
import {type ExitCode, failureOf, OperationError} from '../exit.ts';
import type {Deployment} from '../objects.ts';
import {type ChangeCommand, type Options, rulesOf, UsageError} from '../options.ts';
import {whyUnchecked} from '../state/dialog.ts';
import {connected} from './connected.ts';
import type {Outlet} from './outlet.ts';
import {type OneRollout, readRollout} from './read.ts';
import {factKinds} from './rollouts.ts';
import {awaitRollout} from './wait.ts';
import {atShell, type Place} from './words.ts';

/**
 * `rolldeck undo`, `scale`, `restart`, `pause` and `resume`: the same plan, checks, precondition and audit line as in the dialogs.
 * @returns 0 changed (with `--wait`: and rolled out), 1 refused or failed, 3 not allowed or not reachable, 124 not ended in time.
 * @throws UsageError (read-only mode, nobody to ask), ClusterError, OperationError
 */
export function change(
	command: ChangeCommand,
	options: Options,
	kubeconfig: Kubeconfig,
	outlet: Outlet,
): Promise<ExitCode> {
	const {current} = kubeconfig;
	const {readOnly, confirm} = rulesOf(options, current.name);
	if (readOnly && !command.dryRun) throw new UsageError(readOnlySentence(current.name));
	mustAsk(command, confirm === 'typed', current.name, outlet);
	const {deployment: name, wait} = command;
	const place: Place = {context: current.name, namespace: current.namespace, name};

	return connected(options, kubeconfig, outlet, async (connection) => {
		const read = await readRollout(connection, current.namespace, name, outlet.signal, {
			kinds: [...factKinds, 'horizontalpodautoscalers'],
			needed: command.name === 'undo' ? ['replicasets'] : [],
		});
		const [action, plan] = planOf(command, read, outlet.now() + connection.clockSkewMs());
		if (plan.kind === 'refused') throw new OperationError(atShell(plan.sentence, place));
		const isTyped = confirm === 'typed' || plan.typeFirst !== undefined;
		const asks = mustAsk(command, isTyped, current.name, outlet);
		const {uid, namespace = ''} = read.deployment.metadata;
		const target = {uid, kind: 'Deployment', namespace, name};
		const calls = callsOf(connection, outlet);

		const check = await checkChange(calls, action, target, plan);
		if (check.why !== undefined) {
			if (check.error !== undefined) throw check.error;
			outlet.stderr.write(`${check.why}\n`);
			return 3;
		}
		const title = `${command.name} ${name} in ${namespace}, context ${current.name}: ${plan.summary}`;
		const checked =
			check.dryRun === 'accepted' ? 'the server accepts it (dry run)' : `not checked: ${whyUnchecked([check])}`;
		const warnings = check.warnings ?? [];
		const preview = previewOf(title, plan, warnings, checked, place);
		if (command.dryRun) {
			outlet.stdout.write(`${preview}Nothing was changed.\n`);
			return 0;
		}
		if (asks) {
			outlet.stderr.write(preview);
			const word = isTyped ? name : 'yes';
			if ((await outlet.ask?.(`Type ${word} to go on: `))?.trim() !== word)
				throw new OperationError('Nothing was changed.');
		} else {
			const careful = plan.rows.filter(({role}) => role === 'waiting').map(({text}) => text);
			for (const text of [...careful, ...warnings])
				outlet.stderr.write(`Careful: ${atShell(text.replace(/\.$/, ''), place)}.\n`);
		}
		const made = await makeChange(calls, action, target, plan);
		if (made.outcome !== 'done') {
			const {sentence, code} = failureOf(made.error);
			outlet.stderr.write(`${made.outcome === 'conflict' ? made.sentence : sentence}\n`);
			return code;
		}
		outlet.stdout.write(`${name}: ${plan.doing}\n`);
		return wait ? awaitRollout(connection, namespace, name, wait, outlet) : 0;
	});
}

/**
 * Whether a person has to be asked. Where the name has to be typed, `--yes` is not enough: `--confirm NAME` is.
 * @throws UsageError where nobody can be asked.
 */
function mustAsk(command: ChangeCommand, isTyped: boolean, context: string, outlet: Outlet): boolean {
	const {deployment: name, confirm, yes, dryRun} = command;
	if (confirm !== undefined && confirm !== name)
		throw new UsageError(`--confirm says ${confirm}, and the Deployment is ${name}: nothing was changed.`);
	if (dryRun || confirm !== undefined) return false;
	if (isTyped && (yes || !outlet.ask))
		throw new UsageError(
			`This change in ${context} wants the Deployment's name, not only a yes: add --confirm ${name}, or type it on a terminal.`,
		);
	if (!yes && !outlet.ask)
		throw new UsageError('There is no terminal to ask on: add --yes to change it unasked, or --dry-run to look first.');
	return !yes;
}

function planOf(command: ChangeCommand, {deployment, rollouts}: OneRollout, now: number): readonly [Action, Plan] {
	const context: PlanContext = {
		board: {
			objects: rollouts.objects,
			facts: (uid) => rollouts.facts(uid, now),
			autoscalers: (one) => rollouts.autoscalers(one),
		},
		now,
		count: 1,
	};
	switch (command.name) {
		case 'undo': {
			const input = {revision: command.toRevision, whole: true, reveal: false};
			return [undo, undo.plan(deployment, input, context)];
		}
		case 'scale':
			return [scale, scale.plan(deployment, {text: String(command.replicas), fresh: false}, context)];
		case 'restart':
			return [restart, restart.plan(deployment, {at: now}, context)];
		case 'pause':
		case 'resume':
			checkPaused(command.name, deployment);
			return [pause, pause.plan(deployment, undefined, context)];
	}
}

/** The action does what the Deployment is not; a script means one of the two. */
function checkPaused(command: 'pause' | 'resume', {metadata: {name}, spec: {paused = false}}: Deployment): void {
	if (paused === (command === 'pause'))
		throw new OperationError(`${name} is ${paused ? 'paused already' : 'not paused'}: nothing was changed.`);
}

/** What the dialog says, without what is only for its cursor and keys. */
function previewOf(
	title: string,
	{rows}: ReadyPlan,
	warnings: readonly string[],
	checked: string,
	place: Place,
): string {
	const shown = [
		...rows
			.filter(({minor, selected}) => !minor && selected !== false)
			.map(({label, text, selected}) => ({label: selected ? 'to' : label, text: text.trimStart()})),
		...warnings.map((text) => ({label: 'careful', text})),
		{label: 'checked', text: checked},
	];
	return [title, ...shown.map(({label, text}) => `  ${label.padEnd(9)} ${text}`)]
		.map((line) => `${atShell(line.replace('█', ''), place).trimEnd()}\n`)
		.join('');
}

function callsOf(connection: Connection, outlet: Outlet): ChangeCalls {
	return {
		mayI: (query) => mayI(connection, query),
		readMetadata: (namespace, reference) => readMetadata(connection, namespace, reference),
		dryRun: (request) => dryRunChange(connection, request),
		apply: (request) => applyChange(connection, request),
		audit: (entry) => outlet.audit({...entry, context: connection.context.name}),
	};
}
