import {ApiError, badRequest, notFound} from '../api-error.ts';
import type {ReadLog} from '../container-log.ts';
import type {Json, Obj} from '../store.ts';
import {type Call, isOn, numberIn, type Target} from './call.ts';
import {objectOf} from './list.ts';

function containerOf(pod: Obj, asked: string | null): string {
	const spec = pod['spec'];
	const main: string[] = (spec.containers ?? []).map((container: Json) => container.name);
	const init: string[] = (spec.initContainers ?? []).map((container: Json) => container.name);
	if (asked) {
		if (main.includes(asked) || init.includes(asked)) return asked;
		throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
	}
	if (main.length === 1) return main[0]!;
	const others = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : '';
	const list = `[${main.join(' ')}]`;
	throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: ${list}${others}`);
}

function refuseWaiting(pod: Obj, container: string): void {
	if (!pod['spec'].nodeName) {
		throw new ApiError(400, 'BadRequest', `pod ${pod.metadata.name} does not have a host assigned`);
	}
	const statuses: Json[] = [
		...(pod['status']?.containerStatuses ?? []),
		...(pod['status']?.initContainerStatuses ?? []),
	];
	const status = statuses.find((one) => one.name === container);
	const reason = status?.state?.waiting?.reason;
	if (!status || !reason || status.lastState?.terminated) return;
	const why =
		reason === 'ContainerCreating' || reason === 'PodInitializing' ? reason : `trying and failing to pull image`;
	throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
}

function refuseMissingPrevious(pod: Obj, container: string): void {
	const statuses: Json[] = [
		...(pod['status']?.containerStatuses ?? []),
		...(pod['status']?.initContainerStatuses ?? []),
	];
	if (statuses.find((one) => one.name === container)?.lastState?.terminated) return;
	throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
}

function sinceOf(query: URLSearchParams, now: number): number | undefined {
	const seconds = numberIn(query, 'sinceSeconds');
	if (seconds !== undefined) return now - seconds * 1000;
	const time = query.get('sinceTime');
	if (!time) return undefined;
	const since = Date.parse(time);
	if (Number.isNaN(since)) throw badRequest(`parsing time ${JSON.stringify(time)}: not an RFC 3339 time`);
	return since;
}

/** GET of a pod's log. */
export function sendLog(call: Call, target: Target, read: ReadLog | undefined): void {
	const {query, response} = call;
	const pod = objectOf(call, target);
	const container = containerOf(pod, query.get('container'));
	const previous = isOn(query, 'previous');
	if (previous) refuseMissingPrevious(pod, container);
	else refuseWaiting(pod, container);
	if (!read) throw notFound({group: '', resource: 'logs', name: pod.metadata.name});
	let left = numberIn(query, 'limitBytes') ?? Number.POSITIVE_INFINITY;
	const tail = numberIn(query, 'tailLines');
	const since = sinceOf(query, call.store.clock.now());
	let stop: (() => void) | undefined;
	const end = () => {
		stop?.();
		response.end();
	};
	const write = (text: string) => {
		if (response.destroyed || response.writableEnded) return;
		if (!response.headersSent) {
			response.writeHead(200, {'Content-Type': 'text/plain'});
			response.flushHeaders();
		}
		const bytes = Buffer.from(text);
		const part = bytes.subarray(0, left);
		left -= part.length;
		response.write(part);
		if (left <= 0) setImmediate(end);
	};
	const options = {
		namespace: pod.metadata.namespace!,
		pod: pod.metadata.name,
		container,
		previous,
		follow: isOn(query, 'follow'),
		timestamps: isOn(query, 'timestamps'),
		...(tail !== undefined && {tail}),
		...(since !== undefined && {since}),
	};
	stop = read(options, write, end);
	response.on('close', () => stop?.());
	if (response.headersSent) return;
	response.writeHead(200, {'Content-Type': 'text/plain'});
	response.flushHeaders();
}
