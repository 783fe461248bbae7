/**
 * Whole screens, compared with the text files beside this one. After a change that is meant to be seen:
 *
 *     UPDATE_SCREENS=1 node --import=tsx --test test/screens/screens.test.ts && git diff test/screens
 */
import {suite, test} from 'node:test';
import {listsOf} from '../support/api-faults.ts';
import {type Deck, type DeckOptions, startDeck} from '../support/deck.ts';
import {crashingShop, healthyShop, namespace, retold, stuckShop} from '../support/estate.ts';
import {assertScreen} from '../support/golden.ts';
import {until} from '../support/until.ts';

interface Scene {
	readonly name: string;
	readonly options: DeckOptions;
	/** What is done before the screen is looked at. */
	readonly play?: (deck: Deck) => Promise<unknown>;
}

const healthy = {objects: healthyShop()};
const stuck = {objects: stuckShop()};
const crashing: DeckOptions = {
	objects: crashingShop(),
	before: ({faults}) => faults.answer(200, {which: '/log', text: lastWords, times: 100}),
};
const wide = {columns: 200, rows: 60};

/** Coloured, as many programs log, and longer than is shown where there is little room. */
const lastWords = [
	'{"level":"info","msg":"reading configuration from /etc/checkout"}',
	'\u001B[32mINFO\u001B[0m  connecting to postgres://db.shop.svc:5432/orders',
	'\u001B[31mERROR\u001B[0m connection refused, 5 of 5 tries',
	'panic: no database',
	'',
	'goroutine 1 [running]:',
	'main.main()',
	'\t/src/main.go:42 +0x1d',
	'',
].join('\n');

async function openRollout(deck: Deck): Promise<void> {
	await deck.press('enter');
	await until('the last words are there', () => deck.app.store.get().lastWords !== undefined);
}

const scenes: readonly Scene[] = [
	{name: 'healthy', options: healthy},
	{name: 'stuck', options: stuck},
	{name: 'stuck-wide', options: {...stuck, ...wide}},
	{name: 'stuck-small', options: {...stuck, columns: 60, rows: 12}},
	{name: 'stuck-ascii', options: {...stuck, flags: ['--ascii', '--no-color'], colour: false}},
	{name: 'too-small', options: {...stuck, columns: 50, rows: 10}},
	{
		name: 'all-namespaces',
		options: {objects: [...stuckShop(), ...retold('crash', {name: 'api', namespace: 'team-a'})], flags: ['-A']},
	},
	{name: 'zoomed', options: stuck, play: (deck) => deck.press('4', 'z')},
	{name: 'all-of-the-namespace', options: healthy, play: (deck) => deck.press('a', '4')},
	{
		name: 'loading',
		options: {
			...healthy,
			before: ({faults}) => faults.hang({which: listsOf('/pods'), times: 100}),
			until: /4 deployments/,
		},
		play: (deck) => until('all but the pods are listed', () => deck.app.store.get().freshness.events.phase === 'live'),
	},
	{
		name: 'stale',
		options: healthy,
		async play({api, app}) {
			await api.stop();
			await until('all have noticed', () =>
				Object.values(app.store.get().freshness).every(({phase}) => phase !== 'live'),
			);
		},
	},
	{
		name: 'pods-denied',
		options: {
			...healthy,
			before: ({faults}) =>
				faults.answer(403, {
					which: listsOf('/pods'),
					times: 100,
					reason: 'Forbidden',
					message:
						'pods is forbidden: User "team-a" cannot list resource "pods" in API group "" in the namespace "shop"',
				}),
		},
	},
	{name: 'empty-namespace', options: {objects: [namespace('empty')], flags: ['-n', 'empty']}},
	{
		name: 'no-such-namespace',
		options: {objects: [namespace('shop')], flags: ['-n', 'shpo']},
		play: (deck) => deck.shows(/shpo in/),
	},
	{
		name: 'unreachable',
		options: {...healthy, before: (api) => void api.stop(), until: /trying again/},
		play: ({app}) =>
			until('all have noticed', () => Object.values(app.store.get().freshness).every(({phase}) => phase !== 'loading')),
	},
	{name: 'undo', options: stuck, play: (deck) => deck.press('u')},
	{name: 'undo-whole', options: stuck, play: (deck) => deck.press('u', 'd')},
	{name: 'scale', options: stuck, play: (deck) => deck.press('s', '1', '2')},
	{name: 'scale-to-0', options: stuck, play: (deck) => deck.press('s', '0')},
	{name: 'restart', options: healthy, play: (deck) => deck.press('r')},
	{name: 'pause', options: stuck, play: (deck) => deck.press('p')},
	{name: 'scale-marked', options: healthy, play: (deck) => deck.press('space', 'space', 's', '5')},
	{name: 'image', options: healthy, play: (deck) => deck.press('i')},
	{name: 'history', options: healthy, play: (deck) => deck.press('h')},
	{name: 'help', options: {...stuck, rows: 50}, play: (deck) => deck.press('?')},
	{name: 'command-prompt', options: healthy, play: (deck) => deck.type(':na')},
	{name: 'filter-prompt', options: healthy, play: (deck) => deck.type('/ca')},
	{
		name: 'namespace-picker',
		options: {objects: [...healthyShop(), namespace('team-a')]},
		play: (deck) => deck.type(':ns\r'),
	},
	{name: 'messages', options: healthy, play: (deck) => deck.press('c', 'm')},
	{name: 'rollout-complete', options: healthy, play: (deck) => deck.press('enter')},
	{name: 'rollout-stuck', options: stuck, play: (deck) => deck.press('enter')},
	{name: 'rollout-evidence', options: stuck, play: (deck) => deck.press('enter', 'down', 'down', 'down')},
	{
		name: 'rollout-unseen',
		options: {
			...healthy,
			before({faults}) {
				for (const plural of ['horizontalpodautoscalers', 'events'])
					faults.answer(403, {which: listsOf(`/${plural}`), times: 100, reason: 'Forbidden'});
			},
		},
		play: (deck) => deck.press('enter'),
	},
	{name: 'rollout-stuck-wide', options: {...stuck, ...wide}, play: (deck) => deck.press('enter')},
	{name: 'rollout-crash', options: crashing, play: openRollout},
	{name: 'rollout-crash-wide', options: {...crashing, ...wide}, play: openRollout},
	{name: 'rollout-crash-ascii', options: {...crashing, flags: ['--ascii'], colour: false}, play: openRollout},
	{
		name: 'sandbox',
		options: {
			...healthy,
			scenarios: {
				list: async () => [{name: 'bad-image', title: 'a release whose image is missing'}],
				start: async () => {},
			},
		},
	},
	{name: 'second-row', options: stuck, play: (deck) => deck.press('down')},
];

suite('screens', () => {
	for (const {name, options, play} of scenes) {
		test(name, async (t) => {
			const deck = await startDeck(t, options);
			await play?.(deck);
			await deck.idle();
			assertScreen(name, deck.text());
		});
	}
});
