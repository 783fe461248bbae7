import type {PaneId} from '../state/state.ts';

/** How many rows each pane of the deck has for its objects, its rule not counted; absent: the pane is not drawn. */
export type DeckLayout = {readonly [P in PaneId]?: number};

/** Rows a pane keeps before the others may grow; Endpoints tells enough in its rule. */
const least: {readonly [P in PaneId]: number} = {deployments: 3, replicasets: 2, endpoints: 0, pods: 3};
/** Who gives way first when even that is too much, and who grows first when there is room. */
const givesWay: readonly PaneId[] = ['endpoints', 'replicasets', 'pods', 'deployments'];
const grows: readonly PaneId[] = ['deployments', 'pods', 'replicasets', 'endpoints'];

/**
 * Shares the rows of the deck. Every pane gets its few rows, the focused one as many as it can use, then the others.
 * @param rows all rows there are for the panes, rules included
 * @param wanted how many objects each pane has
 */
export function layoutDeck(
	rows: number,
	wanted: {readonly [P in PaneId]: number},
	focus: PaneId,
	zoomed: boolean,
): DeckLayout {
	if (zoomed) return {[focus]: Math.max(0, rows - 1)};
	const panes = Object.keys(least) as PaneId[];
	let room = rows - panes.length;
	const share: Record<PaneId, number> = {deployments: 0, replicasets: 0, endpoints: 0, pods: 0};
	// An empty pane has one row, for the sentence that says why.
	const want = (pane: PaneId) => (pane === 'endpoints' ? wanted[pane] : Math.max(1, wanted[pane]));
	const give = (pane: PaneId, most: number) => {
		const more = Math.max(0, Math.min(room, most - share[pane]));
		share[pane] += more;
		room -= more;
	};
	for (const pane of [...givesWay].reverse()) give(pane, Math.min(1, want(pane), least[pane]));
	for (const pane of grows) give(pane, Math.min(want(pane), least[pane]));
	give(focus, Math.min(want(focus), share[focus] + Math.ceil((room * 2) / 3)));
	for (const pane of grows) give(pane, want(pane));
	give(focus, want(focus));
	return share;
}
