import {selects} from '../selectors.ts';
import {type Context, controllerManager} from './context.ts';
import {controlledBy, controllerOf, isDeleting, ownersOf} from './owners.ts';
import type {Namespaced} from './shapes.ts';

type Owner = Namespaced & {readonly spec: {readonly selector: Parameters<typeof selects>[0]}};

/**
 * The objects that `owner` controls, after letting go of those whose labels no longer fit its selector and, with `adopt`, taking in those that fit
 * and have no controller (controller_ref_manager.go). Looking for orphans reads the whole namespace, so it is done on occasion only.
 */
export function claim<T extends Namespaced>(context: Context, resource: string, owner: Owner, adopt: boolean): T[] {
	const {store} = context;
	const write = (object: T, ownerReferences: unknown[]) =>
		store.update(
			resource,
			{...object, metadata: {...object.metadata, ownerReferences}},
			{manager: controllerManager},
		) as T;
	const fits = (object: T) => selects(owner.spec.selector, object.metadata.labels);
	const claimed: T[] = [];
	for (const object of store.byOwner(resource, owner.metadata.uid) as readonly T[]) {
		if (controllerOf(object)?.uid !== owner.metadata.uid) continue;
		if (fits(object) || isDeleting(owner)) claimed.push(object);
		else
			write(
				object,
				ownersOf(object).filter(({uid}) => uid !== owner.metadata.uid),
			);
	}
	if (!adopt || isDeleting(owner)) return claimed;
	for (const object of store.list(resource, owner.metadata.namespace) as readonly T[]) {
		if (controllerOf(object) || isDeleting(object) || !fits(object)) continue;
		claimed.push(write(object, [...ownersOf(object), controlledBy(owner)]));
	}
	return claimed;
}
