import {age} from '../../format/age.ts';
import {shortImage} from '../../format/image.ts';
import type {Deployment} from '../../objects.ts';
import {configReferences} from '../../rollout/config.ts';
import {mask, maskValue} from '../../rollout/credentials.ts';
import {history, type RevisionEntry} from '../../rollout/history.ts';
import {describeChange} from '../../rollout/template-diff.ts';
import {planUndo} from '../../rollout/undo.ts';
import type {Action, DialogRow, PlanContext} from '../action.ts';

/** So many changes are told before somebody asks for all. */
const mostChanges = 6;

export interface UndoInput {
	/** Undefined: the previous revision, whichever that is when Enter is pressed. */
	readonly revision: number | undefined;
	/** All changes, one a line, instead of the first few on one. */
	readonly whole: boolean;
	/** Show what looks like a credential. */
	readonly reveal: boolean;
}

/** Goes back as `kubectl rollout undo` does (reference 1c), guarded by tests of uid, template and annotations. */
export const undo: Action<UndoInput> = {
	id: 'undo',
	verb: 'Undo',
	access: {verb: 'patch', group: 'apps', resource: 'deployments'},
	keyHints: ['↑ ↓ revision', 'd whole diff', 'x show masked'],

	start: (_deployment, _context, argument) => ({
		revision: argument !== undefined && /^\d+$/.test(argument) ? Number(argument) : undefined,
		whole: false,
		reveal: false,
	}),

	plan(deployment, input, context) {
		const facts = context.board.facts(deployment.metadata.uid);
		if (!facts) return {kind: 'refused', sentence: 'Its revisions are still being listed: wait a moment.', rows: []};
		const replicaSets = context.board.objects.replicasets.ownedBy(deployment.metadata.uid);
		const plan = planUndo(deployment, replicaSets, input.revision);
		const entries = history(deployment, replicaSets);
		const chosen = plan.kind === 'ready' ? plan.target.number : input.revision;
		const revisions = context.count > 1 ? [] : revisionRows(entries, chosen, context.now);
		if (plan.kind === 'refused') return {kind: 'refused', sentence: plan.sentence, rows: revisions};

		const changes = plan.changes.map((change) => describeChange(change, {reveal: input.reveal}));
		const show = (key: string, value: string) => (input.reveal ? value : maskValue(key, value));
		const annotations = plan.annotations.map(({key, before, after}) => {
			const old = before === undefined ? 'none' : show(key, before);
			return `annotation ${key}: ${old} → ${after === undefined ? 'removed' : show(key, after)}`;
		});
		const masked = [...changes, ...annotations].some((text) => text.includes(mask));
		return {
			kind: 'ready',
			operations: plan.patch,
			summary: `${facts.revision ?? 'present template'} → ${plan.target.number}`,
			kubectl: `rollout undo deployment/${deployment.metadata.name} --to-revision=${plan.target.number}`,
			enter: `go back to ${plan.target.number}`,
			doing: `going back to ${plan.target.number}`,
			done: `back at ${plan.target.number}`,
			until: 'complete',
			leaves: {
				references: configReferences(plan.target.replicaSet.spec.template ?? {}),
				since: plan.target.createdAt,
			},
			rows: [
				...revisions,
				...labelled(
					'forward',
					plan.goesForward ? ['it is younger than the present template: this undoes an undo'] : [],
				),
				...labelled('changes', input.whole ? changes : joined(changes)),
				...(masked
					? [{label: '', text: 'values that look like credentials are masked: x shows them', minor: true}]
					: []),
				...labelled('replaces', input.whole ? annotations : joined(annotations)),
				...labelled('keeps', [plan.keeps]).map((row) => ({...row, minor: true})),
				...labelled('careful', plan.warnings).map((row): DialogRow => ({...row, role: 'waiting'})),
			],
		};
	},

	key(key, input, deployment, context) {
		switch (key) {
			case 'd':
				return {...input, whole: !input.whole};
			case 'x':
				return {...input, reveal: !input.reveal};
			case 'up':
			case 'k':
				return move(deployment, input, context, -1);
			case 'down':
			case 'j':
				return move(deployment, input, context, 1);
			default:
				return undefined;
		}
	},
};

function move(deployment: Deployment, input: UndoInput, {board}: PlanContext, by: number): UndoInput {
	const replicaSets = board.objects.replicasets.ownedBy(deployment.metadata.uid);
	const choices = history(deployment, replicaSets).filter(({current}) => !current);
	const plan = planUndo(deployment, replicaSets, input.revision);
	const present = plan.kind === 'ready' ? plan.target.number : input.revision;
	const index = choices.findIndex(({number}) => number === present);
	const next = choices[Math.min(choices.length - 1, Math.max(0, index + by))];
	return next ? {...input, revision: next.number} : input;
}

function revisionRows(
	entries: readonly RevisionEntry[],
	chosen: number | undefined,
	now: number,
): readonly DialogRow[] {
	const past = entries.filter(({current}) => !current);
	if (past.length === 0) return [];
	const cells = past.map(({number, createdAt, replicaSet, images, changeCause, pods}) => [
		String(number),
		age(now - createdAt),
		`…${replicaSet.metadata.name.split('-').at(-1)}`,
		images.map(shortImage).join(', '),
		pods > 0
			? `${pods} ${pods === 1 ? 'pod' : 'pods'} still running`
			: changeCause === undefined
				? ''
				: `"${changeCause}"`,
	]);
	const headings = ['REV', 'AGE', 'REPLICASET', 'IMAGE', 'CHANGE CAUSE'];
	const widths = headings.map((heading, column) =>
		Math.max(heading.length, ...cells.map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: readonly string[]) =>
		row
			.map((cell, column) => (column < 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
			.join('  ')
			.trimEnd();
	return [
		{label: '', text: line(headings), role: 'muted', minor: true},
		...past.map(
			(entry, index): DialogRow => ({
				label: '',
				text: line(cells[index] ?? []),
				selected: entry.number === chosen,
				minor: entry.number !== chosen,
			}),
		),
	];
}

function labelled(label: string, texts: readonly string[]): DialogRow[] {
	return texts.map((text, index) => ({label: index === 0 ? label : '', text}));
}

/** The first few, on one line. */
function joined(texts: readonly string[]): readonly string[] {
	if (texts.length === 0) return [];
	const more = texts.length - mostChanges;
	return [[...texts.slice(0, mostChanges), ...(more > 0 ? [`${more} more: d`] : [])].join(' · ')];
}
