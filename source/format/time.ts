import {age} from './age.ts';

/** `2026-01-31T09:30:00+01:00`: RFC 3339 to the second with the local offset, as kubectl writes `restartedAt`. @param now milliseconds since the epoch */
export function restartTime(now: number): string {
	const date = new Date(now);
	const offset = -date.getTimezoneOffset();
	const local = new Date(now + offset * 60_000).toISOString().slice(0, 19);
	if (offset === 0) return `${local}Z`;
	const minutes = Math.abs(offset);
	return `${local}${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** `12:04`, or `12:03:10` with seconds, in local time. @param now milliseconds since the epoch */
export function clockTime(now: number, seconds = false): string {
	const date = new Date(now);
	const minutes = `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
	return seconds ? `${minutes}:${twoDigits(date.getSeconds())}` : minutes;
}

/** `14s behind`: this machine's clock beside the server's. @param skew milliseconds that the server's is ahead; not 0 */
export function clockBehind(skew: number): string {
	return `${age(Math.round(Math.abs(skew) / 1000) * 1000)} ${skew > 0 ? 'behind' : 'ahead'}`;
}

/** `this machine's clock is 14s behind the server's`. @param skew as of `clockBehind` */
export function skewSentence(skew: number): string {
	return `this machine's clock is ${clockBehind(skew)}${skew > 0 ? '' : ' of'} the server's`;
}

function twoDigits(value: number): string {
	return String(value).padStart(2, '0');
}
