import type {Board} from '../board/board.ts';
import type {Deployment, KubeObject} from '../objects.ts';
import type {Role} from '../role.ts';
import type {State} from '../state/state.ts';

/**
 * What a person can do here: keys, words, when it is off and why, and its effect, in one value. The dispatcher, the hint
 * line, the help page and the command prompt all read the list in `index.ts`; nothing about a command stands elsewhere.
 */
export interface Command {
	readonly id: string;
	/** What it does, for the help page: `scale: set how many pods are wanted`. */
	readonly title: string;
	/** One or two words for the hint line; left out: not hinted. */
	readonly hint?: string;
	readonly section: 'change' | 'look' | 'move' | 'go';
	/** Key names as in keys.ts: `s`, `ctrl-r`, `enter`, `shift-tab`. The first is the one that hints show. */
	readonly keys: readonly string[];
	/** What can be typed after `:`; the rest of the line is the argument. */
	readonly words?: readonly string[];
	/** What the argument may be, for completion. */
	complete?(context: CommandContext): readonly string[];
	/** The views it belongs to; left out: all of them. */
	readonly views?: readonly State['views'][number]['id'][];
	/** Whether there is such a thing at all: what does not exist is not shown. Left out: there is. */
	exists?(state: State): boolean;
	/** It changes the cluster: read-only mode turns it off. */
	readonly dangerous?: boolean;
	/** Undefined: it can be done now. Else why not, as a sentence; the hint is hidden, the help page shows it. */
	disabledReason?(context: CommandContext): string | undefined;
	run(context: CommandContext, argument?: string): void | Promise<void>;
}

/** What a command may look at and do. It is the only way for a command to reach the rest of the program. */
export interface CommandContext {
	readonly state: State;
	readonly board: Board;
	change(recipe: (state: State) => State): void;
	/** A line of news. Errors are sticky: they stay until a key is pressed. */
	say(text: string, role?: Role): void;
	/** Opens the dialog of an action, through the gate. `argument`: what was typed after the command's word. */
	ask(action: string, targets: readonly Deployment[], argument?: string): void;
	goToNamespace(namespace: string | undefined): Promise<void>;
	goToContext(context: string): Promise<void>;
	namespaces(): Promise<readonly string[] | undefined>;
	contexts(): readonly {readonly name: string; readonly detail: string}[];
	/** Tries everything that waits or was refused again, now. */
	retry(): void;
	/** Puts text on the terminal's clipboard (OSC 52). */
	copy(text: string): void;
	/** Leaves; the exit code is 0 unless said otherwise. */
	quit(code?: number): void;
	suspend(): void;
	/** Rows that a page is in the focused pane. */
	readonly page: number;
	/** What can happen in the sandbox; undefined elsewhere. */
	readonly scenarios?: {
		list(): Promise<readonly {readonly name: string; readonly title: string}[]>;
		start(name: string): Promise<void>;
	};
}

/** Why nothing is changed in a context. */
export function readOnlySentence(context: string): string {
	return `Read-only mode is on for ${context}, so nothing is changed: by --read-only, its variable, or the config file.`;
}

/** The focused row and the Deployment it leads to by controller owners (screens.md, principle 8). */
export interface Aim {
	readonly row: KubeObject | undefined;
	readonly deployment: Deployment | undefined;
	/** Why there is no Deployment to act on. */
	readonly why: string;
}
