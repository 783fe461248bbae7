import {paneIds, type State} from '../state/state.ts';
import {replaceView} from '../state/views.ts';
import type {Command, CommandContext} from './command.ts';
import {moveStop, shownHistory} from './rollout.ts';

/** Moving the cursor and the focus. In lists without a cursor (help, messages) the same keys scroll. */

function step(by: (context: CommandContext) => number): Command['run'] {
	return (context) => context.change((state) => moved(state, context, by(context)));
}

/** The state with the cursor of whatever is on top moved by so many rows. */
function moved(state: State, {board}: CommandContext, by: number): State {
	const view = state.views.at(-1);
	if (!view) return state;
	switch (view.id) {
		case 'deck':
			return {...state, panes: {...state.panes, [state.focus]: board.moveCursor(state, state.focus, by)}};
		case 'picker': {
			const last = Math.max(0, matchingChoices(view).length - 1);
			return replaceView(state, {...view, cursor: clamp(view.cursor + by, 0, last)});
		}
		case 'rollout':
			return replaceView(state, moveStop({state, board}, view, by));
		case 'history':
			return replaceView(state, {
				...view,
				cursor: clamp(view.cursor + by, 0, Math.max(0, shownHistory({state, board}).length - 1)),
			});
		case 'help':
		case 'messages':
			return replaceView(state, {...view, top: Math.max(0, view.top + by)});
	}
}

/** The choices of a picker that its filter lets through. */
export function matchingChoices(view: Extract<State['views'][number], {id: 'picker'}>) {
	const wanted = view.filter.toLowerCase();
	return view.choices.filter(({value}) => value.toLowerCase().includes(wanted));
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(high, Math.max(low, value));
}

const far = Number.MAX_SAFE_INTEGER;

const moves: readonly Command[] = [
	{id: 'up', title: 'up', section: 'move', keys: ['up', 'k'], run: step(() => -1)},
	{id: 'down', title: 'down', section: 'move', keys: ['down', 'j'], run: step(() => 1)},
	{id: 'page-up', title: 'a page up', section: 'move', keys: ['pageup', 'ctrl-b'], run: step(({page}) => -page)},
	{id: 'page-down', title: 'a page down', section: 'move', keys: ['pagedown', 'ctrl-f'], run: step(({page}) => page)},
	{id: 'top', title: 'to the first row', section: 'move', keys: ['g', 'home'], run: step(() => -far)},
	{id: 'bottom', title: 'to the last row', section: 'move', keys: ['G', 'end'], run: step(() => far)},
];

function focusBy(by: number): Command['run'] {
	return ({change}) =>
		change((state) => {
			const index = (paneIds.indexOf(state.focus) + by + paneIds.length) % paneIds.length;
			return {...state, focus: paneIds[index] ?? state.focus};
		});
}

const titles = {deployments: 'Deployments', replicasets: 'ReplicaSets', endpoints: 'Endpoints', pods: 'Pods'} as const;
const words: {readonly [P in State['focus']]: readonly string[]} = {
	deployments: ['deployments', 'deployment', 'deploy', 'dp'],
	replicasets: ['replicasets', 'replicaset', 'rs'],
	endpoints: ['endpoints', 'ep', 'endpointslices', 'services', 'svc'],
	pods: ['pods', 'pod', 'po'],
};

const focuses: readonly Command[] = [
	{id: 'next-pane', title: 'to the next pane', section: 'move', keys: ['tab'], views: ['deck'], run: focusBy(1)},
	{
		id: 'previous-pane',
		title: 'to the pane before',
		section: 'move',
		keys: ['shift-tab'],
		views: ['deck'],
		run: focusBy(-1),
	},
	...paneIds.map(
		(pane, index): Command => ({
			id: `focus-${pane}`,
			title: `to the ${titles[pane]}`,
			section: 'move',
			keys: [String(index + 1)],
			words: words[pane],
			run: ({change}) => change((state) => ({...state, views: [{id: 'deck'}], focus: pane})),
		}),
	),
];

export const moveCommands: readonly Command[] = [...moves, ...focuses];
