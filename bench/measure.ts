import type {OwnCluster} from './cluster.ts';
import type {Deck} from './deck.ts';

/** One number of the table. */
export interface Figure {
	readonly measure: string;
	/** Under which conditions. */
	readonly at: string;
	/** `x`: a ratio to something measured beside it. */
	readonly unit: 'ms' | 'bytes' | 'bytes/s' | 'MB' | '% of a core' | 'x' | 'objects';
	/** NaN: could not be measured here. Infinity: it did not happen while it was waited for. */
	readonly reached: number;
	/** What it may be at most; left out where nothing was promised and the number stands for comparison alone. */
	readonly reach?: number;
}

/** What the measures work with. */
export interface Bench {
	/** Fewer rounds and smaller clusters, so that all of it takes less than a minute. */
	readonly quick: boolean;
	/** For whatever has to be written; removed at the end. */
	readonly folder: string;
	/** The built product's entry, in a copy of its own that no other build touches. */
	readonly entry: string;
	/** A new server with so many pods; whoever asks for it closes it. */
	server(pods: number): Promise<OwnCluster>;
	/** A deck that shows so many pods and is live, shared by all measures: the first one that asks waits for it. */
	deck(pods: number): Promise<Deck>;
}

/** One file of `measures/`. */
export interface Measure {
	readonly name: string;
	/** Left out of `--quick`, if it is not asked for by its name. */
	readonly takesLong?: boolean;
	run(bench: Bench): Promise<readonly Figure[]>;
}
