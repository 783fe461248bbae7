import type {Connection} from '../../source/cluster/connection.ts';
import {type Watch, type WatchState, type WatchTarget, watch} from '../../source/cluster/watcher.ts';
import type {KubeObject} from '../../source/objects.ts';
import type {Api} from '../support/api-server.ts';
import {type ManualClock, manualClock} from '../support/manual-clock.ts';
import {until} from '../support/until.ts';
import {connectTo} from './connecting.ts';

export const podsPath = '/api/v1/namespaces/shop/pods';

export function pod(name: string, more: Record<string, unknown> = {}): KubeObject {
	return {apiVersion: 'v1', kind: 'Pod', metadata: {name, namespace: 'shop', uid: `uid-${name}`}, ...more};
}

export function pods(count: number): KubeObject[] {
	return Array.from({length: count}, (_, index) => pod(`pod-${String(index).padStart(5, '0')}`));
}

/** A watch with what it has told so far. */
export interface Watching {
	readonly watch: Watch;
	readonly clock: ManualClock;
	/** By uid. */
	readonly rows: Map<string, KubeObject>;
	readonly states: WatchState[];
	readonly log: string[];
	names(): string[];
	phase(): WatchState['phase'] | undefined;
	/** The rows are what the server has, and said to be live. */
	isRight(): boolean;
	/** Waits until `isRight`. */
	right(): Promise<void>;
}

function versions(objects: Iterable<KubeObject>): string {
	return [...objects]
		.map(({metadata}) => `${metadata.uid} ${metadata.resourceVersion}`)
		.sort()
		.join();
}

/** Watches the pods of `shop`, on a clock of its own; ended with the test. */
export async function watchPods(
	api: Api,
	test: {after(fn: () => unknown): void},
	options: {
		connection?: Connection;
		target?: Partial<WatchTarget<KubeObject>>;
		onChange?: () => void;
		random?: () => number;
	} = {},
): Promise<Watching> {
	const clock = manualClock();
	const log: string[] = [];
	const connection = options.connection ?? (await connectTo(api, test, {log: (line) => log.push(line)}));
	const rows = new Map<string, KubeObject>();
	const states: WatchState[] = [];
	const handle = watch<KubeObject>(
		connection,
		{path: podsPath, project: (object: KubeObject) => object, ...options.target},
		{
			changes({upserts, deletes}) {
				for (const uid of deletes) {
					rows.delete(uid);
				}
				for (const object of upserts) {
					rows.set(object.metadata.uid, object);
				}
				options.onChange?.();
			},
			state: (state) => states.push(state),
		},
		{now: clock.now, delay: clock.delay, random: options.random ?? (() => 0.5)},
	);
	test.after(() => handle.stop());
	const watching: Watching = {
		watch: handle,
		clock,
		rows,
		states,
		log,
		names: () => [...rows.values()].map(({metadata}) => metadata.name).sort(),
		phase: () => states.at(-1)?.phase,
		isRight: () => states.at(-1)?.phase === 'live' && versions(rows.values()) === versions(api.list('pods', 'shop')),
		right: () => until(`the rows are right and live (phase ${states.at(-1)?.phase})`, () => watching.isRight()),
	};
	return watching;
}
