/** The letters and digits of made names. */
const safe = '[bcdfghjklmnpqrstvwxz2456789]';

/** What differs between any two clusters, and what stands for it. */
const masks: readonly (readonly [RegExp, string])[] = [
	[/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
	[/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, 'TIME'],
	[/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID'],
	[/https:\/\/127\.0\.0\.1:\d+/g, 'SERVER'],
	[/\b(?:\d{1,3}\.){3}\d{1,3}(?:\/\d+)?/g, 'ADDRESS'],
	[/(resourceVersion"?: "|^\+?-? *resourceVersion: )\d+/gm, '$1VERSION'],
	[/(LIVE|MERGED)-\d+/g, '$1'],
	[/zone-\d/g, 'ZONE'],
	// They take turns.
	[/ErrImagePull|ImagePullBackOff/g, 'NO-IMAGE'],
	[new RegExp(`(pod-template-hash"?[:=] *"?)${safe}{4,10}`, 'g'), '$1HASH'],
	[new RegExp(`-${safe}{6,10}-${safe}{5}(?!\\w)`, 'g'), '-HASH-POD'],
	[new RegExp(`-${safe}{6,10}(?![\\w-])`, 'g'), '-HASH'],
	[new RegExp(`-${safe}{5}(?![\\w-])`, 'g'), '-SUFFIX'],
	[/(?<=\w)\.[0-9a-f]{16}\b/g, '.EVENT'],
	[/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000/g, 'TIME'],
	[/node-\d+/g, 'NODE'],
	[/:3\d{4}\b|(NodePort: .*?|nodePort"?: )3\d{4}\b/g, '$1:PORT'],
	[/(?<=^|[ (])(?:\d+[ydhms]){1,2}(?= ago|\s|\)|$)/gm, 'AGE'],
	[/^Waiting for (?:deployment|pod).*\n/gm, ''],
	// kubectl's own log of a watch that it ended itself.
	[/^[IWE]\d{4} \S+ +\d+ reflector\.go.*context canceled.*\n/gm, ''],
];

/** A Deployment's conditions as `kubectl describe` prints them: in the order in which they were written last, which is a race. */
const conditions = /(?:^ {2}(?:Available|Progressing|ReplicaFailure) {2}(?:True|False|Unknown) .*\n)+/gm;

/** An output without what differs between any two clusters: names made by them, times, addresses, numbers; and the widths of columns. */
export function mask(output: string): string {
	const text = masks.reduce((masked, [pattern, stand]) => masked.replaceAll(pattern, stand), output);
	return text
		.replaceAll(/(?<=\S) {2,}/g, '  ')
		.replaceAll(/ +$/gm, '')
		.replaceAll(conditions, (lines) =>
			lines
				.split(/(?<=\n)/)
				.toSorted()
				.join(''),
		);
}
