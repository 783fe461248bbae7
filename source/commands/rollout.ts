import {rolloutStops, type Stop} from '../board/stops.ts';
import {history, type RevisionEntry} from '../rollout/history.ts';
import type {State} from '../state/state.ts';
import {replaceView} from '../state/views.ts';
import type {Command, CommandContext} from './command.ts';

/** What belongs to a rollout's own screen and to its history. */

type RolloutView = Extract<State['views'][number], {id: 'rollout'}>;
type HistoryView = Extract<State['views'][number], {id: 'history'}>;

/** The stop under the cursor of a rollout's screen: the first until a key has moved it. */
export function stopUnderCursor({state, board}: Pick<CommandContext, 'state' | 'board'>): Stop | undefined {
	const view = state.views.at(-1);
	if (view?.id !== 'rollout') return undefined;
	const stops = stopsOf(board, view.uid);
	return stops.find(({key}) => key === view.cursor) ?? stops[0];
}

function stopsOf(board: CommandContext['board'], uid: string): readonly Stop[] {
	const facts = board.facts(uid);
	return facts ? rolloutStops(facts, board.timeline(uid)) : [];
}

/** The rollout's screen with the cursor so many stops further. */
export function moveStop(context: Pick<CommandContext, 'state' | 'board'>, view: RolloutView, by: number): RolloutView {
	const stops = stopsOf(context.board, view.uid);
	const present = stopUnderCursor(context);
	const index = stops.findIndex(({key}) => key === present?.key);
	const next = stops[Math.min(stops.length - 1, Math.max(0, index + by))];
	return next ? {...view, cursor: next.key} : view;
}

/** Every kept revision of the Deployment whose history is shown, newest first. */
export function shownHistory({state, board}: Pick<CommandContext, 'state' | 'board'>): readonly RevisionEntry[] {
	const view = state.views.at(-1);
	if (view?.id !== 'history') return [];
	const deployment = board.objects.deployments.get(view.uid);
	return deployment ? history(deployment, board.objects.replicasets.ownedBy(view.uid)) : [];
}

/** The revision under the cursor of the history. */
export function revisionUnderCursor(context: Pick<CommandContext, 'state' | 'board'>): RevisionEntry | undefined {
	const view = context.state.views.at(-1);
	return view?.id === 'history' ? shownHistory(context)[view.cursor] : undefined;
}

function walkSections(by: 1 | -1): Command['run'] {
	return (context) => {
		const {state, board, change} = context;
		const view = state.views.at(-1);
		if (view?.id !== 'rollout') return;
		const stops = stopsOf(board, view.uid);
		const sections = [...new Set(stops.map(({section}) => section))];
		const present = stopUnderCursor(context);
		const at = sections.indexOf(present?.section ?? 'lanes');
		const section = sections[(at + by + sections.length) % sections.length];
		const first = stops.find((stop) => stop.section === section);
		if (first) change((now) => replaceView(now, {...view, cursor: first.key}));
	};
}

export const rolloutCommands: readonly Command[] = [
	{
		id: 'next-section',
		title: 'to the next section',
		section: 'move',
		keys: ['tab'],
		views: ['rollout'],
		run: walkSections(1),
	},
	{
		id: 'previous-section',
		title: 'to the section before',
		section: 'move',
		keys: ['shift-tab'],
		views: ['rollout'],
		run: walkSections(-1),
	},
	{
		id: 'go-to-object',
		title: 'go to the object of this line',
		hint: 'go to it',
		section: 'go',
		keys: ['enter'],
		views: ['rollout'],
		disabledReason: (context) => (stopUnderCursor(context) ? undefined : 'There is no object here to go to.'),
		run(context) {
			const stop = stopUnderCursor(context);
			const view = context.state.views.at(-1);
			if (!stop || view?.id !== 'rollout') return;
			// First the Deployment becomes the subject, so that the panes below are its own; then the cursor goes to the object.
			context.change((state) => ({
				...state,
				views: [{id: 'deck'}],
				zoomed: false,
				panes: {
					...state.panes,
					deployments: {...state.panes.deployments, cursor: view.uid, ghost: undefined, filter: ''},
				},
			}));
			context.change((state) => ({
				...state,
				focus: stop.pane,
				panes: {...state.panes, [stop.pane]: {...state.panes[stop.pane], cursor: stop.uid, ghost: undefined}},
			}));
		},
	},
	{
		id: 'history',
		title: 'its revisions, and what differs between them',
		hint: 'history',
		section: 'look',
		keys: ['h'],
		words: ['history'],
		views: ['rollout', 'deck'],
		disabledReason({state, board}) {
			const view = state.views.at(-1);
			if (view?.id === 'rollout') return undefined;
			const row = board.rowAt(state, state.focus);
			return row && board.deploymentOf(row) ? undefined : 'There is no Deployment here whose history could be shown.';
		},
		run({state, board, change}) {
			const view = state.views.at(-1);
			const row = board.rowAt(state, state.focus);
			const uid = view?.id === 'rollout' ? view.uid : row && board.deploymentOf(row)?.metadata.uid;
			if (uid !== undefined)
				change((now) => ({...now, views: [...now.views, {id: 'history', uid, cursor: 0, marks: []}]}));
		},
	},
	{
		id: 'mark-revision',
		title: 'mark this revision; two marked ones are compared',
		hint: 'mark to compare',
		section: 'look',
		keys: ['space'],
		views: ['history'],
		run(context) {
			const view = context.state.views.at(-1);
			const entry = revisionUnderCursor(context);
			if (view?.id !== 'history' || !entry) return;
			context.change((state) => replaceView(state, {...view, marks: toggled(view.marks, entry.number)}));
		},
	},
];

/** At most two are compared: a third mark takes the place of the older one. */
function toggled(marks: HistoryView['marks'], number: number): HistoryView['marks'] {
	return marks.includes(number) ? marks.filter((mark) => mark !== number) : [...marks, number].slice(-2);
}
