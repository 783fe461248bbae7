export interface ServerOptions {
	readonly pods: number;
	readonly perDeployment: number;
}

/** What changes, and how fast. */
export interface Traffic {
	/** Changed pods a second. */
	readonly rate: number;
	readonly where: 'in view' | 'elsewhere' | 'everywhere';
	/** The index of the pod whose restarts carry a number that is looked for on the screen. */
	readonly probe: number;
	/** 0: the probe stands still. */
	readonly probeEveryMs: number;
}

/** A stretch of a cluster's life, sent as quickly as it is taken. */
export interface Life {
	readonly changes: number;
	/** Whether pods are replaced, events come and go and Deployments roll, or pods merely restart. */
	readonly churns: boolean;
	/** What happens to all watches meanwhile, at even distances. */
	readonly troubles: readonly Trouble[];
	/** The number that the probe's restarts have at the end. */
	readonly probed: number;
}

/** The watch ends in order; its version has expired; the connection is cut. */
export type Trouble = 'ended' | 'expired' | 'cut';

export interface ToServer {
	readonly traffic?: Traffic;
	readonly life?: Life;
}

/** When the probe was given a number (see `elapsed`), where the server listens, or that a stretch of life has been sent. */
export interface FromServer {
	readonly probed?: {readonly value: number; readonly at: number};
	readonly port?: number;
	readonly lived?: true;
}

/** What one initial sync has cost a client. */
export interface SyncResult {
	readonly objects: number;
	/** Milliseconds from before the list was asked for until all was in. */
	readonly wallMs: number;
	readonly cpuMs: number;
	/** Milliseconds until the first objects were in. */
	readonly firstMs: number;
	readonly longestBlockMs: number;
	/** Bytes: resident at most; kept on the heap afterwards. */
	readonly peak: number;
	readonly heap: number;
}
