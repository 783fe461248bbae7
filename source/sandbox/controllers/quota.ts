import {quotaUsage} from '../quota.ts';
import type {Obj} from '../store.ts';
import {type Context, controllerManager, type Stop, stopAll} from './context.ts';
import {keyOf, splitKey, startQueue} from './queue.ts';

/** The resources that a quota may count. */
const counted = [
	'pods',
	'services',
	'secrets',
	'configmaps',
	'deployments',
	'replicasets',
	'ingresses',
	'resourcequotas',
];

/** Keeps each ResourceQuota's status at what its namespace uses. What it refuses is the store's admission. */
export function startQuotas(context: Context): Stop {
	const {store, clock} = context;
	const queue = startQueue(clock, sync, context.report);

	function sync(key: string): void {
		const [namespace = '', name] = splitKey(key);
		const quota = store.get('resourcequotas', namespace, name);
		if (!quota) return queue.forget(key);
		const hard = quota.spec?.hard ?? {};
		const status = {hard, used: quotaUsage(store, namespace, hard)};
		store.update('resourcequotas', {...quota, status}, {manager: controllerManager, subresource: 'status'});
	}

	/** An object that comes, goes, ends or asks for something else changes what is used. */
	function onChange(object: Obj, old: Obj | undefined, isGone: boolean): void {
		if (
			old &&
			!isGone &&
			old.status?.phase === object.status?.phase &&
			old.metadata.generation === object.metadata.generation
		)
			return;
		for (const quota of store.list('resourcequotas', object.metadata.namespace)) queue.add(keyOf(quota));
	}

	for (const quota of store.list('resourcequotas')) queue.add(keyOf(quota));
	return stopAll(
		...counted.map((resource) =>
			store.watch(resource, ({type, object, old}) => onChange(object, old, type === 'DELETED')),
		),
		queue.stop,
	);
}
