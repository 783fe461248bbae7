import {type Freshness, type PaneState, paneIds, type Scope, type State} from './state.ts';

/** The state before anything is known. */
export function initialState(options: {
	readonly scope: Scope;
	readonly size: State['size'];
	readonly now: number;
	readonly readOnly: boolean;
	readonly typedConfirm: boolean;
	readonly sandbox: boolean;
}): State {
	return {
		...options,
		clockSkew: 0,
		link: {phase: 'connecting'},
		freshness: freshnessOf({phase: 'off'}),
		version: 0,
		views: [{id: 'deck'}],
		focus: 'deployments',
		zoomed: false,
		showAll: false,
		wide: false,
		panes: freshPanes(),
		marks: new Set(),
		prompt: undefined,
		dialog: undefined,
		messages: [],
		dismissed: 0,
		lastWords: undefined,
		notice: undefined,
	};
}

/** Every pane with its cursor on the first row, whichever that will be. */
export function freshPanes(): State['panes'] {
	const pane: PaneState = {
		cursor: undefined,
		sort: {column: 'ATTENTION', descending: false},
		filter: '',
		ghost: undefined,
	};
	return Object.fromEntries(paneIds.map((id) => [id, pane])) as State['panes'];
}

/** The same freshness for every kind. */
export function freshnessOf(freshness: Freshness): State['freshness'] {
	return {
		deployments: freshness,
		replicasets: freshness,
		pods: freshness,
		endpointslices: freshness,
		endpoints: freshness,
		services: freshness,
		ingresses: freshness,
		horizontalpodautoscalers: freshness,
		poddisruptionbudgets: freshness,
		events: freshness,
		namespaces: freshness,
	};
}
