import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {lookOf} from '../../source/board/columns.ts';
import type {KubeObject} from '../../source/objects.ts';
import type {Look} from '../../source/resources/resource.ts';
import {type PaneId, paneIds} from '../../source/state/state.ts';
import {type DrawnRows, type GridInput, grid} from '../../source/ui/grid.ts';
import {createPainter} from '../../source/ui/painter.ts';
import {listen, recordedStory} from '../board/story.ts';

const painter = createPainter({ascii: false, colour: true});

function input(look: Look, objects: readonly KubeObject[], drawn: DrawnRows, more: Partial<GridInput> = {}): GridInput {
	return {
		look,
		place: 'deck-wide',
		context: {now: 0},
		rows: objects.map((object) => ({object, selected: false, marked: false, dimmed: false})),
		columns: 160,
		painter,
		titleWidth: 10,
		widths: new Map(),
		drawn,
		...more,
	};
}

suite('a row that was drawn before', () => {
	test('is the row that would be drawn anew, whatever happens in a rollout', () => {
		const hearing = listen();
		const {board} = hearing;
		const drawn = Object.fromEntries(paneIds.map((pane) => [pane, new WeakMap()])) as {
			readonly [P in PaneId]: DrawnRows;
		};
		const pictures = new Set<string>();
		for (const batch of recordedStory()) {
			// The clock stands still for many batches, as it does between two ticks.
			hearing.hear({...batch, at: Math.floor(batch.at / 60_000) * 60_000});
			for (const pane of paneIds) {
				const draw = (rows: DrawnRows) =>
					grid(input(lookOf(pane), board.rows(pane, 0, 50), rows, {context: board.context}));
				const anew = draw(new WeakMap());
				assert.deepEqual(draw(drawn[pane]), anew);
				pictures.add(`${pane}\n${anew.lines.join('\n')}`);
			}
		}
		assert.ok(pictures.size > 100, `only ${pictures.size} different panes were seen`);
	});

	test('is another one under the cursor, marked, stale or in less room', () => {
		const object = recordedStory().find(({kind}) => kind === 'deployments')?.upserts[0] as KubeObject;
		const drawn: DrawnRows = new WeakMap();
		const row = {object, selected: false, marked: false, dimmed: false};
		const lines = [
			{rows: [row]},
			{rows: [{...row, selected: true}]},
			{rows: [{...row, marked: true}]},
			{rows: [{...row, dimmed: true}]},
			{rows: [{...row, instead: 'deleted 3s ago'}]},
			{columns: 60},
			{place: 'deck' as const},
		].map((more) => grid(input(lookOf('deployments'), [object], drawn, more)).lines[0]);
		assert.equal(new Set(lines).size, lines.length);
	});

	test('costs nothing until something changes', () => {
		let asked = 0;
		const look: Look = {
			...lookOf('pods'),
			columns: [{heading: 'NAME', places: ['deck-wide'], value: ({metadata}) => (asked++, metadata.name)}],
		};
		const object = recordedStory().find(({kind}) => kind === 'pods')?.upserts[0] as KubeObject;
		const drawn: DrawnRows = new WeakMap();
		const context = {now: 0};
		for (let picture = 0; picture < 3; picture++) grid(input(look, [object], drawn, {context}));
		assert.equal(asked, 1);
		grid(input(look, [object], drawn, {context: {now: 1000}}));
		assert.equal(asked, 2);
	});
});
