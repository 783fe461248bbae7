import type {KubeObject} from '../objects.ts';
import type {ColumnContext} from '../resources/resource.ts';
import {filterText} from '../resources/rows.ts';
import {parseFilter} from '../state/filter.ts';
import type {PaneId, PaneState} from '../state/state.ts';
import {createTable, type Table} from '../state/table.ts';
import {attention, lookOf} from './columns.ts';

/** A pane's table: what its columns say decides order and filter. */
export function createPaneTable(pane: PaneId, context: () => ColumnContext): Table<KubeObject> {
	const look = lookOf(pane);
	return createTable<KubeObject>({
		value: (object, heading) => look.columns.find((column) => column.heading === heading)?.value(object, context()),
		role: (object) => look.rowRole(object, context()),
		text: (object) => filterText(look, object, 'deck-wide', context()),
	});
}

export function applySort(table: Table<KubeObject>, {column, descending}: PaneState['sort']): void {
	const by = column === attention ? 'attention' : column === 'NAME' || column === 'NAMESPACE' ? 'name' : column;
	const direction = descending ? 'descending' : 'ascending';
	if (table.sort.by !== by || table.sort.direction !== direction) table.setSort({by, direction});
}

/** Whether the filter is another one now: one that cannot be read yet (half a selector) leaves the last good one in force. */
export function applyFilter(table: Table<KubeObject>, text: string): boolean {
	if ((table.filter?.source ?? '') === text) return false;
	const parsed = parseFilter(text);
	if (parsed.ok) table.setFilter(parsed.value);
	return parsed.ok;
}
