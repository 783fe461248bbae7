const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/**
 * How long something has lasted, in the words of `kubectl get` (apimachinery's duration.HumanDuration).
 * @param ms milliseconds; undefined or NaN gives `<unknown>`, more than two seconds below zero `<invalid>`.
 */
export function age(ms: number | undefined): string {
	if (ms === undefined || Number.isNaN(ms)) return '<unknown>';
	if (ms <= -2 * second) return '<invalid>';
	if (ms < 0) return '0s';
	if (ms < 2 * minute) return `${whole(ms, second)}s`;
	if (ms < 10 * minute) return pair(ms, minute, 'm', second, 's');
	if (ms < 3 * hour) return `${whole(ms, minute)}m`;
	if (ms < 8 * hour) return pair(ms, hour, 'h', minute, 'm');
	if (ms < 2 * day) return `${whole(ms, hour)}h`;
	if (ms < 8 * day) return pair(ms, day, 'd', hour, 'h');
	if (ms < 2 * year) return `${whole(ms, day)}d`;
	if (ms < 8 * year) return pair(ms, year, 'y', day, 'd');
	return `${whole(ms, year)}y`;
}

/** The milliseconds since the epoch of an RFC 3339 timestamp; undefined where there is none or it cannot be read. */
export function parseTime(timestamp: string | null | undefined): number | undefined {
	if (!timestamp) return undefined;
	const ms = Date.parse(timestamp);
	return Number.isNaN(ms) ? undefined : ms;
}

/** The age of a timestamp at `now` (milliseconds since the epoch); `<unknown>` where there is none. */
export function ageAt(timestamp: string | null | undefined, now: number): string {
	const since = parseTime(timestamp);
	return age(since === undefined ? undefined : now - since);
}

function whole(ms: number, unit: number): number {
	return Math.floor(ms / unit);
}

function pair(ms: number, unit: number, name: string, smaller: number, smallerName: string): string {
	const rest = whole(ms % unit, smaller);
	return rest === 0 ? `${whole(ms, unit)}${name}` : `${whole(ms, unit)}${name}${rest}${smallerName}`;
}
