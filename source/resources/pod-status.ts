import {parseTime} from '../format/age.ts';
import type {ContainerState, ContainerStateTerminated, ContainerStatus, Pod} from '../objects.ts';

/** What kubectl's READY, STATUS and RESTARTS of a pod say. */
export interface PodSummary {
	/** The STATUS word: `Running`, `Init:1/2`, `CrashLoopBackOff`, … */
	readonly word: string;
	readonly ready: number;
	/** Containers that count: all but the init containers that end. */
	readonly total: number;
	readonly restarts: number;
	/** When a container last ended before a restart, milliseconds since the epoch. */
	readonly lastRestart: number | undefined;
}

/** Restarts and when the last was, over some containers. */
interface Restarts {
	readonly count: number;
	readonly last: number | undefined;
}

const noRestarts: Restarts = {count: 0, last: undefined};

/**
 * Sums a pod up as the API server's own table does (printers/internalversion printPod, as of Kubernetes 1.35: a container that
 * failed shows through one that completed).
 */
export function summarizePod(pod: Pod): PodSummary {
	const sidecars = new Set(
		pod.spec.initContainers?.filter(({restartPolicy}) => restartPolicy === 'Always').map(({name}) => name),
	);
	const start = summarizeStart(pod, sidecars);
	const before = start.blockedBy ?? phaseWord(pod);
	const hasStarted = start.blockedBy === undefined || hasCondition(pod, 'Initialized', 'True');
	const main = hasStarted ? summarizeMain(pod, before) : undefined;
	// Once the start is over, restarts of the init containers that have ended no longer count.
	const restarts = main ? addRestarts(start.sidecarRestarts, main.restarts) : start.restarts;
	return {
		word: endingWord(pod) ?? main?.word ?? before,
		ready: start.ready + (main?.ready ?? 0),
		total: pod.spec.containers.length + sidecars.size,
		restarts: restarts.count,
		lastRestart: restarts.last,
	};
}

/** The init containers, in order, up to the first that has not let the next one start; `blockedBy` is its word. */
function summarizeStart(pod: Pod, sidecars: ReadonlySet<string>) {
	let ready = 0;
	let restarts = noRestarts;
	let sidecarRestarts = noRestarts;
	for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
		const isSidecar = sidecars.has(status.name);
		restarts = addRestarts(restarts, restartsOf(status));
		if (isSidecar) sidecarRestarts = addRestarts(sidecarRestarts, restartsOf(status));
		if (status.state?.terminated?.exitCode === 0) continue;
		if (isSidecar && status.started) {
			if (status.ready) ready++;
			continue;
		}
		const progress = `${index}/${pod.spec.initContainers?.length ?? 0}`;
		return {ready, restarts, sidecarRestarts, blockedBy: `Init:${initWord(status.state) ?? progress}`};
	}
	return {ready, restarts, sidecarRestarts, blockedBy: undefined};
}

function initWord(state: ContainerState | undefined): string | undefined {
	if (state?.terminated) return terminatedWord(state.terminated);
	const reason = state?.waiting?.reason;
	return reason && reason !== 'PodInitializing' ? reason : undefined;
}

/** The main containers, last to first, so that the first one's word wins over the others' and over the word `before`. */
function summarizeMain(pod: Pod, before: string) {
	let word = before;
	let failure: string | undefined;
	let hasRunning = false;
	let ready = 0;
	let restarts = noRestarts;
	for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
		const {waiting, terminated, running} = status.state ?? {};
		restarts = addRestarts(restarts, restartsOf(status));
		if (waiting?.reason) {
			word = waiting.reason;
		} else if (terminated) {
			word = terminatedWord(terminated);
			if (terminated.exitCode !== 0) failure = word;
		} else if (status.ready && running) {
			hasRunning = true;
			ready++;
		}
	}
	if (word === 'Completed') word = completedWord(pod, hasRunning, failure);
	return {word, ready, restarts};
}

function completedWord(pod: Pod, hasRunning: boolean, failure: string | undefined): string {
	if (hasRunning && hasCondition(pod, 'Ready', 'True')) return 'Running';
	return failure ?? (hasRunning ? 'NotReady' : 'Completed');
}

function endingWord({metadata, status}: Pod): string | undefined {
	if (!metadata.deletionTimestamp) return undefined;
	if (status?.reason === 'NodeLost') return 'Unknown';
	return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating';
}

function phaseWord({status}: Pod): string {
	const gated = status?.conditions?.some(({type, reason}) => type === 'PodScheduled' && reason === 'SchedulingGated');
	return gated ? 'SchedulingGated' : status?.reason || status?.phase || '';
}

function terminatedWord({reason, signal, exitCode}: ContainerStateTerminated): string {
	return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

function restartsOf({restartCount = 0, lastState}: ContainerStatus): Restarts {
	return {count: restartCount, last: parseTime(lastState?.terminated?.finishedAt)};
}

function addRestarts(left: Restarts, right: Restarts): Restarts {
	const last = Math.max(left.last ?? -Infinity, right.last ?? -Infinity);
	return {count: left.count + right.count, last: last === -Infinity ? undefined : last};
}

function hasCondition(pod: Pod, type: string, status: string): boolean {
	return pod.status?.conditions?.some((condition) => condition.type === type && condition.status === status) ?? false;
}
