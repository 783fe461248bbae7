import type {Condition, KubeObject, ManagedFieldsEntry, ObjectMeta, OwnerReference} from '../objects.ts';

/** The fields that a type names, without those that an index signature allows beside them. */
type Named<T> = {[K in keyof T as string extends K ? never : K]: T[K]};

/** What is kept of an object, by field: all of it (`true`), or what a function makes of it. */
export type Shape<T> = {
	readonly [K in keyof Named<T>]?: true | ((value: NonNullable<Named<T>[K]>) => NonNullable<Named<T>[K]>);
};

/**
 * Makes the function that copies the fields named in `shape` and no others. A field that is absent or null stays absent, unless
 * `otherwise` has a value for it. Keeping twice gives the same as keeping once, if the functions in `shape` hold to that.
 */
export function keep<T extends object>(shape: Shape<T>, otherwise: Partial<T> = {}): (object: T) => T {
	const fields = Object.entries(shape) as [keyof T, true | ((value: unknown) => T[keyof T])][];
	return (object) => {
		const kept: Partial<T> = {...otherwise};
		for (const [field, how] of fields) {
			const value = object[field];
			if (value !== undefined && value !== null) kept[field] = how === true ? value : how(value);
		}
		return kept as T;
	};
}

/** The same cut for every item of a list. */
export function each<T>(cut: (item: T) => T): (list: readonly T[]) => T[] {
	return (list) => list.map((item) => cut(item));
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

const metadata = {
	uid: true,
	name: true,
	namespace: true,
	creationTimestamp: true,
	deletionTimestamp: true,
	deletionGracePeriodSeconds: true,
	generation: true,
	resourceVersion: true,
	labels: true,
	annotations: true,
	finalizers: true,
	ownerReferences: each(keep<OwnerReference>({apiVersion: true, kind: true, name: true, uid: true, controller: true})),
} as const satisfies Shape<ObjectMeta>;

const unnamed: ObjectMeta = {uid: '', name: ''};
const head = {apiVersion: true, kind: true} as const satisfies Shape<KubeObject>;

/** The shape of what every kind keeps beside its own fields. The written-by list and the last applied manifest are cut. */
export const common = {
	...head,
	metadata: keep<ObjectMeta>({...metadata, annotations: withoutLastApplied}, unnamed),
} as const satisfies Shape<KubeObject>;

const [template, nothing] = [{'f:spec': {'f:template': {}}}, {}];

/** Of a list of fields: whether the pod template is among them. */
function ofTemplate(fields: NonNullable<ManagedFieldsEntry['fieldsV1']>): NonNullable<ManagedFieldsEntry['fieldsV1']> {
	return fields['f:spec']?.['f:template'] ? template : nothing;
}

/**
 * As `common`, for what can be undone: every annotation (an undo compares them), and who wrote when, without the field lists but for
 * whether the template is in them.
 */
export const commonWithWriters = {
	...head,
	metadata: keep<ObjectMeta>(
		{
			...metadata,
			managedFields: each(
				keep<ManagedFieldsEntry>({manager: true, operation: true, time: true, subresource: true, fieldsV1: ofTemplate}),
			),
		},
		unnamed,
	),
} as const satisfies Shape<KubeObject>;

/** What an object without any metadata is given, so that nothing that reads it has to ask. */
export const withoutMetadata = {metadata: unnamed} as const;

export const keepConditions = each(
	keep<Condition>({
		type: true,
		status: true,
		reason: true,
		message: true,
		lastTransitionTime: true,
		lastUpdateTime: true,
	}),
);

function withoutLastApplied(annotations: Record<string, string>): Record<string, string> {
	if (!(lastApplied in annotations)) return annotations;
	const {[lastApplied]: _, ...others} = annotations;
	return others;
}
