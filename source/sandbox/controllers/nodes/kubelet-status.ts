import type {Json} from '../../store.ts';
import {timestamp} from '../time.ts';

const healthy = [
	['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
	['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
	['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
	['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** What a kubelet that is well posts of its node. `now` in milliseconds. */
export function healthyConditions(present: readonly Json[], now: number): Json[] {
	return healthy.map(([type, status, reason, message]) => condition(present, type, {status, reason, message}, now));
}

/** What the node controller writes once a kubelet has been silent for too long. */
export function silentConditions(present: readonly Json[], now: number): Json[] {
	const told = {status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.'};
	return healthy.map(([type]) => condition(present, type, told, now));
}

function condition(
	present: readonly Json[],
	type: string,
	told: {status: string; reason: string; message: string},
	now: number,
): Json {
	const before = present.find((each) => each.type === type);
	const at = timestamp(now);
	const isSame = before?.status === told.status;
	const lastHeartbeatTime = told.status === 'Unknown' ? (before?.lastHeartbeatTime ?? at) : at;
	return {type, ...told, lastHeartbeatTime, lastTransitionTime: isSame ? before.lastTransitionTime : at};
}
