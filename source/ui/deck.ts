import type {Board} from '../board/board.ts';
import {lookOf} from '../board/columns.ts';
import {age} from '../format/age.ts';
import {width} from '../format/width.ts';
import type {Deployment, KindId, KubeObject} from '../objects.ts';
import type {ServiceEndpoints} from '../resources/service-endpoints.ts';
import {type PaneId, paneIds, type Scope, type State} from '../state/state.ts';
import {rule, wrap} from './frame.ts';
import {isStale, paneFreshness, titled} from './freshness.ts';
import {type DrawnRows, type GridRow, grid} from './grid.ts';
import {layoutDeck} from './layout.ts';
import {type Painter, plain} from './painter.ts';
import {whyLines} from './why.ts';

/**
 * What the screen remembers between two frames: widths grow and never jitter, and a list stays where it is while rows come
 * and go above it. It belongs to the drawing, not to the state: it depends on the size of the window.
 */
export interface ScreenMemory {
	readonly widths: {readonly [P in PaneId]: Map<string, number>};
	readonly drawn: {readonly [P in PaneId]: DrawnRows};
	/** Rows that a page is in the focused pane. */
	page: number;
	readonly scroll: {[P in PaneId]: {top: number; cursor: string | undefined; index: number}};
}

export function createScreenMemory(): ScreenMemory {
	const scroll = () => ({top: 0, cursor: undefined, index: 0});
	return {
		widths: {deployments: new Map(), replicasets: new Map(), endpoints: new Map(), pods: new Map()},
		drawn: {deployments: new WeakMap(), replicasets: new WeakMap(), endpoints: new WeakMap(), pods: new WeakMap()},
		page: 1,
		scroll: {deployments: scroll(), replicasets: scroll(), endpoints: scroll(), pods: scroll()},
	};
}

const titles: {readonly [P in PaneId]: string} = {
	deployments: '1 Deployments',
	replicasets: '2 ReplicaSets',
	endpoints: '3 Endpoints',
	pods: '4 Pods',
};

/** The kinds that a pane's rows are made of: its title tells how fresh the worst of them is. */
const kindsOf: {readonly [P in PaneId]: readonly KindId[]} = {
	deployments: ['deployments'],
	replicasets: ['replicasets'],
	endpoints: ['services', 'endpointslices'],
	pods: ['pods'],
};

/** From here on panes 2 and 3 stand side by side. */
const wideScreen = 140;

/** The deck's lines: as many as `rows`, each at most the window's width. */
export function deckLines(
	state: State,
	board: Board,
	rows: number,
	memory: ScreenMemory,
	painter: Painter,
): readonly string[] {
	const {columns} = state.size;
	if (state.notice !== undefined) return wrap(state.notice, columns - 2, painter).map((line) => ` ${line}`);
	const subject = board.subject(state);
	const why =
		state.zoomed || rows <= 16
			? []
			: whyLines(subject && board.facts(subject.metadata.uid), subject, columns, painter, state.now);
	const sideBySide = columns >= wideScreen && !state.zoomed;
	const input: PaneInput = {state, board, memory, painter, subject};
	const wanted = Object.fromEntries(
		paneIds.map((pane) => [
			pane,
			board.count(pane).shown + (state.panes[pane].ghost ? 1 : 0) || emptyLines(input, pane, columns).length,
		]),
	) as {readonly [P in PaneId]: number};
	const middle = Math.max(wanted.replicasets, wanted.endpoints);
	const layout = layoutDeck(
		rows - why.length + (sideBySide ? 1 : 0),
		sideBySide ? {...wanted, replicasets: middle, endpoints: 0} : wanted,
		sideBySide && state.focus === 'endpoints' ? 'replicasets' : state.focus,
		state.zoomed,
	);
	memory.page = Math.max(
		1,
		(sideBySide && state.focus === 'endpoints' ? layout.replicasets : layout[state.focus]) ?? 1,
	);
	const draw = (pane: PaneId, height: number | undefined, cells: number) =>
		height === undefined ? [] : paneLines(input, pane, height, cells);

	if (sideBySide) {
		const left = Math.floor((columns - 1) / 2);
		const height = layout.replicasets ?? 0;
		const pair = beside(
			draw('replicasets', height, left),
			draw('endpoints', height, columns - left - 1),
			left,
			painter,
		);
		return [
			...draw('deployments', layout.deployments, columns),
			...why,
			...pair,
			...draw('pods', layout.pods, columns),
		];
	}
	return [
		...draw('deployments', layout.deployments, columns),
		...why,
		...draw('replicasets', layout.replicasets, columns),
		...draw('endpoints', layout.endpoints, columns),
		...draw('pods', layout.pods, columns),
	];
}

/** A longer title (a filter, a staleness) may hide headings rather than push the columns apart. */
const mostTitleWidth = 22;

interface PaneInput {
	readonly state: State;
	readonly board: Board;
	readonly memory: ScreenMemory;
	readonly painter: Painter;
	readonly subject: Deployment | undefined;
}

/** A pane's rule and its rows, filled up to `height` rows. */
function paneLines(input: PaneInput, pane: PaneId, height: number, columns: number): readonly string[] {
	const {state, board, memory, painter} = input;
	const focused = state.focus === pane;
	const shown = visibleRows(input, pane, height);
	const stale = kindsOf[pane].some((kind) => isStale(state.freshness[kind]));
	const rows = shown.rows.map((row): GridRow => ({...row, dimmed: stale || row.dimmed}));
	const title = paneTitle(input, pane, shown.top, rows.length);
	const {headings, lines} = grid({
		look: lookOf(pane),
		place: state.wide || columns >= wideScreen ? 'deck-wide' : 'deck',
		context: board.context,
		rows,
		columns,
		painter,
		titleWidth: Math.min(mostTitleWidth, width(title)),
		widths: memory.widths[pane],
		drawn: memory.drawn[pane],
	});
	const body = lines.length > 0 || height === 0 ? lines : emptyLines(input, pane, columns);
	const filled = body.slice(0, height);
	while (filled.length < height) filled.push('');
	return [rule(title, rows.length > 0 ? headings : [], columns, focused, painter), ...filled];
}

interface VisibleRows {
	readonly top: number;
	readonly rows: readonly GridRow[];
}

/** The window of rows around the cursor; a ghost stands where its object was. */
function visibleRows({state, board, memory}: PaneInput, pane: PaneId, height: number): VisibleRows {
	const {cursor, ghost} = state.panes[pane];
	const all = board.count(pane).shown + (ghost ? 1 : 0);
	const index = ghost
		? Math.min(ghost.index, all - 1)
		: cursor === undefined
			? 0
			: Math.max(0, board.indexOf(pane, cursor));
	const scroll = memory.scroll[pane];
	// Rows that came or went above the cursor move the window, not the cursor's row on the screen.
	if (scroll.cursor === cursor && cursor !== undefined && scroll.top > 0) scroll.top += index - scroll.index;
	scroll.cursor = cursor;
	scroll.index = index;
	scroll.top = Math.min(Math.max(scroll.top, index - Math.max(1, height) + 1, 0), index, Math.max(0, all - height));
	const {top} = scroll;
	const focused = state.focus === pane;
	const row = (object: KubeObject, at: number): GridRow => ({
		object,
		// The subject stays marked as such while another pane has the keys.
		selected: at === index && (focused || pane === 'deployments'),
		marked: pane === 'deployments' && state.marks.has(object.metadata.uid),
		dimmed: false,
	});
	if (!ghost) return {top, rows: board.rows(pane, top, height).map((object, offset) => row(object, top + offset))};
	const objects = board.rows(pane, Math.max(0, top - (index < top ? 1 : 0)), height);
	const rows = objects.map((object, offset) => row(object, top + offset + (top + offset >= index ? 1 : 0)));
	const what =
		ghost.why === 'deleted' ? `deleted ${age(state.now - ghost.at)} ago` : 'does not match the filter any more';
	rows.splice(index - top, 0, {object: ghost.object, selected: true, marked: false, dimmed: true, instead: what});
	return {top, rows: rows.slice(0, height)};
}

function paneTitle({state, board, painter}: PaneInput, pane: PaneId, top: number, drawn: number): string {
	const {shown, all} = board.count(pane);
	const {filter, sort} = state.panes[pane];
	const parts = [titles[pane]];
	if (drawn > 0 && drawn < shown) parts.push(`${top + 1}${painter.ascii ? '-' : '–'}${top + drawn} of ${shown}`);
	else parts.push(String(shown));
	if (filter !== '') parts.push(`/${filter} (${all - shown} hidden)`);
	if (sort.column !== 'ATTENTION' || sort.descending)
		parts.push(`by ${sort.column.toLowerCase()}${sort.descending ? ', reversed' : ''}`);
	if (pane === 'deployments' && state.marks.size > 0) parts.push(markCount(state, board));
	if (pane === 'endpoints' && drawn === 0 && shown > 0)
		parts.push(...board.rows(pane, 0, 2).map((row) => endpointSummary(row as ServiceEndpoints, painter)));
	if (pane !== 'deployments' && state.showAll) parts.push('all');
	const freshness = kindsOf[pane]
		.map((kind) => paneFreshness(state.freshness[kind], shown, painter))
		.find((text) => text !== undefined);
	return titled(parts.filter(Boolean).join(' '), freshness, painter);
}

/** `3 marked, 1 hidden by the filter`: a change to rows that are not seen must be no surprise. */
function markCount(state: State, board: Board): string {
	const hidden = [...state.marks].filter((uid) => board.indexOf('deployments', uid) < 0).length;
	return hidden > 0 ? `${state.marks.size} marked, ${hidden} hidden` : `${state.marks.size} marked`;
}

function endpointSummary({metadata, ready, notReady, draining}: ServiceEndpoints, {signs}: Painter): string {
	return `${signs.dot} ${metadata.name} ${ready} ready ${signs.dot} ${notReady} not ready ${signs.dot} ${draining} draining`;
}

/** What a pane without rows has to say. */
function emptyLines(input: PaneInput, pane: PaneId, columns: number): readonly string[] {
	const sentence = emptySentence(input, pane);
	const {painter} = input;
	return sentence === '' ? [] : wrap(sentence, columns - 4, painter).map((line) => painter.muted(`  ${line}`));
}

function emptySentence({state, board, subject}: PaneInput, pane: PaneId): string {
	const [kind] = kindsOf[pane];
	const freshness = kind && state.freshness[kind];
	if (freshness && (freshness.phase === 'denied' || freshness.phase === 'absent')) return freshness.why;
	// Nothing was ever seen: why not is all there is to say.
	if (freshness?.phase === 'stale' && !freshness.complete) return freshness.why;
	// Of all kinds for the same reason: said once.
	if (freshness?.phase === 'signed-out' && pane === 'deployments') return freshness.why;
	if (freshness && freshness.phase !== 'live') return '';
	if (board.count(pane).all > 0) return `Nothing here matches /${state.panes[pane].filter}: esc shows all again.`;
	if (pane === 'deployments') {
		const {selector} = state.scope;
		if (selector !== undefined)
			return `No Deployments with -l ${selector} ${place(state.scope)}: others are not shown.`;
		return `No Deployments ${place(state.scope)}. Type :ns to go to another namespace; StatefulSets and DaemonSets are not shown here.`;
	}
	if (!subject && !state.showAll) return state.panes.deployments.ghost?.why === 'deleted' ? 'It was deleted.' : '';
	switch (pane) {
		case 'replicasets':
			return 'The controller has made no ReplicaSet yet.';
		case 'endpoints':
			return 'No Service selects these pods.';
		case 'pods':
			return 'No pods.';
	}
}

function place({namespace, readable}: Scope): string {
	if (namespace !== undefined) return `in ${namespace}`;
	return readable === undefined ? 'in this cluster' : `in ${readable.join(', ')}, which is all you may read`;
}

/** Two panes side by side, cut to their widths. */
function beside(
	left: readonly string[],
	right: readonly string[],
	leftWidth: number,
	painter: Painter,
): readonly string[] {
	return left.map(
		(line, index) => `${padPainted(line, leftWidth)}${painter.muted(painter.signs.bar)}${right[index] ?? ''}`,
	);
}

function padPainted(line: string, cells: number): string {
	const missing = cells - width(plain(line));
	return missing > 0 ? line + ' '.repeat(missing) : line;
}
