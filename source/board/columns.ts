import {resources} from '../resources/index.ts';
import type {ColumnContext, Look} from '../resources/resource.ts';
import {columnsAt} from '../resources/rows.ts';
import {serviceEndpoints} from '../resources/service-endpoints.ts';
import type {PaneId, State} from '../state/state.ts';

/** What each pane shows rows of. */
export const looks: {readonly [P in PaneId]: Look} = {
	deployments: resources.deployments,
	replicasets: resources.replicasets,
	endpoints: serviceEndpoints,
	pods: resources.pods,
};

/** Sorts what needs a person first; then by name. */
export const attention = 'ATTENTION';

/** What a pane can be sorted by. */
export function sortColumns(pane: PaneId, state: Pick<State, 'scope'>): readonly string[] {
	const context: ColumnContext = {now: 0, allNamespaces: state.scope.namespace === undefined};
	return [attention, ...columnsAt(looks[pane], 'deck-wide', context).map(({heading}) => heading)];
}

/** The pane's look, as one that takes any object. */
export function lookOf(pane: PaneId): Look {
	return looks[pane];
}
