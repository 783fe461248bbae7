import {readFileSync} from 'node:fs';

/** What a process has used so far. */
export interface Usage {
	/** Milliseconds of all its threads on a core. */
	readonly cpuMs: number;
	/** Bytes in memory now, and at most so far. */
	readonly resident: number;
	readonly peak: number;
}

/** Reads it where Linux tells it; NaN elsewhere, so that the figure is shown as not measured. */
export function usageOf(pid: number): Usage {
	try {
		// The name in parentheses may hold spaces: what follows it is counted from there. Ticks are hundredths of a second.
		const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
		const fields = after.split(' ');
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		const bytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1]) * 1024;
		return {
			cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
			resident: bytes('VmRSS'),
			peak: bytes('VmHWM'),
		};
	} catch {
		return {cpuMs: Number.NaN, resident: Number.NaN, peak: Number.NaN};
	}
}
