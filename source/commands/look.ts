import {sortColumns} from '../board/columns.ts';
import {inSlices} from '../cluster/slice.ts';
import type {State} from '../state/state.ts';
import {aim} from './aim.ts';
import type {Command, CommandContext} from './command.ts';

/** What changes only the picture: zoom, filter, sort, marks, copies. */

function toggle(field: 'zoomed' | 'showAll' | 'wide'): Command['run'] {
	return ({change}) => change((state) => ({...state, [field]: !state[field]}));
}

const onDeck = ['deck'] as const;

export const lookCommands: readonly Command[] = [
	{
		id: 'zoom',
		title: 'give this pane the whole screen, and back',
		hint: 'zoom',
		section: 'look',
		keys: ['z'],
		views: onDeck,
		run: toggle('zoomed'),
	},
	{
		id: 'filter',
		title: 'filter this pane: text, !text, -l key=value',
		hint: 'filter',
		section: 'look',
		keys: ['/'],
		views: onDeck,
		async run({state: {focus}, board, change}) {
			change((state) => {
				const {filter, cursor} = state.panes[state.focus];
				const prompt = {kind: 'filter', text: filter, at: filter.length, before: filter, cursorBefore: cursor} as const;
				return {...state, prompt};
			});
			await inSlices(board.prepareFilter(focus));
		},
	},
	{
		id: 'all',
		title: 'panes 2 to 4: this Deployment, or the whole namespace',
		section: 'look',
		keys: ['a'],
		views: onDeck,
		run: toggle('showAll'),
	},
	{
		id: 'wide',
		title: 'more columns, and back',
		section: 'look',
		keys: ['w'],
		words: ['wide'],
		views: onDeck,
		run: toggle('wide'),
	},
	{
		id: 'mark',
		title: 'mark this Deployment; a change then goes to all marked ones',
		section: 'look',
		keys: ['space'],
		views: onDeck,
		disabledReason: ({state, board}) =>
			state.focus === 'deployments' ? aimReason(state, board) : 'Only Deployments are marked: focus them with 1 first.',
		run({state, board, change}) {
			const {deployment} = aim(state, board);
			if (!deployment) return;
			const marks = new Set(state.marks);
			if (!marks.delete(deployment.metadata.uid)) marks.add(deployment.metadata.uid);
			change((now) => ({
				...now,
				marks,
				panes: {...now.panes, deployments: board.moveCursor(now, 'deployments', 1)},
			}));
		},
	},
	{
		id: 'sort',
		title: 'sort by the next column; `:sort COLUMN` by any',
		section: 'look',
		keys: ['o'],
		words: ['sort'],
		views: onDeck,
		complete: ({state}) => sortColumns(state.focus, state),
		run: (context, argument) => sortBy(context, argument),
	},
	{
		id: 'sort-reverse',
		title: 'reverse the order',
		section: 'look',
		keys: ['O'],
		views: onDeck,
		run: ({change}) =>
			change((state) =>
				withSort(state, {...state.panes[state.focus].sort, descending: !state.panes[state.focus].sort.descending}),
			),
	},
	{
		id: 'copy-name',
		title: "copy the object's name",
		section: 'look',
		keys: ['c'],
		views: ['deck', 'rollout'],
		disabledReason: rowReason,
		run({state, board, copy, say}) {
			const {row} = aim(state, board);
			if (!row) return;
			copy(row.metadata.name);
			say(`Copied ${row.metadata.name}.`);
		},
	},
	{
		id: 'copy-command',
		title: 'copy the kubectl command that tells the same; in a dialog: that does the same',
		section: 'look',
		keys: ['C'],
		views: ['deck', 'rollout'],
		disabledReason: ({state, board}) => aimReason(state, board),
		run({state, board, copy, say}) {
			const {deployment} = aim(state, board);
			if (!deployment) return;
			const {name, namespace} = deployment.metadata;
			const command = `kubectl --context ${state.scope.context} -n ${namespace} rollout status deployment/${name}`;
			copy(command);
			say(`Copied: ${command}`);
		},
	},
];

function aimReason(state: State, board: CommandContext['board']): string | undefined {
	const {deployment, why} = aim(state, board);
	return deployment ? undefined : why;
}

function rowReason({state, board}: CommandContext): string | undefined {
	const {row, why} = aim(state, board);
	return row ? undefined : why;
}

function sortBy({state, change, say}: CommandContext, argument: string | undefined): void {
	const columns = sortColumns(state.focus, state);
	const {column} = state.panes[state.focus].sort;
	if (argument === undefined || argument === '') {
		const next = columns[(columns.indexOf(column) + 1) % columns.length] ?? column;
		change((now) => withSort(now, {column: next, descending: false}));
		say(`Sorted by ${next.toLowerCase()}; O reverses it.`);
		return;
	}
	const wanted = argument.toUpperCase();
	if (!columns.includes(wanted))
		throw new Error(`There is no column ${argument} here: sort by ${columns.join(', ').toLowerCase()}.`);
	change((now) =>
		withSort(now, {column: wanted, descending: wanted === column && !now.panes[now.focus].sort.descending}),
	);
}

function withSort(state: State, sort: State['panes']['pods']['sort']): State {
	return {...state, panes: {...state.panes, [state.focus]: {...state.panes[state.focus], sort}}};
}
