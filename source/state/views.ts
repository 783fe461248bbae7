import type {PaneState, State, View} from './state.ts';

/** The state with another view in the place of the one on top. */
export function replaceView(state: State, view: View): State {
	return {...state, views: [...state.views.slice(0, -1), view]};
}

/** The state with another filter in the focused pane. The cursor keeps its object, as long as that is shown: the board sees to it. */
export function filterPane(state: State, filter: Pick<PaneState, 'filter'> & Partial<PaneState>): State {
	return {...state, panes: {...state.panes, [state.focus]: {...state.panes[state.focus], ghost: undefined, ...filter}}};
}
