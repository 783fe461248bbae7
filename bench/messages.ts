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

export interface ToServer {
	readonly traffic: Traffic;
}

/** When the probe was given a number (see `elapsed`), or where the server listens. */
export interface FromServer {
	readonly probed?: {readonly value: number; readonly at: number};
	readonly port?: number;
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
