import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import {setImmediate as nextTurn} from 'node:timers/promises';
import type {Board} from '../source/board/board.ts';
import {createLastWordsReader} from '../source/last-words.ts';
import type {Pod} from '../source/objects.ts';
import {rolloutFacts} from '../source/rollout/rollout.ts';
import type {State} from '../source/state/state.ts';
import type {Store} from '../source/state/store.ts';
import {inputOf, recorded} from './objects/recorded.ts';
import {type Deck, startDeck} from './support/deck.ts';
import {crashingShop} from './support/estate.ts';
import {until} from './support/until.ts';

const objects = crashingShop();
const logs = '/log';
const secret = 'password=hunter2';

const asked = ({api}: Deck) => api.requests.filter(({path}) => path.endsWith(logs));

function crashes() {
	const recording = recorded('crash');
	return {objects: recording, facts: rolloutFacts(inputOf(recording))};
}

/** A deck on which `checkout` crashes, with the cursor on it. */
async function crashing(test: Parameters<typeof startDeck>[0], text = `starting\npanic: ${secret}\n`): Promise<Deck> {
	const deck = await startDeck(test, {objects});
	deck.api.faults.answer(200, {which: logs, text, times: 100});
	assert.match(deck.screen.selected(), /checkout/);
	return deck;
}

/** Restarts the first container that crashed, once more. */
function crashAgain({api, app}: Deck): void {
	const uid = app.store.get().lastWords?.of.pod.uid;
	const pod = api.list('pods', 'shop').find(({metadata}) => metadata.uid === uid) as Pod;
	const text = JSON.stringify(pod.status).replaceAll(/"finishedAt":"[^"]+"/g, '"finishedAt":"2026-01-31T12:00:00Z"');
	api.put({...pod, status: JSON.parse(text) as Pod['status']} as Pod);
}

suite('last words of a crashed container', () => {
	test('stand under the cause once its screen is open, and are asked for once', async (t) => {
		const deck = await crashing(t);
		assert.equal(asked(deck).length, 0, 'nobody looks yet');
		await deck.press('enter');
		await deck.shows(/checkout ended with exit code 1.*\n {7}said │ starting\n {12}│ panic: password=hunter2\n/);
		for (let second = 0; second < 5; second++) await deck.pass(1000);
		assert.equal(asked(deck).length, 1);
	});

	test('after the next crash they are read anew; the old ones stay until then', async (t) => {
		const deck = await crashing(t);
		await deck.press('enter');
		await deck.shows(/│ starting/);
		deck.api.faults.heal();
		deck.api.faults.hang({which: logs, times: 1});
		crashAgain(deck);
		await until('they are asked for', () => asked(deck).length === 2);
		await deck.idle();
		assert.match(deck.text(), /│ starting/);
	});

	test('are forgotten when the screen is left', async (t) => {
		const deck = await crashing(t);
		await deck.press('enter');
		await deck.shows(/│ starting/);
		await deck.press('q');
		assert.equal(deck.app.store.get().lastWords, undefined);
		await deck.press('enter');
		await deck.shows(/│ starting/);
		assert.equal(asked(deck).length, 2);
	});

	test('are given up when the screen is left: what comes then is not shown', async () => {
		const {objects: known, facts} = crashes();
		const uid = known.deployment.metadata.uid;
		let state = {
			views: [{id: 'rollout', uid, cursor: undefined}],
			freshness: {pods: {phase: 'live'}},
		} as unknown as State;
		const store = {get: () => state, change: (recipe: (state: State) => State) => (state = recipe(state))};
		const board = {
			facts: () => facts,
			objects: {pods: {get: (id: string) => known.pods.find(({metadata}) => metadata.uid === id)}},
		};
		const answer = Promise.withResolvers<string>();
		const signals: AbortSignal[] = [];
		const reader = createLastWordsReader(
			store as unknown as Store<State>,
			board as unknown as Board,
			(_crashed, signal) => {
				signals.push(signal);
				return answer.promise;
			},
			async () => 'no',
		);
		reader.look();
		reader.look();
		assert.equal(signals.length, 1);
		state = {...state, views: [{id: 'deck'}]};
		reader.look();
		assert.equal(signals[0]?.aborted, true);
		answer.resolve('too late');
		await answer.promise;
		await nextTurn();
		assert.equal(state.lastWords, undefined);
	});

	test('that may not be read are said to be so', async (t) => {
		const deck = await startDeck(t, {objects});
		deck.api.faults.answer(403, {
			which: logs,
			reason: 'Forbidden',
			message:
				'pods "checkout" is forbidden: User "team-a" cannot get resource "pods/log" in API group "" in the namespace "shop"',
		});
		await deck.press('enter');
		await until('the answer is there', () => deck.app.store.get().lastWords !== undefined);
		await deck.idle();
		assert.match(deck.words(), /│ its log is not readable: team-a may not get pods\/log in shop/);
		assert.doesNotMatch(deck.text(), /✗ Not allowed/, 'no error that a key has to dismiss');
	});

	test('of which there are none', async (t) => {
		const deck = await crashing(t, '\n');
		await deck.press('enter');
		await deck.shows(/said │ nothing\n/);
	});

	test('are in no log and no copy', async (t) => {
		const deck = await crashing(t);
		await deck.press('enter');
		await deck.shows(/hunter2/);
		await deck.press('c', 'C', 'm');
		assert.doesNotMatch(deck.text(), /hunter2/);
		assert.doesNotMatch(JSON.stringify([deck.log, deck.audits, deck.screen.clipboard]), /hunter2/);
	});
});
