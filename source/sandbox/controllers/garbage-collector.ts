import type {Obj, Store} from '../store.ts';
import {type Context, controllerManager, type Stop, stopAll} from './context.ts';
import {isDeleting, ownersOf} from './owners.ts';
import {splitKey, startQueue} from './queue.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** The resources whose objects own others, or are owned. */
const collected = [
	'deployments',
	'replicasets',
	'pods',
	'services',
	'endpointslices',
	'endpoints',
	'configmaps',
	'secrets',
	'serviceaccounts',
	'horizontalpodautoscalers',
	'poddisruptionbudgets',
	'resourcequotas',
	'ingresses',
] as const;

/**
 * Deletes what an owner leaves behind (pkg/controller/garbagecollector): in the background once it is gone; in the foreground before it goes; or
 * not at all, where it asks that its dependents be orphaned.
 */
export function startGarbageCollector(context: Context): Stop {
	const {store, clock} = context;
	/** Keys are a resource and an object's key: `pods:shop/web-1`. */
	const queue = startQueue(clock, sync, context.report);

	function sync(key: string): void {
		const colon = key.indexOf(':');
		const resource = key.slice(0, colon);
		const object = store.get(resource, ...splitKey(key.slice(colon + 1)));
		if (!object) return queue.forget(key);
		const finalizers: readonly string[] = object.metadata.finalizers ?? [];
		if (isDeleting(object) && finalizers.includes(orphan)) return orphanDependents(resource, object);
		if (isDeleting(object) && finalizers.includes(foreground)) return deleteDependents(resource, object);
		if (!isDeleting(object)) collect(resource, object);
	}

	function orphanDependents(resource: string, owner: Obj): void {
		for (const [kind, dependent] of dependentsOf(store, owner.metadata.uid)) {
			const ownerReferences = ownersOf(dependent).filter(({uid}) => uid !== owner.metadata.uid);
			store.update(
				kind,
				{...dependent, metadata: {...dependent.metadata, ownerReferences}},
				{manager: controllerManager},
			);
		}
		dropFinalizer(resource, owner, orphan);
	}

	/** The owner goes when the last dependent that blocks it has gone. */
	function deleteDependents(resource: string, owner: Obj): void {
		const dependents = dependentsOf(store, owner.metadata.uid);
		for (const [kind, dependent] of dependents) {
			if (isDeleting(dependent)) continue;
			const {namespace, name, uid} = dependent.metadata;
			// What has dependents of its own goes in the foreground too, so that the owner waits for all of them.
			const propagationPolicy = kind === 'pods' ? undefined : ('Foreground' as const);
			store.remove(kind, namespace, name, {uid, ...(propagationPolicy && {propagationPolicy})});
		}
		const blocking = dependentsOf(store, owner.metadata.uid).some(([, dependent]) =>
			ownersOf(dependent).some(({uid, blockOwnerDeletion}) => uid === owner.metadata.uid && blockOwnerDeletion),
		);
		if (!blocking) dropFinalizer(resource, owner, foreground);
	}

	/** Deletes an object none of whose owners exist any more; takes away the references to those that are gone where one is left. */
	function collect(resource: string, object: Obj): void {
		const owners = ownersOf(object);
		const alive = owners.filter((owner) => ownerExists(store, object, owner));
		if (alive.length === owners.length) return;
		const {namespace, name, uid} = object.metadata;
		if (alive.length === 0) {
			store.remove(resource, namespace, name, {uid, propagationPolicy: 'Background'});
			return;
		}
		store.update(
			resource,
			{...object, metadata: {...object.metadata, ownerReferences: alive}},
			{manager: controllerManager},
		);
	}

	function dropFinalizer(resource: string, object: Obj, finalizer: string): void {
		const current = store.get(resource, object.metadata.namespace, object.metadata.name);
		if (!current) return;
		const finalizers = (current.metadata.finalizers ?? []).filter((each: string) => each !== finalizer);
		store.update(resource, {...current, metadata: {...current.metadata, finalizers}}, {manager: controllerManager});
	}

	function enqueue(resource: string, {metadata}: Obj): void {
		queue.add(`${resource}:${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`);
	}

	function onChange(resource: string, type: string, object: Obj, old: Obj | undefined): void {
		if (type === 'DELETED') {
			for (const [kind, dependent] of dependentsOf(store, object.metadata.uid)) enqueue(kind, dependent);
			wakeOwners(object);
		} else if (isDeleting(object)) {
			enqueue(resource, object);
		} else if (ownersOf(object).length > 0 && (!old || ownersOf(old).length !== ownersOf(object).length)) {
			enqueue(resource, object);
			if (old) wakeOwners(old);
		}
	}

	/** An owner that waits for its dependents looks again. */
	function wakeOwners(object: Obj): void {
		for (const {kind, name} of ownersOf(object)) {
			const resource = resourceOf(kind);
			const owner = resource && store.get(resource, object.metadata.namespace, name);
			if (owner && isDeleting(owner)) enqueue(resource, owner);
		}
	}

	return stopAll(
		...collected.map((resource) =>
			store.watch(resource, ({type, object, old}) => onChange(resource, type, object, old)),
		),
		queue.stop,
	);
}

function dependentsOf(store: Store, uid: string): [resource: string, object: Obj][] {
	return collected.flatMap((resource) =>
		store.byOwner(resource, uid).map((object): [string, Obj] => [resource, object]),
	);
}

function ownerExists(store: Store, object: Obj, {kind, name, uid}: {kind: string; name: string; uid: string}): boolean {
	if (kind === 'Node') return store.get('nodes', undefined, name)?.metadata.uid === uid;
	const resource = resourceOf(kind);
	// An owner of a kind that the sandbox does not serve cannot be looked up; its dependents stay.
	return !resource || store.get(resource, object.metadata.namespace, name)?.metadata.uid === uid;
}

function resourceOf(kind: string): string | undefined {
	const plural = `${kind.toLowerCase()}s`;
	return collected.find((resource) => resource === plural || (kind === 'Ingress' && resource === 'ingresses'));
}
