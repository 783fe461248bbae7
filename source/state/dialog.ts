/** What a dialog is about: found again by uid, never by name alone. */
export interface Target {
	readonly uid: string;
	readonly kind: string;
	readonly namespace: string;
	readonly name: string;
}

/** The answer to "may I?" and "would the server take it?" for one target. Undefined while it is being asked. */
export interface TargetCheck {
	readonly access: 'yes' | 'no' | 'unknown' | undefined;
	readonly dryRun: 'accepted' | 'not-checked' | 'no-answer' | 'refused' | undefined;
	/** Why not, as a sentence. */
	readonly why: string | undefined;
	/** What does not stand in the way, and should be known: a secret that has changed since. */
	readonly warnings?: readonly string[];
}

/** Why nobody knows whether the server would take a change, for `not checked: …`. A lost connection goes before a webhook. */
export function whyUnchecked(checks: readonly Pick<TargetCheck, 'dryRun'>[]): string {
	return checks.some(({dryRun}) => dryRun === 'no-answer')
		? 'the server did not answer the dry run'
		: 'a webhook there cannot do dry runs';
}

/** What became of one target after Enter. */
export interface TargetResult {
	readonly outcome: 'asking' | 'done' | 'failed' | 'unknown';
	readonly sentence: string;
}

/**
 * A change that a person is being asked about. `input` belongs to the action: a number, a revision, nothing.
 * Enter counts only while `phase` is `ready`, the dialog has been painted, and `armedAt` has come.
 */
export interface Dialog {
	readonly id: number;
	readonly action: string;
	readonly targets: readonly Target[];
	readonly input: unknown;
	/** What the last checks were made for; another plan means other checks. */
	readonly signature: string;
	readonly checks: readonly TargetCheck[];
	readonly results: readonly TargetResult[];
	readonly phase: 'asking' | 'applying' | 'finished';
	readonly painted: boolean;
	/** Which picture of it a person has to see: another one after each change under the dialog. */
	readonly picture: number;
	/**
	 * Milliseconds since the epoch from which Enter counts. When the object changes under the dialog it moves on: it is infinite until
	 * that has been painted, however slow the line is.
	 */
	readonly armedAt: number;
	readonly changedUnder: boolean;
	/** This context wants the object's name typed before every change. */
	readonly mustType: boolean;
	/** What has been typed of the word that is wanted before Enter counts. */
	readonly typed: string;
	readonly top: number;
}
