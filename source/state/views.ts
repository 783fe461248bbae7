import type {PaneState, State, View} from './state.ts';

/** The state with another view in the place of the one on top. */
export function replaceView(state: State, view: View): State {
	return {...state, views: [...state.views.slice(0, -1), view]};
}

/** A pane as it is before anything was pressed in it. */
export function freshPane(pane: PaneState): PaneState {
	return {...pane, cursor: undefined, ghost: undefined};
}
