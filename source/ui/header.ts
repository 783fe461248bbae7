import type {Board} from '../board/board.ts';
import {clockBehind, clockTime} from '../format/time.ts';
import {cutEnd, cutMiddle, cutStart} from '../format/width.ts';
import type {Scope, State} from '../state/state.ts';
import {ends, type Piece} from './frame.ts';
import {overallFreshness} from './freshness.ts';
import type {Painter} from './painter.ts';

/** The first line, and in the sandbox its banner: where am I, is it fresh, what is rolling, what is stuck. */
export function headerLines(state: State, board: Board, painter: Painter): readonly string[] {
	const {columns} = state.size;
	// Nothing of this may be so long that it is not seen how fresh all of it is.
	const room = Math.max(12, Math.floor(columns / 4));
	const context = cutStart(state.scope.context, room, {ascii: painter.ascii});
	const namespace = cutMiddle(place(state.scope), room, {ascii: painter.ascii});
	const freshness = overallFreshness(state, painter);
	const tally = board.tally();
	const counts: Piece[] = [
		{text: `   ${tally.all} ${tally.all === 1 ? 'deployment' : 'deployments'}`},
		...(tally.moving > 0 ? [{text: `  ${tally.moving} rolling`, role: 'moving' as const}] : []),
		...(tally.waiting > 0 ? [{text: `  ${tally.waiting} waiting`, role: 'waiting' as const}] : []),
		...(tally.stuck > 0 ? [{text: `  ${tally.stuck} stuck`, role: 'failed' as const}] : []),
	];
	// None that were ever listed are not none.
	const isCounted = state.link.phase === 'connected' && (tally.all > 0 || state.freshness.deployments.phase === 'live');
	const clock: readonly Piece[] = [
		...(state.clockSkew === 0
			? []
			: [{text: `  clock here ${clockBehind(state.clockSkew)}`, role: 'waiting' as const}]),
		{text: ` ${clockTime(state.now)} `, muted: true},
	];
	const left: Piece[] = [
		{text: ' '},
		{text: context, bold: true},
		{text: '  '},
		{text: namespace, bold: true},
		...(state.readOnly ? [{text: '  read-only', role: 'paused' as const}] : []),
		{text: '  '},
		freshness,
		...(state.scope.selector === undefined
			? []
			: [{text: `  -l ${cutEnd(state.scope.selector, room, {ascii: painter.ascii})}`}]),
		...(isCounted ? counts : []),
	];
	const line = ends(left, clock, columns, painter);
	return state.sandbox
		? [painter.banner(` SANDBOX  a practice cluster on this machine `.padEnd(columns)), line]
		: [line];
}

function place({namespace, readable}: Scope): string {
	if (namespace !== undefined) return namespace;
	if (readable === undefined) return 'all namespaces';
	return readable.length === 1 ? `${readable[0]} only` : `${readable.length} namespaces only`;
}
