// Loaded into the measured process before the product (--import): tells the bench, over a socket, what only the process itself
// can know. It costs nothing while it is not asked. Plain JavaScript, so that Node compiles nothing for it.
import {connect, Socket} from 'node:net';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {Readable} from 'node:stream';
import {queryObjects, setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

const socket = connect(process.env.BENCH_PROBE);
socket.setEncoding('utf8');
socket.unref();
socket.on('error', () => {}); // the bench is gone
let warnings = 0;
// Of its own doings the probe is not told: asking for objects is an experiment of Node's.
process.on('warning', ({name}) => (warnings += name === 'ExperimentalWarning' ? 0 : 1));

/** What makes the event loop's turns visible, while it is wanted. */
let watching;

/** From now on the turns of the event loop are measured: by the clock, and by the processor time of its own thread. */
function watchLoop() {
	const delays = monitorEventLoopDelay({resolution: 1});
	delays.enable();
	let before = process.threadCpuUsage();
	let longestCpu = 0;
	const ticking = setInterval(() => {
		const {user, system} = process.threadCpuUsage(before);
		longestCpu = Math.max(longestCpu, user + system);
		before = process.threadCpuUsage();
	}, 1);
	ticking.unref();
	watching = () => {
		delays.disable();
		clearInterval(ticking);
		return {longestMs: delays.max / 1e6, longestCpuMs: longestCpu / 1000};
	};
}

/** What the process holds once all garbage is gone. */
function holdings() {
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc');
	for (let round = 0; round < 3; round++) collect();
	const count = (type) => queryObjects(type, {format: 'count'});
	const timer = setTimeout(() => {}, 0);
	clearTimeout(timer);
	return {
		heap: process.memoryUsage().heapUsed,
		resident: process.memoryUsage.rss(),
		timers: count(timer.constructor),
		sockets: count(Socket),
		streams: count(Readable),
		signals: count(AbortSignal),
		listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
		warnings,
	};
}

const answers = {
	watch: () => watchLoop(),
	loop: () => watching(),
	holdings,
};
socket.on('data', (asked) => {
	for (const question of asked.trim().split('\n')) socket.write(`${JSON.stringify(answers[question]() ?? {})}\n`);
});
