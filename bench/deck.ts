import {setTimeout as delay} from 'node:timers/promises';
import {type Cluster, still} from './cluster.ts';
import type {Traffic} from './messages.ts';
import {openProbe, type Probe} from './probe.ts';
import {openScreen, type Screen, type ScreenOptions} from './screen.ts';
import {usageOf} from './usage.ts';

/** The product at work: a cluster, and rolldeck looking at it with the cursor among the first Deployment's pods. */
export interface Deck {
	readonly cluster: Cluster;
	readonly screen: Screen;
	/** Bytes that were resident when everything had just come to the screen. */
	readonly residentAtFirst: number;
	readonly probe: Probe;
	close(): Promise<void>;
}

/** Whether everything is there: before the first list is asked for, too, nothing is out of date. */
export function isLive([header = '']: readonly string[]): boolean {
	return /● live +[1-9]\d* deployments/.test(header);
}

export interface DeckOptions {
	readonly entry: string;
	readonly folder: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Given to Node before the entry. */
	readonly nodeOptions?: readonly string[];
	/** Of the terminal and what lies before it; left out: 200x60, nothing. */
	readonly terminal?: Pick<ScreenOptions, 'columns' | 'rows' | 'line'>;
}

/** Starts rolldeck on a cluster. */
export function startDeck(cluster: Cluster, {entry, folder, env, nodeOptions = [], terminal}: DeckOptions): Screen {
	return openScreen({
		...terminal,
		args: [...nodeOptions, entry, '--kubeconfig', cluster.kubeconfig, '-n', cluster.namespace],
		env: {HOME: folder, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder, ...env},
	});
}

/** The row that shows a pod. */
function rowOf(lines: readonly string[], name: string | undefined): string | undefined {
	return name === undefined ? undefined : lines.find((line) => line.includes(name));
}

/** Starts rolldeck and waits until everything is on the screen. */
export async function openDeck(cluster: Cluster, options: DeckOptions): Promise<Deck> {
	const probe = await openProbe(options.folder);
	const screen = startDeck(cluster, {...options, ...probe});
	await screen.until('everything is there', isLive, 60_000);
	screen.press('4');
	await screen.until('the pods have the cursor', (lines) => rowOf(lines, cluster.pods[still.probe]) !== undefined);
	await delay(1000);
	return {
		cluster,
		screen,
		residentAtFirst: usageOf(screen.pid).resident,
		probe,
		async close() {
			await screen.close();
			probe.close();
			await cluster.close();
		},
	};
}

/** Runs a task while the cluster changes. */
export async function during<T>(deck: Deck, traffic: Partial<Traffic>, task: () => Promise<T>): Promise<T> {
	await deck.cluster.traffic({...still, ...traffic});
	try {
		await delay(500); // until the pace is steady
		return await task();
	} finally {
		await deck.cluster.traffic(still);
		await delay(300);
	}
}

/** The number that the probe shows on the screen. */
export function shownProbe({cluster, screen}: Deck): number | undefined {
	const value = /\b1\d{5}\b/.exec(rowOf(screen.lines(), cluster.pods[still.probe]) ?? '')?.[0];
	return value === undefined ? undefined : Number(value);
}
