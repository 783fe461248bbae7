import type {LogRequest, ReadLog} from '../../container-log.ts';
import {ApiError, type Store} from '../../store.ts';
import {behaviourOf} from '../kubelet/behaviour.ts';
import {slotsOf} from '../kubelet/slots.ts';
import type {ContainerState, Pod} from '../shapes.ts';
import {millis} from '../time.ts';
import {type Line, linesBetween, nextLineAt, type Run} from './lines.ts';

/** The logs of all containers: made up, but the same whenever they are read, with times that fit the container's runs. */
export function logReader(store: Store, seed: number): ReadLog {
	return (request, write, end) => {
		const {clock} = store;
		const run = runOf(store, seed, request);
		if (!run)
			throw new ApiError(400, 'BadRequest', `container "${request.container}" in pod "${request.pod}" has not run yet`);
		let told = clock.now();
		const since = request.since === undefined ? -Infinity : request.since - 1;
		const past = linesBetween(run, since, told);
		tell(past.slice(Math.max(0, past.length - (request.tail ?? Infinity))));
		if (!request.follow || run.end !== undefined) {
			end();
			return () => {};
		}

		function tell(lines: readonly Line[]): void {
			const texts = lines.map(({at, text}) => (request.timestamps ? `${nanoTimestamp(at)} ${text}\n` : `${text}\n`));
			if (texts.length > 0) write(texts.join(''));
		}

		/** What was said since last time, up to the end of the run where it has ended. */
		function goOn(): void {
			const now = clock.now();
			const current = sameRun(run as Run, runOf(store, seed, request), now);
			tell(linesBetween(current, told, now));
			told = now;
			if (current.end === undefined) return;
			stop();
			end();
		}

		let cancel: (() => void) | undefined;
		function wait(): void {
			const next = nextLineAt(run as Run, clock.now());
			if (next === undefined) return;
			cancel = clock.at(next, () => {
				goOn();
				if (!stopped) wait();
			});
		}
		let stopped = false;
		const unwatch = store.watch('pods', ({object}) => {
			if (!stopped && object.metadata.name === request.pod && object.metadata.namespace === request.namespace) goOn();
		});
		function stop(): void {
			stopped = true;
			cancel?.();
			unwatch();
		}
		wait();
		return stop;
	};
}

/** As a container runtime stamps its lines. */
function nanoTimestamp(at: number): string {
	return `${new Date(at).toISOString().slice(0, 23)}000000Z`;
}

/** The run that is followed, with its end where it has one: another run, or none, means that it has just ended. */
function sameRun(run: Run, found: Run | undefined, now: number): Run {
	return found?.start === run.start ? found : {...run, end: now};
}

/** The run that the request means: the present one, or the last one of a container that waits for its restart. */
function runOf(store: Store, seed: number, {namespace, pod: name, container, previous}: LogRequest): Run | undefined {
	const pod = store.get('pods', namespace, name) as Pod | undefined;
	const slot = pod && slotsOf(pod).find((each) => each.container.name === container);
	if (!slot) return undefined;
	const {state, lastState, restartCount} = slot.status;
	const isPresent = !previous && (state.running !== undefined || state.terminated !== undefined);
	const times = timesOf(isPresent ? state : lastState);
	if (!times) return undefined;
	const count = isPresent || state.waiting ? restartCount : restartCount - 1;
	const {image} = slot.container;
	const {exit, ready} = behaviourOf(image);
	const server = ready ? 'server' : 'unready';
	const failing = exit?.code === 137 ? 'memory' : 'failing';
	const kind = exit ? failing : slot.kind === 'init' ? 'task' : server;
	return {name: `${seed}/${pod.metadata.uid}/${container}/${count}`, container, image, kind, ...times};
}

function timesOf({running, terminated}: ContainerState): {start: number; end?: number} | undefined {
	if (running) return {start: millis(running.startedAt)};
	return terminated && {start: millis(terminated.startedAt), end: millis(terminated.finishedAt)};
}
