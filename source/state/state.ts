import type {KindId, KubeObject} from '../objects.ts';
import type {Role} from '../role.ts';
import type {LastWords} from '../rollout/last-words.ts';
import type {Dialog} from './dialog.ts';

/** The panes of the deck, in the order of their numbers. */
export const paneIds = ['deployments', 'replicasets', 'endpoints', 'pods'] as const;
export type PaneId = (typeof paneIds)[number];

/** Where we look. `namespace` undefined means all of them. */
export interface Scope {
	readonly context: string;
	readonly namespace: string | undefined;
	/** Of all namespaces, those that may be read, where that is not all of them: nothing is known of the others. */
	readonly readable?: readonly string[] | undefined;
	readonly selector: string | undefined;
}

/**
 * How far what we show of one kind can be trusted. `since` and `retryAt` in milliseconds since the epoch.
 * `off`: not watched. `absent`: the server has no such kind.
 */
export type Freshness =
	| {readonly phase: 'off'}
	| {readonly phase: 'loading'; readonly loaded: number; readonly remaining: number | undefined}
	| {readonly phase: 'live'}
	/** `complete`: what is shown was all there once; else the first list never came to its end. */
	| {
			readonly phase: 'stale';
			readonly since: number;
			readonly retryAt: number | undefined;
			readonly why: string;
			readonly complete: boolean;
	  }
	| Refused<'denied'>
	| Refused<'signed-out'>
	| Refused<'absent'>;

interface Refused<Phase extends string> {
	readonly phase: Phase;
	/** When the rows were last known to be fresh, if they were ever all there. */
	readonly since?: number | undefined;
	/** All there is to say, with what to do next at its end. */
	readonly why: string;
	/** What to do next, alone. */
	readonly next?: string | undefined;
}

/** The connection itself, before any watch can say more. */
export type Link =
	| {readonly phase: 'connecting'}
	| {readonly phase: 'connected'}
	| {readonly phase: 'failed'; readonly why: string};

export interface Sort {
	/** A column's heading, or `ATTENTION`: what needs a person first. */
	readonly column: string;
	readonly descending: boolean;
}

/** A row that left the table under the cursor. It stays, and refuses actions, until the cursor moves. */
export interface Ghost {
	readonly object: KubeObject;
	/** `filtered`: it is still there, but does not match the filter any more. */
	readonly why: 'deleted' | 'filtered';
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly index: number;
}

export interface PaneState {
	/** The uid under the cursor; undefined: the first row, whichever it is, until a key moves the cursor. */
	readonly cursor: string | undefined;
	readonly sort: Sort;
	readonly filter: string;
	readonly ghost: Ghost | undefined;
}

/** A line of news for a person. */
export interface Message {
	readonly id: number;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly role: Role;
	readonly text: string;
	/** Stays on the message line until a key is pressed. */
	readonly sticky: boolean;
	/** A change whose effect the message follows in the watch. */
	readonly following?: Following;
}

/** What is told; its number and its time come with the telling. */
export type News = Omit<Message, 'id' | 'at'>;

/** A change that was asked for: the message line tells how it goes on, from what the watches say. */
export interface Following {
	readonly deploymentUid: string;
	readonly name: string;
	/** `going back to 13`, `restarting`: what is happening, after the name and a colon. */
	readonly doing: string;
	/** `back at 13`, `restarted`: what has happened once it is complete. */
	readonly done: string;
	/** When `done` is true: once the rollout is complete, or as soon as the controller has seen the change. */
	readonly until: 'complete' | 'observed';
	/** The generation that the change made. */
	readonly generation: number;
	/** Milliseconds since the epoch. */
	readonly askedAt: number;
	/** Set once it is complete. */
	readonly finishedAt?: number;
}

/** What fills the screen below the header. The last one is shown; going back pops it. */
export type View =
	| {readonly id: 'deck'}
	/** `cursor`: the key of the line that the cursor stands on; undefined: the first. */
	| {readonly id: 'rollout'; readonly uid: string; readonly cursor: string | undefined}
	/** `cursor`: the place in the list, newest first; `marks`: revisions to compare. */
	| {readonly id: 'history'; readonly uid: string; readonly cursor: number; readonly marks: readonly number[]}
	| {readonly id: 'help'; readonly top: number}
	| {readonly id: 'messages'; readonly top: number}
	| {
			readonly id: 'picker';
			readonly picks: 'namespace' | 'context' | 'scenario';
			readonly cursor: number;
			readonly filter: string;
			readonly choices: readonly Choice[];
			readonly note: string | undefined;
	  };

export interface Choice {
	readonly value: string;
	readonly detail: string;
}

/** A line of text being typed at the bottom. `at` is the place of the caret, in code units. */
export interface Prompt {
	readonly kind: 'command' | 'filter';
	readonly text: string;
	readonly at: number;
	/** What the filter and the cursor of its pane were before, for Esc. */
	readonly before: string;
	readonly cursorBefore?: string | undefined;
}

export interface State {
	readonly size: {readonly columns: number; readonly rows: number};
	/** Milliseconds since the epoch, by the server's clock as all times here; moves with the clock, never by itself. */
	readonly now: number;
	/** Milliseconds that the server's clock is ahead of this machine's; 0 unless it is more than two seconds. */
	readonly clockSkew: number;
	readonly scope: Scope;
	readonly link: Link;
	/** Asked by flag, by the config file of this context, or because the context says so. */
	readonly readOnly: boolean;
	/** Every change here wants the object's name typed (`confirm: typed` in the config file). */
	readonly typedConfirm: boolean;
	readonly sandbox: boolean;
	readonly freshness: {readonly [K in KindId]: Freshness};
	/** Grows with every publication of changed objects: what is derived from the board is stale when it grew. */
	readonly version: number;
	readonly views: readonly View[];
	readonly focus: PaneId;
	readonly zoomed: boolean;
	/** Panes 2 to 4 show the whole namespace instead of the subject's. */
	readonly showAll: boolean;
	readonly wide: boolean;
	readonly panes: {readonly [P in PaneId]: PaneState};
	/** Marked Deployments, by uid. */
	readonly marks: ReadonlySet<string>;
	readonly prompt: Prompt | undefined;
	readonly dialog: Dialog | undefined;
	readonly messages: readonly Message[];
	/** The message that a key has dismissed from the line; older ones do not come back. */
	readonly dismissed: number;
	/** What a crashed container of the rollout on the screen said last. */
	readonly lastWords: LastWords | undefined;
	/** A sentence that stands instead of the panes: the namespace does not exist, nothing may be listed, … */
	readonly notice: string | undefined;
}
