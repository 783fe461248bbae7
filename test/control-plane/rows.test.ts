import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {suite, test} from 'node:test';
import {load} from 'js-yaml';
import type {KindId, KubeObject} from '../../source/objects.ts';
import {resources} from '../../source/resources/index.ts';
import type {Resource} from '../../source/resources/resource.ts';
import {cells, headings} from '../../source/resources/rows.ts';
import {type LiveDeck, openDeck} from '../support/cluster-deck.ts';
import {eventually, makePlace, type Place} from '../support/cluster-place.ts';

interface Table {
	readonly columnDefinitions: readonly {readonly name: string}[];
	readonly rows: readonly {readonly cells: readonly (string | number)[]; readonly object: KubeObject}[];
}

suite('what the watches have brought prints as the server prints it', () => {
	test('in a namespace of everything', async (t) => {
		const place = await makePlace(t, 'rows');
		const {items} = load(readFileSync(new URL('../resources/mixed.yaml', import.meta.url), 'utf8')) as {
			items: object[];
		};
		const podsPath = `/api/v1/namespaces/${place.name}/pods`;
		// Two that do not go by themselves would hold the namespace back.
		place.atEnd(() => place.request({method: 'DELETE', path: `${podsPath}/ending`, body: {gracePeriodSeconds: 0}}));
		place.atEnd(() =>
			place.request({
				method: 'PATCH',
				path: `${podsPath}/held`,
				contentType: 'application/merge-patch+json',
				body: {metadata: {finalizers: null}},
			}),
		);
		const deck = await openDeck(t, {flags: ['-n', place.name]});
		await Promise.all(items.map((item) => place.create(item)));
		// Rows that were changed, replaced and deleted under the watch, too.
		await place.deploy('web', {replicas: 3});
		await place.setImage('web', 'web:missing');
		await eventually('the crashing one has been started again', async () => {
			const {items: pods} = await listOf(place, 'pods');
			const restarted = pods.find(({metadata}) => metadata.name === 'oom') as {
				status?: {containerStatuses?: {restartCount?: number}[]};
			};
			return (restarted?.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0;
		});
		await place.remove('pods', 'ending');
		await place.remove('pods', 'held');
		await place.remove('pods', 'running');
		for (const kind of ['pods', 'deployments', 'replicasets', 'services'] as const) {
			await t.test(kind, () => compare(place, deck, kind));
		}
	});
});

/** Asks for the server's table until the deck has the same versions of all objects; then every cell has to be the same. */
async function compare(place: Place, deck: LiveDeck, kind: KindId): Promise<void> {
	const resource = resources[kind] as Resource;
	const {theirs, ours} = await eventually(`the deck has the server's ${kind}`, async () => {
		const before = Date.now();
		const table = await place.request<Table>({
			path: pathOf(place, kind),
			accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
		});
		const now = Date.now();
		const live = table.rows.map(({object}) => deck.app.board.objects[kind].get(object.metadata.uid));
		// Ages are counted to the second.
		const isSame =
			Math.floor(before / 1000) === Math.floor(now / 1000) &&
			deck.app.board.objects[kind].size === live.length &&
			table.rows.every(({object}, index) => live[index]?.metadata.resourceVersion === object.metadata.resourceVersion);
		return (
			isSame && {
				theirs: [
					table.columnDefinitions.map(({name}) => name.toUpperCase()),
					...table.rows.map(({cells: row}) => row.map(String)),
				],
				ours: [
					headings(resource, 'wide', {now}),
					...live.map((object) => cells(resource, object as never, 'wide', {now})),
				],
			}
		);
	});
	assert.ok(theirs.length > 1);
	assert.deepEqual(ours, theirs);
}

function pathOf({name}: Place, kind: KindId): string {
	const {group, version, id} = resources[kind];
	return `${group === '' ? '/api' : `/apis/${group}`}/${version}/namespaces/${name}/${id}`;
}

function listOf(place: Place, kind: KindId): Promise<{items: KubeObject[]}> {
	return place.request({path: pathOf(place, kind)});
}
