import type {KindId, KubeObject, ObjectsByKind} from '../objects.ts';
import type {Role} from '../role.ts';
import type {RolloutFacts} from '../rollout/facts.ts';

/** What a column may look at beside its own object. */
export interface ColumnContext {
	/** Milliseconds since the epoch, on the clock that ages are counted with. */
	readonly now: number;
	/** Put `-A`'s namespace column in front. */
	readonly allNamespaces?: boolean;
	/** The rollout facts of a Deployment by uid; undefined while they are not known. */
	readonly rollout?: (deploymentUid: string) => RolloutFacts | undefined;
	/** What `rollout`, `revision` and `serving` say of an object rests on these facts: while they are the same, so is all of that. */
	readonly facts?: (object: KubeObject) => RolloutFacts | undefined;
	/** For a ReplicaSet, Pod or slice: the revision it belongs to, or undefined where nothing says. */
	readonly revision?: (object: KubeObject) => Revision | undefined;
	/** Pods of this ReplicaSet (by uid) that a Service sends traffic to. */
	readonly serving?: (replicaSetUid: string) => number | undefined;
	/** Draw with ASCII alone: `80->8080`. */
	readonly ascii?: boolean;
}

export interface Revision {
	/** The revision's number; undefined while the controller has not numbered it. */
	readonly number: number | undefined;
	readonly place: 'new' | 'old' | 'past';
}

/**
 * Where a column is shown: `table` and `wide` are kubectl's (`-o wide` shows both), `rollout` is added by `-o rollout`,
 * `deck` stands in a pane, `deck-wide` in a pane that has the room or was asked with `w`.
 */
export type ColumnPlace = 'table' | 'wide' | 'rollout' | 'deck' | 'deck-wide';

/** One column: a value (what sorts, and what JSON carries) and its text (what shows). */
export interface Column<O extends KubeObject = KubeObject> {
	readonly heading: string;
	readonly places: readonly ColumnPlace[];
	readonly align?: 'left' | 'right';
	/** The width a pane gives it at least, in cells. */
	readonly minWidth?: number;
	/** Takes what the others leave, and is cut in its middle (names) or at its end (sentences). */
	readonly flexible?: 'middle' | 'end';
	/** What sorts, and what JSON carries. Of a point in time: its RFC 3339 timestamp, so that it stands still while ages grow. */
	value(object: O, context: ColumnContext): string | number | undefined;
	/** Left out: the value as text, `<none>` where it is undefined. */
	format?(value: string | number | undefined, object: O, context: ColumnContext): string;
	/** The role of this one cell, where it is worth a colour of its own. */
	role?(object: O, context: ColumnContext): Role | undefined;
	/** A pane draws the role's sign in front of the text. */
	readonly sign?: boolean;
}

/** How rows of something look: all that `rows.ts` and the tables ask of it. */
export interface Look<O extends KubeObject = KubeObject> {
	readonly columns: readonly Column<O>[];
	/** Has no namespace, so `-A` puts no NAMESPACE column in front. */
	readonly clusterScoped?: boolean;
	rowRole(object: O, context: ColumnContext): Role;
}

/** What a kind looks like. Pure; one file a kind, one line in `index.ts`. */
export interface Resource<K extends KindId = KindId> extends Look<ObjectsByKind[K]> {
	readonly id: K;
	readonly kind: string;
	readonly singular: string;
	readonly shortNames: readonly string[];
	/** '' is the core group. */
	readonly group: string;
	readonly version: string;
	/** Cuts an object as the API sends it to what rolldeck keeps. */
	project(object: ObjectsByKind[K]): ObjectsByKind[K];
}
