import type {Context, Stop} from './context.ts';
import {stopAll} from './context.ts';
import {keyOf, splitKey, startQueue} from './queue.ts';
import {lastSeen} from './record.ts';

/** Removes Events an hour after they were last told, as the API server's storage does. */
export function startEventExpiry({store, clock, timing, report}: Context): Stop {
	const queue = startQueue(clock, sync, report);

	function sync(key: string): void {
		const event = store.get('events', ...splitKey(key));
		if (!event) return queue.forget(key);
		const left = lastSeen(event) + timing.eventLife - clock.now();
		if (left > 0) queue.addAfter(key, left);
		else store.remove('events', event.metadata.namespace, event.metadata.name);
	}

	for (const event of store.list('events')) queue.add(keyOf(event));
	const stopWatch = store.watch('events', ({type, object}) => {
		if (type === 'ADDED') queue.add(keyOf(object));
		if (type === 'DELETED') queue.forget(keyOf(object));
	});
	return stopAll(stopWatch, queue.stop);
}
