import type {Json, Obj} from '../store.ts';

/** A duration in the words of `kubectl get` (duration.HumanDuration): `119s`, `2m1s`, `3h`, `47h`, `2d1h`. */
export function humanDuration(milliseconds: number): string {
	const seconds = Math.trunc(milliseconds / 1000);
	if (seconds < -1) return '<invalid>';
	if (seconds < 0) return '0s';
	if (seconds < 120) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
	if (minutes < 180) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
	if (hours < 48) return `${hours}h`;
	const days = Math.floor(hours / 24);
	if (days < 8) return two(days, 'd', hours % 24, 'h');
	if (days < 365 * 2) return `${days}d`;
	const years = Math.floor(days / 365);
	return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

function two(big: number, unit: string, small: number, smallUnit: string): string {
	return small === 0 ? `${big}${unit}` : `${big}${unit}${small}${smallUnit}`;
}

/** The time since an RFC 3339 time, `<unknown>` for none. */
export function since(time: string | undefined, now: number): string {
	return time ? humanDuration(now - Date.parse(time)) : '<unknown>';
}

export function age(object: Obj, now: number): string {
	return since(object.metadata['creationTimestamp'], now);
}

/** Containers and images of a pod spec, each as a comma list. */
export function containersAndImages(spec: Json): [string, string] {
	const containers: Json[] = spec?.containers ?? [];
	return [containers.map((c) => c.name).join(','), containers.map((c) => c.image).join(',')];
}

/** A list cut at `most` items, with how many more there are. */
export function cut(items: readonly string[], most: number, total = items.length): string {
	return items.slice(0, most).join(',') + (total > most ? ` + ${total - most} more...` : '');
}

/** The addresses of a load balancer's status: sorted, without repetitions. */
export function loadBalancerAddress(status: Json): string {
	const ingress: Json[] = status?.loadBalancer?.ingress ?? [];
	return [...new Set(ingress.map((entry): string => entry.ip ?? entry.hostname).filter(Boolean))].sort().join(',');
}
