import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import {width} from '../../source/format/width.ts';
import {createPainter, plain} from '../../source/ui/painter.ts';
import {createScreenMaker} from '../../source/ui/screen.ts';
import {type Deck, type DeckOptions, startDeck} from '../support/deck.ts';
import {healthyShop, retold, stuckShop} from '../support/estate.ts';
import {until} from '../support/until.ts';

interface Place {
	readonly name: string;
	readonly keys: readonly string[];
	readonly options?: DeckOptions;
	readonly play?: (deck: Deck) => Promise<void>;
}

/** Names of many widths: long ones, wide ones, and such as have no place in a terminal. */
const names = ['a', 'an-application-with-a-name-that-is-longer-than-any-column-should-have-to-be', 'x'.repeat(253)];
const estate = [...stuckShop(), ...healthyShop(), ...names.flatMap((name) => retold('crash', {name}))];

/** What a server may say, and a terminal must not hear. */
const moving = {times: 1000, reason: 'Forbidden', message: 'no \u001B[2J\rway'};

const places: readonly Place[] = [
	{name: 'the deck', keys: []},
	{name: 'a pod', keys: ['4', 'down', 'down']},
	{name: 'the whole namespace', keys: ['a', '3']},
	{name: 'a zoomed pane', keys: ['2', 'z']},
	{name: 'wide columns', keys: ['w']},
	{name: 'undo', keys: ['u', 'd']},
	{name: 'scale to 0', keys: ['s', '0']},
	{name: 'restart', keys: ['r']},
	{name: 'several marked', keys: ['space', 'space', 'space', 's', '7']},
	{name: 'an image', keys: ['i', 'x']},
	{name: 'a rollout', keys: ['enter', 'down']},
	{name: 'evidence in full', keys: ['enter', 'down', 'down', 'down']},
	{name: 'a history', keys: ['h']},
	{name: 'help', keys: ['?', 'down', 'down']},
	{name: 'messages', keys: ['c', 'm']},
	{name: 'a prompt', keys: [':', 'n', 's', 'space', 'x']},
	{name: 'a filter', keys: ['/', 'c', 'a']},
	{name: 'a picker', keys: [':', 'n', 's', 'enter']},
	{name: 'an error', keys: [':', 'x', 'enter']},
	{
		name: 'a ghost',
		keys: ['down'],
		async play(deck) {
			const cart = deck.api.get('deployments', 'shop', 'cart');
			assert.ok(cart);
			deck.api.remove(cart);
			await deck.caughtUp();
		},
	},
	{name: 'all namespaces', keys: [], options: {flags: ['-A']}},
	{name: 'the practice cluster', keys: ['s'], options: {scenarios: {list: async () => [], start: async () => {}}}},
	{name: 'nothing', keys: [], options: {objects: []}},
	{name: 'no history', keys: ['h'], options: {objects: estate.filter(({kind}) => kind === 'Deployment')}},
	{
		name: 'a refusal that would move the cursor',
		keys: [],
		options: {before: ({faults}) => faults.answer(403, {...moving, which: '/pods'})},
		play: (deck) => deck.shows(/no \s*way/),
	},
	{
		name: 'one after the rows were there',
		keys: [],
		async play(deck) {
			deck.api.faults.answer(403, {...moving, which: '/pods'});
			deck.api.faults.resetWatches('/pods');
			await until('it is denied', () => {
				deck.clock.advance(1000);
				return deck.app.store.get().freshness.pods.phase === 'denied';
			});
		},
	},
];

suite('every line fits, and there are as many as the window has', () => {
	for (const {name, keys, options, play} of places) {
		test(name, async (t) => {
			const deck = await startDeck(t, {objects: estate, ...options});
			await deck.press(...keys);
			await play?.(deck);
			const context = deck.app.session.context();
			const makers = [true, false].map((ascii) => createScreenMaker(createPainter({ascii, colour: !ascii})));
			fc.assert(
				fc.property(
					fc.integer({min: 60, max: 300}),
					fc.integer({min: 12, max: 100}),
					fc.constantFrom(...makers),
					(columns, rows, maker) => {
						const state = {...context.state, size: {columns, rows}};
						const lines = maker.lines({...context, state}, deck.clock.now());
						assert.equal(lines.length, rows);
						if (state.dialog) assert.match(plain(lines.join('\n')), /esc leave/);
						for (const line of lines) {
							const text = plain(line);
							assert.ok(width(text) <= columns, `${width(text)} cells: ${text}`);
							// oxlint-disable-next-line no-control-regex -- control characters would move the cursor
							assert.doesNotMatch(text, /[\u0000-\u001F\u007F]/);
						}
					},
				),
				{numRuns: 60},
			);
		});
	}
});
