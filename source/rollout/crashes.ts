import {parseTime} from '../format/age.ts';
import type {ContainerStateTerminated, ContainerStatus, Pod} from '../objects.ts';
import {isReady, type PodContainer, readyChangedAt} from './pods.ts';
import {overdue, type Scene} from './scene.ts';

/** A container that starts and ends, and what its last end means. */
export interface Crash {
	readonly id: 'oom' | 'liveness' | 'crash';
	readonly short: string;
	readonly verb: readonly [one: string, many: string];
	readonly meaning: string;
	readonly advice: string;
	readonly end: ContainerStateTerminated | undefined;
	readonly restarts: number;
	/** It has done so more than once, or for a reason that a new try does not mend. */
	readonly loops: boolean;
}

/** A pod that has been ready this long has got over it. */
const recovered = 10_000;
/** After this long in one piece the kubelet forgets the back-off, too. */
const forgotten = 600_000;

/**
 * Whether a container crashes, judged by its restarts and its last end: its state flaps between CrashLoopBackOff, Running and
 * Error. Over once the pod has been ready for ten seconds or minReadySeconds, or the container has run for ten minutes.
 */
export function crashOf(container: PodContainer, pod: Pod, killedByProbe: boolean, scene: Scene): Crash | undefined {
	const {status, step, sidecar} = container;
	const {state, lastState, restartCount: restarts = 0} = status;
	const stepDone = step !== undefined && !sidecar && state?.terminated?.exitCode === 0;
	const end = state?.terminated ?? lastState?.terminated;
	const backOff = state?.waiting?.reason === 'CrashLoopBackOff';
	if (stepDone || (!end && !backOff) || (end?.exitCode === 0 && step !== undefined && !backOff)) return undefined;
	if (state?.running) {
		if (status.ready && isReady(pod)) {
			const over = (readyChangedAt(pod) ?? 0) + Math.max(recovered, scene.minReady);
			if (overdue(over, 0, scene)) return undefined;
		}
		if (overdue(parseTime(state.running.startedAt) ?? Number.POSITIVE_INFINITY, forgotten, scene)) return undefined;
	}
	return {...explain(end, restarts, backOff, killedByProbe, container), end, restarts};
}

function explain(
	end: ContainerStateTerminated | undefined,
	restarts: number,
	backOff: boolean,
	killedByProbe: boolean,
	{spec}: PodContainer,
): Pick<Crash, 'id' | 'short' | 'verb' | 'meaning' | 'advice' | 'loops'> {
	const code = end?.exitCode;
	const loops = restarts > 1;
	if (end?.reason === 'OOMKilled') {
		const limit = spec?.resources?.limits?.['memory'];
		return {
			id: 'oom',
			short: 'out of memory',
			verb: ['runs out of memory', 'run out of memory'],
			meaning: limit ? `more than its limit of ${limit}` : 'killed by the kernel, no limit set',
			advice: `${limit ? 'raise the memory limit' : 'see what its node is short of'}, or go back (u)`,
			loops: restarts > 0,
		};
	}
	if (killedByProbe) {
		return {
			id: 'liveness',
			short: 'liveness check fails',
			verb: ['is restarted by its liveness check', 'are restarted by their liveness check'],
			meaning: `exit ${code ?? 'unknown'}`,
			advice: 'look at the check and the log before the restart, or go back (u)',
			loops,
		};
	}
	const exit = code === undefined ? '' : `, exit ${code}`;
	return {
		id: 'crash',
		short: `${backOff || loops ? 'crash loop' : 'crashed'}${exit}`,
		verb: code === 0 ? ['ends by itself', 'end by themselves'] : ['crashes', 'crash'],
		meaning: code === undefined ? 'exit code unknown' : `exit ${code}${meaningOf(code, end?.signal)}`,
		advice: 'read the log before the restart, or go back (u)',
		loops: loops || code === 126 || code === 127,
	};
}

/** What an exit code says by custom of shells and kernels. */
function meaningOf(code: number, signal: number | undefined): string {
	const words: Readonly<Record<number, string>> = {
		0: ', the program ended by itself',
		1: ', its own error',
		2: ', its own error',
		126: ', not executable',
		127: ', command not found',
		134: ', aborted',
		137: ', killed',
		139: ', segmentation fault',
		143: ', asked to stop',
	};
	return words[code] ?? (signal ? `, signal ${signal}` : code > 128 ? `, signal ${code - 128}` : '');
}

/**
 * When a container in back-off is started again, milliseconds since the epoch: its last end plus the delay, which its message tells
 * (a node may cap it), or else 10 s doubled with each restart up to 5 minutes. Undefined if it is not in back-off.
 */
export function backOffEnd({state, lastState, restartCount = 0}: ContainerStatus): number | undefined {
	if (state?.waiting?.reason !== 'CrashLoopBackOff') return undefined;
	const ended = parseTime(lastState?.terminated?.finishedAt);
	if (ended === undefined) return undefined;
	const [, minutes = 0, seconds = 0] = /back-off (?:(\d+)m)?(?:(\d+)s)?/.exec(state.waiting.message ?? '') ?? [];
	const told = (Number(minutes) * 60 + Number(seconds)) * 1000;
	return ended + (told || Math.min(300_000, 10_000 * 2 ** Math.max(0, restartCount - 1)));
}
