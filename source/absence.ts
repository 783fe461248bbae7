/** The clock of the screen asks every second; a busy machine may keep it from that for a while. */
const longest = 5000;

/**
 * Notices that this process has not run: the machine slept, or somebody stopped it (ctrl-z). By the time of day, which goes on
 * meanwhile; one that is set forward looks the same, and costs no more than asking the server anew.
 * @param now milliseconds since the epoch
 * @returns to be asked every second: when it last ran, if that is longer ago than a busy machine explains
 */
export function createAbsence(now: () => number): () => number | undefined {
	let asked = now();
	return () => {
		const before = asked;
		asked = now();
		return asked - before > longest ? before : undefined;
	};
}
