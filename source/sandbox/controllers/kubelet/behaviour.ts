/** What the containers of an image do, chosen by its tag alone: no image is ever pulled here. Times in milliseconds, least and most. */
export interface Behaviour {
	/** The image is not in its registry. */
	missing: boolean;
	/** The container names a ConfigMap that is not there. */
	misconfigured: boolean;
	/** It ends soon after it started. */
	exit?: {code: number; reason: string};
	/** From running to ready; absent where its probe never succeeds. */
	ready?: readonly [number, number];
	/** How long an init container runs. */
	run: readonly [number, number];
	/** Its pod uses its whole grace period. */
	stubborn: boolean;
}

const usual: Behaviour = {missing: false, misconfigured: false, ready: [200, 700], run: [700, 1200], stubborn: false};

const byTag: {readonly [tag: string]: Behaviour} = {
	slow: {...usual, ready: [20_000, 25_000], run: [20_000, 25_000]},
	unready: {missing: false, misconfigured: false, run: usual.run, stubborn: false},
	missing: {...usual, missing: true},
	badconfig: {...usual, misconfigured: true},
	crash: {...usual, exit: {code: 1, reason: 'Error'}},
	oom: {...usual, exit: {code: 137, reason: 'OOMKilled'}},
	stubborn: {...usual, stubborn: true},
};

export function behaviourOf(image: string): Behaviour {
	const tag = image.slice(image.lastIndexOf(':') + 1);
	return Object.hasOwn(byTag, tag) ? (byTag[tag] ?? usual) : usual;
}

/** The kubelet's waits in milliseconds. */
export const waits = {
	/** From a pod's arrival to its sandbox. */
	sandbox: [100, 400],
	pull: [200, 500],
	/** From ErrImagePull to ImagePullBackOff. */
	pullError: [1500, 2000],
	crashRun: [800, 2000],
	/** From the exit to CrashLoopBackOff. */
	exit: [300, 800],
	stop: [1000, 2500],
	/** How often a configuration error is met again. */
	retryConfig: [12_000, 15_000],
} as const;

const firstBackOff = 10_000;
const longestBackOff = 300_000;

/** How long a container or an image waits after its n-th failure (from 0): 10 s, doubled, up to five minutes. */
export function backOff(failures: number): number {
	return Math.min(longestBackOff, firstBackOff * 2 ** failures);
}

/** A wait as Go prints a duration: `10s`, `1m20s`, `5m0s`. */
export function goDuration(milliseconds: number): string {
	const seconds = Math.round(milliseconds / 1000);
	return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
