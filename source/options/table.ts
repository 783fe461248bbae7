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
	/** Parsed, not shown: for rolldeck's own use. */
	readonly hidden?: true;
	readonly help: string;
}

export interface Subcommand {
	readonly name: string;
	readonly usage: string;
	readonly hidden?: true;
	readonly help: string;
}

export const subcommands = [
	{name: 'get', usage: 'get KIND [NAME]', help: 'print rows, for scripts'},
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
	{name: 'output', short: 'o', value: 'FORMAT', only: ['get'], help: 'table, wide, rollout, name or json'},
	{name: 'watch', short: 'w', only: ['get'], help: 'go on and print every row that changes'},
	{name: 'port', value: 'PORT', only: ['sandbox'], help: 'the port to listen on (else any free one)'},
	{name: 'pods', value: 'COUNT', only: ['sandbox'], help: 'how many pods the shop has'},
	{name: 'seed', value: 'NUMBER', only: ['sandbox'], help: 'what its chance begins with'},
	{name: 'child', only: ['sandbox'], hidden: true, help: 'end with the process that started it'},
	{name: 'help', short: 'h', help: 'show this'},
	{name: 'version', help: 'show the version'},
] as const satisfies readonly Flag[];

export type FlagName = (typeof flags)[number]['name'];

/** The two that ask about rolldeck itself: they are no settings, so no variable stands for them. */
const questions: readonly FlagName[] = ['help', 'version'];

/** `ROLLDECK_READ_ONLY` for `read-only`; undefined for a flag that no variable stands for. */
export function variableOf(name: FlagName): string | undefined {
	return questions.includes(name) ? undefined : `ROLLDECK_${name.toUpperCase().replaceAll('-', '_')}`;
}
