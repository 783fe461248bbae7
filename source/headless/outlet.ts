/** What a headless command has to do with the world outside the cluster. */
export interface Outlet {
	readonly stdout: {write(text: string): unknown};
	readonly stderr: {write(text: string): unknown};
	/** Milliseconds since the epoch, by this machine's clock. */
	now(): number;
	/** There is a person at a terminal, whom a sign-in plugin may ask. */
	readonly terminal: boolean;
	/** Aborted by ctrl-c. */
	readonly signal: AbortSignal;
}
