import type {Board} from '../board/board.ts';
import type {Action, DialogRow, Plan} from '../commands/action.ts';
import {findAction} from '../commands/actions/index.ts';
import type {Deployment} from '../objects.ts';
import {type Dialog, whyUnchecked} from '../state/dialog.ts';
import {blocker, planFor, typeFirst} from './plans.ts';

/** What a dialog says, as things stand now. */
export interface DialogView {
	/** `Undo checkout`. */
	readonly title: string;
	readonly rows: readonly DialogRow[];
	/** What Enter does, or why it does nothing yet. */
	readonly enter: string | undefined;
	readonly blocked: string | undefined;
	readonly keyHints: readonly string[];
	/** The same at a shell. */
	readonly kubectl: string | undefined;
}

/** Everything the dialog shows, from the dialog and the objects as they are now. Pure. */
export function dialogView(dialog: Dialog, board: Board, now: number): DialogView {
	const action = findAction(dialog.action);
	const plans = dialog.targets.map((target) => planFor(dialog, target, board, now));
	const [plan] = plans;
	const [target] = dialog.targets;
	const several = dialog.targets.length > 1;
	const subject = several ? `${dialog.targets.length} Deployments` : (target?.name ?? '');
	const required = typeFirst(dialog, board, now);
	const ready = plan?.kind === 'ready' ? plan : undefined;
	return {
		title: `${titleVerb(action, board.objects.deployments.get(target?.uid ?? ''))} ${subject}${several ? '' : ` in ${target?.namespace}`}`,
		rows: [
			...(several ? targetRows(dialog, plans) : []),
			...(several ? (plan?.rows ?? []).filter(({label}) => label === 'replicas') : (plan?.rows ?? [])),
			...checkRows(dialog, several),
			...(required === undefined
				? []
				: [{label: 'type', text: `${required} to go on: ${dialog.typed}█`, role: 'failed' as const}]),
			...(several ? [] : resultRows(dialog)),
		],
		enter: ready?.enter,
		blocked: blocker(dialog, board, now),
		keyHints: action.keyHints ?? [],
		kubectl: ready && target ? `kubectl -n ${target.namespace} ${ready.kubectl}` : undefined,
	};
}

function titleVerb(action: Action, deployment: Deployment | undefined): string {
	if (action.id !== 'pause') return action.verb;
	return deployment?.spec.paused ? 'Resume' : 'Pause';
}

function targetRows(dialog: Dialog, plans: readonly Plan[]): DialogRow[] {
	const isAcross = new Set(dialog.targets.map(({namespace}) => namespace)).size > 1;
	return dialog.targets.map((target, index): DialogRow => {
		const plan = plans[index];
		const result = dialog.results[index];
		const check = dialog.checks[index];
		const what = plan?.kind === 'ready' ? plan.summary : (plan?.sentence ?? '');
		const state = result ? result.sentence : (check?.why ?? '');
		const failed =
			plan?.kind === 'refused' ||
			result?.outcome === 'failed' ||
			result?.outcome === 'unknown' ||
			check?.why !== undefined;
		return {
			label: '',
			text: [`${isAcross ? `${target.namespace}/` : ''}${target.name}  ${what}`, state === what ? '' : state]
				.filter(Boolean)
				.join('  '),
			...(failed ? {role: 'failed'} : result?.outcome === 'done' ? {role: 'ok'} : {}),
		};
	});
}

function checkRows(dialog: Dialog, several: boolean): DialogRow[] {
	if (dialog.phase !== 'asking') return [];
	if (several) return severalRow(dialog);
	const [check] = dialog.checks;
	const rows = (check?.warnings ?? []).map((text): DialogRow => ({label: 'careful', text, role: 'waiting'}));
	if (dialog.changedUnder)
		rows.push({label: 'changed', text: 'it changed while you looked: this is how it is now', role: 'waiting'});
	if (check?.why !== undefined) rows.push({label: 'refused', text: check.why, role: 'failed'});
	else if (check?.dryRun === 'accepted')
		rows.push({label: 'checked', text: 'the server accepts it (dry run)', role: 'ok', minor: true});
	else if (check?.dryRun !== undefined)
		rows.push({label: 'checked', text: `not checked: ${whyUnchecked([check])}`, role: 'waiting'});
	else rows.push({label: 'checked', text: 'asking the server …', role: 'muted'});
	return rows;
}

/** Each refusal stands in its object's own row: one line tells of all that there is none, or what to do. */
function severalRow({checks}: Dialog): DialogRow[] {
	if (checks.some(({why}) => why !== undefined)) {
		const text = 'nothing is sent while one of them is refused: leave, and unmark it (space) for the others';
		return [{label: 'refused', text, role: 'failed'}];
	}
	if (checks.some(({dryRun}) => dryRun === undefined))
		return [{label: 'checked', text: 'asking the server …', role: 'muted'}];
	return checks.every(({dryRun}) => dryRun === 'accepted')
		? [{label: 'checked', text: 'the server accepts all of them (dry run)', role: 'ok', minor: true}]
		: [{label: 'checked', text: `not all checked: ${whyUnchecked(checks)}`, role: 'waiting'}];
}

function resultRows(dialog: Dialog): DialogRow[] {
	return dialog.results.map(
		({outcome, sentence}): DialogRow => ({
			label: outcome === 'failed' ? 'refused' : '',
			text: sentence,
			role: outcome === 'asking' ? 'moving' : outcome === 'done' ? 'ok' : 'failed',
		}),
	);
}
