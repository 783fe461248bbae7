import type {CommandContext} from '../commands/command.ts';
import {shownHistory} from '../commands/rollout.ts';
import {age} from '../format/age.ts';
import {shortImage} from '../format/image.ts';
import {padEnd, padStart, width} from '../format/width.ts';
import type {PodTemplateSpec} from '../objects.ts';
import type {RevisionEntry} from '../rollout/history.ts';
import {describeChange, diffTemplates} from '../rollout/template-diff.ts';
import {pieces, rule, wrap} from './frame.ts';
import {isStale, paneFreshness, titled} from './freshness.ts';
import type {Painter} from './painter.ts';

const nothingKept = 'No revision is kept: revisionHistoryLimit may be 0, or its ReplicaSets are not there yet.';

/** The kept revisions of a Deployment, and what differs: of the one under the cursor to the present one, or between two marked. */
export function historyLines(context: CommandContext, rows: number, painter: Painter): readonly string[] {
	const {state, board} = context;
	const view = state.views.at(-1);
	if (view?.id !== 'history') return [];
	const {columns} = state.size;
	const deployment = board.objects.deployments.get(view.uid);
	const entries = shownHistory(context);
	if (!deployment || entries.length === 0) {
		return [
			rule('History', [], columns, true, painter),
			...wrap(nothingKept, columns - 4, painter).map((text) => `  ${text}`),
		];
	}
	const room = Math.max(3, Math.min(entries.length, Math.floor((rows - 2) / 2)));
	const top = Math.min(Math.max(0, view.cursor - room + 1), Math.max(0, entries.length - room));
	const cells = entries.map((entry) => cellsOf(entry, state.now));
	const headings = ['REV', 'AGE', 'PODS', 'IMAGE', 'BY', 'CHANGE CAUSE'];
	const widths = headings.map((heading, column) =>
		Math.max(heading.length, ...cells.map((row) => width(row[column] ?? ''))),
	);
	const align = (row: readonly string[]) =>
		row
			.map((cell, column) => (column < 3 ? padStart(cell, widths[column] ?? 0) : padEnd(cell, widths[column] ?? 0)))
			.join('  ')
			.trimEnd();
	const list = entries.slice(top, top + room).map((entry, offset) => {
		const selected = top + offset === view.cursor;
		const mark = view.marks.includes(entry.number) ? painter.signs.mark : ' ';
		const text = pieces(
			[{text: ` ${selected ? painter.signs.cursor : ' '}${mark} ${align(cells[top + offset] ?? [])}`}],
			columns,
			painter,
		);
		return selected ? painter.selected(text) : text;
	});
	const {replicasets} = state.freshness;
	const freshness = isStale(replicasets) ? paneFreshness(replicasets, 1, painter) : undefined;
	const [from, to] = compared(entries, view.marks, view.cursor);
	const diff = changes(from, to, deployment.spec.template, columns, painter);
	return [
		rule(titled(`History of ${deployment.metadata.name}`, freshness, painter), [], columns, true, painter),
		painter.muted(pieces([{text: `    ${align(headings)}`}], columns, painter)),
		...list,
		...diff,
	].slice(0, rows);
}

function cellsOf(entry: RevisionEntry, now: number): readonly string[] {
	return [
		String(entry.number),
		age(now - entry.createdAt),
		String(entry.pods),
		entry.images.map(shortImage).join(', '),
		entry.writtenBy ?? '',
		[entry.current ? 'present' : '', entry.changeCause === undefined ? '' : `"${entry.changeCause}"`]
			.filter(Boolean)
			.join(' '),
	];
}

/** Older and newer of two marked revisions; else the one under the cursor and the present template (undefined). */
function compared(
	entries: readonly RevisionEntry[],
	marks: readonly number[],
	cursor: number,
): readonly [RevisionEntry | undefined, RevisionEntry | undefined] {
	const [low, high] = [...marks].sort((a, b) => a - b).map((mark) => entries.find(({number}) => number === mark));
	return low && high ? [low, high] : [entries[cursor], undefined];
}

function changes(
	from: RevisionEntry | undefined,
	to: RevisionEntry | undefined,
	present: PodTemplateSpec,
	columns: number,
	painter: Painter,
): readonly string[] {
	if (!from) return [];
	const list = diffTemplates(from.replicaSet.spec.template ?? {}, to ? (to.replicaSet.spec.template ?? {}) : present);
	const title = `From ${from.number} to ${to ? to.number : 'the present template'}`;
	return [
		rule(title, [], columns, false, painter),
		...(list.length === 0
			? [painter.muted('   Nothing differs.')]
			: list.flatMap((change) =>
					wrap(describeChange(change), columns - 5, painter).map(
						(text, index) => `${index === 0 ? '   ' : '     '}${text}`,
					),
				)),
	];
}
