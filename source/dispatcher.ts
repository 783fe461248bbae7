import type {Command} from './commands/command.ts';
import {commandForKey, commandForWord, commandsHere, completions, whyNot} from './commands/index.ts';
import {matchingChoices} from './commands/move.ts';
import {sanitize} from './format/width.ts';
import type {Session} from './session.ts';
import {parseFilter} from './state/filter.ts';
import {isTooSmall} from './state/size.ts';
import type {Prompt, State} from './state/state.ts';
import {filterPane, replaceView} from './state/views.ts';

/** Turns keys into commands, and text into prompts. All keys of the program come through `press`. */
export interface Dispatcher {
	/** One key by its name, as in keys.ts. */
	press(key: string): void;
	/** Text from the clipboard: it can be typed into a prompt, and is never taken for commands. */
	paste(text: string): void;
}

/** How long after going back `q` does not quit, in milliseconds: `q q` from habit must not end the program. */
const backGuard = 500;

export function createDispatcher(session: Session, now: () => number): Dispatcher {
	let wentBackAt = Number.NEGATIVE_INFINITY;

	const runCommand = (command: Command, argument?: string) => {
		const context = session.context();
		const reason = whyNot(command, context);
		if (reason !== undefined) {
			context.say(reason, 'failed');
			return;
		}
		session.run(() => command.run(context, argument));
	};

	const runLine = (line: string) => {
		if (line.trim() === '') return;
		const found = commandForWord(line);
		if (found) runCommand(found.command, found.argument === '' ? undefined : found.argument);
		else session.context().say(`There is no command ${line.trim().split(/\s/)[0]}: ? lists what there is.`, 'failed');
	};

	const prompt = (key: string, present: Prompt) => {
		const context = session.context();
		const edit = (next: Prompt | undefined) => context.change((state) => withPrompt(state, next));
		switch (key) {
			case 'esc':
				wentBackAt = now();
				context.change((state) => withPrompt(withOldFilter(state, present), undefined));
				return;
			case 'enter':
				// What is wrong with a selector stands below it; a filter that is not in force must not seem to be.
				if (present.kind === 'filter' && !parseFilter(present.text).ok) return;
				edit(undefined);
				if (present.kind === 'command') runLine(present.text);
				return;
			case 'tab': {
				if (present.kind !== 'command') return;
				const [first] = completions(present.text, context);
				if (first !== undefined) edit({...present, text: `${first} `, at: first.length + 1});
				return;
			}
			default: {
				const next = editText(present, key);
				if (next) context.change((state) => withPrompt(withFilter(state, present, next.text), next));
			}
		}
	};

	const pick = (key: string, view: Extract<State['views'][number], {id: 'picker'}>): boolean => {
		const text = editText({kind: 'filter', text: view.filter, at: view.filter.length, before: ''}, key);
		// Arrows and Enter belong to the list, everything that types to its filter.
		if (!text || ['left', 'right', 'home', 'end'].includes(key)) return false;
		const {change} = session.context();
		const filtered = {...view, filter: text.text};
		change((state) =>
			replaceView(state, {
				...filtered,
				cursor: Math.min(view.cursor, Math.max(0, matchingChoices(filtered).length - 1)),
			}),
		);
		return true;
	};

	return {
		press(key) {
			const {state, change, say} = session.context();
			// Leaving and suspending work from everywhere.
			const isOurs = key !== 'ctrl-c' && key !== 'ctrl-z';
			if (isOurs && isTooSmall(state.size)) return;
			if (state.prompt && isOurs) {
				prompt(key, state.prompt);
				return;
			}
			const latest = state.messages.at(-1)?.id ?? 0;
			const sticky = state.messages.at(-1)?.sticky === true;
			if (sticky && latest > state.dismissed) change((present) => ({...present, dismissed: latest}));
			if (state.dialog && isOurs) {
				session.gate.key(key);
				if (!session.context().state.dialog) wentBackAt = now();
				return;
			}
			const view = state.views.at(-1);
			if (view?.id === 'picker' && pick(key, view)) return;
			const command = commandForKey(key, {state});
			if (!command) return;
			if (command.id === 'quit' && state.views.length === 1 && now() - wentBackAt < backGuard) return;
			if (command.id === 'back' || (command.id === 'quit' && state.views.length > 1)) wentBackAt = now();
			if (commandsHere({state}).includes(command)) runCommand(command);
			else say(`${key} means nothing here.`);
		},
		paste(text) {
			const {state, change} = session.context();
			const line = sanitize(text.split(/[\r\n]/)[0] ?? '');
			if (isTooSmall(state.size)) return;
			const {prompt: present} = state;
			if (!present) {
				session.gate.paste(line);
				return;
			}
			const next = {
				...present,
				text: present.text.slice(0, present.at) + line + present.text.slice(present.at),
				at: present.at + line.length,
			};
			change((now) => withPrompt(withFilter(now, present, next.text), next));
		},
	};
}

/** The prompt after a key of a text field; undefined: the key types nothing. */
function editText(prompt: Prompt, key: string): Prompt | undefined {
	const {text, at} = prompt;
	switch (key) {
		case 'backspace':
			return at === 0 ? prompt : {...prompt, text: text.slice(0, at - 1) + text.slice(at), at: at - 1};
		case 'delete':
			return {...prompt, text: text.slice(0, at) + text.slice(at + 1)};
		case 'left':
			return {...prompt, at: Math.max(0, at - 1)};
		case 'right':
			return {...prompt, at: Math.min(text.length, at + 1)};
		case 'home':
		case 'ctrl-a':
			return {...prompt, at: 0};
		case 'end':
		case 'ctrl-e':
			return {...prompt, at: text.length};
		case 'ctrl-u':
			return {...prompt, text: text.slice(at), at: 0};
		case 'ctrl-w': {
			const kept = text.slice(0, at).replace(/\S*\s*$/, '');
			return {...prompt, text: kept + text.slice(at), at: kept.length};
		}
		default: {
			const typed = key === 'space' ? ' ' : key;
			// Names of keys are longer than one character; a character that is typed may be several code units.
			if (key !== 'space' && isKeyName(key)) return undefined;
			return {...prompt, text: text.slice(0, at) + typed + text.slice(at), at: at + typed.length};
		}
	}
}

/** Whether this is the name of a key (`up`, `ctrl-r`) and not a character, of whatever length, that was typed. */
function isKeyName(key: string): boolean {
	return /^[a-z][a-z0-9-]+$/.test(key);
}

function withPrompt(state: State, prompt: Prompt | undefined): State {
	return {...state, prompt};
}

/** A filter is live: the pane follows what is typed. */
function withFilter(state: State, prompt: Prompt, filter: string): State {
	if (prompt.kind !== 'filter') return state;
	return filterPane(state, {filter});
}

/** The filter as it was before it was typed over, and the cursor where it was. */
function withOldFilter(state: State, {kind, before, cursorBefore}: Prompt): State {
	return kind === 'filter' ? filterPane(state, {filter: before, cursor: cursorBefore}) : state;
}
