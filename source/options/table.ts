/**
 * Every flag and every subcommand, written once: parsing, the environment, the sentences about mistakes and `--help`
 * are all made from these two lists.
 */

export interface Flag {
	readonly name: string;
	readonly short?: string;
	/** What its value is called in the help; a flag without one is a switch. */
	readonly value?: string;
	/** Its value may be left out, and then has to follow a `=` where there is one. */
	readonly optionalValue?: true;
	readonly repeatable?: true;
	/** The only subcommands it goes with; left out: all of them, and the screen. */
	readonly only?: readonly SubcommandName[];
	/** Says what this one command is to do: no variable stands for it, so that none is left lying about. */
	readonly once?: true;
	readonly help: string;
}

export interface Subcommand {
	readonly name: string;
	readonly usage: string;
	readonly help: string;
}

export const subcommands = [
	{name: 'get', usage: 'get KIND [NAME]', help: 'print rows, for scripts'},
	{
		name: 'status',
		usage: 'status deployment/NAME',
		help: 'how its rollout stands, and why it waits',
	},
	{name: 'history', usage: 'history deployment/NAME', help: 'its kept revisions'},
	{name: 'diff', usage: 'diff deployment/NAME', help: 'what differs between two revisions'},
	{name: 'undo', usage: 'undo deployment/NAME', help: 'go back to the previous revision, or to another'},
	{name: 'scale', usage: 'scale deployment/NAME --replicas COUNT', help: 'set how many pods are wanted'},
	{name: 'restart', usage: 'restart deployment/NAME', help: 'replace all pods by the same template'},
	{name: 'pause', usage: 'pause deployment/NAME', help: 'hold its rollout where it is'},
	{name: 'resume', usage: 'resume deployment/NAME', help: 'let its rollout go on'},
	{name: 'sandbox', usage: 'sandbox [SCENARIO]', help: 'serve a practice cluster on this machine'},
] as const satisfies readonly Subcommand[];

export type SubcommandName = (typeof subcommands)[number]['name'];

export const flags = [
	{name: 'kubeconfig', value: 'FILE', help: 'the kubeconfig to use (else $KUBECONFIG, else ~/.kube/config)'},
	{name: 'context', value: 'NAME', help: 'the context to use (else the current one)'},
	{name: 'namespace', short: 'n', value: 'NAME', help: "the namespace to show (else the context's)"},
	{name: 'all-namespaces', short: 'A', help: 'show all namespaces'},
	{name: 'selector', short: 'l', value: 'SELECTOR', help: 'only objects with these labels, e.g. app=web,tier!=test'},
	{name: 'as', value: 'USER', help: 'act as this user'},
	{name: 'as-group', value: 'GROUP', repeatable: true, help: 'act as a member of this group (may be repeated)'},
	{name: 'request-timeout', value: 'TIME', help: 'give a request up after this time, e.g. 5s or 1m30s (0: never)'},
	{name: 'read-only', help: 'change nothing, whatever is pressed'},
	{name: 'ascii', help: 'draw with ASCII characters only'},
	{name: 'no-color', help: 'draw without colours (also: NO_COLOR)'},
	{name: 'quiet', help: 'no bell and no notification when a rollout is complete or stuck'},
	{
		name: 'sandbox',
		value: 'SCENARIO',
		optionalValue: true,
		help: 'open a practice cluster on this machine instead of a real one',
	},
	{
		name: 'output',
		short: 'o',
		value: 'FORMAT',
		only: ['get', 'status', 'history', 'diff'],
		help: 'json, or the usual text; for get: table, wide, rollout, name or json',
	},
	{name: 'wait', only: ['status', 'undo', 'scale', 'restart', 'resume'], help: 'follow the rollout to its end'},
	{
		name: 'timeout',
		value: 'TIME',
		only: ['status', 'undo', 'scale', 'restart', 'resume'],
		help: 'with --wait: give up after this time, e.g. 5m (else never), with exit code 124',
	},
	{
		name: 'fail-fast',
		only: ['status', 'undo', 'scale', 'restart', 'resume'],
		help: 'a cause that does not heal by itself is a failure, not only the deadline',
	},
	{
		name: 'revision',
		value: 'NUMBER',
		only: ['status'],
		once: true,
		help: 'fail if another revision than this is rolling',
	},
	{name: 'from', value: 'NUMBER', only: ['diff'], once: true, help: 'the older revision (else the one before)'},
	{name: 'to', value: 'NUMBER', only: ['diff'], once: true, help: 'the newer revision (else the present template)'},
	{
		name: 'to-revision',
		value: 'NUMBER',
		only: ['undo'],
		once: true,
		help: 'the revision to go back to (else the previous one)',
	},
	{name: 'replicas', value: 'COUNT', only: ['scale'], once: true, help: 'how many pods are wanted'},
	{
		name: 'dry-run',
		only: ['undo', 'scale', 'restart', 'pause', 'resume'],
		once: true,
		help: 'ask the server whether it would take the change, and change nothing',
	},
	{
		name: 'yes',
		short: 'y',
		only: ['undo', 'scale', 'restart', 'pause', 'resume'],
		once: true,
		help: 'do not ask before the change',
	},
	{
		name: 'confirm',
		value: 'NAME',
		only: ['undo', 'scale', 'restart', 'pause', 'resume'],
		once: true,
		help: "the Deployment's name, for --yes where that has to be typed (confirm: typed, and scaling to 0)",
	},
	{name: 'watch', short: 'w', only: ['get'], help: 'go on and print every row that changes'},
	{name: 'port', value: 'PORT', only: ['sandbox'], help: 'the port to listen on (else any free one)'},
	{name: 'pods', value: 'COUNT', only: ['sandbox'], help: 'how many pods run besides the shop'},
	{name: 'seed', value: 'NUMBER', only: ['sandbox'], help: 'what its chance begins with'},
	{name: 'help', short: 'h', once: true, help: 'show this'},
	{name: 'version', once: true, help: 'show the version'},
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]['name'];

/** `ROLLDECK_READ_ONLY` for `read-only`; undefined for a flag that no variable stands for. */
export function variableOf(name: FlagName): string | undefined {
	const once = flags.some((flag) => flag.name === name && 'once' in flag);
	return once ? undefined : `ROLLDECK_${name.toUpperCase().replaceAll('-', '_')}`;
}
