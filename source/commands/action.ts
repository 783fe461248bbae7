import type {Board} from '../board/board.ts';
import type {AccessQuery} from '../cluster/access.ts';
import type {Deployment, JsonPatchOperation} from '../objects.ts';
import type {Role} from '../role.ts';
import type {ConfigReference} from '../rollout/config.ts';

/**
 * A change to a Deployment, as data for the gate: what it asks leave for, what it would send, and what the dialog
 * says. The gate does the rest the same way for all of them: read-only mode, permission, dry run, confirmation,
 * preconditions, audit line, following the effect.
 */
export interface Action<Input = unknown> {
	readonly id: string;
	/** The verb, as a title: `Scale`, `Undo`, `Restart`. */
	readonly verb: string;
	readonly access: Omit<AccessQuery, 'namespace' | 'name'>;
	/** The input to begin with. `argument`: what the person typed or pointed at beforehand. */
	start(deployment: Deployment, context: PlanContext, argument: string | undefined): Input;
	/** The change as things stand now; made anew whenever an object changes. Pure. */
	plan(deployment: Deployment, input: Input, context: PlanContext): Plan;
	/** A key in the dialog: the new input, or undefined if the key means nothing here. */
	key?(key: string, input: Input, deployment: Deployment, context: PlanContext): Input | undefined;
	/** Text from the clipboard, where it has a field for text. Letters are typed into it then: none is a key of the dialog (`q`, `C`). */
	paste?(text: string, input: Input): Input;
	/** Its own keys for the dialog's last line, as `d whole diff`. */
	readonly keyHints?: readonly string[];
}

export interface PlanContext {
	readonly board: Pick<Board, 'objects' | 'facts' | 'autoscalers'>;
	readonly now: number;
	/** How many objects the dialog is about: with several, only what holds for each is said. */
	readonly count: number;
}

export type Plan = RefusedPlan | ReadyPlan;

export interface RefusedPlan {
	readonly kind: 'refused';
	readonly sentence: string;
	/** What can still be shown, e.g. the revisions to choose from. */
	readonly rows: readonly DialogRow[];
}

export interface ReadyPlan {
	readonly kind: 'ready';
	/** What is sent; its `test` operations are the precondition. */
	readonly operations: readonly JsonPatchOperation[];
	readonly subresource?: 'scale';
	/** `10 → 12`, `13 → 12`: before and after, for the list of several, the messages and the audit line. */
	readonly summary: string;
	/** What Enter does: `go back to 13`. */
	readonly enter: string;
	/** For the message line: `going back to 13`, and `back at 13` once the rollout is complete, or only seen by the controller. */
	readonly doing: string;
	readonly done: string;
	readonly until: 'complete' | 'observed';
	/** What would do the same at a shell, after `kubectl -n NAMESPACE`. */
	readonly kubectl: string;
	/** What the new template names and no change of a Deployment brings back, and since when (milliseconds) it may have changed. */
	readonly leaves?: {readonly references: readonly ConfigReference[]; readonly since: number};
	/** Enter counts only once this has been typed. */
	readonly typeFirst?: string;
	readonly rows: readonly DialogRow[];
}

/** A line of a dialog: `label` stands in a column of its own, empty when it goes on. */
export interface DialogRow {
	readonly label: string;
	readonly text: string;
	readonly role?: Role;
	/** The row under the dialog's own cursor. */
	readonly selected?: boolean;
	/** May be left out when the screen is small. */
	readonly minor?: boolean;
}
