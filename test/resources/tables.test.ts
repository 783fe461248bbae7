import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import type {KindId, KubeObject} from '../../source/objects.ts';
import {resources} from '../../source/resources/index.ts';
import type {Resource} from '../../source/resources/resource.ts';
import {cells, headings} from '../../source/resources/rows.ts';
import {readRecordings} from './recording.ts';

for (const id of Object.keys(resources) as KindId[]) {
	suite(`${id} print as the API server's own table`, () => {
		const resource = resources[id] as Resource;
		const recordings = readRecordings(id);

		test('has something recorded', () => {
			assert.ok(recordings.some(({rows}) => rows.length > 0));
		});

		test('headings', () => {
			for (const {at, headings: recorded} of recordings) {
				const wide = recorded.map(({heading}) => heading);
				const table = recorded.filter((column) => !column.wide).map(({heading}) => heading);
				assert.deepEqual(headings(resource, 'table', {now: at}), table);
				assert.deepEqual(headings(resource, 'wide', {now: at}), wide);
			}
		});

		test('every cell, of whole objects and of projected ones', () => {
			for (const {at, rows} of recordings) {
				const print = (object: KubeObject) => cells(resource, object as never, 'wide', {now: at});
				for (const {cells: recorded, object} of rows) {
					assert.deepEqual(print(object), recorded, object.metadata.name);
					assert.deepEqual(print(resource.project(object as never)), recorded, `${object.metadata.name}, projected`);
				}
			}
		});
	});
}
