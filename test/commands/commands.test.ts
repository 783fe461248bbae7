import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {commandForWord, commands} from '../../source/commands/index.ts';
import type {View} from '../../source/state/state.ts';
import {startDeck} from '../support/deck.ts';
import {healthyShop} from '../support/estate.ts';

const views = [...new Set(commands.flatMap(({views = []}) => views))];

suite('the list of commands', () => {
	test('has no key twice in one view, and no word twice', () => {
		for (const view of views) {
			const keys = commands
				.filter(({views: where}) => where === undefined || where.includes(view))
				.flatMap(({keys: all}) => all);
			assert.deepEqual(
				keys.filter((key, index) => keys.indexOf(key) !== index),
				[],
				view,
			);
		}
		const words = commands.flatMap(({words: all = []}) => all);
		assert.equal(new Set(words).size, words.length);
		const ids = commands.map(({id}) => id);
		assert.equal(new Set(ids).size, ids.length);
	});

	test('has a way in to each, by key or by word', () => {
		for (const {id, keys, words = []} of commands) assert.ok(keys.length + words.length > 0, id);
	});

	test('says of all that changes the cluster that it does', () => {
		for (const {section, dangerous = false, id} of commands) assert.equal(dangerous, section === 'change', id);
	});

	test('leaves ctrl-c, ctrl-z, q, esc and ? to every view', () => {
		for (const key of ['ctrl-c', 'ctrl-z', 'q', 'esc', '?']) {
			assert.ok(
				commands.some(({keys, views: where}) => keys.includes(key) && where === undefined),
				key,
			);
		}
	});
});

test('a line is a word and the rest', () => {
	assert.equal(commandForWord(' NS  team-a ')?.command.id, 'namespace');
	assert.equal(commandForWord('ns team-a')?.argument, 'team-a');
	assert.equal(commandForWord('ns')?.argument, '');
	assert.equal(commandForWord('nothing'), undefined);
	assert.equal(commandForWord(''), undefined);
});

test('a scenario that begins is named, typed or picked', async (t) => {
	const typed = Array.from('scenario');
	const begun: string[] = [];
	const scenarios = {
		list: async () => [{name: 'load', title: 'the load rises'}],
		start: async (name: string) => void begun.push(name),
	};
	const deck = await startDeck(t, {objects: healthyShop(), scenarios});
	await deck.press(':', ...typed, 'space', ...Array.from('load'), 'enter');
	await deck.shows(/Begun: the load rises\./);
	await deck.press('down', ':', ...typed, 'enter');
	await deck.shows(/Choose a scenario/);
	await deck.press('enter');
	await deck.shows(/Begun: the load rises\./);
	await deck.press('down', ':', ...typed, 'space', ...Array.from('loud'), 'enter');
	await deck.shows(/There is no scenario loud: :scenario alone lists them\./);
	assert.deepEqual(begun, ['load', 'load']);
});

suite('the help page', () => {
	test('has every command of its place, with its keys', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), columns: 120, rows: 100});
		await deck.press('?');
		const here: View['id'] = 'deck';
		const wanted = commands.filter(
			({id, views: where}) => id !== 'scenario' && (where === undefined || where.includes(here)),
		);
		for (const {title, keys} of wanted) {
			const isItsLine = (line: string) => line.includes(title.slice(0, 60)) && keys.every((key) => line.includes(key));
			assert.ok(deck.screen.lines().some(isItsLine), `${keys.join(' ')}: ${title}`);
		}
		// There are none in a real cluster.
		assert.doesNotMatch(deck.text(), /:scenario/);
	});

	test('tells why something is off, and the hint line leaves it out', async (t) => {
		const deck = await startDeck(t, {objects: healthyShop(), columns: 160, rows: 60, flags: ['--read-only']});
		assert.doesNotMatch(deck.screen.lines().at(-1) ?? '', /undo|scale/);
		await deck.press('?');
		assert.match(deck.text(), /u :undo .*\n +off: Read-only mode is on/);
	});
});
