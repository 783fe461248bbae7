import {monitorEventLoopDelay} from 'node:perf_hooks';
import type {SyncResult} from '../messages.ts';

/** Measures one initial sync. `sync` resolves once all objects are in `store`, and calls `first` when the first ones are. */
export async function measureSync(
	store: {readonly size: number},
	sync: (first: () => void) => Promise<void>,
): Promise<void> {
	const heap = () => {
		for (let round = 0; round < 3; round++) globalThis.gc?.();
		return process.memoryUsage().heapUsed;
	};
	const heapBefore = heap();
	const delays = monitorEventLoopDelay({resolution: 1});
	delays.enable();
	const startedAt = performance.now();
	const cpuBefore = process.cpuUsage();
	let firstAt: number | undefined;
	await sync(() => (firstAt ??= performance.now()));
	const wallMs = performance.now() - startedAt;
	const cpu = process.cpuUsage(cpuBefore);
	await new Promise((resolve) => setTimeout(resolve, 5)); // so that the last block is seen as well
	delays.disable();
	const result: SyncResult = {
		objects: store.size,
		wallMs,
		cpuMs: (cpu.user + cpu.system) / 1000,
		firstMs: (firstAt ?? Number.NaN) - startedAt,
		longestBlockMs: delays.max / 1e6,
		peak: process.resourceUsage().maxRSS * 1024,
		heap: heap() - heapBefore,
	};
	process.stdout.write(JSON.stringify(result), () => process.exit());
}
