import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {createServer, type Socket} from 'node:net';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

/** What a measured process tells about itself: see programs/probe.js, which is loaded into it. */
export interface Probe {
	/** Given to Node and to the process, so that it can be asked. */
	readonly nodeOptions: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Watches the event loop from now on. */
	watchLoop(): Promise<void>;
	/** What was seen of it since then; it is not watched any more. */
	loop(): Promise<Loop>;
	/** What the process holds once all garbage is gone. */
	holdings(): Promise<Holdings>;
	close(): void;
}

/** The longest turn of the event loop, in milliseconds: by the clock, and by the processor time of its thread. */
export interface Loop {
	readonly longestMs: number;
	readonly longestCpuMs: number;
}

/** Bytes, and counts of what lives. */
export interface Holdings {
	readonly heap: number;
	readonly resident: number;
	readonly timers: number;
	readonly sockets: number;
	readonly streams: number;
	readonly signals: number;
	readonly listeners: number;
	readonly warnings: number;
}

/** @param folder where its socket is made */
export async function openProbe(folder: string): Promise<Probe> {
	const path = join(folder, `probe-${randomUUID().slice(0, 8)}`);
	const server = createServer();
	const connected = once(server, 'connection').then(([socket]) => ({
		socket: socket as Socket,
		lines: createInterface({input: socket as Socket}),
	}));
	server.listen(path);
	await once(server, 'listening');
	const ask = async <T>(question: string): Promise<T> => {
		const {socket, lines} = await connected;
		socket.write(`${question}\n`);
		const [answer] = (await once(lines, 'line')) as [string];
		return JSON.parse(answer) as T;
	};
	return {
		nodeOptions: [`--import=${new URL('programs/probe.js', import.meta.url).href}`],
		env: {BENCH_PROBE: path},
		watchLoop: () => ask('watch'),
		loop: () => ask('loop'),
		holdings: () => ask('holdings'),
		close: () => server.close(),
	};
}
