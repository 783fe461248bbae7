import type {Obj} from '../store.ts';

export interface OwnerReference {
	apiVersion: string;
	kind: string;
	name: string;
	uid: string;
	controller?: boolean;
	blockOwnerDeletion?: boolean;
}

/** The owner that manages the object, of which there is at most one. */
export function controllerOf(object: Obj): OwnerReference | undefined {
	return ownersOf(object).find((owner) => owner.controller);
}

export function ownersOf(object: Obj): OwnerReference[] {
	return object.metadata['ownerReferences'] ?? [];
}

/** The reference that makes `owner` the one who manages an object. */
export function controlledBy(owner: Obj): OwnerReference {
	const {apiVersion, kind, metadata} = owner;
	return {apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true};
}

/** Whether the object is on its way out. */
export function isDeleting(object: Obj): boolean {
	return object.metadata['deletionTimestamp'] !== undefined;
}
