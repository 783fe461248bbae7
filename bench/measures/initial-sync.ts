import {execFile} from 'node:child_process';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {builtins, standIns} from '../../source/stand-ins/plugins.ts';
import {bundle} from '../bundle.ts';
import {median} from '../clock.ts';
import type {Cluster} from '../cluster.ts';
import type {Figure, Measure} from '../measure.ts';
import type {SyncResult} from '../messages.ts';

interface Reach {
	readonly pods: number;
	readonly wall: number;
	readonly cpu: number;
	readonly heap: number;
	readonly peak: number;
	readonly block: number;
}

/** Over TLS with HTTP/2 and gzip, as ratios to client-node. */
const reaches: readonly Reach[] = [
	{pods: 1000, wall: 0.65, cpu: 0.6, heap: 0.15, peak: 0.5, block: 16},
	{pods: 10_000, wall: 0.55, cpu: 0.48, heap: 0.1, peak: 0.3, block: 25},
	{pods: 50_000, wall: 0.5, cpu: 0.4, heap: 0.08, peak: 0.15, block: 25},
];

/** The own reflector against client-node's typed informer, each in a fresh process, in turn. */
export const initialSync: Measure = {
	name: 'initial sync',
	takesLong: true,
	async run({quick, folder, server}) {
		const own = await bundle('programs/reflector.ts', join(folder, 'reflector'), [standIns, builtins]);
		const theirs = await bundle('programs/informer.ts', join(folder, 'informer'));
		const figures: Figure[] = [];
		for (const reach of quick ? reaches.slice(0, 2) : reaches) {
			const cluster = await server(reach.pods);
			const rounds: {own: SyncResult; theirs: SyncResult}[] = [];
			for (let round = 0; round <= (quick ? 1 : 5); round++) {
				const result = {own: await sync(own, cluster, reach.pods), theirs: await sync(theirs, cluster, reach.pods)};
				if (round > 0) rounds.push(result); // the first one had the server pack its lists
			}
			await cluster.close();
			figures.push(...compare(rounds, reach));
		}
		return figures;
	},
};

async function sync(entry: string, {kubeconfig, namespace}: Cluster, pods: number): Promise<SyncResult> {
	const {stdout} = await promisify(execFile)(process.execPath, ['--expose-gc', entry, kubeconfig, namespace]);
	const result = JSON.parse(stdout) as SyncResult;
	if (result.objects !== pods) throw new Error(`${entry} has read ${result.objects} pods of ${pods}.`);
	return result;
}

function compare(rounds: readonly {own: SyncResult; theirs: SyncResult}[], reach: Reach): readonly Figure[] {
	const at = `${reach.pods} pods`;
	const ratio = (key: keyof SyncResult) => median(rounds.map(({own, theirs}) => own[key] / theirs[key]));
	const own = (key: keyof SyncResult) => median(rounds.map((round) => round.own[key]));
	return [
		{measure: 'initial sync, time to the informer', at, unit: 'x', reached: ratio('wallMs'), reach: reach.wall},
		{measure: 'initial sync, processor to the informer', at, unit: 'x', reached: ratio('cpuMs'), reach: reach.cpu},
		{measure: 'initial sync, heap to the informer', at, unit: 'x', reached: ratio('heap'), reach: reach.heap},
		{measure: 'initial sync, peak memory to the informer', at, unit: 'x', reached: ratio('peak'), reach: reach.peak},
		{measure: 'initial sync, longest block', at, unit: 'ms', reached: own('longestBlockMs'), reach: reach.block},
		{measure: 'initial sync, first objects', at, unit: 'ms', reached: own('firstMs'), reach: 60},
	];
}
