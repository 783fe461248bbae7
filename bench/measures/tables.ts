import type {Pod} from '../../source/objects.ts';
import {pods as look} from '../../source/resources/pods.ts';
import {filterText} from '../../source/resources/rows.ts';
import {parseFilter} from '../../source/state/filter.ts';
import {createTable} from '../../source/state/table.ts';
import {median} from '../clock.ts';
import type {Figure, Measure} from '../measure.ts';
import {makeWorld} from '../world.ts';

/** A frame's share of 5000 changes a second at 60 frames. */
const changesEachFrame = 83;

/** The sorted, filtered list behind a pane: what a frame costs, and what rebuilding it costs. */
export const tables: Measure = {
	name: 'tables',
	takesLong: true,
	async run({quick}) {
		const count = quick ? 10_000 : 50_000;
		const now = Date.now();
		const {pods} = makeWorld(count, 50, now);
		const context = {now};
		const table = createTable<Pod>({
			value: (pod, heading) => look.columns.find((column) => column.heading === heading)?.value(pod, context),
			role: (pod) => look.rowRole(pod, context),
			text: (pod) => filterText(look, pod, 'deck-wide', context),
		});
		const filled = timed(() => table.replaceAll(pods));
		const sorted = timed(() => table.setSort({by: 'RESTARTS', direction: 'descending'}));
		const frames = (quick ? 1 : 5) * 100;
		let at = 0;
		const moving = Array.from({length: frames}, () =>
			timed(() => {
				for (let change = 0; change < changesEachFrame; change++) {
					at = (at + 7919) % count;
					const pod = restarted(pods[at]);
					pods[at] = pod;
					table.upsert(pod);
				}
				table.window(1000, 50);
			}),
		);
		const filter = parseFilter('running app-0001');
		const filtered = timed(() => table.setFilter(filter.ok ? filter.value : undefined));
		const rows = `${count} pods`;
		const figures: Figure[] = [
			{measure: 'table, 83 rows moved and a window read', at: rows, unit: 'ms', reached: median(moving), reach: 4},
			{measure: 'table, filled', at: rows, unit: 'ms', reached: filled},
			{measure: 'table, sorted anew', at: rows, unit: 'ms', reached: sorted, reach: 80},
			{measure: 'table, first filter', at: rows, unit: 'ms', reached: filtered},
		];
		return figures;
	},
};

function restarted(pod: Pod | undefined): Pod {
	const [container, ...others] = pod?.status?.containerStatuses ?? [];
	if (!pod?.status || !container) throw new Error('The world has a pod without a container.');
	const containerStatuses = [{...container, restartCount: (container.restartCount ?? 0) + 1}, ...others];
	return {...pod, status: {...pod.status, containerStatuses}};
}

function timed(task: () => void): number {
	const startedAt = performance.now();
	task();
	return performance.now() - startedAt;
}
