import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {createStore, mergeInterval, realTimers, type StoreTimers} from '../../source/state/store.ts';

/** Timers that run when told. */
function manualTimers() {
	let now = 0;
	const tasks = new Set<{at: number; task: () => void}>();
	const timers: StoreTimers = {
		now: () => now,
		after(milliseconds, task) {
			const entry = {at: now + milliseconds, task};
			tasks.add(entry);
			return () => tasks.delete(entry);
		},
	};
	return {
		timers,
		pass(milliseconds: number) {
			now += milliseconds;
			for (const entry of tasks) {
				if (entry.at > now) continue;
				tasks.delete(entry);
				entry.task();
			}
		},
		get waiting() {
			return tasks.size;
		},
	};
}

function counting() {
	const clock = manualTimers();
	const store = createStore<readonly string[]>([], clock.timers);
	const published: (readonly string[])[] = [];
	const unsubscribe = store.subscribe(() => published.push(store.get()));
	const add = (text: string) => (state: readonly string[]) => [...state, text];
	return {...clock, clock, store, published, unsubscribe, add};
}

suite('change', () => {
	test('is published at once', () => {
		const {store, published, add} = counting();
		store.change(add('a'));
		assert.deepEqual(store.get(), ['a']);
		assert.deepEqual(published, [['a']]);
	});

	test('to the same state tells nobody', () => {
		const {store, published} = counting();
		store.change((state) => state);
		assert.deepEqual(published, []);
	});

	test('reaches nobody who has left', () => {
		const {store, published, unsubscribe, add} = counting();
		unsubscribe();
		store.change(add('a'));
		assert.deepEqual(published, []);
	});
});

suite('merge', () => {
	test('makes one publication of a burst, in order, with the next turn', () => {
		const {store, published, clock, add} = counting();
		for (const text of ['a', 'b', 'c']) store.merge(add(text));
		assert.deepEqual(published, []);
		clock.pass(0);
		assert.deepEqual(published, [['a', 'b', 'c']]);
	});

	test('publishes at most once in its interval', () => {
		const {store, published, clock, add} = counting();
		store.merge(add('a'));
		clock.pass(0);
		for (let step = 1; step <= 50; step++) {
			store.merge(add(String(step)));
			clock.pass(mergeInterval / 10);
		}
		assert.equal(published.length, 6);
		assert.equal(store.get().length, 51);
	});

	test('is at once again after a quiet time', () => {
		const {store, published, clock, add} = counting();
		store.merge(add('a'));
		clock.pass(0);
		clock.pass(mergeInterval);
		store.merge(add('b'));
		clock.pass(0);
		assert.equal(published.length, 2);
	});

	test('does not hold a change back, and works on what the change made', () => {
		const {store, published, clock, add} = counting();
		store.merge(add('merged'));
		store.change(add('changed'));
		assert.deepEqual(published, [['changed']]);
		clock.pass(0);
		assert.deepEqual(store.get(), ['changed', 'merged']);
	});

	test('by who is told of a merge is a publication of its own', () => {
		const {store, published, clock, add} = counting();
		let once = true;
		store.subscribe(() => {
			if (once) store.merge(add('more'));
			once = false;
		});
		store.merge(add('first'));
		clock.pass(0);
		assert.deepEqual(store.get(), ['first']);
		clock.pass(mergeInterval);
		assert.deepEqual(published, [['first'], ['first', 'more']]);
	});
});

suite('flush, idle, close', () => {
	test('flush publishes what waits, once', () => {
		const {store, published, clock, add} = counting();
		store.merge(add('a'));
		store.flush();
		clock.pass(mergeInterval);
		assert.deepEqual(published, [['a']]);
		assert.equal(clock.waiting, 0);
	});

	test('idle waits for what waits, and for nothing else', async () => {
		const {store, clock, add} = counting();
		await store.idle();
		store.merge(add('a'));
		let idle = false;
		const waiting = store.idle().then(() => {
			idle = true;
		});
		await Promise.resolve();
		assert.ok(!idle);
		clock.pass(0);
		await waiting;
		assert.deepEqual(store.get(), ['a']);
	});

	test('close cancels, and leaves nobody waiting', async () => {
		const {store, published, clock, add} = counting();
		store.merge(add('a'));
		const waiting = store.idle();
		store.close();
		await waiting;
		clock.pass(mergeInterval);
		assert.deepEqual(published, []);
	});
});

test('the real timers keep no process alive, and can be cancelled', async () => {
	const {after, now} = realTimers();
	const cancelled = after(0, () => assert.fail('it was cancelled'));
	cancelled();
	const before = now();
	await new Promise<void>((resolve) => {
		after(0, resolve);
	});
	assert.ok(now() >= before);
});
