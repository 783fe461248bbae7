import type {State} from '../state/state.ts';
import {filterPane} from '../state/views.ts';
import {aim} from './aim.ts';
import type {Command, CommandContext} from './command.ts';
import {matchingChoices} from './move.ts';

/** Going to another place: views, namespaces, contexts, and out. */

function open(view: State['views'][number]): (context: CommandContext) => void {
	return ({change}) => change((state) => ({...state, views: [...state.views.filter(({id}) => id !== view.id), view]}));
}

/** Lets a scenario begin, and says which: some take half a minute before there is anything to see. */
async function begin({scenarios, say}: CommandContext, name: string): Promise<void> {
	if (!scenarios) return;
	const scenario = (await scenarios.list()).find((one) => one.name === name);
	if (!scenario) {
		say(`There is no scenario ${name}: :scenario alone lists them.`, 'failed');
		return;
	}
	await scenarios.start(name);
	say(`Begun: ${scenario.title}.`);
}

/** One step back: the view on top, and on the deck first the zoom, then the filter, then the marks. */
function stepBack(state: State): State {
	if (state.views.length > 1) return {...state, views: state.views.slice(0, -1)};
	const pane = state.panes[state.focus];
	if (state.zoomed) return {...state, zoomed: false};
	if (pane.filter !== '') return filterPane(state, {filter: ''});
	if (state.marks.size > 0) return {...state, marks: new Set()};
	return state;
}

export const goCommands: readonly Command[] = [
	{
		id: 'open',
		title: 'open the rollout of this row',
		hint: 'open',
		section: 'go',
		keys: ['enter'],
		views: ['deck'],
		disabledReason({state, board}) {
			const {deployment, why} = aim(state, board);
			return deployment ? undefined : why;
		},
		run(context) {
			const {deployment} = aim(context.state, context.board);
			if (deployment) open({id: 'rollout', uid: deployment.metadata.uid, cursor: undefined})(context);
		},
	},
	{
		id: 'choose',
		title: 'choose this one',
		hint: 'choose',
		section: 'go',
		keys: ['enter'],
		views: ['picker'],
		async run(context) {
			const view = context.state.views.at(-1);
			if (view?.id !== 'picker') return;
			const choice = matchingChoices(view)[view.cursor];
			if (!choice) return;
			context.change((state) => ({...state, views: state.views.slice(0, -1)}));
			if (view.picks === 'namespace')
				await context.goToNamespace(choice.value === allNamespaces ? undefined : choice.value);
			else if (view.picks === 'context') await context.goToContext(choice.value);
			else await begin(context, choice.value);
		},
	},
	{
		id: 'back',
		title: 'one step back; on the deck: clear the filter, then the marks',
		section: 'go',
		keys: ['esc'],
		run: ({change}) => change(stepBack),
	},
	{
		id: 'command',
		title: 'go to a place or run a command by its name',
		hint: 'go',
		section: 'go',
		keys: [':'],
		run: ({change}) => change((state) => ({...state, prompt: {kind: 'command', text: '', at: 0, before: ''}})),
	},
	{
		id: 'help',
		title: 'the keys of this place',
		hint: 'keys',
		section: 'go',
		keys: ['?'],
		words: ['help', 'keys'],
		run: open({id: 'help', top: 0}),
	},
	{
		id: 'messages',
		title: 'what was said and done so far',
		section: 'go',
		keys: ['m'],
		words: ['messages'],
		run: open({id: 'messages', top: 0}),
	},
	{
		id: 'namespace',
		title: 'another namespace: `:ns NAME`, `:ns all`, or `:ns` to pick one',
		section: 'go',
		keys: [],
		words: ['ns', 'namespace', 'namespaces'],
		async run(context, argument) {
			if (argument !== undefined && argument !== '') {
				await context.goToNamespace(argument === 'all' || argument === allNamespaces ? undefined : argument);
				return;
			}
			const names = await context.namespaces();
			if (!names) throw new Error('You may not list namespaces here: type the one you want, as `:ns NAME`.');
			open({
				id: 'picker',
				picks: 'namespace',
				cursor: Math.max(0, names.indexOf(context.state.scope.namespace ?? '') + 1),
				filter: '',
				choices: [allNamespaces, ...names].map((value) => ({
					value,
					detail: value === context.state.scope.namespace ? 'here' : '',
				})),
				note: undefined,
			})(context);
		},
	},
	{
		id: 'context',
		title: 'another cluster or user: `:ctx NAME`, or `:ctx` to pick one',
		section: 'go',
		keys: [],
		words: ['ctx', 'context', 'contexts'],
		complete: ({contexts}) => contexts().map(({name}) => name),
		async run(context, argument) {
			if (argument !== undefined && argument !== '') {
				await context.goToContext(argument);
				return;
			}
			const contexts = context.contexts();
			open({
				id: 'picker',
				picks: 'context',
				cursor: Math.max(
					0,
					contexts.findIndex(({name}) => name === context.state.scope.context),
				),
				filter: '',
				choices: contexts.map(({name, detail}) => ({value: name, detail})),
				note: undefined,
			})(context);
		},
	},
	{
		id: 'scenario',
		title: 'let something happen in the practice cluster: `:scenario NAME`, or pick one',
		section: 'go',
		keys: [],
		words: ['scenario', 'scenarios'],
		exists: ({sandbox}) => sandbox,
		disabledReason: ({scenarios}) =>
			scenarios ? undefined : 'Scenarios are for the practice cluster only: start `rolldeck --sandbox`.',
		async run(context, argument) {
			if (!context.scenarios) return;
			if (argument !== undefined && argument !== '') {
				await begin(context, argument);
				return;
			}
			const list = await context.scenarios.list();
			open({
				id: 'picker',
				picks: 'scenario',
				cursor: 0,
				filter: '',
				choices: list.map(({name, title}) => ({value: name, detail: title})),
				note: undefined,
			})(context);
		},
	},
	{
		id: 'retry',
		title: 'try again now whatever waits or was refused',
		section: 'go',
		keys: ['ctrl-r'],
		words: ['retry'],
		run: ({retry}) => retry(),
	},
	{id: 'suspend', title: 'suspend; `fg` comes back', section: 'go', keys: ['ctrl-z'], run: ({suspend}) => suspend()},
	{
		id: 'quit',
		title: 'back; on the deck: quit (ctrl-c always quits)',
		section: 'go',
		keys: ['q'],
		run({state, change, quit}) {
			if (state.views.length > 1) change(stepBack);
			else quit();
		},
	},
	{
		id: 'leave',
		title: 'quit from anywhere',
		section: 'go',
		keys: [],
		words: ['q', 'quit', 'exit'],
		run: ({quit}) => quit(),
	},
	{id: 'quit-now', title: 'quit', section: 'go', keys: ['ctrl-c'], run: ({quit}: CommandContext) => quit(interrupted)},
];

/** The exit code of what ctrl-c has ended, as shells count it. */
const interrupted = 130;

/** How the picker and the header name "all namespaces". */
export const allNamespaces = '(all)';
